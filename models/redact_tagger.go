package models

import (
	_ "embed"
	"encoding/binary"
	"slices"
	"strings"
)

// The tagger is a sequence model over the pieces of a text: an averaged perceptron. It learns
// from annotated sentences and from sentences made from patterns (TestTrainTagger), so that it
// finds names and addresses in surroundings that no rule knows. When features here or what it
// learns from change, it has to be trained anew: its file ends with a sum of both, which
// TestTaggerIsOfItsSources compares.

//go:embed redact.model
var taggerFile []byte

//go:generate go test -run ^TestTrainTagger$ -train .

var theTagger = readTagger(taggerFile)

// taggerKinds are the kinds that the tagger finds. Each has two tags: its first piece and
// a further one; tag 0 is nothing.
var taggerKinds = [...]MarkKind{MarkName, MarkAddress, MarkBirth, MarkSocial, MarkPassport, MarkTax, MarkAccount, MarkID, MarkPlate}

const tags = 1 + 2*len(taggerKinds)

// never is a sum that no tag wins with.
const never = -1 << 24

// mayPrecede has for each tag those that it may come after.
var mayPrecede = func() (out [tags][]uint8) {
	for tag := range tags {
		for before := range tags {
			if follows(tag, before) {
				out[tag] = append(out[tag], uint8(before))
			}
		}
	}
	return out
}()

// follows reports whether a tag may come after another: a further piece only after one of
// its own kind.
func follows(tag, before int) bool {
	return tag == 0 || tag%2 == 1 || before == tag || before == tag-1
}

// weight is what a feature says for a tag.
type weight struct {
	tag uint8
	by  int8
}

// tagger has the weights of features, which an open table finds; a key of 0 is an empty place.
type tagger struct {
	keys    []uint32
	from    []uint32 // of a key, in weights; those of the next feature begin where they end
	count   []uint8
	weights []weight
	change  [tags][tags]float32 // from one tag to the next
}

// nothingLess is what is taken from the tag for nothing: it is better to hide too much.
const nothingLess = 200

// place is where a key stands in the table, or would.
func (t *tagger) place(key uint32) int {
	mask := len(t.keys) - 1
	at := int(key>>1) & mask
	for t.keys[at] != 0 && t.keys[at] != key {
		at = (at + 1) & mask
	}
	return at
}

// readTagger reads what the trainer wrote: the changes, a record for each feature with its key,
// how many weights it has, and those with their tags, and a sum, which is for tests only.
func readTagger(b []byte) *tagger {
	n := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	size := 1
	for size < 2*n {
		size *= 2
	}
	t := &tagger{keys: make([]uint32, size), from: make([]uint32, size), count: make([]uint8, size)}
	for i := range t.change {
		for j := range t.change[i] {
			t.change[i][j] = float32(int16(binary.LittleEndian.Uint16(b)))
			b = b[2:]
		}
	}
	for range n {
		key, count := binary.LittleEndian.Uint32(b), b[4]
		b = b[5:]
		at := t.place(key)
		t.keys[at], t.from[at], t.count[at] = key, uint32(len(t.weights)), count
		for range count {
			t.weights = append(t.weights, weight{b[0], int8(b[1])})
			b = b[2:]
		}
	}
	return t
}

// tag returns the tag of each piece.
func (t *tagger) tag(r *reader) []uint8 {
	f := surroundingsOf(r)
	return bestTags(len(r.p), &t.change, func(i int, sums *[tags]float32) {
		sums[0] = -nothingLess
		for _, key := range f.at(i) {
			if at := t.place(key); t.keys[at] != 0 {
				for _, w := range t.weights[t.from[at]:][:t.count[at]] {
					sums[w.tag] += float32(w.by)
				}
			}
		}
	})
}

// bestTags returns the tags of n pieces whose sum is highest: of what each piece says for its
// tag, which own adds up, and of the changes from one tag to the next.
func bestTags(n int, change *[tags][tags]float32, own func(i int, sums *[tags]float32)) []uint8 {
	from := make([][tags]uint8, n)
	var best [tags]float32
	for tag := 1; tag < tags; tag++ {
		best[tag] = never // a text begins after nothing
	}
	var sums, next [tags]float32
	for i := range n {
		sums = [tags]float32{}
		own(i, &sums)
		for tag := range tags {
			next[tag] = 2 * never
			for _, before := range mayPrecede[tag] {
				if s := best[before] + change[before][tag]; s > next[tag] {
					next[tag], from[i][tag] = s, before
				}
			}
			next[tag] += sums[tag]
		}
		best = next
	}
	last := uint8(0)
	for tag, s := range best {
		if s > best[last] {
			last = uint8(tag)
		}
	}
	out := make([]uint8, n)
	for i := n - 1; i >= 0; i-- {
		out[i], last = last, from[i][last]
	}
	return out
}

// tagged marks what the tagger found of some kinds, as far as nothing is marked there yet.
func (r *reader) tagged(found []uint8, kinds ...MarkKind) {
	for i := 0; i < len(found); i++ {
		if found[i] == 0 {
			continue
		}
		kind, j := taggerKinds[(found[i]-1)/2], i
		for j+1 < len(found) && found[j+1] == found[i]+found[i]%2 {
			j++
		}
		next := j
		switch kind {
		case MarkName:
			for j+1 < len(r.p) && r.goesOn(j+1) {
				j++
			}
		case MarkAddress:
			for i > 0 && r.p[i].digits && !r.p[i-1].taken && r.before(i) == "/" {
				i--
			}
		}
		if slices.Contains(kinds, kind) && r.plausible(kind, i, j) {
			r.markRest(kind, i, j)
		}
		i = max(next, j)
	}
}

// goesOn reports whether a name that ends before a piece goes on with it.
func (r *reader) goesOn(i int) bool {
	return r.p[i].upper && !r.p[i].caps && r.p[i-1].upper && r.spaced(i) && !r.p[i].taken && r.use(i, useName) && !r.use(i, useOffice) && !r.beginsOffice(i)
}

// minByLandmark is how many words after its first an address has at least that says beside
// what a house stands, and not its number.
const minByLandmark = 3

// minBirthInWords is how many words after its first a birth day has at least that is written
// without digits.
const minBirthInWords = 3

// plausible reports whether pieces may be of a kind at all: a name has no digits and is not
// that of a street, school or hamlet, a number has some and is no money, an account or card is
// no number of an order or a service, a tax code not that of a company, and an address has
// letters and digits or many words, as a day of birth has. Years one after the other are none.
func (r *reader) plausible(kind MarkKind, i, j int) bool {
	digits, left, years, letters := 0, 0, 0, false
	for k := i; k <= j; k++ {
		p := &r.p[k]
		if r.year(k) {
			years++
		}
		if p.digits {
			digits += len(p.fold)
			if !p.taken {
				left += len(p.fold)
			}
		} else {
			letters = true
		}
	}
	if years > 1 && years == j-i+1 {
		return false
	}
	switch kind {
	case MarkName:
		for i < j && r.use(i, usePlace) && !r.p[i].upper { // đường Lê Lợi
			i++
		}
		if i == j && !r.p[i].upper && !r.use(i-1, useTitle) && !r.is(i-1, "ten") && r.capitals() || r.p[i].upper && (r.hamlet(i-1) || r.placeOfTitle(i-1) || r.placeOfTitle(i) && (j == i+1 || r.is(i, "ong", "ba"))) {
			return false
		}
		return digits == 0 && (!r.famous(i, j) || r.use(i-1, useTitle)) && !r.commonWord(i)
	case MarkSocial:
		return letters && digits <= 6 || digits > 6 && len(r.p[i].fold) < 4
	case MarkPlate:
		return (letters || r.plateSaid(i)) && digits > 3 && digits < 9
	case MarkAddress:
		return letters && (digits > 0 || j-i >= minByLandmark)
	case MarkBirth:
		return i > 0 && (digits > 2 || j-i >= minBirthInWords)
	case MarkPassport:
		if digits > 9 || len(r.p[i].fold) > 2 && !r.p[i].digits {
			return false
		}
	case MarkTax:
		if digits < 9 {
			return false
		}
		if said, company := r.saidToBe(i); company || said == "" && r.aboutCompany(i-1) {
			return false
		}
	case MarkAccount, MarkID:
		if digits < 6 || r.coded(i) || r.treasury(i) || hotline(strings.Join(r.foldsIn(Span{r.p[i].start, r.p[j].end}), "")) {
			return false
		}
	}
	return digits > 3 && left > 0 && !r.money(j+1)
}

// hamlet reports whether the name of a hamlet follows a piece.
func (r *reader) hamlet(i int) bool {
	return r.spaced(i+1) && !r.is(i-1, "truong", "pho", "hang") && (r.is(i, "thon", "ap", "xom", "buon", "dap") || slices.Contains([]string{"bản", "làng"}, r.lower(i)))
}

// commonWord reports whether a piece of a text with accents is a small word that, as it is
// written, begins no name: "của bà trong hợp đồng".
func (r *reader) commonWord(i int) bool {
	return !r.p[i].upper && plainWords[r.lower(i)]&useName == 0 && !r.is(i-1, "ten") && r.accented()
}

// accented reports whether a text is written with accents: more than a third of its words have some.
func (r *reader) accented() bool { return r.accents*3 > r.words }

// capitals reports whether words within sentences begin with capital letters.
func (r *reader) capitals() bool {
	for i := range r.p {
		if p := &r.p[i]; p.upper && !p.caps && i > 0 && !r.ended(i) {
			return true
		}
	}
	return false
}

// markRest marks the pieces from i to j that are in no mark yet, and joins them to a mark
// of the same kind at their side; a word beside a day of birth or a plate is no part of it.
func (r *reader) markRest(kind MarkKind, i, j int) {
	for ; i <= j; i++ {
		if r.p[i].taken {
			continue
		}
		end := i
		for end < j && !r.p[end+1].taken {
			end++
		}
		if kind != MarkBirth && kind != MarkPlate || end > i || r.p[i].digits {
			r.mark(kind, i, end)
		}
		i = end
	}
}

// surroundings has what the features of pieces are made of: hashes of each piece.
type surroundings struct {
	words []hashes
	bare  uint32 // whether the text has accents and capital letters
	keys  [64]uint32
}

type hashes struct{ fold, exact, shape, use, gap, taken uint32 }

var outside = hashes{fold: 1, exact: 1, shape: 1, use: 1, gap: 1, taken: 1}

func blend(a, b uint32) uint32 {
	h := (a ^ b*0x9e3779b1) * 0x85ebca6b
	return h ^ h>>15
}

func surroundingsOf(r *reader) *surroundings {
	f := &surroundings{words: make([]hashes, len(r.p))}
	accents, capitals := 0, 0
	for i := range r.p {
		p := &r.p[i]
		if !p.plain {
			accents++
		}
		if p.upper && i > 0 && !r.ended(i) {
			capitals++
		}
		h := &f.words[i]
		h.fold = hashMore(hashStart, p.fold)
		h.exact = h.fold
		if p.digits {
			h.fold = uint32(100 + min(len(p.fold), 15))
			h.shape = h.fold
			if r.year(i) {
				h.shape = 99
			}
		} else {
			if !p.plain {
				h.exact = hashMore(hashStart, strings.ToLower(r.text[p.start:p.end]))
			}
			h.shape = 2
			switch {
			case p.caps && len(p.fold) == 1:
				h.shape = 3
			case p.caps:
				h.shape = 4
			case p.upper:
				h.shape = 5
			}
			if r.ended(i) {
				h.shape += 10
			}
			use := foldedWords[p.fold]
			if !p.plain {
				use = plainWords[strings.ToLower(r.text[p.start:p.end])]
			}
			h.use = uint32(use&(useName|useTitle|useRole|usePlace|useOffice)) + 7
		}
		h.gap = gapOf(r.before(i))
		if p.taken {
			h.taken = hashMore(hashStart, string(r.markedAs(i)))
		}
	}
	f.bare = 11
	if accents > 0 {
		f.bare += 2
	}
	if capitals > 0 {
		f.bare++
	}
	return f
}

// gapOf says what stands before a piece.
func gapOf(g string) uint32 {
	switch {
	case g == "":
		return 20
	case strings.Contains(g, "\n"):
		return 22
	}
	if g = strings.Trim(g, " "); g == "" {
		return 21
	}
	return 30 + uint32(g[0])
}

func (f *surroundings) word(i int) *hashes {
	if i < 0 || i >= len(f.words) {
		return &outside
	}
	return &f.words[i]
}

// at returns the keys of the features of a piece.
func (f *surroundings) at(i int) []uint32 {
	keys := f.keys[:0]
	add := func(id, h uint32) {
		key := blend(id*hashPrime+77, h)
		keys = append(keys, key|1)
	}
	w, b1, b2, b3, a1, a2, a3 := f.word(i), f.word(i-1), f.word(i-2), f.word(i-3), f.word(i+1), f.word(i+2), f.word(i+3)
	shapes := blend(blend(b1.shape, w.shape), a1.shape)
	uses := blend(blend(b1.use, w.use), a1.use)
	add(0, f.bare)
	add(1, w.fold)
	add(2, blend(w.exact, w.shape))
	add(3, b1.fold)
	add(4, blend(b1.exact, w.shape))
	add(5, b2.fold)
	add(6, b3.fold)
	add(7, a1.fold)
	add(8, blend(a1.exact, w.shape))
	add(9, a2.fold)
	add(10, a3.fold)
	add(11, blend(b1.fold, w.fold))
	add(12, blend(w.fold, a1.fold))
	add(13, blend(b2.fold, b1.fold))
	add(14, blend(blend(b2.fold, b1.fold), w.shape))
	add(15, blend(a1.fold, a2.fold))
	add(16, blend(w.shape, f.bare))
	add(17, blend(shapes, f.bare))
	add(18, blend(w.use, blend(w.shape, f.bare)))
	add(19, blend(uses, f.bare))
	add(20, blend(uses, shapes))
	add(21, blend(b1.fold, blend(w.use, w.shape)))
	add(22, blend(blend(b1.shape, b1.use), blend(w.use, w.shape)))
	add(23, blend(blend(w.use, w.shape), blend(a1.use, a1.shape)))
	add(24, blend(w.gap, w.shape))
	add(25, blend(blend(w.gap, b1.fold), w.shape))
	add(26, blend(blend(w.gap, a1.gap), w.shape))
	add(27, blend(blend(b1.gap, b1.fold), blend(w.gap, w.use)))
	add(28, blend(b1.taken, a1.taken)+a2.taken)
	add(29, blend(w.taken, w.shape))
	add(30, blend(blend(w.use, a1.use), blend(a2.use, f.bare)))
	add(31, blend(blend(b2.use, b1.use), blend(w.use, f.bare)))
	add(32, blend(blend(b3.fold, b2.fold), b1.fold))
	add(33, blend(a1.gap, blend(a1.fold, w.use)))
	add(34, blend(blend(w.shape, a1.shape), blend(a2.shape, a3.shape)))
	return keys
}
