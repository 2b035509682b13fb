package bleve

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"kiennghi/search"
)

// counter counts the values of documents. Of many documents it counts the facts, in one step
// for each, and the values of these at the end.
type counter struct {
	of     *snapshot
	facets []search.Facet
	facts  []int                 // how many documents have the facts of each number; nil: not counted so
	values [len(countable)][]int // how many have each value, besides
}

// newCounter counts nothing when no facets are asked for.
func newCounter(s *snapshot, facets []search.Facet) *counter {
	c := &counter{of: s, facets: facets}
	for i := range c.values {
		c.values[i] = make([]int, len(s.names[i]))
	}
	return c
}

func (c *counter) add(p *part, docs *roaring.Bitmap) {
	if len(c.facets) == 0 {
		return
	}
	all, of := c.of.facts, p.columns.facts
	if docs.GetCardinality() < uint64(len(all)/4) {
		each(docs, func(some []uint32) {
			for _, d := range some {
				c.have(all[of[d]], 1)
			}
		})
		return
	}
	if c.facts == nil {
		c.facts = make([]int, len(all))
	}
	counts := c.facts
	each(docs, func(some []uint32) {
		for _, d := range some {
			counts[of[d]]++
		}
	})
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
		if n > 0 {
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
