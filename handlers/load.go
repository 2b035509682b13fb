package handlers

import (
	"runtime"
	"sync/atomic"
	"time"
)

// Load counts the requests under way, and remembers when they were last many: as many as
// twice the processors. Requests come in waves, above all when many of them wait for one
// write to disk, so what the count is just now says little. The zero value is ready.
type Load struct {
	underWay atomic.Int64
	many     atomic.Int64 // nanoseconds of Unix time
}

// lull is for how long there have to be few requests until the process is not busy.
const lull = 150 * time.Millisecond

func (l *Load) begin() { l.underWay.Add(1); l.look() }

func (l *Load) end() { l.look(); l.underWay.Add(-1) }

func (l *Load) look() {
	if l.underWay.Load() >= 2*int64(runtime.GOMAXPROCS(0)) {
		l.many.Store(time.Now().UnixNano())
	}
}

// Busy reports whether there are many requests, or were a moment ago.
func (l *Load) Busy() bool {
	l.look()
	return time.Now().UnixNano()-l.many.Load() < int64(lull)
}
