package bleve

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// The engine's own searchers walk through the matches one by one, at about a
// microsecond each and word. Here a query is answered with the bitmaps that the index
// consists of: which documents of a segment have a term.

// snapshot is the index at one moment.
type snapshot struct {
	*scorch.IndexSnapshot
	parts []*part
	total uint64
	facts []facts                  // which the parts' columns number, once they were filled in
	names [len(countable)][]string // of the values in the facts
	list  segment.PostingsList     // memory for the next one
}

// part is one segment of a snapshot.
type part struct {
	seg      *scorch.SegmentSnapshot
	first    uint64 // number of its first document in the snapshot
	size     int
	dicts    map[string]segment.TermDictionary
	it       segment.PostingsIterator // memory for the next one
	*columns                          // nil in readParts
}

// read is readParts with the columns of the parts.
func (x *Index) read(ctx context.Context, gen bleve.Index, f func(s *snapshot) error) error {
	return readParts(ctx, gen, func(s *snapshot) error {
		if err := x.columns.fill(s); err != nil {
			return err
		}
		return f(s)
	})
}

// readParts calls f with a snapshot of the index.
func readParts(ctx context.Context, gen bleve.Index, f func(s *snapshot) error) error {
	advanced, err := gen.Advanced()
	if err != nil {
		return err
	}
	r, err := advanced.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	is, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return errors.New("this index is of another kind")
	}
	s := &snapshot{IndexSnapshot: is}
	if s.total, err = is.DocCount(); err != nil {
		return err
	}
	first := uint64(0)
	for _, seg := range is.Segments() {
		size := int(seg.FullSize())
		s.parts = append(s.parts, &part{seg: seg, first: first, size: size, dicts: map[string]segment.TermDictionary{}})
		first += uint64(size)
	}
	if err := f(s); err != nil {
		return err
	}
	return ctx.Err()
}

// of returns the part that has a document.
func (s *snapshot) of(number uint64) *part {
	for _, p := range s.parts {
		if number < p.first+uint64(p.size) {
			return p
		}
	}
	return nil
}

// newestFirst returns the parts, those with the newest documents first.
func (s *snapshot) newestFirst() []*part {
	return slices.SortedFunc(slices.Values(s.parts), func(a, b *part) int { return cmp.Compare(b.newest[0].newest, a.newest[0].newest) })
}

func (p *part) dict(field string) (segment.TermDictionary, error) {
	if d := p.dicts[field]; d != nil {
		return d, nil
	}
	d, err := p.seg.Segment().Dictionary(field)
	if err == nil {
		p.dicts[field] = d
	}
	return d, err
}

// docs returns which documents have a term, deleted ones among them; nil for none. The
// bitmap belongs to the index and must not be changed.
func (p *part) docs(field, term string) (*roaring.Bitmap, error) {
	d, err := p.dict(field)
	if err != nil {
		return nil, err
	}
	list, err := d.PostingsList([]byte(term), nil, nil)
	if err != nil || list == nil {
		return nil, err
	}
	p.it = list.Iterator(false, false, false, p.it)
	it, ok := p.it.(segment.OptimizablePostingsIterator)
	if !ok {
		return nil, nil // the empty list
	}
	if n, one := it.DocNum1Hit(); one {
		return roaring.BitmapOf(uint32(n)), nil
	}
	b := it.ActualBitmap()
	if b == nil || b.IsEmpty() {
		return nil, nil
	}
	return b, nil
}

// maxLike bounds the terms that a prefix or a word with a typo stands for.
const maxLike = 5000

// like returns the terms of a field that begin with a word, or are it but for one letter.
func (s *snapshot) like(field, word string, prefix, typo bool) ([]string, error) {
	var out []string
	collect := func(d index.FieldDict, err error) error {
		if err != nil {
			return err
		}
		defer d.Close()
		for {
			e, err := d.Next()
			if err != nil || e == nil || len(out) >= maxLike {
				return err
			}
			if e.Term != word {
				out = append(out, e.Term)
			}
		}
	}
	if prefix {
		if err := collect(s.FieldDictPrefix(field, []byte(word))); err != nil {
			return nil, err
		}
	}
	if typo {
		_, n := utf8.DecodeRuneInString(word)
		if err := collect(s.FieldDictFuzzy(field, word, 1, word[:n])); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// any returns which documents have one of the terms; nil for none.
func (p *part) any(field string, terms ...string) (*roaring.Bitmap, error) {
	var found []*roaring.Bitmap
	for _, t := range terms {
		b, err := p.docs(field, t)
		if err != nil {
			return nil, err
		}
		if b != nil {
			found = append(found, b)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	return roaring.FastOr(found...), nil
}

var numbers = sync.Pool{New: func() any { return new([512]uint32) }}

// each calls do for all documents of a bitmap, some at a time.
func each(b *roaring.Bitmap, do func(some []uint32)) {
	buf := numbers.Get().(*[512]uint32)
	defer numbers.Put(buf)
	it := b.ManyIterator()
	for n := it.NextMany(buf[:]); n > 0; n = it.NextMany(buf[:]) {
		do(buf[:n])
	}
}

// eachOf is each for the documents of a block.
func eachOf(b *roaring.Bitmap, of block, do func(some []uint32)) {
	buf := numbers.Get().(*[512]uint32)
	defer numbers.Put(buf)
	some := buf[:0]
	it := b.Iterator()
	for it.AdvanceIfNeeded(of.first); it.HasNext() && it.PeekNext() < of.first+blockSize; {
		if some = append(some, it.Next()); len(some) == len(buf) {
			do(some)
			some = buf[:0]
		}
	}
	do(some)
}
