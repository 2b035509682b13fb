package handlers

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Load
		if l.Busy() {
			t.Error("busy without a request")
		}
		for range 2*runtime.GOMAXPROCS(0) - 1 {
			l.begin()
		}
		if l.Busy() {
			t.Error("busy with few requests")
		}
		l.begin()
		for range 2 * runtime.GOMAXPROCS(0) {
			l.end()
		}
		if !l.Busy() {
			t.Error("a wave is forgotten as soon as it is answered")
		}
		time.Sleep(lull) // on the clock of the bubble
		if l.Busy() {
			t.Error("still busy after a lull")
		}
	})
}
