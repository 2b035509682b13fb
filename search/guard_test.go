package search

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kiennghi/models"
)

// engine is an Index whose every guarded method does the same.
type engine struct {
	Index
	do    func(ctx context.Context) error
	calls int
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
func (e *engine) Ready(ctx context.Context) error { return e.call(ctx) }
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
				try := func(when string, wantCalls int, wantErr error) {
					t.Helper()
					before := e.calls
					if err := call(g, t.Context()); !errors.Is(err, wantErr) || e.calls != before+wantCalls {
						t.Errorf("%s, %s: %v, %d calls", name, when, err, e.calls-before)
					}
				}
				for range guardAfter {
					if g.Open() {
						t.Errorf("%s: open too soon", name)
					}
					try("down", 1, models.ErrUnavailable)
				}
				if !g.Open() {
					t.Errorf("%s: not open after %d failures", name, guardAfter)
				}
				try("left alone", 0, models.ErrUnavailable)
				time.Sleep(guardFor) // of the bubble's clock
				try("to see", 1, models.ErrUnavailable)
				try("left alone again", 0, models.ErrUnavailable)
				time.Sleep(guardFor) // of the bubble's clock
				e.do = well
				try("well again", 1, nil)
				if g.Open() {
					t.Errorf("%s: still open", name)
				}
				try("as ever", 1, nil)
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
