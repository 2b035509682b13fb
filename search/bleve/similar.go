package bleve

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve/v2"

	"kiennghi/search"
)

const (
	similarWords = 600 // how far into a text Similar looks
	similarTerms = 25  // how many of its terms it asks for

	// Documents are found by the rarest terms, until so many are; the others only weigh them.
	// Whoever shares nothing but frequent words is not like the text, and there may be
	// hundreds of thousands of them.
	similarAmong = 3000
)

// Similar returns the documents that share the most telling words and pairs of words
// with a text. Score is the share of their weight that a document holds.
func (x *Index) Similar(ctx context.Context, text string, f search.Filters, n int) ([]search.Hit, error) {
	all := search.Telling(text, similarWords)
	if len(all) == 0 || n <= 0 {
		return nil, ctx.Err()
	}
	var out []search.Hit
	err := x.with(ctx, func(gen bleve.Index) error {
		return read(ctx, gen, func(s *snapshot) error {
			terms, total, err := s.telling(all, textFields(f.TypeOrCase()), f.TypeOrCase())
			if err != nil {
				return err
			}
			c, err := x.collect(ctx, s, func(p *part, c *columns) (matched, error) {
				among, err := p.filter(f, c)
				if err != nil || among.IsEmpty() {
					return matched{}, err
				}
				m := matched{docs: roaring.New(), scores: make([]float32, p.size)}
				seen := uint64(0)
				for _, t := range terms {
					b, err := p.docs(t.field, t.term)
					if err != nil {
						return matched{}, err
					}
					find := seen < similarAmong
					seen += t.documents
					switch {
					case b == nil:
						continue
					case find:
						b = roaring.And(b, among)
						m.docs.Or(b)
					default:
						b = roaring.And(b, m.docs)
					}
					each(b, func(d uint32) { m.scores[d] += float32(t.weight / total) })
				}
				return m, nil
			}, search.ByRelevance, nil, min(n, 100))
			if err != nil {
				return err
			}
			out, err = hits(s, c.best, search.NewMarker(search.Terms{}), 1)
			return err
		})
	})
	return out, err
}

type weighed struct {
	field, term string
	documents   uint64 // that have it
	weight      float64
}

// telling returns the rarest of a text's words and pairs, and what they weigh together.
func (s *snapshot) telling(runs [][]string, f text, kind search.Type) ([]weighed, float64, error) {
	of, err := s.frequency(fieldType, string(kind))
	if err != nil {
		return nil, 0, err
	}
	words, two := map[string]bool{}, map[string]bool{}
	for _, run := range runs {
		for _, w := range run {
			if !search.Common(w) {
				words[w] = true
			}
		}
		for _, p := range pairs(run) {
			two[p] = true
		}
	}
	var terms []weighed
	for field, list := range map[string]map[string]bool{f.words: words, f.pairs: two} {
		for w := range list {
			n, err := s.frequency(field, w)
			if err != nil {
				return nil, 0, err
			}
			if n == 0 || of > 20 && n > of/4 {
				continue // not there, or says nothing
			}
			weight := math.Log(1 + float64(of)/float64(n))
			if field == f.words {
				weight /= 2 // a syllable says less than a word
			}
			terms = append(terms, weighed{field, w, n, weight})
		}
	}
	slices.SortFunc(terms, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
	})
	terms = terms[:min(len(terms), similarTerms)]
	var total float64
	for _, t := range terms {
		total += t.weight
	}
	return terms, total, nil
}
