package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// TestSpare: what a busy time left behind is spare, also when it is collected already, and no
// longer when it was given back.
func TestSpare(t *testing.T) {
	left := make([]byte, 64<<20)
	left[0] = 1
	runtime.KeepAlive(left)
	runtime.GC()
	before := spare()
	if before < giveBackMin {
		t.Errorf("%d bytes are spare after 64 MB were used", before)
	}
	debug.FreeOSMemory()
	if after := spare(); after > before/2 {
		t.Errorf("%d bytes are spare, and were %d before they were given back", after, before)
	}
}
