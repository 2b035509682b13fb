package bleve

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sync"

	"kiennghi/search"
)

const (
	rememberFrom = 2000   // documents in a segment: in a smaller one to look is quick enough
	rememberMost = 50_000 // terms of a segment, about a megabyte
)

// frequencies remembers in how many documents of a segment, which never changes, terms
// occur. Weighing a letter takes hundreds of them. It keeps their hashes: what is asked
// about are people's letters.
type frequencies struct {
	mu   sync.Mutex
	have map[uint64]uint32
}

var seed = maphash.MakeSeed()

// count adds to each term how many documents have it, deleted ones among them.
func (s *snapshot) count(terms []search.Term) error {
	for i := range terms {
		for _, p := range s.parts {
			if err := s.countIn(p, &terms[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// rarest returns the terms that say most, and what they weigh together. While much is written
// there are dozens of small parts: few terms are looked for in those.
func (s *snapshot) rarest(terms []search.Term) ([]search.Term, float64, error) {
	parts := slices.Clone(s.parts)
	slices.SortFunc(parts, func(a, b *part) int { return cmp.Compare(b.size, a.size) })
	return search.Rarest(terms, s.total, len(parts), func(t *search.Term, part int) error { return s.countIn(parts[part], t) })
}

// countIn adds how many documents of a part have a term.
func (s *snapshot) countIn(p *part, t *search.Term) error {
	remember := p.size >= rememberFrom
	key := uint64(0)
	if remember {
		key = maphash.String(seed, t.Text)
		if n, ok := p.seen.of(key); ok {
			t.Documents += uint64(n)
			return nil
		}
	}
	d, err := p.dict(fieldOf(*t))
	if err != nil {
		return err
	}
	if s.list, err = d.PostingsList([]byte(t.Text), nil, s.list); err != nil {
		return err
	}
	n := s.list.Count()
	t.Documents += n
	if remember {
		p.seen.keep(key, uint32(n))
	}
	return nil
}

// of returns in how many documents a term was, if that is known.
func (f *frequencies) of(key uint64) (n uint32, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, known = f.have[key]
	return n, known
}

// keep remembers in how many documents a term is.
func (f *frequencies) keep(key uint64, n uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.have == nil || len(f.have) >= rememberMost {
		f.have = map[uint64]uint32{}
	}
	f.have[key] = n
}

// forget forgets what was counted.
func (f *frequencies) forget() {
	f.mu.Lock()
	f.have = nil
	f.mu.Unlock()
}

// fieldOf returns where a term is looked for.
func fieldOf(t search.Term) string {
	if t.Pair() {
		return fieldPairs
	}
	return fieldWords
}
