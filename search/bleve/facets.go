package bleve

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"kiennghi/search"
)

// counter counts the values of documents. Of many documents it counts the facts, in one step
// for each, and the values of these at the end; of nearly all of a part, the others.
type counter struct {
	of     *snapshot
	facets []search.Facet
	facts  []int                 // how many documents have the facts of each number; nil: not counted so
	values [len(countable)][]int // how many have each value, besides
}

// newCounter counts nothing when no facets are asked for.
func newCounter(s *snapshot, facets []search.Facet) *counter {
	c := &counter{of: s, facets: facets}
	if len(facets) == 0 {
		return c
	}
	for i := range c.values {
		c.values[i] = make([]int, len(s.names[i]))
	}
	return c
}

func (c *counter) add(p *part, docs *roaring.Bitmap) {
	if len(c.facets) == 0 {
		return
	}
	all, n := c.of.facts, docs.GetCardinality()
	if n < uint64(len(all)/4) {
		each(docs, func(some []uint32) {
			for _, d := range some {
				c.have(all[p.columns.facts[d]], 1)
			}
		})
		return
	}
	if c.facts == nil {
		c.facts = make([]int, len(all))
	}
	if p.counts == nil || n < uint64(p.size/2) {
		c.count(p, docs, 1)
		return
	}
	for number, n := range p.counts {
		c.facts[number] += n
	}
	c.count(p, roaring.Flip(docs, 0, uint64(p.size)), -1)
}

// dense are bitmaps as plain words, all zero.
var dense = sync.Pool{New: func() any { return new([]uint64) }}

// count counts the facts of documents so many times. They are many: their bits are read out of
// plain words, which is faster than any iterator.
func (c *counter) count(p *part, docs *roaring.Bitmap, times int) {
	counts, of := c.facts, p.columns.facts
	words := dense.Get().(*[]uint64)
	*words = slices.Grow((*words)[:0], p.size/64+1)[:p.size/64+1]
	docs.WriteDenseTo(*words)
	for i, w := range *words {
		for ; w != 0; w &= w - 1 {
			counts[of[i*64+bits.TrailingZeros64(w)]] += times
		}
	}
	clear(*words)
	dense.Put(words)
}

func (c *counter) have(f facts, n int) {
	for i, value := range f {
		c.values[i][value] += n
	}
}

// result returns what was counted; nil when nothing is asked for.
func (c *counter) result() map[search.Facet][]search.Count {
	if len(c.facets) == 0 {
		return nil
	}
	for number, n := range c.facts {
		if n != 0 {
			c.have(c.of.facts[number], n)
		}
	}
	out := map[search.Facet][]search.Count{}
	for i, f := range countable {
		if slices.Contains(c.facets, f) {
			out[f] = sums(c.values[i], c.of.names[i])
		}
	}
	return out
}

// sums returns up to 100 values, most frequent first.
func sums(counts []int, names []string) []search.Count {
	list := []search.Count{}
	for i, n := range counts {
		if i > 0 && n > 0 {
			list = append(list, search.Count{Value: names[i], Count: n})
		}
	}
	slices.SortFunc(list, func(a, b search.Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list[:min(len(list), 100)]
}
