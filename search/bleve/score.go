package bleve

import (
	"context"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// scored replaces the score of a query's matches. With flat set the query within need
// not score at all, which lets the engine answer it by joining bitmaps.
type scored struct {
	inner query.Query
	flat  bool
	score func(float64) float64
}

// constant gives every match the same score.
func constant(q query.Query, score float64) query.Query {
	return scored{q, true, func(float64) float64 { return score }}
}

func (q scored) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	if q.flat {
		o.Score = "none"
	}
	s, err := q.inner.Searcher(ctx, r, m, o)
	if err != nil {
		return nil, err
	}
	return scoredSearcher{s, q.score}, nil
}

type scoredSearcher struct {
	search.Searcher
	score func(float64) float64
}

func (s scoredSearcher) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	return s.set(s.Searcher.Next(ctx))
}

func (s scoredSearcher) Advance(ctx *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	return s.set(s.Searcher.Advance(ctx, id))
}

func (s scoredSearcher) set(m *search.DocumentMatch, err error) (*search.DocumentMatch, error) {
	if m != nil {
		m.Score = s.score(m.Score)
	}
	return m, err
}
