package bleve

import (
	"hash/maphash"
	"sync"
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

type fieldTerm struct{ field, term string }

var seed = maphash.MakeSeed()

// frequency returns in how many documents of the part a term occurs, deleted ones among them.
func (p *part) frequency(field, term string) (uint64, error) {
	if p.facts == nil || p.size < rememberFrom {
		return p.count(field, term)
	}
	key := maphash.Comparable(seed, fieldTerm{field, term})
	seen := &p.facts.seen
	seen.mu.Lock()
	n, known := seen.have[key]
	seen.mu.Unlock()
	if known {
		return uint64(n), nil
	}
	counted, err := p.count(field, term)
	if err != nil {
		return 0, err
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if seen.have == nil || len(seen.have) >= rememberMost {
		seen.have = map[uint64]uint32{}
	}
	seen.have[key] = uint32(counted)
	return counted, nil
}

func (p *part) count(field, term string) (uint64, error) {
	b, err := p.docs(field, term)
	if err != nil || b == nil {
		return 0, err
	}
	return b.GetCardinality(), nil
}
