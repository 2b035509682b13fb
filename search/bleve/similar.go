package bleve

import (
	"cmp"
	"context"
	"math"
	"slices"

	bleve "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"
	engine "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"kiennghi/search"
)

const (
	similarWords = 600 // how far into a text Similar looks
	similarTerms = 25  // how many of its terms it asks for
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
		return read(gen, func(r index.IndexReader) error {
			c, err := collect(ctx, r, gen.Mapping(), query.NewConjunctionQuery([]query.Query{
				telling{all, textFields(f.TypeOrCase()), f.TypeOrCase()}, filter(f),
			}), search.ByRelevance, nil, min(n, 100))
			if err != nil {
				return err
			}
			out, err = hits(r, c.best, search.NewMarker(search.Terms{}), 1)
			return err
		})
	})
	return out, err
}

// telling matches documents by the rarest of the words and pairs of a text.
type telling struct {
	runs [][]string
	f    text
	kind search.Type
}

func (q telling) words() map[string]bool {
	out := map[string]bool{}
	for _, run := range q.runs {
		for _, w := range run {
			if !search.Common(w) {
				out[w] = true
			}
		}
	}
	return out
}

func (q telling) pairs() map[string]bool {
	out := map[string]bool{}
	for _, run := range q.runs {
		for _, p := range pairs(run) {
			out[p] = true
		}
	}
	return out
}

type weighed struct {
	field, term string
	weight      float64
}

func (q telling) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o engine.SearcherOptions) (engine.Searcher, error) {
	of, _, err := frequency(ctx, r, fieldType, string(q.kind))
	if err != nil {
		return nil, err
	}
	var terms []weighed
	for field, list := range map[string]map[string]bool{q.f.words: q.words(), q.f.pairs: q.pairs()} {
		for w := range list {
			n, _, err := frequency(ctx, r, field, w)
			if err != nil {
				return nil, err
			}
			if n == 0 || of > 20 && n > of/4 {
				continue // not there, or says nothing
			}
			weight := math.Log(1 + float64(of)/float64(n))
			if field == q.f.words {
				weight /= 2 // a syllable says less than a word
			}
			terms = append(terms, weighed{field, w, weight})
		}
	}
	slices.SortFunc(terms, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
	})
	terms = terms[:min(len(terms), similarTerms)]
	if len(terms) == 0 {
		return query.NewMatchNoneQuery().Searcher(ctx, r, m, o)
	}
	var total float64
	var any []query.Query
	for _, t := range terms {
		total += t.weight
		any = append(any, constant(term(t.field, t.term), t.weight))
	}
	return scored{query.NewDisjunctionQuery(any), false, func(s float64) float64 { return s / total }}.Searcher(ctx, r, m, o)
}
