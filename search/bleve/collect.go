package bleve

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

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

// matcher leaves in among what matches and may answer scores.
type matcher func(p *part) (matched, error)

// collect counts the matches of every part and keeps the first of them.
func (x *Index) collect(ctx context.Context, s *snapshot, match matcher, by search.Sort, facets []search.Facet, n int) (collected, error) {
	var out collected
	if err := x.columns.fill(s); err != nil {
		return out, err
	}
	var counts [4][]int
	for i, f := range countable {
		if slices.Contains(facets, f) {
			counts[i] = make([]int, len(s.names[i]))
		}
	}
	top := &matches{before: order(by)}
	for _, p := range s.parts {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		c := p.facts
		m, err := match(p)
		if err != nil {
			return out, err
		}
		if m.docs == nil {
			continue
		}
		out.total += int(m.docs.GetCardinality())
		if len(facets) == 0 && n == 0 {
			continue
		}
		each(m.docs, func(d uint32) {
			for f, count := range counts {
				if count != nil {
					count[c.value[f][d]]++
				}
			}
			if n > 0 {
				one := found{date: c.date[d], number: p.first + uint64(d)}
				if m.scores != nil {
					one.score = m.scores[d]
				}
				top.add(one, n)
			}
		})
	}
	out.best = top.list
	slices.SortFunc(out.best, top.before)
	if len(facets) > 0 {
		out.facet = map[search.Facet][]search.Count{}
		for i, f := range countable {
			if counts[i] != nil {
				out.facet[f] = sums(counts[i], s.names[i])
			}
		}
	}
	return out, nil
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
