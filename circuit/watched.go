package circuit

import (
	"context"
	"sync"
	"time"
)

// Watched is a Circuit that no caller tries for the others: while it is open every call
// fails at once, and one question after another, beside the calls, finds out whether the
// service is back. A nil one is always closed.
type Watched struct {
	Circuit
	Ask   func(ctx context.Context) error // asks the service; no error: it is back
	Limit time.Duration                   // that its answer may take

	asking sync.Mutex // held by who asks
	asks   sync.WaitGroup
}

// Closed reports whether to call, and then to Leave with how it went. When it is time it
// has the service asked.
func (w *Watched) Closed() bool {
	if w == nil || !w.Open() {
		return true
	}
	if w.asking.TryLock() {
		if w.Enter() > 0 {
			w.asking.Unlock()
		} else {
			w.asks.Go(w.ask)
		}
	}
	return false
}

func (w *Watched) ask() {
	defer w.asking.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), w.Limit)
	defer cancel()
	w.Leave(w.Ask(ctx) == nil)
}

// Leave is Circuit.Leave.
func (w *Watched) Leave(well bool) {
	if w != nil {
		w.Circuit.Leave(well)
	}
}

// Wait waits until nobody asks any more.
func (w *Watched) Wait() { w.asks.Wait() }
