package bleve

import (
	"slices"
	"strings"
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

// narrow asks for the words and phrases that a document must have.
func (a *asked) narrow(p *part, n *narrowed) error {
	for _, pair := range a.phrases {
		if err := n.have(p.docs(fieldPairs, pair)); err != nil {
			return err
		}
	}
	for i, w := range a.words {
		if a.loose[i] {
			continue
		}
		if err := n.have(w.docs(p, fieldWords)); err != nil || n.nothing {
			return err
		}
	}
	return nil
}

// match returns the classes of docs, which have what they must, that have enough of the loose words.
func (a *asked) match(p *part, docs *roaring.Bitmap) (classes, error) {
	all, come := having{}, 0
	for i, w := range a.words {
		switch {
		case a.loose[i]:
			come++
		case len(w.like) == 0:
			all.marks++ // all have the word as it is written
			fallthrough
		default:
			all.words++
		}
	}
	c := classes{[]class{newClass(all, docs)}, len(a.pairs)}
	least := all.words + a.least
	for i, w := range a.words {
		if !a.loose[i] {
			continue
		}
		b, err := w.docs(p, fieldWords)
		if err != nil {
			return c, err
		}
		c.split(b, having{words: 1})
		come--
		c.list = slices.DeleteFunc(c.list, func(x class) bool { return x.words+come < least })
	}
	return c, nil
}

// pairsIn returns which documents have each pair that any has.
func (a *asked) pairsIn(p *part) ([]*roaring.Bitmap, error) {
	var all []*roaring.Bitmap
	for _, pair := range a.pairs {
		b, err := pair.docs(p, fieldPairs)
		if err != nil {
			return nil, err
		}
		if b != nil {
			all = append(all, b)
		}
	}
	return all, nil
}

// marksIn returns which documents have each word in the title, and as it is written where others
// count as the word, if any has.
func (a *asked) marksIn(p *part) ([]*roaring.Bitmap, error) {
	var all []*roaring.Bitmap
	for i, w := range a.words {
		fields := []string{fieldTitle}
		if len(w.like) > 0 || a.loose[i] {
			fields = append(fields, fieldWords)
		}
		for _, field := range fields {
			b, err := p.docs(field, w.exact)
			if err != nil {
				return nil, err
			}
			if b != nil {
				all = append(all, b)
			}
		}
	}
	return all, nil
}

// take takes the first n of the classes, which it splits by how documents have the words: the
// newest first. Of the older ones only those are looked at that score more.
func (a *asked) take(p *part, c *classes, top *matches, n int) error {
	pairs, err := a.pairsIn(p)
	if err != nil {
		return err
	}
	marks, err := a.marksIn(p)
	if err != nil {
		return err
	}
	c.sort()
	best := c.score(c.list[0].and(having{pairs: len(pairs), marks: len(marks)}))
	for _, age := range p.ages {
		least := top.least(n, age.newest)
		if best < least {
			break // all that are left are older
		}
		some := c.in(age.docs)
		some.splitAll(pairs, having{pairs: 1}, having{marks: len(marks)}, n, least)
		some.splitAll(marks, having{marks: 1}, having{}, n, least)
		top.take(p, &some, n)
	}
	return nil
}
