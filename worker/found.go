package worker

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
)

// FoundBy is the setting that names the detector whose finds all published cases have.
const FoundBy = "found_by"

const (
	foundEvery = time.Hour        // between two tries
	foundBatch = 100              // records between two pauses
	foundOne   = 10 * time.Second // for one case
)

// keepFound writes into published cases what this program's detector finds in them, when
// another one's is kept there, or none: until then reading such an answer runs it. Of several
// processes one does.
func (w *Worker) keepFound(ctx context.Context) {
	have, err := setting(ctx, w.o.Store, FoundBy)
	if err != nil || have == models.DetectorName() {
		return
	}
	if n, err := w.o.Store.Hit(ctx, "found "+models.DetectorName(), 1, foundEvery, w.o.Now()); err != nil || n > 1 {
		return
	}
	generations, err := sealGenerations(ctx, w.o.Store)
	if err != nil {
		return
	}
	keys := func(agency string) []models.Sealer { return w.o.Keyring.Sealers(agency, generations.Of(agency)) }
	n, written, last := 0, 0, time.Now()
	err = w.o.Store.EachFeedback(ctx, time.Time{}, func(f *models.Feedback) error {
		if n++; n%foundBatch == 0 {
			w.letOthersGo(ctx, 3*time.Since(last))
			last = time.Now()
		}
		if f.FoundKept() {
			return ctx.Err()
		}
		written++
		return w.keepFoundIn(ctx, f.ID, keys)
	})
	if err == nil {
		err = w.o.Store.PutSetting(ctx, FoundBy, models.DetectorName())
	}
	switch {
	case err != nil && ctx.Err() == nil:
		w.o.Log.Warn("what the detector finds is not kept with every published case yet", "written", written, "reason", reason(err))
	case err == nil && written > 0:
		w.o.Log.Info("what the detector finds is kept with published cases", "written", written)
	}
}

// keepFoundIn writes into one case what is found in it.
func (w *Worker) keepFoundIn(ctx context.Context, id string, keys func(agency string) []models.Sealer) error {
	ctx, cancel := context.WithTimeout(ctx, foundOne)
	defer cancel()
	_, err := w.o.Store.UpdateFeedback(ctx, id, func(f *models.Feedback) ([]models.Work, error) {
		if f.FoundKept() {
			return nil, errNothingToDo
		}
		return f.Refind(keys, w.o.Now())
	})
	if errors.Is(err, errNothingToDo) || errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}
