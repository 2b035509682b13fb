package bleve

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve/v2"

	"kiennghi/models"
	"kiennghi/search"
)

// similarAmong is how many documents have to be found by the rarest terms, so that the others
// only weigh them. Whoever shares nothing but frequent words is not like the text, and there
// may be hundreds of thousands of them.
const similarAmong = 1000

// Similar returns the documents that share the most telling words and pairs of words
// with a text. Score is the share of their weight that a document holds.
func (x *Index) Similar(ctx context.Context, text string, f search.Filters, n int) (out []search.Hit, err error) {
	err = x.similar(ctx, text, f, n, func(s *snapshot, best []found) error {
		out, err = hits(s, best, search.NewMarker(search.Terms{}), 1)
		return err
	})
	return out, err
}

// Answering returns whose the documents are that Similar would return. It reads none of
// them: whose they are is in memory.
func (x *Index) Answering(ctx context.Context, text string, f search.Filters, n int) (out []models.RouteHit, err error) {
	err = x.similar(ctx, text, f, n, func(s *snapshot, best []found) error {
		for _, one := range best {
			p := s.of(one.number)
			out = append(out, models.RouteHit{Agency: s.names[0][s.facts[p.facts[one.number-p.first]][0]], Score: one.of(1)})
		}
		return nil
	})
	return out, err
}

// similar calls use with the documents that are most like a text.
func (x *Index) similar(ctx context.Context, text string, f search.Filters, n int, use func(s *snapshot, best []found) error) error {
	n = min(n, 100)
	all := search.TermsOf(text)
	if len(all) == 0 || n <= 0 {
		return ctx.Err()
	}
	return x.with(ctx, func(gen bleve.Index) error {
		return x.read(ctx, gen, func(s *snapshot) error {
			terms, total, err := s.rarest(all)
			if err != nil {
				return err
			}
			top := &matches{before: order(search.ByRelevance)}
			for _, p := range s.parts {
				if err := ctx.Err(); err != nil {
					return err
				}
				docs, scores, err := p.sharing(terms, f)
				if err != nil {
					return err
				}
				for i, d := range slices.Backward(docs) { // as a rule the newest first
					score := float32(float64(scores[i]) / total)
					if len(top.list) == n {
						last := top.list[0]
						if score < last.score || score == last.score && p.newestIn[d/blockSize] < last.date {
							continue // as nearly all; hundreds may have the same score, and to look up a date takes long
						}
					}
					top.add(found{score, p.dates[d], p.first + uint64(d)}, n)
				}
			}
			slices.SortFunc(top.list, top.before)
			return use(s, top.list)
		})
	})
}

// sharing returns the documents of a part that pass the filters and have one of the rarest
// terms, in order, and what all the terms that each has weigh.
func (p *part) sharing(terms []search.Term, f search.Filters) (docs []uint32, scores []float32, err error) {
	var passing narrowed
	if err := passing.filter(p, f); err != nil || passing.nothing {
		return nil, nil, err // as a rule what came in last is not public yet
	}
	have := make([]*roaring.Bitmap, len(terms))
	among := roaring.New()
	seen := uint64(0)
	for i, t := range terms {
		if have[i], err = p.docs(fieldOf(t), t.Text); err != nil {
			return nil, nil, err
		}
		if have[i] != nil && seen < similarAmong {
			among.Or(have[i])
		}
		seen += t.Documents
	}
	if among.IsEmpty() {
		return nil, nil, nil
	}
	passing.in = append(passing.in, among)
	among = passing.docs(p, f)
	docs = among.ToArray()
	scores = make([]float32, len(docs))
	for i, b := range have {
		if b == nil {
			continue
		}
		at := 0
		each(roaring.And(b, among), func(some []uint32) {
			for _, d := range some {
				for docs[at] < d {
					at++
				}
				scores[at] += float32(terms[i].Weight)
			}
		})
	}
	return docs, scores, nil
}
