package bleve

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"slices"
	"strconv"

	"github.com/blevesearch/bleve/v2/mapping"
	engine "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"kiennghi/search"
)

// The engine's own collector reads each property of each match on its own. This one
// reads a single value that holds them all, the field "facts", and only when it must.

// separator stands between the parts of a document's facts.
const separator = "\x1f"

// facetParts says which part of the facts a facet counts. The last part is the date.
var facetParts = map[search.Facet]int{search.FacetAgency: 0, search.FacetField: 1, search.FacetProvince: 2, search.FacetYear: 3}

const dateDigits = 14 // of the milliseconds

// found is one match.
type found struct {
	score float64
	date  int64
	id    [8]byte // the engine's number of the document
}

type collected struct {
	total int
	best  []found // in order, offset+limit of them
	facet map[search.Facet][]search.Count
}

// collect runs a query over a snapshot of the index.
func collect(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, q query.Query, by search.Sort, facets []search.Facet, keep int) (collected, error) {
	var out collected
	searcher, err := q.Searcher(ctx, r, m, engine.SearcherOptions{})
	if err != nil {
		return out, err
	}
	defer searcher.Close()
	values, err := r.DocValueReader([]string{fieldFacts})
	if err != nil {
		return out, err
	}
	counts := map[search.Facet]map[string]*int{}
	for _, f := range facets {
		if _, ok := facetParts[f]; ok {
			counts[f] = map[string]*int{}
		}
	}
	var one found
	visit := func(_ string, facts []byte) {
		count(counts, facts)
		one.date, _ = strconv.ParseInt(string(facts[max(0, len(facts)-dateDigits):]), 10, 64)
	}
	top := &matches{before: order(by)}
	pool := &engine.SearchContext{DocumentMatchPool: engine.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0), IndexReader: r}
	for {
		if out.total%1024 == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		d, err := searcher.Next(pool)
		if err != nil {
			return out, err
		}
		if d == nil {
			break
		}
		out.total++
		one = found{score: d.Score}
		copy(one.id[:], d.IndexInternalID)
		if len(counts) > 0 || by != search.ByRelevance {
			if err := values.VisitDocValues(d.IndexInternalID, visit); err != nil {
				return out, err
			}
		}
		top.add(one, keep)
		pool.DocumentMatchPool.Put(d)
	}
	out.best = top.list
	slices.SortFunc(out.best, top.before)
	out.facet = sums(facets, counts)
	return out, nil
}

// count adds a document's facts to the facets.
func count(counts map[search.Facet]map[string]*int, facts []byte) {
	if len(counts) == 0 {
		return
	}
	var parts [4][]byte
	rest := facts
	for i := range parts {
		parts[i], rest, _ = bytes.Cut(rest, []byte(separator))
	}
	for f, values := range counts {
		value := parts[facetParts[f]]
		if len(value) == 0 {
			continue
		}
		if n := values[string(value)]; n != nil {
			*n++
		} else {
			n := 1
			values[string(value)] = &n
		}
	}
}

// sums returns up to 100 values of each facet, most frequent first.
func sums(facets []search.Facet, counts map[search.Facet]map[string]*int) map[search.Facet][]search.Count {
	if len(facets) == 0 {
		return nil
	}
	out := map[search.Facet][]search.Count{}
	for _, f := range facets {
		list := make([]search.Count, 0, len(counts[f]))
		for value, n := range counts[f] {
			list = append(list, search.Count{Value: value, Count: *n})
		}
		slices.SortFunc(list, func(a, b search.Count) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		out[f] = list[:min(len(list), 100)]
	}
	return out
}

// order compares two matches: which comes first. What came into the index later comes
// first among equals.
func order(by search.Sort) func(a, b found) int {
	return func(a, b found) int {
		newer := cmp.Or(cmp.Compare(b.date, a.date), bytes.Compare(b.id[:], a.id[:]))
		switch by {
		case search.Newest:
			return newer
		case search.Oldest:
			return -newer
		}
		return cmp.Or(cmp.Compare(b.score, a.score), newer)
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
	case n == 0:
	case len(m.list) < n:
		heap.Push(m, one)
	case m.before(one, m.list[0]) < 0:
		m.list[0] = one
		heap.Fix(m, 0)
	}
}
