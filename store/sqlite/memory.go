package sqlite

import (
	"sync"

	"modernc.org/libc"
)

// The driver takes a piece of memory for every text, blob and cursor of a statement and gives it
// back afterwards. Pieces of one size, a power of two, lie together in a block that its
// allocator asks the system for and returns as soon as none is in use. What statements keep fills
// blocks, and the next one is mapped and unmapped with every statement, which took a tenth of the
// time of a submission. One piece of each of some blocks that is never given back keeps them.
var keepBlocks = sync.OnceFunc(func() {
	thread := libc.NewTLS()
	defer thread.Close()
	for size := smallestPiece; size <= largestPiece; size *= 2 {
		inBlock := (blockSize - blockHeader) / size
		var free []uintptr
		for i := range keptBlocks * inBlock {
			if p := libc.Xmalloc(thread, libc.Tsize_t(size)); i%inBlock != 0 {
				free = append(free, p)
			}
		}
		for _, p := range free {
			libc.Xfree(thread, p)
		}
	}
})

// Larger pieces have a block of their own.
const (
	smallestPiece = 16
	largestPiece  = 16 << 10
	blockSize     = 64 << 10
	blockHeader   = 32
	keptBlocks    = 4
)
