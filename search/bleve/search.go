package bleve

import (
	"context"

	bleve "github.com/blevesearch/bleve/v2"
	engine "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"kiennghi/models"
	"kiennghi/search"
)

var facetField = map[search.Facet]string{
	search.FacetAgency: fieldAgency, search.FacetField: fieldField,
	search.FacetProvince: fieldProvince, search.FacetYear: fieldYear,
}

// Search answers a query.
func (x *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	var out search.Result
	err := x.with(ctx, func(gen bleve.Index) error {
		t := search.Parse(q.Text)
		f := textFields(q.Filters.TypeOrCase())
		only := filter(q.Filters)
		var err error
		if t.Code != "" {
			out, err = run(ctx, gen, q, query.NewConjunctionQuery([]query.Query{constant(term(fieldCode, t.Code), 1), only}), t, 1)
			if err != nil || out.Total > 0 {
				return err
			}
		}
		if t.Empty() {
			out, err = run(ctx, gen, q, only, t, 0)
			return err
		}
		out, err = run(ctx, gen, q, words(t, f, true, only), t, best(t))
		if err != nil || len(t.Loose()) < 2 || out.Total >= search.Enough || out.Total > 0 && q.Sort != search.ByRelevance {
			return err
		}
		out, err = run(ctx, gen, q, words(t, f, false, only), t, best(t))
		return err
	})
	return out, err
}

// run asks the engine for one page. best is the highest possible score; 0 when the
// query does not score.
func run(ctx context.Context, gen bleve.Index, q search.Query, asked query.Query, t search.Terms, best float64) (search.Result, error) {
	offset, limit := q.Page()
	r := bleve.NewSearchRequestOptions(asked, limit, offset, false)
	r.Fields = []string{storedTitle, storedBody, storedReply, fieldAgency, fieldField}
	switch {
	case q.Sort == search.Oldest:
		r.SortBy([]string{fieldDate, "_id"})
	case q.Sort == search.Newest || best == 0:
		r.SortBy([]string{"-" + fieldDate, "_id"})
	default:
		r.SortBy([]string{"-_score", "-" + fieldDate, "_id"})
	}
	for _, f := range q.Facets {
		if field, ok := facetField[f]; ok {
			r.AddFacet(string(f), bleve.NewFacetRequest(field, 100))
		}
	}
	found, err := gen.SearchInContext(ctx, r)
	if err != nil {
		return search.Result{}, err
	}
	out := search.Result{Total: int(found.Total), Hits: hits(found.Hits, search.NewMarker(t), best)}
	if len(q.Facets) > 0 {
		out.Facets = map[search.Facet][]search.Count{}
	}
	for _, f := range q.Facets {
		counts := []search.Count{}
		if facet := found.Facets[string(f)]; facet != nil {
			for _, c := range facet.Terms.Terms() {
				counts = append(counts, search.Count{Value: c.Term, Count: c.Count})
			}
		}
		out.Facets[f] = counts
	}
	return out, nil
}

func hits(found engine.DocumentMatchCollection, m *search.Marker, best float64) []search.Hit {
	out := make([]search.Hit, 0, len(found))
	for _, d := range found {
		score := 1.0
		if best > 0 {
			score = min(max(d.Score/best, 1e-9), 1)
		}
		text := func(field string) string { s, _ := d.Fields[field].(string); return s }
		h := search.Hit{ID: d.ID, Agency: text(fieldAgency), Field: text(fieldField), Score: score}
		h.Title, h.Snippet = m.Mark(text(storedTitle), text(storedBody), text(storedReply))
		out = append(out, h)
	}
	return out
}

// Suggest returns titles in which words begin with what was typed.
func (x *Index) Suggest(ctx context.Context, prefix string, n int) ([]string, error) {
	t := search.Parse(prefix)
	t.Phrases, t.Prefix = nil, true
	if t.Empty() || n <= 0 {
		return nil, ctx.Err()
	}
	var out []string
	err := x.with(ctx, func(gen bleve.Index) error {
		f := textFields(search.Case)
		all := []query.Query{filter(search.Filters{Public: true})}
		for _, w := range t.Words {
			p := query.NewPrefixQuery(w)
			p.SetField(f.title)
			all = append(all, constant(p, 0))
		}
		r := bleve.NewSearchRequestOptions(query.NewConjunctionQuery(all), min(3*n, 100), 0, false)
		r.Fields = []string{storedTitle}
		r.SortBy([]string{"-" + fieldDate, "_id"})
		found, err := gen.SearchInContext(ctx, r)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, d := range found.Hits {
			title, _ := d.Fields[storedTitle].(string)
			if key := models.Fold(title); !seen[key] && len(out) < n {
				seen[key] = true
				out = append(out, title)
			}
		}
		return nil
	})
	return out, err
}
