package meili

import (
	"cmp"
	"context"
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
)

// Similar cuts a text into short queries, because the server reads only the first ten
// words of one, and adds up how well each document answers them. Score is the share of
// the queries that a document answers.
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
	queries := telling(text)
	if len(queries) == 0 || n <= 0 {
		return nil, ctx.Err()
	}
	var out []search.Hit
	err := x.within(ctx, askTime, func(ctx context.Context) error {
		many := &meilisearch.MultiSearchRequest{}
		for _, q := range queries {
			many.Queries = append(many.Queries, &meilisearch.SearchRequest{
				IndexUID: x.name, Query: q + " ", Limit: 20, AttributesToRetrieve: attributes, Filter: filter(f),
				MatchingStrategy: meilisearch.Frequency, ShowRankingScore: true,
			})
		}
		found, err := x.client.MultiSearchWithContext(ctx, many)
		if err != nil {
			return err
		}
		sum := map[string]float64{}
		byID := map[string]search.Hit{}
		for _, r := range found.Results {
			list, err := hits(r.Hits, search.NewMarker(search.Terms{}))
			if err != nil {
				return err
			}
			for _, h := range list {
				sum[h.ID] += h.Score * h.Score // few words of a query say much less than all
				byID[h.ID] = h
			}
		}
		for id, h := range byID {
			h.Score = min(max(sum[id]/float64(len(queries)), 1e-9), 1)
			out = append(out, h)
		}
		slices.SortFunc(out, func(a, b search.Hit) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
		})
		out = out[:min(len(out), n)]
		return nil
	})
	return out, err
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
