package bleve

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// scores are those of the documents of a part: what all have, and what each has more. The
// zero value says that nothing was scored.
type scores struct {
	all  float32
	more []float32
}

// zeros are lists of scores that are zero throughout, to be used again.
var zeros sync.Pool

func newScores(size int) scores {
	if list, ok := zeros.Get().(*[]float32); ok && cap(*list) >= size {
		return scores{more: (*list)[:size]}
	}
	return scores{more: make([]float32, size)}
}

// giveBack lets the list be used again, for which only docs may have scores.
func (s *scores) giveBack(docs *roaring.Bitmap) {
	if s.more != nil {
		s.clear(docs)
		zeros.Put(&s.more)
	}
}

func (s *scores) clear(docs *roaring.Bitmap) {
	each(docs, func(some []uint32) {
		for _, d := range some {
			s.more[d] = 0
		}
	})
}

// add raises the scores of those of the documents that are also in b, which may be nil for nothing.
func (s *scores) add(docs, b *roaring.Bitmap, by float32) {
	if b == nil {
		return
	}
	each(roaring.And(docs, b), func(some []uint32) {
		for _, d := range some {
			s.more[d] += by
		}
	})
}

func (s *scores) addTerm(p *part, docs *roaring.Bitmap, field, term string, by float32) error {
	b, err := p.docs(field, term)
	s.add(docs, b, by)
	return err
}
