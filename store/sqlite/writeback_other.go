//go:build !linux

package sqlite

import "os"

// writeBack does nothing where the system cannot be told to write a file piece by piece.
func writeBack(*os.File) {}
