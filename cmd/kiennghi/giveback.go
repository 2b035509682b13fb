package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	giveBackLook  = 5 * time.Second
	giveBackEvery = 20 * time.Second // at most; it is a whole collection
	giveBackMin   = 32 << 20         // bytes; less is not worth that
)

// giveBack returns memory to the system in a lull: what a busy time left behind is not
// needed then, and the collector by itself keeps as much again as is in use. The index's
// files leave the process's memory too, and stay in the system's cache.
func (p *program) giveBack(ctx context.Context) {
	t := time.NewTicker(giveBackLook)
	defer t.Stop()
	for calm, last := 0, time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		calm++
		if p.load.Busy() {
			calm = 0
		}
		if calm < 2 || time.Since(last) < giveBackEvery {
			continue
		}
		last = time.Now()
		if spare() >= giveBackMin {
			debug.FreeOSMemory()
		}
		if p.localIndex == nil {
			continue
		}
		if err := p.localIndex.GiveBack(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("the search index keeps its memory", "error", err.Error())
		}
	}
}

// spare is how much of the heap was not in use when it was last collected.
func spare() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	have, live := s[0].Value.Uint64()+s[1].Value.Uint64()+s[2].Value.Uint64(), s[3].Value.Uint64()
	return have - min(have, live)
}
