package search

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kiennghi/circuit"
	"kiennghi/models"
)

// engine is an Index whose every guarded method does the same.
type engine struct {
	Index
	do    func(ctx context.Context) error
	calls int // but for those of Ready
	asks  atomic.Int64
}

func (e *engine) call(ctx context.Context) error { e.calls++; return e.do(ctx) }

func (e *engine) Put(ctx context.Context, _ ...Document) error  { return e.call(ctx) }
func (e *engine) Delete(ctx context.Context, _ ...string) error { return e.call(ctx) }
func (e *engine) Search(ctx context.Context, _ Query) (Result, error) {
	return Result{Total: 1}, e.call(ctx)
}
func (e *engine) Similar(ctx context.Context, _ string, _ Filters, _ int) ([]Hit, error) {
	return []Hit{{ID: "x"}}, e.call(ctx)
}
func (e *engine) Suggest(ctx context.Context, _ string, _ int) ([]Hit, error) {
	return []Hit{{ID: "x"}}, e.call(ctx)
}
func (e *engine) Ready(ctx context.Context) error { e.asks.Add(1); return e.do(ctx) }
func (e *engine) Close() error                    { return nil }
func (e *engine) Rebuild(ctx context.Context, _ func(func(...Document) error) error) error {
	return e.call(ctx)
}

func well(context.Context) error     { return nil }
func down(context.Context) error     { return models.ErrUnavailable }
func silent(c context.Context) error { <-c.Done(); return c.Err() }

// asked are the methods that are questions, told are those that change the index.
var (
	asked = map[string]func(*Guard, context.Context) error{
		"Search":  func(g *Guard, ctx context.Context) error { _, err := g.Search(ctx, Query{}); return err },
		"Similar": func(g *Guard, ctx context.Context) error { _, err := g.Similar(ctx, "", Filters{}, 1); return err },
		"Suggest": func(g *Guard, ctx context.Context) error { _, err := g.Suggest(ctx, "", 1); return err },
		"Ready":   func(g *Guard, ctx context.Context) error { return g.Ready(ctx) },
	}
	told = map[string]func(*Guard, context.Context) error{
		"Put":    func(g *Guard, ctx context.Context) error { return g.Put(ctx) },
		"Delete": func(g *Guard, ctx context.Context) error { return g.Delete(ctx) },
	}
)

func TestGuardPassesAnswers(t *testing.T) {
	g := NewGuard(&engine{do: well})
	if r, err := g.Search(t.Context(), Query{}); err != nil || r.Total != 1 {
		t.Error(r, err)
	}
	if hits, err := g.Similar(t.Context(), "", Filters{}, 1); err != nil || len(hits) != 1 {
		t.Error(hits, err)
	}
	if hits, err := g.Suggest(t.Context(), "", 1); err != nil || len(hits) != 1 {
		t.Error(hits, err)
	}
}

func TestGuardOpensAndCloses(t *testing.T) {
	for _, methods := range []map[string]func(*Guard, context.Context) error{asked, told} {
		for name, call := range methods {
			synctest.Test(t, func(t *testing.T) {
				e := &engine{do: down}
				g := NewGuard(e)
				defer g.Close()
				for range guardAfter {
					if g.Open() {
						t.Errorf("%s: open too soon", name)
					}
					if err := call(g, t.Context()); !errors.Is(err, models.ErrUnavailable) {
						t.Errorf("%s, down: %v", name, err)
					}
					if _, refused := circuit.Refused(call(NewGuard(e), t.Context())); refused {
						t.Errorf("%s: a failure is a refusal", name)
					}
				}
				if !g.Open() {
					t.Errorf("%s: not open after %d failures", name, guardAfter)
				}
				calls, asks := e.calls, e.asks.Load()
				for range 100 { // ten seconds
					err := call(g, t.Context())
					if wait, refused := circuit.Refused(err); !errors.Is(err, models.ErrUnavailable) || !refused || wait != guardFor {
						t.Errorf("%s, left alone: %v", name, err)
					}
					time.Sleep(100 * time.Millisecond) // of the bubble's clock
				}
				if n := e.asks.Load() - asks; e.calls != calls || n < 4 || n > 5 {
					t.Errorf("%s: the engine was called %d times and asked %d times", name, e.calls-calls, n)
				}
				synctest.Wait()
				e.do = well
				time.Sleep(guardFor) // of the bubble's clock
				g.Open()             // as who reads the metric does
				synctest.Wait()
				if err := call(g, t.Context()); err != nil || g.Open() {
					t.Errorf("%s, well again: %v", name, err)
				}
			})
		}
	}
}

// A question that is not answered ends by itself, as an engine that is away; a change
// has the caller's time.
func TestGuardEndsQuestions(t *testing.T) {
	for name, call := range asked {
		synctest.Test(t, func(t *testing.T) {
			g := NewGuard(&engine{do: silent})
			begun := time.Now()
			if err := call(g, t.Context()); !errors.Is(err, models.ErrUnavailable) || time.Since(begun) != guardAsk {
				t.Errorf("%s: %v after %v", name, err, time.Since(begun))
			}
		})
	}
	for name, call := range told {
		synctest.Test(t, func(t *testing.T) {
			g := NewGuard(&engine{do: silent})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			begun := time.Now()
			if err := call(g, ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Minute {
				t.Errorf("%s: %v after %v", name, err, time.Since(begun))
			}
		})
	}
}

// Who goes away says nothing about the engine; one whose time runs out does. A rebuild
// is the worker's business.
func TestGuardCountsWhatTheEngineDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &engine{do: silent}
		g := NewGuard(e)
		for range 2 * guardAfter {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Millisecond, cancel)
			if _, err := g.Search(ctx, Query{}); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		defer g.Close()
		if g.Open() {
			t.Error("open because callers went away")
		}
		for range guardAfter {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			g.Search(ctx, Query{})
			cancel()
		}
		if !g.Open() {
			t.Error("closed although nobody is answered")
		}
		e.do = well
		if err := g.Rebuild(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}
