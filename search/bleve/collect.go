package bleve

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"kiennghi/search"
)

// found is one match.
type found struct {
	score  float32
	date   int64
	number uint64 // of the document in the snapshot
}

// of returns the score as a share of the best one possible; 1 where there are no scores.
func (f found) of(best float64) float64 {
	if best <= 0 {
		return 1
	}
	return min(max(float64(f.score)/best, 1e-9), 1)
}

type collected struct {
	total int
	best  []found // in order
	facet map[search.Facet][]search.Count
}

// matcher answers what of a part matches, and the scores.
type matcher func(p *part) (*roaring.Bitmap, scores, error)

// collect counts the matches of every part and keeps the first of them.
func (x *Index) collect(ctx context.Context, s *snapshot, match matcher, by search.Sort, facets []search.Facet, n int) (collected, error) {
	var out collected
	if err := x.columns.fill(s); err != nil {
		return out, err
	}
	c := &collector{n: n, top: matches{before: order(by)}}
	if len(facets) > 0 {
		for i := range c.counts {
			c.counts[i] = make([]int, len(s.names[i]))
		}
	}
	for _, p := range s.parts {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		docs, scores, err := match(p)
		if err != nil {
			return out, err
		}
		out.total += int(docs.GetCardinality())
		if len(facets) > 0 || n > 0 {
			c.take(p, docs, scores)
		}
		scores.giveBack(docs)
	}
	out.best = c.top.list
	slices.SortFunc(out.best, c.top.before)
	if len(facets) > 0 {
		out.facet = map[search.Facet][]search.Count{}
		for i, f := range countable {
			if slices.Contains(facets, f) {
				out.facet[f] = sums(c.counts[i], s.names[i])
			}
		}
	}
	return out, nil
}

// collector keeps the first n matches, and counts the values of all.
type collector struct {
	n      int
	top    matches
	counts [4][]int // by the values' numbers; nil when nothing is counted
}

// take takes the documents of a part, of which there may be hundreds of thousands.
func (c *collector) take(p *part, docs *roaring.Bitmap, s scores) {
	agencies, fields, provinces, years := c.counts[0], c.counts[1], c.counts[2], c.counts[3]
	each(docs, func(some []uint32) {
		for _, d := range some {
			of := &p.facts.of[d]
			if agencies != nil {
				agencies[of.value[0]]++
				fields[of.value[1]]++
				provinces[of.value[2]]++
				years[of.value[3]]++
			}
			score := s.all
			if s.more != nil {
				score += s.more[d]
			}
			if c.n == 0 || len(c.top.list) == c.n && score < c.top.list[0].score {
				continue // as nearly all
			}
			c.top.add(found{score, of.date, p.first + uint64(d)}, c.n)
		}
	})
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

// order compares two matches: which comes first. What came into the index later comes
// first among equals.
func order(by search.Sort) func(a, b found) int {
	newer := func(a, b found) int {
		if a.date != b.date {
			return cmp.Compare(b.date, a.date)
		}
		return cmp.Compare(b.number, a.number)
	}
	switch by {
	case search.Newest:
		return newer
	case search.Oldest:
		return func(a, b found) int { return newer(b, a) }
	}
	return func(a, b found) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return newer(a, b)
	}
}

// matches keeps the first n; the last of them is at the top of the heap.
type matches struct {
	list   []found
	before func(a, b found) int
}

func (m *matches) Len() int           { return len(m.list) }
func (m *matches) Less(i, j int) bool { return m.before(m.list[i], m.list[j]) > 0 }
func (m *matches) Swap(i, j int)      { m.list[i], m.list[j] = m.list[j], m.list[i] }
func (m *matches) Push(x any)         { m.list = append(m.list, x.(found)) }
func (m *matches) Pop() any           { panic("never popped") }

func (m *matches) add(one found, n int) {
	switch {
	case len(m.list) < n:
		heap.Push(m, one)
	case m.before(one, m.list[0]) < 0:
		m.list[0] = one
		heap.Fix(m, 0)
	}
}
