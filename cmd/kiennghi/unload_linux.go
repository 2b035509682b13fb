package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// unloadProgram takes the program's own file out of this process's memory: starting alone
// touches most of its code and tables, serving needs a third. Mapped for reading only, the
// pages have nothing that the file does not, and come back when they are needed.
func unloadProgram() error { return adviseProgram(unix.MADV_DONTNEED) }

// adviseProgram advises the system on the program's own file, where that is mapped for
// reading only.
func adviseProgram(advice uintptr) error {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return err
	}
	defer maps.Close()
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		var from, to uintptr
		var may string
		line := lines.Text()
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); err != nil {
			return err
		}
		if strings.HasSuffix(line, " "+self) && (may == "r--p" || may == "r-xp") {
			if _, _, e := unix.Syscall(unix.SYS_MADVISE, from, to-from, advice); e != 0 {
				return e
			}
		}
	}
	return lines.Err()
}
