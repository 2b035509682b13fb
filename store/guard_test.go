package store

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kiennghi/models"
)

// database is a Store of which three methods do what do says.
type database struct {
	Store
	do    func(ctx context.Context) error
	calls int
	pings atomic.Int64
}

func (d *database) Feedback(ctx context.Context, _ string) (*models.Feedback, error) {
	d.calls++
	return nil, d.do(ctx)
}

func (d *database) Hit(ctx context.Context, _ string, _ int, _ time.Duration, _ time.Time) (int, error) {
	d.calls++
	return 0, d.do(ctx)
}

func (d *database) Ping(ctx context.Context) error { d.pings.Add(1); return d.do(ctx) }
func (d *database) Close() error                   { return nil }

func answering(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

// slow is a database that cannot be reached: the driver gives up after three seconds.
func slow(ctx context.Context) error {
	select {
	case <-time.After(3 * time.Second):
		return models.ErrUnavailable
	case <-ctx.Done():
		return models.Wrap(models.KindUnavailable, ctx.Err())
	}
}

func TestGuardAnswersAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{do: slow}
		g := NewGuard(d)
		defer g.Close()
		took := func() time.Duration {
			t.Helper()
			begun := time.Now()
			if _, err := g.Feedback(t.Context(), "x"); !errors.Is(err, models.ErrUnavailable) {
				t.Errorf("while the database is away: %v", err)
			}
			return time.Since(begun)
		}
		for range guardAfter {
			if g.Open() || took() == 0 {
				t.Error("left alone too soon")
			}
		}
		for range 100 { // ten seconds
			if d := took(); !g.Open() || d != 0 {
				t.Errorf("an answer took %v", d)
			}
			time.Sleep(100 * time.Millisecond) // of the bubble's clock
		}
		if n := d.pings.Load(); d.calls != guardAfter || n < 2 || n > 4 {
			t.Errorf("the database was called %d times and asked %d times", d.calls, n)
		}
		time.Sleep(guardAsk + guardFor) // of the bubble's clock
		synctest.Wait()
		d.do = answering(nil)
		took()
		synctest.Wait()
		if _, err := g.Feedback(t.Context(), "x"); g.Open() || err != nil {
			t.Errorf("the database is back: %v", err)
		}
	})
}

func TestGuardCountsWhatTheDatabaseDid(t *testing.T) {
	d := &database{do: answering(models.ErrNotFound)}
	g := NewGuard(d)
	for range 2 * guardAfter {
		if _, err := g.Feedback(t.Context(), "x"); !errors.Is(err, models.ErrNotFound) || g.Open() {
			t.Fatalf("an answer: %v", err)
		}
	}
	d.do = slow
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 * guardAfter {
		if _, err := g.Feedback(gone, "x"); err == nil || g.Open() {
			t.Fatalf("a caller who went away: %v", err)
		}
		if _, err := g.Hit(gone, "x", 1, time.Hour, time.Now()); err == nil || g.Open() {
			t.Fatalf("counting: %v", err)
		}
	}
	d.do = answering(models.ErrUnavailable)
	for range 2 * guardAfter {
		if _, err := g.Hit(t.Context(), "x", 1, time.Hour, time.Now()); err == nil || g.Open() {
			t.Fatalf("counting: %v", err)
		}
	}
	for range guardAfter {
		g.Feedback(t.Context(), "x")
	}
	before := d.calls
	if _, err := g.Hit(t.Context(), "x", 1, time.Hour, time.Now()); !errors.Is(err, models.ErrUnavailable) || d.calls != before {
		t.Errorf("counting while the database is away: %v", err)
	}
}

// TestGuardHasEveryMethod calls every method of an open guard: one that was forgotten
// would go through to the Store, which is nil here.
func TestGuardHasEveryMethod(t *testing.T) {
	g := NewGuard(nil)
	for range guardAfter {
		g.circuit.Leave(false)
	}
	g.circuit.Ask = func(context.Context) error { return models.ErrUnavailable }
	methods := reflect.TypeFor[Store]()
	for i := range methods.NumMethod() {
		m := methods.Method(i)
		if m.Name == "Close" || m.Name == "Migrate" || strings.HasPrefix(m.Name, "Each") {
			continue
		}
		call := reflect.ValueOf(g).MethodByName(m.Name)
		args := []reflect.Value{reflect.ValueOf(t.Context())}
		for n := 1; n < m.Type.NumIn() && !(m.Type.IsVariadic() && n == m.Type.NumIn()-1); n++ {
			args = append(args, reflect.Zero(m.Type.In(n)))
		}
		func() {
			defer func() {
				if recover() != nil {
					t.Errorf("%s is not guarded", m.Name)
				}
			}()
			out := call.Call(args)
			if err, _ := out[len(out)-1].Interface().(error); !errors.Is(err, errGuarded) {
				t.Errorf("%s: %v", m.Name, err)
			}
		}()
	}
}
