package worker

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// unbegun is how many times SealAfter a key may stand in the ring before the worker begins the
// rotation to it by itself: until then every process has read the ring that somebody changed.
const unbegun = 5

// sealAnew seals with the newest key of the ring what is sealed with an older one, a portion
// after the other with pauses between them, when a rotation was begun or somebody put a key
// into the ring. Of several processes one does; when it is killed, another one, or the next
// that starts, goes on where it was.
func (w *Worker) sealAnew(ctx context.Context) {
	if err := w.goOnSealing(ctx); err != nil && ctx.Err() == nil {
		w.o.Log.Warn("not everything is sealed with the newest key yet", "reason", reason(err))
	}
}

func (w *Worker) goOnSealing(ctx context.Context) error {
	r, sealedWith, err := store.LastRotation(ctx, w.o.Store)
	if errors.Is(err, models.ErrNotFound) { // nothing was ever sealed
		return nil
	}
	if err != nil {
		return err
	}
	for _, id := range []string{sealedWith, r.Key} {
		if id != "" && !w.o.Keyring.Has(id) {
			return errors.New("this process has no key " + id + " in its ring")
		}
	}
	newest := w.o.Keyring.IDs()[0]
	if newest == sealedWith {
		w.ringGrew = time.Time{}
		w.metrics.sealed.Set(1)
		return nil
	}
	now := w.o.Now()
	s := store.NewSealing(w.o.Database, w.o.Keyring)
	if r.Key != newest {
		w.metrics.sealed.Set(0)
		if w.ringGrew.IsZero() {
			w.ringGrew = now
		}
		if now.Sub(w.ringGrew) < unbegun*w.o.SealAfter {
			return nil
		}
		if r, err = s.BeginRotation(ctx, "program", now); err != nil {
			return err
		}
	}
	w.metrics.sealed.Set(r.Share())
	if now.Sub(r.Began) < w.o.SealAfter || now.Sub(r.At) < 2*w.o.SealAfter { // somebody else is at it
		return nil
	}
	w.o.Log.Info("sealing everything with the newest key", "key", r.Key, "cases", r.Cases, "of", r.Of)
	for began := time.Now(); r.Ended.IsZero() && ctx.Err() == nil; began = time.Now() {
		err := s.GoOn(ctx, &r, func() {
			w.letOthersGo(ctx, 3*time.Since(began))
			began = time.Now()
		}, w.o.Now)
		if err != nil {
			return err
		}
		w.metrics.sealed.Set(r.Share())
		w.letOthersGo(ctx, 3*time.Since(began))
	}
	if !r.Ended.IsZero() {
		w.o.Log.Info("everything is sealed with the newest key", "key", r.Key, "records", r.Written)
	}
	return ctx.Err()
}
