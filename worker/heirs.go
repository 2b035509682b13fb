package worker

import (
	"context"
	"slices"

	"kiennghi/models"
	"kiennghi/store"
)

// handedAtOnce is how many cases of a dissolved agency are read at once.
const handedAtOnce = 100

// handedOn are the states of a case that an agency still has something to do with.
var handedOn = []models.Status{models.NeedsInfo, models.Assigned, models.InProgress}

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
		err := w.handOverFrom(ctx, a.Code, tree)
		if err == nil {
			err = w.handOverTasks(ctx, a.Code, tree)
		}
		if err != nil && ctx.Err() == nil {
			w.o.Log.Warn("cases of a dissolved agency are left for later", "agency", a.Code, "reason", reason(err))
		}
	}
}

func (w *Worker) handOverFrom(ctx context.Context, from string, tree *models.Tree) error {
	path := tree.Path(tree.Heir(from))
	q := store.FeedbackQuery{Scope: from, Agency: from, Sort: store.ByReceived, Limit: handedAtOnce, Statuses: handedOn}
	return store.EachCase(ctx, w.o.Store, q, func(row models.Summary) error { return w.handOn(ctx, row.ID, from, path, tree) })
}

// handOverTasks passes on what a dissolved agency was asked to contribute to open cases of others.
func (w *Worker) handOverTasks(ctx context.Context, from string, tree *models.Tree) error {
	q := store.FeedbackQuery{All: true, Contributor: from, Sort: store.ByReceived, Limit: handedAtOnce, Statuses: handedOn}
	return store.EachCase(ctx, w.o.Store, q, func(row models.Summary) error {
		defer w.Wake()
		return w.changeOne(ctx, row.ID, func(f *models.Feedback) ([]models.Work, error) {
			work := f.InheritTask(from, tree.Heir(from), w.o.Now())
			if work == nil {
				return nil, errNothingToDo
			}
			return work, nil
		})
	})
}

func (w *Worker) handOn(ctx context.Context, id, from string, path []string, tree *models.Tree) error {
	now := w.o.Now()
	err := w.changeOne(ctx, id, models.Clocked(w.o.Rules, tree, now, func(f *models.Feedback) ([]models.Work, error) {
		if f.Agency != from || slices.Contains(path, from) {
			return nil, errNothingToDo
		}
		return f.Forward(models.Actor{}, path, dissolved, now)
	}))
	if models.ErrorKindOf(err) == models.KindWrongState {
		return nil
	}
	w.Wake()
	return err
}
