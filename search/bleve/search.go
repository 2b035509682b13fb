package bleve

import (
	"context"

	bleve "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"kiennghi/models"
	"kiennghi/search"
)

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
	by := q.Sort
	if by != search.Oldest && (by == search.Newest || best == 0) {
		by = search.Newest
	} else if by != search.Oldest {
		by = search.ByRelevance
	}
	offset, limit := q.Page()
	keep := offset + limit
	if limit == 0 {
		keep = 0
	}
	var out search.Result
	err := read(gen, func(r index.IndexReader) error {
		c, err := collect(ctx, r, gen.Mapping(), asked, by, q.Facets, keep)
		if err != nil {
			return err
		}
		out.Total, out.Facets = c.total, c.facet
		out.Hits, err = hits(r, c.best[min(offset, len(c.best)):], search.NewMarker(t), best)
		return err
	})
	return out, err
}

// read calls f with a snapshot of the index.
func read(gen bleve.Index, f func(r index.IndexReader) error) error {
	advanced, err := gen.Advanced()
	if err != nil {
		return err
	}
	r, err := advanced.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	return f(r)
}

// hits loads what a page shows.
func hits(r index.IndexReader, page []found, m *search.Marker, best float64) ([]search.Hit, error) {
	out := make([]search.Hit, 0, len(page))
	for _, one := range page {
		id, stored, err := load(r, one)
		if err != nil {
			return nil, err
		}
		score := 1.0
		if best > 0 {
			score = min(max(one.score/best, 1e-9), 1)
		}
		h := search.Hit{ID: id, Agency: stored[fieldAgency], Field: stored[fieldField], Score: score}
		h.Title, h.Snippet = m.Mark(stored[storedTitle], stored[storedBody], stored[storedReply])
		out = append(out, h)
	}
	return out, nil
}

// load returns a document's ID and what is stored of it.
func load(r index.IndexReader, one found) (string, map[string]string, error) {
	id, err := r.ExternalID(index.IndexInternalID(one.id[:]))
	if err != nil {
		return "", nil, err
	}
	d, err := r.Document(id)
	if err != nil || d == nil {
		return id, nil, err
	}
	stored := map[string]string{}
	d.VisitFields(func(f index.Field) { stored[f.Name()] = string(f.Value()) })
	return id, stored, nil
}

// Suggest returns titles in which words begin with what was typed.
func (x *Index) Suggest(ctx context.Context, prefix string, n int) ([]string, error) {
	t := search.Parse(prefix)
	t.Phrases, t.Prefix = nil, true
	if t.Empty() || n <= 0 {
		return nil, ctx.Err()
	}
	f := textFields(search.Case)
	all := []query.Query{filter(search.Filters{Public: true})}
	for _, w := range t.Words {
		p := query.NewPrefixQuery(w)
		p.SetField(f.title)
		all = append(all, constant(p, 0))
	}
	var out []string
	err := x.with(ctx, func(gen bleve.Index) error {
		return read(gen, func(r index.IndexReader) error {
			c, err := collect(ctx, r, gen.Mapping(), query.NewConjunctionQuery(all), search.Newest, nil, min(3*n, 100))
			if err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, one := range c.best {
				_, stored, err := load(r, one)
				if err != nil {
					return err
				}
				title := stored[storedTitle]
				if key := models.Fold(title); !seen[key] && len(out) < n {
					seen[key] = true
					out = append(out, title)
				}
			}
			return nil
		})
	})
	return out, err
}
