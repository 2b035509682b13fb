package main

import (
	"context"
	"time"

	"kiennghi/models"
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

// firstRecord returns the record that was received first, which is zero when there is none.
func (p *program) firstRecord(ctx context.Context) (models.Summary, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return firstRecord(ctx, p.store)
}

func firstRecord(ctx context.Context, st store.Store) (models.Summary, error) {
	records, err := st.ListFeedback(ctx, store.FeedbackQuery{All: true, Sort: store.ByReceived, Limit: 1})
	if err != nil || len(records.Items) == 0 {
		return models.Summary{}, err
	}
	return records.Items[0], nil
}

// prepareIndex asks for a rebuild when the index lacks the record that was received first; while
// store or engine are away it tries again. Serving does not wait for it: in a large index the first
// search takes a while, and for the same reason it asks the engine itself, without a deadline.
func (p *program) prepareIndex(ctx context.Context, first models.Summary, err error) {
	t := time.NewTicker(5 * time.Second)
	defer t.Stop()
	for away := false; ; away = true {
		if err == nil {
			err = ensureIndex(ctx, p.store, p.engine, first)
		}
		switch {
		case ctx.Err() != nil || err == nil && !away:
			return
		case err == nil:
			p.log.Info("the search index could be looked at now")
			return
		case !away:
			p.log.Warn("whether the search index has the records cannot be found out now; intake goes on", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if first.ID == "" {
			first, err = p.firstRecord(ctx)
		} else {
			err = nil
		}
	}
}

// ensureIndex looks for a record, the one that was received first: an index that was lost may have
// been begun anew by what came since.
func ensureIndex(ctx context.Context, st store.Store, idx search.Index, first models.Summary) error {
	// Without a record it only shows whether the engine is there.
	found, err := idx.Search(ctx, search.Query{Text: first.Code, Limit: 1})
	if err != nil || first.ID == "" || len(found.Hits) > 0 && found.Hits[0].ID == first.ID {
		return err
	}
	return worker.EnsureReindex(ctx, st)
}
