package worker

import (
	"context"
	"sync"
	"testing"

	"kiennghi/models"
	"kiennghi/search"
)

// slow is an index that takes documents only when it is let, and tells how many came together.
type slow struct {
	search.Index
	arrived chan int
	let     chan struct{}
}

func (s slow) Put(ctx context.Context, docs ...search.Document) error {
	s.arrived <- len(docs)
	select {
	case <-s.let:
		return s.Index.Put(ctx, docs...)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestIndexWorkGathers: what comes in while the engine is busy comes together for the next turn.
func TestIndexWorkGathers(t *testing.T) {
	idx := slow{arrived: make(chan int, 100), let: make(chan struct{})}
	e := newEnv(t, func(o *Options) { idx.Index = o.Index; o.Index = idx; o.Batch = 30 })
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { e.w.Run(ctx) })
	p := e.person("", "")
	for range indexing {
		e.feedback(p, "Ổ gà", e.work(models.WorkIndex, nil))
		e.w.Wake()
		if n := <-idx.arrived; n != 1 {
			t.Errorf("%d came", n)
		}
	}
	waiting := func() int {
		e.w.gathered.mu.Lock()
		defer e.w.gathered.mu.Unlock()
		return len(e.w.gathered.waiting)
	}
	for n := range 40 {
		e.feedback(p, "Ổ gà", e.work(models.WorkIndex, nil))
		e.w.Wake()
		e.eventually("it was claimed", func() bool { return waiting() == n+1 })
	}
	close(idx.let)
	if a, b := <-idx.arrived, <-idx.arrived; a+b != 40 || max(a, b) != 30 {
		t.Errorf("%d and %d came together, want 30 and 10", a, b)
	}
	e.eventually("all work is done", func() bool { return e.count().Pending == 0 })
	stop()
	running.Wait()
	if n := e.found("ổ gà"); n != 40+indexing {
		t.Errorf("%d found", n)
	}
}
