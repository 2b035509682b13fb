package bleve

import (
	"bytes"
	"strconv"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"kiennghi/search"
)

// The engine reads each property of each match on its own, out of compressed blocks:
// most of the time of a search with facets. What is counted and sorted by is therefore
// kept in memory in columns, some 24 bytes for a document. A segment of the index never
// changes, so its columns are read once, when it is first searched.

// separator stands between the parts of a document's facts.
const separator = "\x1f"

// countable are the facets in the order of the facts' parts. The last part is the date.
var countable = []search.Facet{search.FacetAgency, search.FacetField, search.FacetProvince, search.FacetYear}

const dateDigits = 14 // of the milliseconds

// columns holds the facts of one segment's documents: one number for each value.
type columns struct {
	date  []int64
	value [4][]uint32
}

// store keeps the columns of all segments that are in use.
type columnStore struct {
	mu     sync.Mutex
	have   map[uint64]*columns
	number [4]map[string]uint32
	names  [4][]string // names[f][number] is the value; number 0 is none
}

func newColumnStore() *columnStore {
	s := &columnStore{have: map[uint64]*columns{}}
	for i := range s.number {
		s.number[i], s.names[i] = map[string]uint32{"": 0}, []string{""}
	}
	return s
}

// of returns the columns of a snapshot's segments and the names of the values in them.
func (s *columnStore) of(segments []*scorch.SegmentSnapshot) ([]*columns, [4][]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*columns, len(segments))
	for i, seg := range segments {
		c := s.have[seg.Id()]
		if c == nil || len(c.date) != int(seg.FullSize()) {
			var err error
			if c, err = s.read(seg.Segment()); err != nil {
				return nil, s.names, err
			}
			s.have[seg.Id()] = c
		}
		out[i] = c
	}
	if len(s.have) > 2*len(segments)+16 {
		used := map[uint64]bool{}
		for _, seg := range segments {
			used[seg.Id()] = true
		}
		for id := range s.have {
			if !used[id] {
				delete(s.have, id)
			}
		}
	}
	return out, s.names, nil
}

func (s *columnStore) read(seg segment.Segment) (*columns, error) {
	n := int(seg.Count())
	c := &columns{date: make([]int64, n)}
	for f := range c.value {
		c.value[f] = make([]uint32, n)
	}
	values, ok := seg.(segment.DocValueVisitable)
	if !ok {
		return c, nil
	}
	var state segment.DocVisitState
	var visit index.DocValueVisitor
	at := 0
	visit = func(_ string, facts []byte) {
		c.date[at], _ = strconv.ParseInt(string(facts[max(0, len(facts)-dateDigits):]), 10, 64)
		rest := facts
		for f := range c.value {
			var part []byte
			part, rest, _ = bytes.Cut(rest, []byte(separator))
			number, known := s.number[f][string(part)]
			if !known {
				number = uint32(len(s.names[f]))
				s.number[f][string(part)] = number
				s.names[f] = append(s.names[f], string(part))
			}
			c.value[f][at] = number
		}
	}
	for at = range n {
		var err error
		if state, err = values.VisitDocValues(uint64(at), []string{fieldFacts}, visit, state); err != nil {
			return nil, err
		}
	}
	return c, nil
}
