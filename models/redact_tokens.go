package models

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is a run of letters or a run of digits of a text.
type piece struct {
	start, end int // bytes
	fold       string
	use        wordUse
	digits     bool
	plain      bool // no letter has an accent
	upper      bool // begins with a capital letter
	caps       bool // has capital letters only
	taken      bool // stands in a mark
}

// reader holds a text in pieces, and what was found in it.
type reader struct {
	text  string
	p     []piece
	marks []Mark
	whole string // the folded words of the text, which pieces point to

	lookedUp bool // the pieces know their use
	words    int  // of the pieces, once they were looked up
	accents  int  // words that are written with some
}

// read splits a text into pieces and says what each may be.
func read(text string) *reader {
	r := split(text)
	r.lookUp()
	return r
}

// split splits a text into pieces, of which nothing is looked up yet.
func split(text string) *reader {
	r := &reader{text: text, p: make([]piece, 0, len(text)/5+4)}
	folded := make([]byte, 0, len(text))
	ends := make([]int, 0, cap(r.p)) // of the pieces, in folded
	in := false
	var cur piece
	cut := func(at int) {
		if in {
			cur.end, in = at, false
			r.p, ends = append(r.p, cur), append(ends, len(folded))
		}
	}
	for i, c := range text {
		digit := digitOf(c)
		letter := digit == 0 && (isLetter(c) || in && !cur.digits && unicode.Is(unicode.Mn, c))
		if digit == 0 && !letter {
			cut(i)
			continue
		}
		if in && cur.digits != (digit != 0) {
			cut(i)
		}
		if !in {
			in, cur = true, piece{start: i, digits: digit != 0, plain: true, upper: unicode.IsUpper(c), caps: true}
		}
		switch {
		case digit != 0:
			folded = append(folded, digit)
		case c < utf8.RuneSelf:
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			} else {
				cur.caps = false
			}
			folded = append(folded, byte(c))
		default:
			cur.plain = false
			if !unicode.IsUpper(c) && !unicode.Is(unicode.Mn, c) {
				cur.caps = false
			}
			if c < latinEnd && latin[c] != 0 {
				folded = utf8.AppendRune(folded, latin[c])
			} else {
				folded = append(folded, Fold(string(c))...)
			}
		}
	}
	cut(len(text))
	r.whole = string(folded)
	from := 0
	for i := range r.p {
		r.p[i].fold = r.whole[from:ends[i]]
		from = ends[i]
	}
	return r
}

// mayHold reports whether these folded words may stand in the text one after the other.
// It tells so without a look at each word where they are made of the letters a to z and digits.
func (r *reader) mayHold(words []string) bool {
	whole := strings.Join(words, "")
	return strings.Contains(r.whole, whole) || strings.Trim(whole, "abcdefghijklmnopqrstuvwxyz0123456789") != ""
}

// digitOf is the digit of a character, '0' to '9', also in full width; else 0.
func digitOf(c rune) byte {
	switch {
	case '0' <= c && c <= '9':
		return byte(c)
	case '０' <= c && c <= '９':
		return byte(c-'０') + '0'
	}
	return 0
}

// accentsNear is how far about a word one looks whether a text is written with accents.
const accentsNear = 8

// lookUp says of each word what it may be. A word without accents among words that have
// them is taken as it stands, unless it begins with a capital letter.
func (r *reader) lookUp() {
	if r.lookedUp {
		return
	}
	r.lookedUp = true
	last := -2 * accentsNear // the last word that has accents
	next := 0
	for i := range r.p {
		if !r.p[i].digits {
			r.words++
			if !r.p[i].plain {
				r.accents++
			}
		}
	}
	rare := r.accents*8 <= r.words // one word with accents in a text without
	for i := range r.p {
		p := &r.p[i]
		if p.digits {
			continue
		}
		if !p.plain {
			last = i
		}
		for next <= i || next < len(r.p) && (r.p[next].digits || r.p[next].plain) {
			next++
		}
		use := foldedWords[p.fold]
		if use == 0 {
			continue
		}
		bare := p.plain && rare || p.plain && i-last > accentsNear && (next == len(r.p) || next-i > accentsNear)
		switch {
		case bare || p.plain && p.caps && p.end-p.start > 1:
		case p.plain && p.upper:
			use = use&useName | plainWords[p.fold]
		case p.plain:
			use = plainWords[p.fold]
		default:
			use = plainWords[r.lower(i)]
		}
		p.use = use
	}
}

// word is a piece as it stands, lower is it in lower case.
func (r *reader) word(i int) string  { return r.text[r.p[i].start:r.p[i].end] }
func (r *reader) lower(i int) string { return strings.ToLower(r.word(i)) }

// before is what stands before a piece and after the one before it.
func (r *reader) before(i int) string {
	switch {
	case i <= 0 && len(r.p) > 0:
		return r.text[:r.p[0].start]
	case i < len(r.p):
		return r.text[r.p[i-1].end:r.p[i].start]
	case len(r.p) == 0:
		return r.text
	}
	return r.text[r.p[len(r.p)-1].end:]
}

// is reports whether the piece is one of these folded words; none is where there is no piece.
func (r *reader) is(i int, words ...string) bool {
	if i < 0 || i >= len(r.p) {
		return false
	}
	for _, w := range words {
		if r.p[i].fold == w {
			return true
		}
	}
	return false
}

func (r *reader) use(i int, u wordUse) bool {
	return i >= 0 && i < len(r.p) && r.p[i].use&u != 0
}

func (r *reader) number(i int) bool { return i >= 0 && i < len(r.p) && r.p[i].digits }

// spaced reports whether only spaces stand before a piece, and a piece before them.
func (r *reader) spaced(i int) bool {
	if i <= 0 || i >= len(r.p) {
		return false
	}
	g := r.before(i)
	return g != "" && strings.Trim(g, " \u00a0\t") == ""
}

// ended reports whether a sentence or line ends before a piece.
func (r *reader) ended(i int) bool {
	return i <= 0 || strings.ContainsAny(r.before(i), ".!?;\n…")
}

// free reports whether no piece from i to j, both included, is marked.
func (r *reader) free(i, j int) bool {
	for k := i; k <= j; k++ {
		if r.p[k].taken {
			return false
		}
	}
	return true
}

// mark marks pieces from i to j, both included.
func (r *reader) mark(kind MarkKind, i, j int) {
	r.markBytes(kind, i, j, r.p[i].start, r.p[j].end)
}

// markBytes marks a part of the text that holds the pieces from i to j.
func (r *reader) markBytes(kind MarkKind, i, j, start, end int) {
	for k := i; k <= j; k++ {
		r.p[k].taken = true
	}
	r.marks = append(r.marks, Mark{kind, Span{start, end}})
}
