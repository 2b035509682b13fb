package main

import (
	"bufio"
	"debug/elf"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// unloadProgram takes the program's own file out of this process's memory: starting alone
// touches most of its code and tables, serving needs a third. Mapped for reading only, the
// pages have nothing that the file does not, and come back when they are needed. A program that
// is relocated when it starts is left alone: its pages were written before they became read-only.
func unloadProgram() error {
	if moved, err := relocated("/proc/self/exe"); moved || err != nil {
		return err
	}
	return adviseProgram(unix.MADV_DONTNEED)
}

// relocated reports whether the program's image is written to before it runs.
func relocated(program string) (bool, error) {
	f, err := elf.Open(program)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return f.Type != elf.ET_EXEC || slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool {
		return p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC || p.Type == elf.PT_GNU_RELRO
	}), nil
}

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
