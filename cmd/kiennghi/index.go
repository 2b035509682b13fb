package main

import (
	"context"
	"time"

	"kiennghi/search"
	"kiennghi/search/bleve"
	"kiennghi/search/meili"
	"kiennghi/store"
	"kiennghi/worker"
)

// ownIndex reports whether the search index is in the data folder, so that only one
// process can have it.
func (c *Config) ownIndex() bool { return c.MeiliURL == "" }

func openIndex(ctx context.Context, c *Config) (search.Index, error) {
	if c.ownIndex() {
		x, err := bleve.Open(c.path(indexFolder))
		if err != nil {
			return nil, err // not x: a nil *bleve.Index is not a nil search.Index
		}
		return x, nil
	}
	x, err := meili.Open(ctx, c.MeiliURL, c.MeiliKey, c.MeiliIndex, c.embedder)
	if err != nil {
		return nil, err
	}
	return x, nil
}

// prepareIndex asks for a rebuild when the index lacks the records; while the engine is away it
// tries again. Serving does not wait for it: in a large index the first search takes a while.
func (p *program) prepareIndex(ctx context.Context) {
	t := time.NewTicker(5 * time.Second)
	defer t.Stop()
	for away := false; ; away = true {
		try, cancel := context.WithTimeout(ctx, 3*time.Second)
		err := ensureIndex(try, p.store, p.index)
		cancel()
		switch {
		case ctx.Err() != nil || err == nil && !away:
			return
		case err == nil:
			p.log.Info("search is back")
			return
		case !away:
			p.log.Warn("search is away; intake goes on", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// ensureIndex looks for the oldest record: an index that was lost may have been begun anew by
// what came since.
func ensureIndex(ctx context.Context, st store.Store, idx search.Index) error {
	records, err := st.ListFeedback(ctx, store.FeedbackQuery{All: true, Sort: store.ByReceived, Limit: 1})
	if err != nil {
		return err
	}
	q := search.Query{Limit: 1} // without a record it only shows whether the engine is there
	if len(records.Items) > 0 {
		q.Text = records.Items[0].Code
	}
	found, err := idx.Search(ctx, q)
	if err != nil || len(records.Items) == 0 {
		return err
	}
	if len(found.Hits) > 0 && found.Hits[0].ID == records.Items[0].ID {
		return nil
	}
	return worker.EnsureReindex(ctx, st)
}
