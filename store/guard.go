package store

import (
	"context"
	"errors"
	"time"

	"kiennghi/circuit"
	"kiennghi/models"
)

const (
	guardAfter = 3                      // failures in a row
	guardFor   = 500 * time.Millisecond // then it is asked whether it is back
	guardAsk   = 3 * time.Second        // that the answer may take
)

var errGuarded = models.Wrap(models.KindUnavailable, &circuit.Refusal{Wait: guardFor, Who: "the database"})

// Guard is a Store that does not wait for a database that does not answer: after some
// failures in a row every call fails at once, while one after another asks the database,
// beside them, whether it is back. What is for commands and for long jobs (Migrate and
// the methods named Each) is not guarded.
type Guard struct {
	Store
	circuit circuit.Watched
}

// NewGuard puts a guard in front of a database.
func NewGuard(s Store) *Guard {
	g := &Guard{Store: s}
	g.circuit.After, g.circuit.Pause, g.circuit.Limit = guardAfter, guardFor, guardAsk
	g.circuit.Ask = func(ctx context.Context) error { return g.Store.Ping(ctx) }
	return g
}

// Open reports whether the database is left alone.
func (g *Guard) Open() bool { return g.circuit.Open() }

// Close is Store.Close.
func (g *Guard) Close() error {
	g.circuit.Wait()
	return g.Store.Close()
}

// enter returns an error while the database is left alone.
func (g *Guard) enter() error {
	if g.circuit.Closed() {
		return nil
	}
	return errGuarded
}

// leave takes down how a call went. An answer that is an error is an answer; a caller who
// did not wait says nothing.
func (g *Guard) leave(ctx context.Context, err error) {
	away := errors.Is(err, models.ErrUnavailable)
	if !away || !errors.Is(ctx.Err(), context.Canceled) {
		g.circuit.Leave(!away)
	}
}

func (g *Guard) do(ctx context.Context, call func() error) error {
	if err := g.enter(); err != nil {
		return err
	}
	err := call()
	g.leave(ctx, err)
	return err
}

func get[T any](ctx context.Context, g *Guard, call func() (T, error)) (T, error) {
	if err := g.enter(); err != nil {
		var none T
		return none, err
	}
	v, err := call()
	g.leave(ctx, err)
	return v, err
}

// Hit is Store.Hit. Whoever counts waits a moment only, which says nothing of the database.
func (g *Guard) Hit(ctx context.Context, key string, n int, window time.Duration, now time.Time) (int, error) {
	if err := g.enter(); err != nil {
		return 0, err
	}
	return g.Store.Hit(ctx, key, n, window, now)
}

// Ping is Store.Ping.
func (g *Guard) Ping(ctx context.Context) error {
	return g.do(ctx, func() error { return g.Store.Ping(ctx) })
}
