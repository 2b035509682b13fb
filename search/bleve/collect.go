package bleve

import (
	"cmp"
	"container/heap"
	"context"
	"math"
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

// collect counts the matches of every part and keeps the first of them.
func collect(ctx context.Context, s *snapshot, a asking, q search.Query, by search.Sort, n int) (collected, error) {
	var out collected
	top := matches{before: order(by), newest: by != search.Oldest}
	count := newCounter(s, q.Facets)
	for _, p := range s.newestFirst() {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		c, err := a.match(p, q.Filters)
		if err != nil {
			return out, err
		}
		docs := c.docs()
		out.total += int(docs.GetCardinality())
		count.add(p, docs)
		switch {
		case n == 0 || docs.IsEmpty():
		case by == search.ByRelevance && a.text != nil:
			if err := a.text.take(p, &c, &top, n); err != nil {
				return out, err
			}
		default: // all are alike
			top.take(p, &classes{list: []class{newClass(having{}, docs)}}, n)
		}
	}
	out.best, out.facet = top.list, count.result()
	slices.SortFunc(out.best, top.before)
	return out, nil
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
	newest bool // of those with the same score the newest come first
}

func (m *matches) Len() int           { return len(m.list) }
func (m *matches) Less(i, j int) bool { return m.before(m.list[i], m.list[j]) > 0 }
func (m *matches) Swap(i, j int)      { m.list[i], m.list[j] = m.list[j], m.list[i] }
func (m *matches) Push(x any)         { m.list = append(m.list, x.(found)) }
func (m *matches) Pop() any           { panic("never popped") }

// least is the score below which nothing is among the first n that is no newer than a date.
func (m *matches) least(n int, newest int64) float32 {
	switch {
	case len(m.list) < n:
		return 0
	case newest < m.list[0].date:
		return math.Nextafter32(m.list[0].score, math.MaxFloat32)
	}
	return m.list[0].score
}

// take takes the first n of classes that are in order.
func (m *matches) take(p *part, c *classes, n int) {
	for _, x := range c.list {
		score := c.score(x.having)
		if len(m.list) == n && score < m.list[0].score {
			return
		}
		add := func(some []uint32) {
			for _, d := range some {
				m.add(found{score, p.dates[d], p.first + uint64(d)}, n)
			}
		}
		docs := x.all()
		if !m.newest || x.n < p.size/256 {
			each(docs, add)
			continue
		}
		for _, b := range p.newest {
			if len(m.list) == n && score <= m.list[0].score && b.newest < m.list[0].date {
				break // all that are left are older
			}
			eachOf(docs, b, add)
		}
	}
}

func (m *matches) add(one found, n int) {
	switch {
	case len(m.list) < n:
		heap.Push(m, one)
	case m.before(one, m.list[0]) < 0:
		m.list[0] = one
		heap.Fix(m, 0)
	}
}
