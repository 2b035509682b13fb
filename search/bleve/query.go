package bleve

import (
	"context"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/mapping"
	engine "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"kiennghi/search"
)

// A match scores 1 for each word of the query, at most wordBonus more for how much the
// word means in it, and at most pairBonus more for words that stand beside each other.
// The bonuses together never outweigh one more word.
const (
	wordBonus = 0.02
	pairBonus = 0.7
)

// words makes the query for a text that is not empty. With all set every word must
// match, else at least half of those outside quotes.
func words(t search.Terms, f text, all bool, filter query.Query) query.Query {
	var each []query.Query
	loose := map[string]bool{}
	for _, w := range t.Loose() {
		loose[w] = true
	}
	var must []query.Query
	for i, w := range t.Words {
		q := word{w, t.Prefix && i == len(t.Words)-1, f}
		if all || !loose[w] {
			must = append(must, q)
		} else {
			each = append(each, q)
		}
	}
	if len(each) > 0 {
		some := query.NewDisjunctionQuery(each)
		some.SetMin(math.Ceil(float64(len(each)) / 2))
		n := float64(len(each))
		must = append(must, scored{some, false, func(s float64) float64 {
			// The engine multiplied the sum by the share that matched, k of n: undo that.
			k := math.Floor(math.Sqrt(s*n) + 1e-6)
			return s * n / max(k, 1)
		}})
	}
	for _, p := range t.Phrases {
		for _, pair := range pairs(p) {
			must = append(must, constant(term(f.pairs, pair), 0))
		}
	}
	must = append(must, filter)
	var should []query.Query
	if two := pairs(t.Words); len(two) > 0 {
		for i, pair := range two {
			q := word{pair, t.Prefix && i == len(two)-1, text{words: f.pairs}}
			should = append(should, scored{q, false, func(float64) float64 { return 1 }})
		}
		n := float64(len(two))
		should = []query.Query{scored{query.NewDisjunctionQuery(should), false, func(s float64) float64 { return pairBonus * s / n }}}
	}
	return query.NewBooleanQuery(must, should, nil)
}

// best is the highest score that words can give.
func best(t search.Terms) float64 { return float64(len(t.Words))*(1+wordBonus) + pairBonus }

// word matches one word: exactly, as a prefix while it is being typed, and with one
// typo when it has five letters or more and hardly occurs as it is written.
type word struct {
	word   string // or a pair of words
	prefix bool
	f      text
}

func (q word) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o engine.SearcherOptions) (engine.Searcher, error) {
	any := []query.Query{term(q.f.words, q.word)}
	if q.f.title != "" {
		any = append(any, constant(term(q.f.title, q.word), 3))
	}
	if q.prefix {
		p := query.NewPrefixQuery(q.word)
		p.SetField(q.f.words)
		any = append(any, constant(p, 0))
	}
	if long(q.word) {
		n, total, err := frequency(ctx, r, q.f.words, q.word)
		if err != nil {
			return nil, err
		}
		if n*1000 <= total {
			z := query.NewFuzzyQuery(q.word)
			z.SetField(q.f.words)
			z.SetFuzziness(1)
			z.SetPrefix(1)
			any = append(any, constant(z, 0))
		}
	}
	return scored{query.NewDisjunctionQuery(any), false, func(s float64) float64 {
		return 1 + wordBonus*s/(s+1)
	}}.Searcher(ctx, r, m, o)
}

// long reports whether a word, or one of a pair, is long enough for a typo.
func long(word string) bool {
	if len(word) > maxTerm {
		return false
	}
	for w := range strings.SplitSeq(word, " ") {
		if utf8.RuneCountInString(w) >= 5 {
			return true
		}
	}
	return false
}

// frequency returns in how many documents a term occurs, and how many there are.
func frequency(ctx context.Context, r index.IndexReader, field, word string) (n, total uint64, err error) {
	if total, err = r.DocCount(); err != nil {
		return 0, 0, err
	}
	t, err := r.TermFieldReader(ctx, []byte(word), field, false, false, false)
	if err != nil {
		return 0, 0, err
	}
	return t.Count(), total, t.Close()
}

func term(field, value string) query.Query {
	q := query.NewTermQuery(value)
	q.SetField(field)
	return q
}

// filter makes the query for what the filters let through.
func filter(f search.Filters) query.Query {
	all := []query.Query{term(fieldType, string(f.TypeOrCase()))}
	for field, value := range map[string]string{
		fieldScope: f.Scope, fieldAgency: f.Agency, fieldField: f.Field, fieldProvince: f.Province, fieldStatus: f.Status,
	} {
		if value != "" {
			all = append(all, term(field, value))
		}
	}
	if f.Public {
		all = append(all, term(fieldPublic, "1"))
	}
	if !f.From.IsZero() || !f.To.IsZero() {
		var from, to *float64
		if !f.From.IsZero() {
			v := seconds(f.From)
			from = &v
		}
		if !f.To.IsZero() {
			v := seconds(f.To)
			to = &v
		}
		q := query.NewNumericRangeQuery(from, to) // includes from, excludes to
		q.SetField(fieldTime)
		all = append(all, q)
	}
	if len(all) == 1 {
		return constant(all[0], 0)
	}
	return constant(query.NewConjunctionQuery(all), 0)
}
