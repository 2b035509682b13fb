package bleve

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// A query may match hundreds of thousands of documents, of which a page shows twenty. They are
// not scored one by one: for each thing that counts the bitmaps are split into those that
// have it and those that have not, and what cannot get among the first any more is dropped.

// having is what documents have of a query.
type having struct{ words, pairs, marks int }

func (h having) and(more having) having {
	return having{h.words + more.words, h.pairs + more.pairs, h.marks + more.marks}
}

func (h having) times(n int) having { return having{n * h.words, n * h.pairs, n * h.marks} }

// class is the documents of a part that have the same.
type class struct {
	having
	docs    *roaring.Bitmap   // shared: not to be changed
	without []*roaring.Bitmap // which of docs are other classes'
	n       int               // documents
}

func newClass(h having, docs *roaring.Bitmap) class {
	return class{having: h, docs: docs, n: int(docs.GetCardinality())}
}

// in returns the documents of the class that are in b, in a new bitmap.
func (x class) in(b *roaring.Bitmap) *roaring.Bitmap {
	in := roaring.And(x.docs, b)
	for _, other := range x.without {
		in.AndNot(other)
	}
	return in
}

// all returns the documents of the class.
func (x class) all() *roaring.Bitmap {
	if len(x.without) == 0 {
		return x.docs
	}
	return x.in(x.docs)
}

// classes are documents of a part by what they have of a query with so many pairs.
type classes struct {
	list  []class
	pairs int
}

// score of documents that have this.
func (c *classes) score(h having) float32 {
	return float32(float64(h.words) + wordBonus/2*float64(h.marks) + pairBonus*float64(h.pairs)/float64(max(c.pairs, 1)))
}

// split gives more to the documents that are in b, which may be nil for nothing. What remains of
// a class is not worked out: as a rule it is much, and soon dropped.
func (c *classes) split(b *roaring.Bitmap, more having) {
	if b == nil {
		return
	}
	was := c.list
	c.list = make([]class, 0, 2*len(was))
	for _, x := range was {
		in := newClass(x.and(more), x.in(b))
		if in.n > 0 {
			c.add(in)
		}
		if in.n < x.n {
			if in.n > 0 {
				x.without = append(slices.Clip(x.without), b)
			}
			x.n -= in.n
			c.add(x)
		}
	}
}

// in returns the classes of the documents that are in b.
func (c *classes) in(b *roaring.Bitmap) classes {
	out := classes{pairs: c.pairs}
	for _, x := range c.list {
		if x = newClass(x.having, x.in(b)); x.n > 0 {
			out.list = append(out.list, x)
		}
	}
	return out
}

// docs returns all of them.
func (c *classes) docs() *roaring.Bitmap {
	if len(c.list) == 1 {
		return c.list[0].all()
	}
	all := roaring.New()
	for _, x := range c.list {
		all.Or(x.all())
	}
	return all
}

func (c *classes) add(x class) {
	for i := range c.list {
		if y := &c.list[i]; y.having == x.having {
			*y = newClass(x.having, roaring.Or(y.all(), x.all()))
			return
		}
	}
	c.list = append(c.list, x)
}

// drop forgets the documents that are not among the first n even if they get all that may
// still come, or score less than least then.
func (c *classes) drop(n int, come having, least float32) {
	c.sort()
	first := 0
	for _, x := range c.list {
		if first += x.n; first >= n {
			least = max(least, c.score(x.having))
			break
		}
	}
	c.list = slices.DeleteFunc(c.list, func(x class) bool { return c.score(x.and(come)) < least })
}

// splitAll gives each more to the documents of every bitmap, and leaves those that may be among
// the first n and score no less than least with what may still come; best first.
func (c *classes) splitAll(all []*roaring.Bitmap, each, come having, n int, least float32) {
	c.sort()
	if len(c.list) == 0 { // there are better ones elsewhere
		return
	}
	if least == 0 { // nothing was found yet
		if best, ok := c.withAll(all, each, come); ok && best.n >= n {
			c.list = []class{best}
			return
		}
	}
	for i, b := range all {
		c.split(b, each)
		c.drop(n, come.and(each.times(len(all)-1-i)), least)
	}
	c.sort()
}

// withAll returns those of the best class that are in all bitmaps, of which a large index has
// enough as a rule, and whether no others can score as much as they do now.
func (c *classes) withAll(all []*roaring.Bitmap, each, come having) (class, bool) {
	if len(all) == 0 {
		return class{}, false
	}
	x, most := c.list[0], each.times(len(all))
	h := x.and(most)
	ok := c.score(h) > c.score(x.and(each.times(len(all)-1)).and(come))
	if len(c.list) > 1 {
		ok = ok && c.score(h) > c.score(c.list[1].and(most).and(come))
	}
	if !ok {
		return class{}, false
	}
	return newClass(h, inAll(append([]*roaring.Bitmap{x.all()}, all...))), true
}

// sort puts those first that score most.
func (c *classes) sort() {
	slices.SortFunc(c.list, func(a, b class) int { return cmp.Compare(c.score(b.having), c.score(a.having)) })
}
