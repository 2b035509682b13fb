package worker

import (
	"context"
	"errors"
	"slices"
	"time"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
)

// routeWaits is how old a case gets while routing waits for a search engine that is away. One
// that is older waits once.
const routeWaits = 15 * time.Second

var errNothingToDo = errors.New("nothing to do")

// changeOne changes one of many cases that are gone through, and takes ten seconds at most. That
// there is nothing to do, or no such case any more, is no error.
func (w *Worker) changeOne(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err := w.o.Store.UpdateFeedback(ctx, id, change)
	if errors.Is(err, errNothingToDo) || errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}

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
	if err := w.o.Index.Ready(ctx); err != nil && (x.Reason == "" || w.o.Now().Sub(x.CreatedAt) < routeWaits) {
		return err
	}
	tree, threshold, err := w.tree(ctx)
	if err != nil {
		return err
	}
	in := models.RouteInput{Title: f.Title, Body: f.Body, Province: f.Province, Commune: f.Commune, Asked: f.Asked, Field: f.Field, Kind: f.Kind}
	var read models.Location
	if w.o.Routing != nil {
		in, read = w.o.Routing.Look(in, f.Place)
	}
	routing, err := w.think(ctx, tree, in)
	if err != nil || len(routing.Suggestions) == 0 {
		return err
	}
	for i := range routing.Suggestions {
		s := &routing.Suggestions[i]
		s.Agency = tree.Heir(s.Agency)
		s.With = heirs(tree, s.With, s.Agency)
		if a, ok := tree.Get(s.Agency); ok && a.Province != "" && read.Quote != "" {
			s.Because(read.Why())
		}
	}
	best, sure := routing.Confident(threshold)
	// A place that was only read may be where the sender lives: an officer looks at it.
	a, ok := tree.Get(best)
	onlyRead := read.Quote != "" && (a.Commune != "" || a.Province != "" && f.Province == "")
	if !ok || !a.Assignable() || threshold <= 0 || onlyRead || w.o.Routing != nil && w.o.Routing.Accuses(f.Title, f.Body) {
		sure = false
	}
	now := w.o.Now()
	_, err = w.o.Store.UpdateFeedback(ctx, f.ID, models.Clocked(w.o.Rules, tree, now, func(f *models.Feedback) ([]models.Work, error) {
		if !routable(f) {
			return nil, errNothingToDo
		}
		work := f.Suggest(routing.Suggestions, routing.Field, now)
		if !sure {
			return work, nil
		}
		return f.Assign(models.Actor{}, tree.Path(best), "", now) // its work indexes as well
	}))
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
		return search.Route(ctx, w.o.Index, w.o.Remits, tree, w.o.Fields.On(w.o.Now()), in)
	case <-ctx.Done():
		return models.Routing{}, ctx.Err()
	}
}

// model is what reads texts now; nil: nothing does.
func (w *Worker) model() *models.Classifier {
	if w.o.Routing == nil {
		return nil
	}
	return w.o.Routing.Model()
}

// heirs returns who goes on with the business of agencies, each once, without the lead.
func heirs(tree *models.Tree, codes []string, lead string) (out []string) {
	for _, code := range codes {
		if heir := tree.Heir(code); heir != lead && !slices.Contains(out, heir) {
			out = append(out, heir)
		}
	}
	return out
}

func routable(f *models.Feedback) bool {
	return f.Status == models.Received && f.Agency == "" && f.Kind.Routed() &&
		len(f.Suggestions) == 0 && len(f.PastAgencies) == 0
}

// tree returns the agencies, and the probability from which a case is assigned without an
// officer, as they were at most a minute ago: they are thousands, and change a few times
// a year. Terms, calendar and fields become what they were then, too.
func (w *Worker) tree(ctx context.Context) (*models.Tree, float64, error) {
	w.agencies.Lock()
	defer w.agencies.Unlock()
	if t := w.agencies.tree; t != nil && w.o.Now().Sub(w.agencies.read) < time.Minute {
		return t, w.agencies.threshold, nil
	}
	all, err := w.o.Store.Agencies(ctx)
	if err != nil {
		return nil, 0, err
	}
	amendments, err := w.o.Store.Amendments(ctx)
	if err != nil {
		return nil, 0, err
	}
	w.o.Rules.Amend(amendments)
	w.o.Fields.Amend(amendments)
	text, err := w.o.Store.Setting(ctx, models.SettingFeatures)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, 0, err
	}
	least, accepted := w.o.RouteThreshold, w.o.RouteError
	features := models.ParseFeatures(text)
	if a := features.AutoAssign; a != nil {
		least = *a
	}
	if e := features.RouteError; e != nil {
		accepted = *e
	}
	w.agencies.tree, w.agencies.read, w.agencies.threshold = models.NewTree(all), w.o.Now(), least
	if w.o.Routing != nil {
		if err := store.UseLearnt(ctx, w.o.Store, w.o.Routing); err != nil {
			w.o.Log.Error("routing", "error", err.Error())
		}
	}
	if model := w.model(); model != nil {
		w.agencies.threshold = model.AssignFrom(least, accepted)
	}
	return w.agencies.tree, w.agencies.threshold, nil
}
