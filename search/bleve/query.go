package bleve

import (
	"math"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"kiennghi/search"
)

// A match scores 1 for each word of the query that it holds, at most wordBonus more for
// how it holds it (half for the word as it is written, all in the title), and at most
// pairBonus more for words that stand beside each other. The bonuses together never
// outweigh one more word.
const (
	wordBonus = 0.02
	pairBonus = 0.7
)

// word is one word of a query, or a pair: exactly, as a prefix while it is being typed,
// and with one typo when it has five letters or more and hardly occurs as it is written.
type word struct {
	exact string
	like  []string // other terms that count as the word
}

func (s *snapshot) word(field, w string, prefix bool) (word, error) {
	typo := false
	if long(w) {
		one := []search.Term{{Text: w}}
		if err := s.count(one); err != nil {
			return word{}, err
		}
		typo = one[0].Documents*1000 <= s.total
	}
	if !prefix && !typo {
		return word{exact: w}, nil
	}
	like, err := s.like(field, w, prefix, typo)
	return word{w, like}, err
}

// docs returns which documents hold the word in any of its forms.
func (w word) docs(p *part, field string) (*roaring.Bitmap, error) {
	if len(w.like) == 0 {
		return p.docs(field, w.exact)
	}
	return p.any(field, append([]string{w.exact}, w.like...)...)
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

// asked is a text to search for. With all set every word must match, else at least half
// of those outside quotes.
type asked struct {
	words   []word
	loose   []bool // which words need not match
	least   int    // how many of the loose ones must
	phrases []string
	pairs   []word
}

// ask prepares a text that is not empty.
func (s *snapshot) ask(t search.Terms, all bool) (*asked, error) {
	a := &asked{}
	loose := map[string]bool{}
	for _, w := range t.Loose() {
		loose[w] = !all
	}
	for i, w := range t.Words {
		x, err := s.word(fieldWords, w, t.Prefix && i == len(t.Words)-1)
		if err != nil {
			return nil, err
		}
		a.words, a.loose = append(a.words, x), append(a.loose, loose[w])
		if loose[w] {
			a.least++
		}
	}
	a.least = (a.least + 1) / 2
	for _, p := range t.Phrases {
		a.phrases = append(a.phrases, pairs(p)...)
	}
	two := pairs(t.Words)
	for i, pair := range two {
		x, err := s.word(fieldPairs, pair, t.Prefix && i == len(two)-1)
		if err != nil {
			return nil, err
		}
		a.pairs = append(a.pairs, x)
	}
	return a, nil
}

// best is the highest score that a text can give.
func best(t search.Terms) float64 { return float64(len(t.Words))*(1+wordBonus) + pairBonus }

// match leaves in among the documents that match, and answers their scores, one for
// each document of the part; nil when they are not wanted.
func (a *asked) match(p *part, among *roaring.Bitmap, scored bool) ([]float32, error) {
	for _, pair := range a.phrases {
		b, err := p.docs(fieldPairs, pair)
		if err != nil {
			return nil, err
		}
		keep(among, b)
	}
	var some []*roaring.Bitmap
	musts := 0
	for i, w := range a.words {
		b, err := w.docs(p, fieldWords)
		if err != nil {
			return nil, err
		}
		if a.loose[i] {
			some = append(some, b)
			continue
		}
		musts++
		if keep(among, b); among.IsEmpty() {
			return nil, nil
		}
	}
	var scores []float32
	if scored || len(some) > 0 {
		scores = make([]float32, p.size)
	}
	if len(some) > 0 {
		for _, b := range some {
			add(scores, among, b, 1)
		}
		enough := roaring.New()
		each(among, func(n uint32) {
			if scores[n] >= float32(a.least) {
				enough.Add(n)
			}
		})
		keep(among, enough)
	}
	if !scored || among.IsEmpty() {
		return nil, nil
	}
	add(scores, among, among, float32(musts))
	for _, w := range a.words {
		for _, field := range []string{fieldWords, fieldTitle} {
			b, err := p.docs(field, w.exact)
			if err != nil {
				return nil, err
			}
			add(scores, among, b, wordBonus/2)
		}
	}
	for _, pair := range a.pairs {
		b, err := pair.docs(p, fieldPairs)
		if err != nil {
			return nil, err
		}
		add(scores, among, b, float32(pairBonus/float64(len(a.pairs))))
	}
	return scores, nil
}

// keep leaves in a what is also in b, which may be nil for nothing.
func keep(a, b *roaring.Bitmap) {
	if b == nil {
		a.Clear()
		return
	}
	a.And(b)
}

// add raises the scores of the documents that are in both.
func add(scores []float32, among, b *roaring.Bitmap, by float32) {
	if b == nil {
		return
	}
	if b != among {
		b = roaring.And(among, b)
	}
	each(b, func(n uint32) { scores[n] += by })
}

var numbers = sync.Pool{New: func() any { return new([512]uint32) }}

// each calls do for every document of a bitmap.
func each(b *roaring.Bitmap, do func(n uint32)) {
	buf := numbers.Get().(*[512]uint32)
	defer numbers.Put(buf)
	it := b.ManyIterator()
	for n := it.NextMany(buf[:]); n > 0; n = it.NextMany(buf[:]) {
		for _, x := range buf[:n] {
			do(x)
		}
	}
}

// filter returns the documents of a part that the filters let through; a new bitmap.
func (p *part) filter(f search.Filters) (*roaring.Bitmap, error) {
	out := roaring.New()
	out.AddRange(0, uint64(p.size))
	return out, p.keepPassing(out, f)
}

// keepPassing leaves in out what the filters let through and was not deleted or replaced.
func (p *part) keepPassing(out *roaring.Bitmap, f search.Filters) error {
	if gone := p.seg.Deleted(); gone != nil {
		out.AndNot(gone)
	}
	terms := [][2]string{{fieldScope, f.Scope}, {fieldAgency, f.Agency},
		{fieldField, f.Field}, {fieldProvince, f.Province}, {fieldStatus, f.Status}}
	if f.Public {
		terms = append(terms, [2]string{fieldPublic, "1"})
	}
	for _, t := range terms {
		if t[1] == "" {
			continue
		}
		b, err := p.docs(t[0], t[1])
		if err != nil {
			return err
		}
		keep(out, b)
	}
	if f.From.IsZero() && f.To.IsZero() {
		return nil
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if !f.From.IsZero() {
		from = f.From.UnixMilli()
	}
	if !f.To.IsZero() {
		to = f.To.UnixMilli()
	}
	within := roaring.New()
	each(out, func(n uint32) {
		if d := p.facts.date[n]; d > 0 && d >= from && d < to {
			within.Add(n)
		}
	})
	keep(out, within)
	return nil
}
