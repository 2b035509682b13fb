package bleve

import (
	"context"
	"strconv"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve/v2"

	"kiennghi/models"
	"kiennghi/search"
)

// matched is what a part has found. The scores, if there are any, are one for each
// document of the part.
type matched struct {
	docs   *roaring.Bitmap
	scores []float32
}

// Search answers a query.
func (x *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	var out search.Result
	err := x.with(ctx, func(gen bleve.Index) error {
		return read(ctx, gen, func(s *snapshot) (err error) {
			t := search.Parse(q.Text)
			if t.Code != "" {
				out, err = x.page(ctx, s, q, t, 1, func(p *part, docs *roaring.Bitmap) ([]float32, error) {
					b, err := p.docs(fieldCode, t.Code)
					keep(docs, b)
					return nil, err
				})
				if err != nil || out.Total > 0 {
					return err
				}
			}
			if t.Empty() {
				out, err = x.page(ctx, s, q, t, 0, func(*part, *roaring.Bitmap) ([]float32, error) { return nil, nil })
				return err
			}
			scored := q.Sort != search.Newest && q.Sort != search.Oldest
			for _, all := range []bool{true, false} {
				a, err := s.ask(t, all)
				if err != nil {
					return err
				}
				out, err = x.page(ctx, s, q, t, best(t), func(p *part, docs *roaring.Bitmap) ([]float32, error) {
					return a.match(p, docs, scored)
				})
				if err != nil || len(t.Loose()) < 2 || out.Total >= search.Enough || out.Total > 0 && !scored {
					return err
				}
			}
			return nil
		})
	})
	return out, err
}

// page makes one page of what match leaves of the documents that pass the filters. best
// is the highest possible score; 0 when there are no scores.
func (x *Index) page(ctx context.Context, s *snapshot, q search.Query, t search.Terms, best float64,
	match func(p *part, docs *roaring.Bitmap) ([]float32, error)) (search.Result, error) {
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
	c, err := x.collect(ctx, s, filtered(q.Filters, match), by, q.Facets, keep)
	if err != nil {
		return out, err
	}
	out.Total, out.Facets = c.total, c.facet
	out.Hits, err = hits(s, c.best[min(offset, len(c.best)):], search.NewMarker(t), best)
	return out, err
}

// filtered lets match look only at what passes the filters.
func filtered(f search.Filters, match func(p *part, docs *roaring.Bitmap) ([]float32, error)) matcher {
	return func(p *part) (m matched, err error) {
		if m.docs, err = p.filter(f); err != nil || m.docs.IsEmpty() {
			return matched{}, err
		}
		m.scores, err = match(p, m.docs)
		return m, err
	}
}

// hits loads what a page shows.
func hits(s *snapshot, page []found, m *search.Marker, best float64) ([]search.Hit, error) {
	out := make([]search.Hit, 0, len(page))
	for _, one := range page {
		stored, err := load(s, one)
		if err != nil {
			return nil, err
		}
		h := hitOf(stored, one.of(best))
		h.Title, h.Snippet = m.Mark(stored[storedTitle], stored[storedBody], stored[storedReply])
		out = append(out, h)
	}
	return out, nil
}

const storedID = "_id" // what the engine calls a document's ID

// hitOf makes a hit, without texts, of what is stored.
func hitOf(stored map[string]string, score float64) search.Hit {
	h := search.Hit{ID: stored[storedID], Code: stored[fieldCode], Agency: stored[fieldAgency], Field: stored[fieldField], Province: stored[fieldProvince], Score: score}
	h.Version, _ = strconv.ParseInt(stored[storedVersion], 10, 64) // absent: 0
	if millis, err := strconv.ParseInt(stored[storedDate], 10, 64); err == nil {
		h.Date = time.UnixMilli(millis).UTC()
	}
	return h
}

// load returns what is stored of a document.
func load(s *snapshot, one found) (map[string]string, error) {
	stored := map[string]string{}
	p := s.of(one.number)
	err := p.seg.VisitDocument(one.number-p.first, func(field string, _ byte, value []byte, _ []uint64) bool {
		stored[field] = string(value)
		return true
	})
	return stored, err
}

// Suggest returns documents of different titles in which words begin with what was typed.
func (x *Index) Suggest(ctx context.Context, prefix string, n int) ([]search.Hit, error) {
	t := search.Parse(prefix)
	if t.Empty() || n <= 0 {
		return nil, ctx.Err()
	}
	var out []search.Hit
	err := x.with(ctx, func(gen bleve.Index) error {
		return read(ctx, gen, func(s *snapshot) error {
			words := make([][]string, len(t.Words))
			for i, w := range t.Words {
				like, err := s.like(fieldTitle, w, true, false)
				if err != nil {
					return err
				}
				words[i] = append(like, w)
			}
			c, err := x.collect(ctx, s, filtered(search.Filters{Public: true}, func(p *part, docs *roaring.Bitmap) ([]float32, error) {
				for _, w := range words {
					b, err := p.any(fieldTitle, w...)
					if err != nil {
						return nil, err
					}
					keep(docs, b)
				}
				return nil, nil
			}), search.Newest, nil, min(3*n, 100))
			if err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, one := range c.best {
				stored, err := load(s, one)
				if err != nil {
					return err
				}
				title := stored[storedTitle]
				if key := models.Fold(title); !seen[key] && len(out) < n {
					seen[key] = true
					h := hitOf(stored, 1)
					h.Title = title
					out = append(out, h)
				}
			}
			return nil
		})
	})
	return out, err
}
