package main

import (
	"context"
	"errors"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	giveBackLook  = 5 * time.Second
	giveBackEvery = 20 * time.Second // at most; it is a whole collection
	giveBackMin   = 8 << 20          // bytes; less is not worth that
)

// giver keeps memory that it can do without; the databases and engines of their own process
// do.
type giver interface {
	GiveBack(ctx context.Context) error
}

// giveBack returns memory to the system in a lull: what a busy time left behind is not
// needed then, and the collector by itself keeps as much again as is in use. What database and
// index keep of their files goes too, and the program's own file; the system's cache has it still.
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
		var err error
		for _, x := range []any{p.db, p.engine} {
			if g, ok := x.(giver); ok {
				err = errors.Join(err, g.GiveBack(ctx))
			}
		}
		if spare() >= giveBackMin { // after that, which leaves some
			debug.FreeOSMemory()
		}
		err = errors.Join(err, unloadProgram())
		if err != nil && ctx.Err() == nil {
			p.log.Warn("memory is not given back", "error", err.Error())
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
