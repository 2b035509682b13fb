package worker

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// The figures are counted by walking all records, now and then: nothing has to be kept
// right with every change, and after whatever happened they are right the next time.
const (
	figuresNext  = "figures_next" // when they are to be counted again
	figuresEvery = 10 * time.Minute
	figuresShare = 100 // of the time goes into counting at most one part
	figuresBatch = 100 // records between two pauses
)

// CountFigures counts all records and stores the figures, and those of routing, in place of
// those before; reports say when its quarters end. pause, which may be nil, is called now and then with the time that the last
// records took.
func CountFigures(ctx context.Context, st store.Store, now time.Time, reports []models.ReportTerm, pause func(time.Duration)) (*models.Figures, error) {
	agencies, err := st.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	tree := models.NewTree(agencies)
	x, routing := models.NewFigures(now, reports...), models.NewRoutingFigures(now)
	n, last := 0, time.Now()
	err = st.EachFeedback(ctx, time.Time{}, func(f *models.Feedback) error {
		x.Count(f)
		routing.Count(f, tree)
		if n++; n%figuresBatch == 0 && pause != nil {
			pause(time.Since(last))
			last = time.Now()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := store.PutRoutingFigures(ctx, st, routing); err != nil {
		return nil, err
	}
	return x, store.PutFigures(ctx, st, x)
}

// countFigures counts when it is time to. Of several processes one does.
func (w *Worker) countFigures(ctx context.Context) {
	next, err := setting(ctx, w.o.Store, figuresNext)
	now := w.o.Now()
	if err != nil || next > now.UTC().Format(time.RFC3339) {
		return
	}
	if n, err := w.o.Store.Hit(ctx, "figures "+next, 1, figuresEvery, now); err != nil || n > 1 {
		return
	}
	var work time.Duration
	_, err = CountFigures(ctx, w.o.Store, now, w.o.Reports, func(took time.Duration) {
		work += took
		w.letOthersGo(ctx, 3*took)
	})
	if err == nil {
		err = w.o.Store.PutSetting(ctx, figuresNext, now.Add(max(figuresEvery, figuresShare*work)).UTC().Format(time.RFC3339))
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		w.o.Log.Warn("the figures could not be counted", "reason", reason(err))
	}
}

// letOthersGo waits for some time, and for longer while people wait for the process.
func (w *Worker) letOthersGo(ctx context.Context, d time.Duration) {
	for until := time.Now().Add(yieldFor); ; d = yieldStep {
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(d, time.Second)):
		}
		if w.o.Busy == nil || !w.o.Busy() || time.Now().After(until) {
			return
		}
	}
}
