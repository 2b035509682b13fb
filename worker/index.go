package worker

import (
	"context"
	"errors"
	"sync"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
)

// indexing is how many groups of documents the engine gets at once. While it has them, what
// is claimed meanwhile comes together for the next: an engine that takes long for each group
// would otherwise get ever more and smaller ones.
const indexing = 2

// gathered is index work that was claimed and waits for its turn.
type gathered struct {
	mu      sync.Mutex
	waiting []models.Work
	takers  int
}

// add adds work. When it returns true, the caller takes until there is none.
func (g *gathered) add(work []models.Work) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, work...)
	if g.takers == indexing {
		return false
	}
	g.takers++
	return true
}

// take returns what waits, at most n; nil: nothing does, and the taker leaves.
func (g *gathered) take(n int) []models.Work {
	g.mu.Lock()
	defer g.mu.Unlock()
	n = min(n, len(g.waiting))
	if n == 0 {
		g.takers--
		return nil
	}
	group := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return group
}

// index brings the entries of the works' records to the records' state.
func (w *Worker) index(ctx context.Context, group []models.Work) error {
	var ids []string
	seen := map[string]bool{}
	for _, x := range group {
		if !seen[x.OwnerID] {
			seen[x.OwnerID] = true
			ids = append(ids, x.OwnerID)
		}
	}
	return putFresh(ctx, w.o.Store, w.o.Index, ids)
}

// putFresh puts the records' entries into the index, and again those that changed
// while it did. Two who do this at once for one record cannot leave an old entry:
// whoever puts last looks once more afterwards.
func putFresh(ctx context.Context, st store.Store, idx search.Index, ids []string) error {
	put := map[string]int64{}
	for len(ids) > 0 {
		var docs []search.Document
		var gone, changed []string
		found := make([]*models.Feedback, len(ids))
		errs := make([]error, len(ids))
		var all sync.WaitGroup // side by side: one after the other takes too long where each goes over a network
		for i, id := range ids {
			all.Go(func() { found[i], errs[i] = st.Feedback(ctx, id) })
		}
		all.Wait()
		for i, id := range ids {
			f, err := found[i], errs[i]
			switch {
			case errors.Is(err, models.ErrNotFound):
				gone = append(gone, id)
			case err != nil:
				return err
			case put[id] != f.Version:
				put[id] = f.Version
				docs = append(docs, search.FeedbackDocument(f))
				changed = append(changed, id)
			}
		}
		if len(gone) > 0 {
			if err := idx.Delete(ctx, gone...); err != nil {
				return err
			}
		}
		if len(docs) > 0 {
			if err := idx.Put(ctx, docs...); err != nil {
				return err
			}
		}
		ids = changed
	}
	return nil
}
