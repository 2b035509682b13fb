package bleve

import (
	"cmp"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"kiennghi/search"
)

// narrowed is what documents of a part must have: they are in all the bitmaps.
type narrowed struct {
	in      []*roaring.Bitmap // of the index: not to be changed
	nothing bool              // no document of the part has it
}

// have adds what documents must have: those of b, which is nil for nothing.
func (n *narrowed) have(b *roaring.Bitmap, err error) error {
	if b == nil {
		n.nothing = true
	} else {
		n.in = append(n.in, b)
	}
	return err
}

// filter adds what the filters ask for, but for the dates.
func (n *narrowed) filter(p *part, f search.Filters) error {
	terms := [][2]string{{fieldScope, f.Scope}, {fieldAgency, f.Agency},
		{fieldField, f.Field}, {fieldProvince, f.Province}, {fieldStatus, f.Status}}
	if f.Public {
		terms = append(terms, [2]string{fieldPublic, "1"})
	}
	for _, t := range terms {
		if t[1] == "" {
			continue
		}
		if err := n.have(p.docs(t[0], t[1])); err != nil {
			return err
		}
	}
	return nil
}

// docs returns the documents that have all of it, were not deleted or replaced, and are of the
// filters' dates; a new bitmap.
func (n *narrowed) docs(p *part, f search.Filters) *roaring.Bitmap {
	if n.nothing {
		return roaring.New()
	}
	if len(n.in) == 0 {
		all := roaring.New()
		all.AddRange(0, uint64(p.size))
		n.in = append(n.in, all)
	}
	out := inAll(n.in)
	if gone := p.seg.Deleted(); gone != nil {
		out.AndNot(gone)
	}
	p.keepDated(out, f)
	return out
}

// inAll returns the documents that are in all of one bitmap or more, which it sorts; a new bitmap.
// The fewest go first, so that little is left for the others.
func inAll(in []*roaring.Bitmap) *roaring.Bitmap {
	slices.SortFunc(in, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	return roaring.FastAnd(in...)
}

// keepDated leaves in docs those of the filters' dates.
func (p *part) keepDated(docs *roaring.Bitmap, f search.Filters) {
	if f.From.IsZero() && f.To.IsZero() {
		return
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if !f.From.IsZero() {
		from = f.From.UnixMilli()
	}
	if !f.To.IsZero() {
		to = f.To.UnixMilli()
	}
	other := roaring.New()
	each(docs, func(some []uint32) {
		for _, d := range some {
			if at := p.dates[d]; at <= 0 || at < from || at >= to {
				other.Add(d)
			}
		}
	})
	docs.AndNot(other)
}
