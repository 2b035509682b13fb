package worker

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
	"kiennghi/search"
)

// routeWaits is how often routing waits for a search engine that is away.
const routeWaits = 3

var errNothingToDo = errors.New("nothing to do")

// route finds the agency of a new case. It keeps the suggestions with the case, and
// hands the case to the best one when that is sure enough. A case that an officer or
// its sender touched meanwhile is left to the officers.
func (w *Worker) route(ctx context.Context, x *models.Work) error {
	f, err := w.o.Store.Feedback(ctx, x.OwnerID)
	if errors.Is(err, models.ErrNotFound) || err == nil && !routable(f) {
		return nil
	}
	if err != nil {
		return err
	}
	// Without the engine only the signs in the text speak: better than nothing, but
	// worth waiting a little for more.
	if err := w.o.Index.Ready(ctx); err != nil && x.Attempts <= routeWaits {
		return err
	}
	tree, err := w.tree(ctx)
	if err != nil {
		return err
	}
	routing, err := w.think(ctx, tree, models.RouteInput{
		Title: f.Title, Body: f.Body, Province: f.Province, Commune: f.Commune, Asked: f.Asked, Field: f.Field,
	})
	if err != nil || len(routing.Suggestions) == 0 {
		return err
	}
	best, sure := routing.Confident(w.o.RouteThreshold)
	if a, ok := tree.Get(best); !ok || !a.Assignable() || w.o.RouteThreshold <= 0 {
		sure = false
	}
	now := w.o.Now()
	_, err = w.o.Store.UpdateFeedback(ctx, f.ID, func(f *models.Feedback) ([]models.Work, error) {
		if !routable(f) {
			return nil, errNothingToDo
		}
		work := f.Suggest(routing.Suggestions, routing.Field, now)
		if !sure {
			return work, nil
		}
		return f.Assign(models.Actor{}, tree.Path(best), "", now) // its work indexes as well
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	w.Wake() // for the work that follows
	return err
}

func (w *Worker) think(ctx context.Context, tree *models.Tree, in models.RouteInput) (models.Routing, error) {
	select {
	case w.thinking <- struct{}{}:
		defer func() { <-w.thinking }()
		return search.Route(ctx, w.o.Index, tree, w.o.Fields, in)
	case <-ctx.Done():
		return models.Routing{}, ctx.Err()
	}
}

func routable(f *models.Feedback) bool {
	return f.Status == models.Received && f.Agency == "" && f.Kind == models.Ordinary &&
		len(f.Suggestions) == 0 && len(f.PastAgencies) == 0
}

// tree returns the agencies, as they were at most a minute ago: they are thousands,
// and change a few times a year.
func (w *Worker) tree(ctx context.Context) (*models.Tree, error) {
	w.agencies.Lock()
	defer w.agencies.Unlock()
	if t := w.agencies.tree; t != nil && w.o.Now().Sub(w.agencies.read) < time.Minute {
		return t, nil
	}
	all, err := w.o.Store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	w.agencies.tree, w.agencies.read = models.NewTree(all), w.o.Now()
	return w.agencies.tree, nil
}
