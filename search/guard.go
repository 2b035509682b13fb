package search

import (
	"context"
	"errors"
	"time"

	"kiennghi/circuit"
	"kiennghi/models"
)

const (
	guardAsk   = 1500 * time.Millisecond // for a question to be answered
	guardAfter = 3                       // failures in a row
	guardFor   = 2 * time.Second         // then it is asked whether it is back
)

var errGuarded = models.Wrap(models.KindUnavailable, &circuit.Refusal{Wait: guardFor, Who: "search"})

// Guard is an Index that does not wait for an engine that does not answer: a question
// ends soon, and after some failures in a row calls fail at once, while one question after
// another, beside them, asks whether it is back. So a request that can do without search
// goes on, and no work fails for all that wait. Rebuild is not guarded.
type Guard struct {
	Index
	circuit circuit.Watched
}

// NewGuard puts a guard in front of an engine.
func NewGuard(x Index) *Guard {
	g := &Guard{Index: x}
	g.circuit.After, g.circuit.Pause, g.circuit.Limit = guardAfter, guardFor, guardAsk
	g.circuit.Ask = x.Ready
	return g
}

// Open reports whether the engine is left alone. While it is, it has it asked: at night there
// may be no other caller than who reads the metric.
func (g *Guard) Open() bool { return !g.circuit.Closed() }

// Close is Index.Close.
func (g *Guard) Close() error {
	g.circuit.Wait()
	return g.Index.Close()
}

// call calls the engine unless it is left alone. limit 0 is no limit.
func (g *Guard) call(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	if !g.circuit.Closed() {
		return errGuarded
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		limited, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	err := f(limited)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) { // of the limit
		err = models.Wrap(models.KindUnavailable, err)
	}
	// A caller who did not wait says nothing about the engine, one whose time ran out does.
	if !errors.Is(ctx.Err(), context.Canceled) {
		g.circuit.Leave(err == nil)
	}
	return err
}

// Put is Index.Put.
func (g *Guard) Put(ctx context.Context, docs ...Document) error {
	return g.call(ctx, 0, func(ctx context.Context) error { return g.Index.Put(ctx, docs...) })
}

// Delete is Index.Delete.
func (g *Guard) Delete(ctx context.Context, ids ...string) error {
	return g.call(ctx, 0, func(ctx context.Context) error { return g.Index.Delete(ctx, ids...) })
}

// Search is Index.Search.
func (g *Guard) Search(ctx context.Context, q Query) (r Result, err error) {
	err = g.call(ctx, guardAsk, func(ctx context.Context) error { r, err = g.Index.Search(ctx, q); return err })
	return r, err
}

// Similar is Index.Similar.
func (g *Guard) Similar(ctx context.Context, text string, f Filters, n int) (hits []Hit, err error) {
	err = g.call(ctx, guardAsk, func(ctx context.Context) error { hits, err = g.Index.Similar(ctx, text, f, n); return err })
	return hits, err
}

// Answering is Index.Answering.
func (g *Guard) Answering(ctx context.Context, text string, f Filters, n int) (hits []models.RouteHit, err error) {
	err = g.call(ctx, guardAsk, func(ctx context.Context) error { hits, err = g.Index.Answering(ctx, text, f, n); return err })
	return hits, err
}

// Suggest is Index.Suggest.
func (g *Guard) Suggest(ctx context.Context, prefix string, n int) (hits []Hit, err error) {
	err = g.call(ctx, guardAsk, func(ctx context.Context) error { hits, err = g.Index.Suggest(ctx, prefix, n); return err })
	return hits, err
}

// Ready is Index.Ready.
func (g *Guard) Ready(ctx context.Context) error {
	return g.call(ctx, guardAsk, g.Index.Ready)
}
