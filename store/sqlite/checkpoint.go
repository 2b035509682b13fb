package sqlite

import (
	"context"
	"database/sql/driver"
	"sync/atomic"
)

const (
	checkpointEvery = 500     // writes
	longLog         = 64 << 8 // pages of 4 KiB: 64 MiB
)

// checkpointer carries what is in the log into the database file while writes go on: in
// the writing connection it would make senders wait for it (measured: 80 ms at the worst
// instead of 20, and half the writes in a second). It never waits for readers or writers.
type checkpointer struct {
	c      *conn
	due    chan struct{} // there is something to do
	done   chan struct{}
	long   atomic.Bool // the log is to start anew
	writes int         // since due was last said; the writer's
}

func openCheckpointer(path string) (*checkpointer, error) {
	c, err := openConn(path, "cache_size(-100)", "wal_autocheckpoint(0)")
	if err != nil {
		return nil, err
	}
	p := &checkpointer{c: c, due: make(chan struct{}, 1), done: make(chan struct{})}
	go p.run()
	return p, nil
}

func (p *checkpointer) run() {
	defer close(p.done)
	for range p.due {
		if pages, err := checkpoint(p.c, sqlCheckpoint); err == nil && pages > longLog {
			p.long.Store(true)
		}
	}
}

// wrote is called by the writer after n writes, outside a transaction, with its connection.
func (p *checkpointer) wrote(c *conn, n int) {
	if p.writes += n; p.writes < checkpointEvery {
		return
	}
	p.writes = 0
	select {
	case p.due <- struct{}{}:
	default: // it is at it
	}
	if p.long.CompareAndSwap(true, false) {
		checkpoint(c, sqlRestartLog) // most is in the file already; an error is that of a reader in the way: it is tried again
	}
}

func (p *checkpointer) close() error {
	close(p.due)
	<-p.done
	return wrap(p.c.close())
}

// checkpoint returns how many pages the log has.
func checkpoint(c *conn, how *statement) (pages int64, err error) {
	err = c.query(context.Background(), how, func(r []driver.Value) error {
		pages = r[1].(int64)
		return nil
	})
	return pages, err
}
