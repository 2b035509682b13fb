package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"kiennghi/knowledge"
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
	x, err := meili.Open(ctx, c.MeiliURL, c.MeiliKey, c.MeiliIndex)
	if err != nil {
		return nil, err
	}
	return x, nil
}

// prepareIndex puts the remits into an index that lacks them or has old ones, and asks
// for a rebuild when the index is new and there are records. It reports false when the
// engine is away: serving goes on, and it has to be called again.
func (p *program) prepareIndex(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	err := prepareIndex(ctx, p.store, p.index)
	if err != nil && ctx.Err() == nil {
		p.log.Warn("search is away; intake goes on", "error", err.Error())
	}
	return err == nil
}

func (p *program) prepareIndexLater(ctx context.Context) {
	t := time.NewTicker(5 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if p.prepareIndex(ctx) {
				p.log.Info("search is back")
				return
			}
		}
	}
}

func prepareIndex(ctx context.Context, st store.Store, idx search.Index) error {
	docs := search.RemitDocuments(knowledge.Remits())
	found, err := idx.Search(ctx, search.Query{Filters: search.Filters{Type: search.Remit}, Limit: 1})
	if err != nil {
		return err
	}
	version := remitsVersion()
	last, err := st.Setting(ctx, settingRemits)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if found.Total == len(docs) && last == version {
		return nil
	}
	if found.Total == 0 {
		some, err := st.ListFeedback(ctx, store.FeedbackQuery{All: true, Limit: 1})
		if err != nil {
			return err
		}
		if len(some.Items) > 0 {
			if _, err := worker.RequestReindex(ctx, st); err != nil {
				return err
			}
		}
	}
	if err := idx.Put(ctx, docs...); err != nil {
		return err
	}
	return st.PutSetting(ctx, settingRemits, version)
}

// remitsVersion tells one set of remits from another.
func remitsVersion() string {
	var parts []string
	for _, r := range knowledge.Remits() {
		parts = append(parts, r.Agency, r.Text, strings.Join(r.Examples, "\n"), strings.Join(r.Negative, "\n"))
	}
	return models.Hash(parts...)
}
