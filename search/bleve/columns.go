package bleve

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strconv"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"kiennghi/search"
)

// The engine reads each property of each match on its own, out of compressed blocks:
// most of the time of a search with facets. What is counted and sorted by is therefore
// kept in memory in columns, 12 bytes for a document. A segment of the index never
// changes, so its columns are read once, when it is first searched.

// separator stands between the parts of a document's facts.
const separator = "\x1f"

// countable are the facets in the order of the facts' parts. The last part is the date.
var countable = [...]search.Facet{search.FacetAgency, search.FacetField, search.FacetProvince, search.FacetYear}

const dateDigits = 14 // of the milliseconds

// columns holds the facts of one segment's documents.
type columns struct {
	dates    []int64  // milliseconds, of each document
	facts    []uint32 // the number of each document's facts
	counts   []int    // how many documents have the facts of each number; nil where that is not worth the memory
	newestIn []int64  // the date of the newest document of each block
	newest   []block  // those with the newest document first
	ages     []age    // all of them, the newest first
	seen     frequencies
}

// block is documents beside each other. As a rule they came into the index together and are about
// as old: cases are indexed as they are published, and a rebuild reads SQLite in the order in
// which they came in. MongoDB is read by ID; then all blocks have new ones, and are looked through.
type block struct {
	first  uint32 // document
	newest int64  // date
}

const blockSize = 4096

// age is the documents of some blocks, none of them newer than a date.
type age struct {
	docs   *roaring.Bitmap
	newest int64
}

// ages puts blocks into ages, the newest first, each of four times more blocks than the one before.
// What a page shows is in the first of them as a rule.
func ages(newest []block, size int) (out []age) {
	for n := max(1, len(newest)/64); len(newest) > 0; n *= 4 {
		if n = min(n, len(newest)); len(newest) < 3*n {
			n = len(newest)
		}
		a := age{roaring.New(), newest[0].newest}
		for _, b := range newest[:n] {
			a.docs.AddRange(uint64(b.first), uint64(min(int(b.first)+blockSize, size)))
		}
		out, newest = append(out, a), newest[n:]
	}
	return out
}

// columnStore keeps the columns of all segments that are in use.
type columnStore struct {
	mu    sync.Mutex
	have  map[uint64]*columns
	facts map[string]uint32 // the numbers of facts, as they are stored
	all   []facts           // all[number] are the facts with that number; 0 is none
	named [4]names
}

// facts are the numbers of a document's values. Many documents have the same.
type facts [len(countable)]uint32

// names numbers strings; number 0 is the empty one.
type names struct {
	number map[string]uint32
	list   []string
}

func (n *names) of(stored []byte) uint32 {
	number, known := n.number[string(stored)]
	if !known {
		name := string(stored)
		number = uint32(len(n.list))
		n.number[name], n.list = number, append(n.list, name)
	}
	return number
}

func newColumnStore() *columnStore {
	s := &columnStore{have: map[uint64]*columns{}, facts: map[string]uint32{}, all: make([]facts, 1)}
	for i := range s.named {
		s.named[i] = names{map[string]uint32{"": 0}, []string{""}}
	}
	return s
}

// forget forgets how often words were counted.
func (s *columnStore) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.have {
		c.seen.forget()
	}
}

// fill gives each part of a snapshot its columns, and the snapshot the facts and names of the
// values that are numbered in them.
func (s *columnStore) fill(in *snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range in.parts {
		c := s.have[p.seg.Id()]
		if c == nil || len(c.dates) != p.size {
			var err error
			if c, err = s.read(p.seg.Segment()); err != nil {
				return err
			}
			s.have[p.seg.Id()] = c
		}
		p.columns = c
	}
	in.facts = s.all
	for i := range s.named {
		in.names[i] = s.named[i].list
	}
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
	c := &columns{dates: make([]int64, n), facts: make([]uint32, n)}
	values, ok := seg.(segment.DocValueVisitable)
	if !ok {
		return nil, errors.New("this index is of another kind")
	}
	var state segment.DocVisitState
	at := 0
	visit := func(_ string, stored []byte) {
		rest, date := stored[:max(0, len(stored)-dateDigits)], stored[max(0, len(stored)-dateDigits):]
		c.dates[at], _ = strconv.ParseInt(string(date), 10, 64)
		c.facts[at] = s.number(rest)
	}
	for at = range n {
		var err error
		if state, err = values.VisitDocValues(uint64(at), []string{fieldFacts}, visit, state); err != nil {
			return nil, err
		}
	}
	for i, some := range slices.Collect(slices.Chunk(c.dates, blockSize)) {
		newest := slices.Max(some)
		c.newestIn = append(c.newestIn, newest)
		c.newest = append(c.newest, block{uint32(i * blockSize), newest})
	}
	slices.SortFunc(c.newest, func(a, b block) int { return cmp.Compare(b.newest, a.newest) })
	c.ages = ages(c.newest, n)
	if len(s.all) < n/4 {
		c.counts = make([]int, len(s.all))
		for _, number := range c.facts {
			c.counts[number]++
		}
	}
	return c, nil
}

// number returns the number of facts as they are stored.
func (s *columnStore) number(stored []byte) uint32 {
	number, known := s.facts[string(stored)]
	if !known {
		number = uint32(len(s.all))
		s.facts[string(stored)] = number
		var f facts
		for i := range f {
			var value []byte
			value, stored, _ = bytes.Cut(stored, []byte(separator))
			f[i] = s.named[i].of(value)
		}
		s.all = append(s.all, f)
	}
	return number
}
