package bleve

import (
	"context"
	"strconv"
	"time"

	bleve "github.com/blevesearch/bleve/v2"

	"kiennghi/models"
	"kiennghi/search"
)

// asking is what is asked of each part of an index.
type asking struct {
	narrow func(p *part, n *narrowed) error // what a document must have; nil: nothing
	text   *asked                           // what ranks them; nil: nothing
}

// Search answers a query.
func (x *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	var out search.Result
	err := x.with(ctx, func(gen bleve.Index) error {
		return x.read(ctx, gen, func(s *snapshot) (err error) {
			t := search.Parse(q.Text)
			if t.Code != "" {
				out, err = page(ctx, s, q, t, 1, asking{narrow: func(p *part, n *narrowed) error { return n.have(p.docs(fieldCode, t.Code)) }})
				if err != nil || out.Total > 0 {
					return err
				}
			}
			if t.Empty() {
				out, err = page(ctx, s, q, t, 0, asking{})
				return err
			}
			scored := q.Sort != search.Newest && q.Sort != search.Oldest
			for _, all := range []bool{true, false} {
				a, err := s.ask(t, all)
				if err != nil {
					return err
				}
				out, err = page(ctx, s, q, t, best(t), asking{a.narrow, a})
				if err != nil || len(t.Loose()) < 2 || out.Total >= search.Enough || out.Total > 0 && !scored {
					return err
				}
			}
			return nil
		})
	})
	return out, err
}

// page makes one page of what matches and passes the filters. best is the highest possible
// score; 0 when there are no scores.
func page(ctx context.Context, s *snapshot, q search.Query, t search.Terms, best float64, a asking) (search.Result, error) {
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
	c, err := collect(ctx, s, a, q, by, keep)
	if err != nil {
		return out, err
	}
	out.Total, out.Facets = c.total, c.facet
	out.Hits, err = hits(s, c.best[min(offset, len(c.best)):], search.NewMarker(t), best)
	return out, err
}

// match returns the classes of a part's documents that match and pass the filters.
func (a asking) match(p *part, f search.Filters) (classes, error) {
	n := &narrowed{}
	err := n.filter(p, f)
	if err == nil && a.narrow != nil && !n.nothing {
		err = a.narrow(p, n)
	}
	if err != nil {
		return classes{}, err
	}
	docs := n.docs(p, f)
	if a.text == nil || docs.IsEmpty() {
		return classes{list: []class{newClass(having{}, docs)}}, nil
	}
	return a.text.match(p, docs)
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
		return x.read(ctx, gen, func(s *snapshot) error {
			words := make([][]string, len(t.Words))
			for i, w := range t.Words {
				like, err := s.like(fieldTitle, w, true, false)
				if err != nil {
					return err
				}
				words[i] = append(like, w)
			}
			like := asking{narrow: func(p *part, n *narrowed) error {
				for _, w := range words {
					if err := n.have(p.any(fieldTitle, w...)); err != nil {
						return err
					}
				}
				return nil
			}}
			c, err := collect(ctx, s, like, search.Query{Filters: search.Filters{Public: true}}, search.Newest, min(3*n, 100))
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
