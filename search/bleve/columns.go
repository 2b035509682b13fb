package bleve

import (
	"bytes"
	"strconv"
	"sync"

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

// columns holds the facts of one segment's documents.
type columns struct {
	of   []facts // one for each document
	seen frequencies
}

// facts are those of one document, beside each other: whoever needs one needs most.
type facts struct {
	date  int64     // milliseconds
	value [4]uint32 // the number of each value
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

// fill gives each part of a snapshot its columns, and the snapshot the names of the values
// in them.
func (s *columnStore) fill(in *snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range in.parts {
		c := s.have[p.seg.Id()]
		if c == nil || len(c.of) != p.size {
			var err error
			if c, err = s.read(p.seg.Segment()); err != nil {
				return err
			}
			s.have[p.seg.Id()] = c
		}
		p.facts = c
	}
	in.names = s.names
	if len(s.have) > 2*len(in.parts)+16 {
		used := map[uint64]bool{}
		for _, p := range in.parts {
			used[p.seg.Id()] = true
		}
		for id := range s.have {
			if !used[id] {
				delete(s.have, id)
			}
		}
	}
	return nil
}

func (s *columnStore) read(seg segment.Segment) (*columns, error) {
	n := int(seg.Count())
	c := &columns{of: make([]facts, n)}
	values, ok := seg.(segment.DocValueVisitable)
	if !ok {
		return c, nil
	}
	var state segment.DocVisitState
	var visit index.DocValueVisitor
	at := 0
	visit = func(_ string, stored []byte) {
		of := &c.of[at]
		of.date, _ = strconv.ParseInt(string(stored[max(0, len(stored)-dateDigits):]), 10, 64)
		rest := stored
		for f := range of.value {
			var part []byte
			part, rest, _ = bytes.Cut(rest, []byte(separator))
			number, known := s.number[f][string(part)]
			if !known {
				number = uint32(len(s.names[f]))
				s.number[f][string(part)] = number
				s.names[f] = append(s.names[f], string(part))
			}
			of.value[f] = number
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
