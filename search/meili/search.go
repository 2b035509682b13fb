package meili

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"kiennghi/models"
	"kiennghi/search"
)

var shown = append([]string{"body", "reply"}, inList...)

// inList are the attributes of a hit without a snippet.
var inList = []string{"id", "code", "title", "agency", "field", "province", "date", "version"}

// Search answers a query.
func (x *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	var out search.Result
	err := x.within(ctx, askTime, func(ctx context.Context) error {
		t := search.Parse(q.Text)
		var err error
		if t.Code != "" {
			r := x.request(q, search.Terms{})
			r.Filter = append(filter(q.Filters), "code = "+quote(t.Code))
			if out, err = x.run(ctx, q, r, t); err != nil || out.Total > 0 {
				return err
			}
		}
		// The server drops the most frequent words first, but all of one frequency at once;
		// only when that leaves nothing, the last ones first.
		r := x.request(q, t)
		for _, strategy := range []meilisearch.MatchingStrategy{meilisearch.All, meilisearch.Frequency, meilisearch.Last} {
			r.MatchingStrategy = strategy
			out, err = x.run(ctx, q, r, t)
			enough := 1
			if strategy == meilisearch.All && q.Sort == search.ByRelevance {
				enough = search.Enough
			}
			if err != nil || len(t.Loose()) < 2 || out.Total >= enough {
				return err
			}
		}
		return nil
	})
	return out, err
}

// text writes a query down for the server; nothing in it is an operator but the
// quotes of a phrase, and a space at the end where the last word is not a prefix.
func text(t search.Terms) string {
	var parts []string
	for _, p := range t.Phrases {
		parts = append(parts, `"`+strings.Join(p, " ")+`"`)
	}
	parts = append(parts, t.Loose()...)
	s := strings.Join(parts, " ")
	if !t.Prefix {
		s += " "
	}
	return s
}

func (x *Index) request(q search.Query, t search.Terms) *meilisearch.SearchRequest {
	offset, limit := q.Page()
	r := &meilisearch.SearchRequest{
		Offset: int64(min(offset, search.MaxDepth)), Limit: int64(max(limit, 1)), AttributesToRetrieve: shown,
		Filter: filter(q.Filters), ShowRankingScore: true,
	}
	if !t.Empty() {
		r.Query = text(t)
	}
	for _, f := range q.Facets {
		if slices.Contains([]search.Facet{search.FacetAgency, search.FacetField, search.FacetProvince, search.FacetYear}, f) {
			r.Facets = append(r.Facets, string(f))
		}
	}
	switch q.Sort {
	case search.Oldest:
		r.Sort = []string{"date:asc", "id:asc"}
	case search.Newest:
		r.Sort = []string{"date:desc", "id:asc"}
	}
	return r
}

func (x *Index) run(ctx context.Context, q search.Query, r *meilisearch.SearchRequest, t search.Terms) (search.Result, error) {
	found, err := x.client.Index(x.name).SearchWithContext(ctx, r.Query, r)
	if err != nil {
		return search.Result{}, err
	}
	out := search.Result{Total: int(found.EstimatedTotalHits)}
	if _, limit := q.Page(); limit == 0 {
		found.Hits = nil
	}
	if out.Hits, err = hits(found.Hits, search.NewMarker(t)); err != nil {
		return search.Result{}, err
	}
	if len(q.Facets) > 0 {
		out.Facets, err = facets(q.Facets, found.FacetDistribution)
	}
	return out, err
}

// hit is a document as the server answers it.
type hit struct {
	ID       string  `json:"id"`
	Code     string  `json:"code"`
	Title    string  `json:"title"`
	Body     string  `json:"body"`
	Reply    string  `json:"reply"`
	Agency   string  `json:"agency"`
	Field    string  `json:"field"`
	Province string  `json:"province"`
	Date     int64   `json:"date"`
	Version  int64   `json:"version"`
	Score    float64 `json:"_rankingScore"`
}

// plain is the hit with its title unmarked.
func (d hit) plain() search.Hit {
	out := search.Hit{ID: idOf(d.ID), Code: d.Code, Title: d.Title, Agency: d.Agency, Field: d.Field, Province: d.Province, Version: d.Version}
	if d.Date != 0 {
		out.Date = time.UnixMilli(d.Date).UTC()
	}
	return out
}

func hits(found meilisearch.Hits, m *search.Marker) ([]search.Hit, error) {
	out := make([]search.Hit, 0, len(found))
	for _, h := range found {
		var d hit
		if err := h.DecodeInto(&d); err != nil {
			return nil, err
		}
		one := d.plain()
		one.Score = min(max(d.Score, 1e-9), 1)
		one.Title, one.Snippet = m.Mark(d.Title, d.Body, d.Reply)
		out = append(out, one)
	}
	return out, nil
}

func facets(asked []search.Facet, raw json.RawMessage) (map[search.Facet][]search.Count, error) {
	var counts map[string]map[string]int
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &counts); err != nil {
			return nil, err
		}
	}
	out := map[search.Facet][]search.Count{}
	for _, f := range asked {
		list := []search.Count{}
		for value, n := range counts[string(f)] {
			if n > 0 {
				list = append(list, search.Count{Value: value, Count: n})
			}
		}
		slices.SortFunc(list, func(a, b search.Count) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		out[f] = list[:min(len(list), 100)]
	}
	return out, nil
}

// filter writes filters down in the server's language; all of them have to hold.
func filter(f search.Filters) []string {
	all := []string{}
	for _, x := range [][2]string{
		{"scope", f.Scope}, {"agency", f.Agency}, {"field", f.Field}, {"province", f.Province}, {"status", f.Status},
	} {
		if x[1] != "" {
			all = append(all, x[0]+" = "+quote(x[1]))
		}
	}
	if f.Public {
		all = append(all, "public = true")
	}
	if !f.From.IsZero() {
		all = append(all, fmt.Sprintf("date >= %d", f.From.UnixMilli()))
	}
	if !f.To.IsZero() {
		all = append(all, fmt.Sprintf("date < %d", f.To.UnixMilli()))
	}
	return all
}

// quote writes a value down so that nothing in it can end it.
func quote(s string) string {
	if len(s) > 400 { // longer than any value; the server cannot keep longer ones
		s = strings.ToValidUTF8(s[:400], "")
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(search.Strip(s)) + `"`
}

// Suggest returns titles in which words begin with what was typed.
func (x *Index) Suggest(ctx context.Context, prefix string, n int) ([]search.Hit, error) {
	t := search.Parse(prefix)
	t.Phrases, t.Prefix = nil, true
	if t.Empty() || n <= 0 {
		return nil, ctx.Err()
	}
	var out []search.Hit
	err := x.within(ctx, askTime, func(ctx context.Context) error {
		r := &meilisearch.SearchRequest{
			Query: text(t), Limit: int64(min(3*n, 100)), AttributesToRetrieve: inList, AttributesToSearchOn: []string{"title"},
			MatchingStrategy: meilisearch.All, Filter: filter(search.Filters{Public: true}), Sort: []string{"date:desc", "id:asc"},
		}
		found, err := x.client.Index(x.name).SearchWithContext(ctx, r.Query, r)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, h := range found.Hits {
			var d hit
			if err := h.DecodeInto(&d); err != nil {
				return err
			}
			if key := models.Fold(d.Title); !seen[key] && len(out) < n {
				seen[key] = true
				one := d.plain()
				one.Score = 1
				out = append(out, one)
			}
		}
		return nil
	})
	return out, err
}
