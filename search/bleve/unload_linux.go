package bleve

import "syscall"

// unload forgets where in memory the pages of a mapped file are. Mapped for reading only,
// they have nothing that the file does not.
func unload(mapped []byte) error {
	if len(mapped) == 0 {
		return nil
	}
	return syscall.Madvise(mapped, syscall.MADV_DONTNEED)
}
