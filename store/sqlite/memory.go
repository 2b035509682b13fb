package sqlite

import "modernc.org/libc"

// The driver takes a piece of memory for every text and blob of a statement and gives it
// back afterwards. Pieces of one size, a power of two, lie together in a block that its
// allocator asks the system for and returns as soon as none is in use: with every statement,
// which took a tenth of the time of a submission. One piece of each size that is never
// given back keeps the blocks.
func init() {
	thread := libc.NewTLS()
	defer thread.Close()
	for size := smallestPiece; size <= largestPiece; size *= 2 {
		libc.Xmalloc(thread, libc.Tsize_t(size))
	}
}

// Larger ones have a block of their own.
const (
	smallestPiece = 16
	largestPiece  = 16 << 10
)
