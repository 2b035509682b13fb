package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"os"
	"sync/atomic"
)

// In pages of 4 KiB; a new case writes about ten.
const (
	checkpointEvery = 1000  // writes
	longLog         = 65536 // 256 MiB: then the log is to start anew
	shortRest       = 300   // so little is carried over by the writer itself
	rounds          = 8     // at most, to come to that
)

// checkpointer carries what is in the log into the database file while writes go on: in
// the writing connection it would make senders wait for the disk to take in thousands of
// scattered pages (measured: 80 ms for one write in a hundred, and half as many writes in
// a second). It waits neither for readers nor for writers.
//
// While writes go on SQLite does not sync the database file after such a checkpoint, but
// once, when the log starts anew, with the writer waiting (measured: up to 350 ms). So it
// is synced here each time, and little is left for the writer.
type checkpointer struct {
	c      *conn
	file   *os.File      // the database's; closed after all connections, whose locks end with it
	due    chan struct{} // there is something to do
	done   chan struct{}
	long   atomic.Bool // the log is long, and nearly all of it is in the file
	writes int         // since due was last said; the writer's
}

func openCheckpointer(path string) (*checkpointer, error) {
	c, err := openConn(path, "cache_size(-100)", "wal_autocheckpoint(0)")
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	p := &checkpointer{c: c, file: file, due: make(chan struct{}, 1), done: make(chan struct{})}
	go p.run()
	return p, nil
}

func (p *checkpointer) run() {
	defer close(p.done)
	for range p.due {
		log, carried, err := p.carry()
		for range rounds { // each time less was written meanwhile
			if err != nil || log < longLog {
				break
			}
			before := carried
			if log, carried, err = p.carry(); carried-before < shortRest {
				break
			}
		}
		if err == nil && log >= longLog {
			p.long.Store(true)
		}
	}
}

// carry carries what is in the log into the file. A failed sync of the file means nothing
// yet: SQLite syncs it again before it lets go of the log.
func (p *checkpointer) carry() (log, carried int64, err error) {
	log, carried, err = checkpoint(p.c, sqlCheckpoint)
	writeBack(p.file)
	p.file.Sync()
	return log, carried, err
}

// wrote is called by the writer after n writes, outside a transaction, with its connection.
func (p *checkpointer) wrote(c *conn, n int) {
	if p.long.CompareAndSwap(true, false) {
		restart(c)
	}
	if p.writes += n; p.writes < checkpointEvery {
		return
	}
	p.writes = 0
	select {
	case p.due <- struct{}{}:
	default: // it is at it
	}
}

// end waits for what is under way and closes the connection; the file is closed by who
// closes the last connection.
func (p *checkpointer) end() error {
	close(p.due)
	<-p.done
	return wrap(p.c.close())
}

// restart lets the log begin anew, unless readers are in the way for more than a moment:
// then it is tried again after the next checkpoint, so an error means nothing here.
func restart(c *conn) {
	if _, err := c.exec(sqlWaitAMoment); err == nil {
		checkpoint(c, sqlRestartLog)
		c.exec(sqlWaitLong)
	}
}

// checkpoint returns how many pages the log has, and how many of them are carried over.
func checkpoint(c *conn, how *statement) (log, carried int64, err error) {
	err = c.query(context.Background(), how, func(r []driver.Value) error {
		log, carried = r[1].(int64), r[2].(int64)
		return nil
	})
	return log, carried, err
}
