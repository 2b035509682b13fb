package worker

import (
	"context"
	"errors"
	"slices"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// handedAtOnce is how many cases of a dissolved agency are passed on before it is looked
// whether there are more.
const handedAtOnce = 100

const dissolved = "Cơ quan đang giữ vụ việc đã giải thể hoặc sáp nhập; chuyển cơ quan kế thừa."

// handOver passes the open cases of dissolved agencies to those that go on with them. A
// case that an officer moved meanwhile is left alone.
func (w *Worker) handOver(ctx context.Context) {
	asking, enough := context.WithTimeout(ctx, asking)
	tree, _, err := w.tree(asking)
	enough()
	if err != nil {
		return // claiming work says so
	}
	for _, a := range tree.All() {
		if a.Successor == "" {
			continue
		}
		if err := w.handOverFrom(ctx, a.Code, tree); err != nil && ctx.Err() == nil {
			w.o.Log.Warn("cases of a dissolved agency are left for later", "agency", a.Code, "reason", reason(err))
		}
	}
}

func (w *Worker) handOverFrom(ctx context.Context, from string, tree *models.Tree) error {
	path := tree.Path(tree.Heir(from))
	q := store.FeedbackQuery{Scope: from, Agency: from, Sort: store.ByReceived, Limit: handedAtOnce,
		Statuses: []models.Status{models.NeedsInfo, models.Assigned, models.InProgress}}
	for ctx.Err() == nil {
		page, err := w.o.Store.ListFeedback(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range page.Items {
			if err := w.handOn(ctx, row.ID, from, path, tree); err != nil {
				return err
			}
		}
		if q.Next = page.Next; q.Next == "" {
			return nil
		}
	}
	return ctx.Err()
}

func (w *Worker) handOn(ctx context.Context, id, from string, path []string, tree *models.Tree) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	now := w.o.Now()
	_, err := w.o.Store.UpdateFeedback(ctx, id, models.Clocked(w.o.Rules, tree, now, func(f *models.Feedback) ([]models.Work, error) {
		if f.Agency != from || slices.Contains(path, from) {
			return nil, errNothingToDo
		}
		return f.Forward(models.Actor{}, path, dissolved, now)
	}))
	if errors.Is(err, errNothingToDo) || models.ErrorKindOf(err) == models.KindWrongState {
		return nil
	}
	w.Wake()
	return err
}
