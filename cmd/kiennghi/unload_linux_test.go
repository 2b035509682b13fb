package main

import (
	"errors"
	"os"
	"regexp"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// ofFiles is how many kilobytes of mapped files are in this process's memory.
func ofFiles(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`RssFile:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Skip("this system does not tell what is in memory of files")
	}
	kb, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kb
}

func TestUnloadProgram(t *testing.T) {
	if moved, err := relocated("/bin/sh"); err != nil || !moved {
		t.Errorf("the system's shell: %v, %v; it is linked dynamically", moved, err)
	}
	if moved, err := relocated("/proc/self/exe"); err != nil {
		t.Fatal(err)
	} else if moved {
		t.Skip("this test was built to be relocated, as with the race detector")
	}
	if err := adviseProgram(unix.MADV_POPULATE_READ); errors.Is(err, unix.EINVAL) {
		t.Skip("this system cannot be told to read a program in")
	} else if err != nil {
		t.Fatal(err)
	}
	before := ofFiles(t)
	if err := unloadProgram(); err != nil {
		t.Fatal(err)
	}
	if after := ofFiles(t); after > before/2 {
		t.Errorf("%d kB of files are in memory, and %d kB were before the program was unloaded", after, before)
	}
}
