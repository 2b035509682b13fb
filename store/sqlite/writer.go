package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"kiennghi/models"
)

var errClosed = models.Wrap(models.KindUnavailable, errors.New("the database is closed"))

// errReadOnly answers a write to a file that was opened for reading.
var errReadOnly = errors.New("the database was opened for reading only")

// batchSize bounds the writes that share one transaction.
const batchSize = 256

// writer owns the one connection that writes. Writes that arrive while a transaction
// runs wait and then share the next one, so under load many of them share one sync
// to disk; alone, a write waits for nothing. All are answered after the commit, which
// with synchronous=FULL has reached the disk by then.
//
// A write that fails before it changed anything, which is the rule, just drops out. When
// one fails later, the transaction is rolled back and all its writes run once more, each
// in a savepoint of its own, so that a failing one undoes itself only. (Savepoints for
// all, always, were measured to cost a third of the time of a write.)
//
// What is in the log is carried into the database file by the checkpointer, beside the
// writes. Only when the log has grown long the writer waits for its start to be free again.
type writer struct {
	c     *conn
	queue chan *write
	done  chan struct{}
	mu    sync.RWMutex // held for reading while a write is put into the queue
	shut  bool
	check *checkpointer
}

type write struct {
	do       func(t *tx) error
	taken    atomic.Bool // by the writer, or by the caller who gave up
	changed  bool
	err      error
	panicked any
	ready    chan struct{}
}

// tx is what a write works with. A write may run twice.
type tx struct {
	c       *conn
	changed bool // or perhaps changed: after an error like a full disk nobody knows
}

// exec runs a statement that writes.
func (t *tx) exec(q *statement, args ...any) (int64, error) {
	n, err := t.c.exec(q, args...)
	t.changed = t.changed || !errors.Is(err, models.ErrExists)
	return n, err
}

func openWriter(path string) (*writer, error) {
	c, err := openConn(path, "cache_size(-16000)", "wal_autocheckpoint(0)")
	if err != nil {
		return nil, err
	}
	check, err := openCheckpointer(path)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	w := &writer{c: c, queue: make(chan *write, batchSize), done: make(chan struct{}), check: check}
	go w.run()
	return w, nil
}

// write runs do inside a transaction and returns its error; without one, what it wrote
// is durable. When ctx ends before the write was begun, it never is; once begun it is
// waited for. A panic in do undoes the write and goes on in the caller.
func (w *writer) write(ctx context.Context, do func(t *tx) error) error {
	if w == nil {
		return errReadOnly
	}
	if err := ended(ctx); err != nil {
		return err
	}
	wr := &write{do: do, ready: make(chan struct{})}
	if err := w.put(ctx, wr); err != nil {
		return err
	}
	select {
	case <-wr.ready:
	case <-ctx.Done():
		if wr.taken.CompareAndSwap(false, true) {
			return ended(ctx)
		}
		<-wr.ready
	}
	if wr.panicked != nil {
		panic(wr.panicked)
	}
	return wr.err
}

func (w *writer) put(ctx context.Context, wr *write) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.shut {
		return errClosed
	}
	select {
	case w.queue <- wr:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

// close waits for the writes in the queue and closes the connection, the last one.
func (w *writer) close() error {
	w.mu.Lock()
	again := w.shut
	w.shut = true
	w.mu.Unlock()
	if again {
		<-w.done
		return nil
	}
	close(w.queue)
	<-w.done
	return errors.Join(w.check.end(), wrap(w.c.close()), w.check.file.Close())
}

func (w *writer) run() {
	defer close(w.done)
	batch := make([]*write, 0, batchSize)
	for wr := range w.queue {
		if batch = w.batch(wr, batch[:0]); len(batch) > 0 {
			for _, b := range batch {
				close(b.ready)
			}
		}
		w.check.wrote(w.c, len(batch))
	}
}

// batch runs first and what waits behind it in one transaction, and returns the writes
// that it took, their errors set.
func (w *writer) batch(first *write, batch []*write) []*write {
	_, broken := w.c.exec(sqlBegin)
	undo := false
	for wr := first; wr != nil; wr = w.next(len(batch)) {
		if !wr.taken.CompareAndSwap(false, true) {
			continue
		}
		batch = append(batch, wr)
		if broken == nil && !undo {
			undo = !w.run1(wr) && wr.changed
		}
	}
	if broken == nil && undo {
		broken = w.again(batch)
	}
	if broken == nil {
		_, broken = w.c.exec(sqlCommit)
	}
	if broken != nil {
		w.c.exec(sqlRollback) // the transaction may be gone already: nothing to do about an error
		for _, wr := range batch {
			if wr.err == nil && wr.panicked == nil {
				wr.err = models.Wrap(models.KindUnavailable, broken)
			}
		}
	}
	return batch
}

// again rolls back and runs every write in a savepoint. The error that it returns means
// that the whole transaction is lost.
func (w *writer) again(batch []*write) error {
	w.c.exec(sqlRollback) // a full disk has rolled back by itself already
	if _, err := w.c.exec(sqlBegin); err != nil {
		return err
	}
	for _, wr := range batch {
		if _, err := w.c.exec(sqlSavepoint); err != nil {
			return err
		}
		if !w.run1(wr) {
			if _, err := w.c.exec(sqlRollbackTo); err != nil {
				return err
			}
		}
		if _, err := w.c.exec(sqlRelease); err != nil {
			return err
		}
	}
	return nil
}

// next returns a write that is waiting now, or nil.
func (w *writer) next(n int) *write {
	if n >= batchSize {
		return nil
	}
	select {
	case wr := <-w.queue: // nil once the queue is closed and empty
		return wr
	default:
		return nil
	}
}

// run1 runs one write and reports whether it went well.
func (w *writer) run1(wr *write) bool {
	t := &tx{c: w.c}
	wr.err, wr.panicked = nil, nil
	defer func() {
		wr.changed = t.changed
		if p := recover(); p != nil {
			wr.panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	wr.err = wr.do(t)
	return wr.err == nil
}
