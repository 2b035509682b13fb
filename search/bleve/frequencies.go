package bleve

import (
	"hash/maphash"
	"sync"

	segment "github.com/blevesearch/scorch_segment_api/v2"

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

// count fills in of each term how many documents have it, deleted ones among them.
func (s *snapshot) count(terms []search.Term) error {
	keys := make([]uint64, len(terms))
	for i, t := range terms {
		keys[i] = maphash.String(seed, t.Text)
	}
	for _, p := range s.parts {
		if err := p.count(terms, keys); err != nil {
			return err
		}
	}
	return nil
}

func (p *part) count(terms []search.Term, keys []uint64) error {
	remember := p.size >= rememberFrom
	unknown := make([]int, 0, len(terms))
	if remember {
		unknown = p.seen.add(terms, keys, unknown)
	} else {
		for i := range terms {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	counted := make([]uint32, len(unknown))
	var list segment.PostingsList // one after the other in the same memory
	for i, at := range unknown {
		d, err := p.dict(fieldOf(terms[at]))
		if err != nil {
			return err
		}
		if list, err = d.PostingsList([]byte(terms[at].Text), nil, list); err != nil {
			return err
		}
		counted[i] = uint32(list.Count())
		terms[at].Documents += list.Count()
	}
	if remember {
		p.seen.keep(unknown, keys, counted)
	}
	return nil
}

// add adds what is known to the terms, and appends to unknown those of which nothing is.
func (f *frequencies) add(terms []search.Term, keys []uint64, unknown []int) []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, key := range keys {
		if n, ok := f.have[key]; ok {
			terms[i].Documents += uint64(n)
		} else {
			unknown = append(unknown, i)
		}
	}
	return unknown
}

// keep remembers what was counted of some terms.
func (f *frequencies) keep(of []int, keys []uint64, counted []uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.have == nil || len(f.have)+len(of) > rememberMost {
		f.have = map[uint64]uint32{}
	}
	for i, at := range of {
		f.have[keys[at]] = counted[i]
	}
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
