package main

import (
	"runtime/debug"
	"testing"
)

// TestSpare: what a busy time left behind is spare until it is given back.
func TestSpare(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	debug.FreeOSMemory()
	var left []byte
	for range 1000 {
		left = make([]byte, 64<<10)
	}
	left[0]++
	before := spare()
	if before < giveBackMin {
		t.Errorf("%d bytes are spare after 64 MB were used", before)
	}
	debug.FreeOSMemory()
	if after := spare(); after > before/2 {
		t.Errorf("%d bytes are spare, and were %d before they were given back", after, before)
	}
}
