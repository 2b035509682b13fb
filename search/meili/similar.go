package meili

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"kiennghi/models"
	"kiennghi/search"
)

const (
	similarWords   = 600 // how far into a text Similar looks
	similarQueries = 16  // how many short queries it asks at once
	queryWords     = 4   // how many words each has

	embedderName  = "kiennghi"
	embeddedRunes = 2000 // of a text that an embedder reads
)

// Similar cuts a text into short queries, because the server reads only the first ten
// words of one, and adds up how well each document answers them. Score is the share of
// the queries that a document answers; with an embedder that is one half of it, and how near
// the meanings are the other. An embedder that does not answer leaves the words alone.
func (x *Index) Similar(ctx context.Context, text string, f search.Filters, n int) ([]search.Hit, error) {
	return x.similar(ctx, text, f, n, shown)
}

// Answering returns whose the documents are that Similar would return, without their texts.
func (x *Index) Answering(ctx context.Context, text string, f search.Filters, n int) ([]models.RouteHit, error) {
	found, err := x.similar(ctx, text, f, n, []string{"id", "agency"})
	var out []models.RouteHit
	for _, h := range found {
		out = append(out, models.RouteHit{Agency: h.Agency, Score: h.Score})
	}
	return out, err
}

func (x *Index) similar(ctx context.Context, text string, f search.Filters, n int, attributes []string) ([]search.Hit, error) {
	if n <= 0 {
		return nil, ctx.Err()
	}
	var out []search.Hit
	err := x.within(ctx, askTime, func(ctx context.Context) (err error) {
		out, err = x.resembling(ctx, text, f, n, attributes, x.embedder != nil)
		var e *meilisearch.Error
		if x.embedder != nil && errors.As(err, &e) && e.MeilisearchApiError.Code == "vector_embedding_error" {
			out, err = x.resembling(ctx, text, f, n, attributes, false)
		}
		return err
	})
	return out, err
}

// resembling asks the server once, for the meaning too when embedded is true.
func (x *Index) resembling(ctx context.Context, text string, f search.Filters, n int, attributes []string, embedded bool) ([]search.Hit, error) {
	queries := telling(text)
	many, all := &meilisearch.MultiSearchRequest{}, float64(len(queries))
	for _, q := range queries {
		many.Queries = append(many.Queries, &meilisearch.SearchRequest{
			IndexUID: x.name, Query: q + " ", Limit: 20, AttributesToRetrieve: attributes, Filter: filter(f),
			MatchingStrategy: meilisearch.Frequency, ShowRankingScore: true,
		})
	}
	if embedded && strings.TrimSpace(text) != "" {
		many.Queries = append(many.Queries, &meilisearch.SearchRequest{
			IndexUID: x.name, Query: models.Shorten(text, embeddedRunes), Limit: 20, AttributesToRetrieve: attributes, Filter: filter(f),
			Hybrid: &meilisearch.SearchRequestHybrid{SemanticRatio: 1, Embedder: embedderName}, ShowRankingScore: true,
		})
	}
	if len(many.Queries) == 0 {
		return nil, ctx.Err()
	}
	found, err := x.client.MultiSearchWithContext(ctx, many)
	if err != nil {
		return nil, err
	}
	sum, byID := map[string]float64{}, map[string]search.Hit{}
	for i, r := range found.Results {
		list, err := hits(r.Hits, search.NewMarker(search.Terms{}))
		if err != nil {
			return nil, err
		}
		weight := 1.0
		if i == len(queries) { // what the text means says as much as all of its words
			weight = max(all, 1)
			all += weight
		}
		for _, h := range list {
			sum[h.ID] += weight * h.Score * h.Score // few words of a query say much less than all
			byID[h.ID] = h
		}
	}
	var out []search.Hit
	for id, h := range byID {
		h.Score = min(max(sum[id]/all, 1e-9), 1)
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b search.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), n)], nil
}

// telling returns the most telling short queries of a text, each once.
func telling(text string) []string {
	type query struct {
		text string
		says int
	}
	var all []query
	seen := map[string]bool{}
	for _, run := range search.Telling(text, similarWords) {
		for words := range slices.Chunk(run, queryWords) {
			q := query{text: strings.Join(words, " ")}
			for _, w := range words {
				if !search.Common(w) {
					q.says += len(w)
				}
			}
			if q.says > 0 && !seen[q.text] {
				seen[q.text] = true
				all = append(all, q)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b query) int { return cmp.Compare(b.says, a.says) })
	var out []string
	for _, q := range all[:min(len(all), similarQueries)] {
		out = append(out, q.text)
	}
	return out
}
