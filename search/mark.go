package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kiennghi/models"
)

// SnippetLength is how many characters of a text a snippet shows at most.
const SnippetLength = 200

// Marker encloses in texts what a query found. It forgives what the engines forgive:
// a typo, in a word that the record does not hold as it was typed. It is for one query
// and one goroutine: it remembers what each word of the texts is to the query, because
// the records of a page share most of their words.
type Marker struct {
	words  []string
	prefix string
	known  map[string]kin
}

// kin says what a word is to the words of a query, one bit for each of them.
type kin struct {
	folded string // when any bit is set
	same   uint16 // it is that word
	begins uint16 // it begins with that word, which is being typed
	near   uint16 // it is that word but for a typo
}

// NewMarker returns the marker of a query.
func NewMarker(t Terms) *Marker {
	m := &Marker{words: t.Words, known: map[string]kin{}}
	if t.Prefix && len(t.Words) > 0 {
		m.prefix = t.Words[len(t.Words)-1]
	}
	return m
}

// span is a place in a text where a word stands that is kin to the query's.
type span struct {
	start, end int
	kin
}

// Mark returns a record's title with marks and, with marks too, about 200 characters
// around the place where most of the query stands: of its reply when that holds a
// match, else of its body.
func (m *Marker) Mark(title, body, reply string) (markedTitle, snippet string) {
	body, reply = oneLine(body), oneLine(reply)
	start := body
	if reply != "" {
		start = reply
	}
	if len(m.words) == 0 {
		return title, models.Shorten(start, SnippetLength)
	}
	var there uint16 // the words that the record holds as they were typed
	texts := [3][]span{m.spans(title, &there), m.spans(reply, &there), m.spans(body, &there)}
	for i := range texts {
		texts[i] = slices.DeleteFunc(texts[i], func(p span) bool { return p.same|p.begins|p.near&^there == 0 })
	}
	switch {
	case len(texts[1]) > 0:
		snippet = cut(reply, texts[1])
	case len(texts[2]) > 0:
		snippet = cut(body, texts[2])
	default:
		snippet = models.Shorten(start, SnippetLength)
	}
	return mark(title, texts[0]), snippet
}

// oneLine returns a text with every run of white space as one space. It is
// strings.Fields and Join in one go, a tenth of a search when it was not.
func oneLine(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	start := 0
	word := func(end int) {
		if end > start {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(s[start:end])
		}
	}
	for i := 0; i < len(s); {
		c, size := s[i], 1
		space := c == ' ' || '\t' <= c && c <= '\r'
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			space = unicode.IsSpace(r)
		}
		if space {
			word(i)
			start = i + size
		}
		i += size
	}
	word(len(s))
	return b.String()
}

// spans returns the places of a text with words that are kin to the query's, and adds
// to there the words that it holds as they were typed.
func (m *Marker) spans(s string, there *uint16) []span {
	var out []span
	word := func(start, end int) {
		k, ok := m.known[s[start:end]]
		if !ok {
			k = m.kin(models.Fold(s[start:end]))
			m.known[s[start:end]] = k
		}
		if k.folded != "" {
			*there |= k.same
			out = append(out, span{start, end, k})
		}
	}
	start := -1
	for i, r := range s {
		letter := 'a' <= r && r <= 'z' || r != ' ' && (unicode.IsLetter(r) || unicode.IsDigit(r))
		switch {
		case letter && start < 0:
			start = i
		case !letter && start >= 0 && (r == ' ' || !unicode.Is(unicode.Mn, r)):
			word(start, i)
			start = -1
		}
	}
	if start >= 0 {
		word(start, len(s))
	}
	return out
}

// kin compares a folded word with those of the query.
func (m *Marker) kin(have string) kin {
	var k kin
	for i, w := range m.words {
		bit := uint16(1) << i // there are at most MaxWords
		if have == w {
			k.same |= bit
		}
		if w == m.prefix && strings.HasPrefix(have, w) {
			k.begins |= bit
		}
		if utf8.RuneCountInString(w) >= 5 && near([]rune(have), []rune(w)) {
			k.near |= bit
		}
	}
	if k.same|k.begins|k.near != 0 {
		k.folded = have
	}
	return k
}

// near reports whether two words differ by one letter added, left out or changed, or
// two neighbours swapped, beginning with the same letter.
func near(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 4 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if i == len(a) {
		return true
	}
	if len(a) < len(b) {
		return string(a[i:]) == string(b[i+1:])
	}
	if string(a[i+1:]) == string(b[i+1:]) {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && string(a[i+2:]) == string(b[i+2:])
}

// mark encloses the spans; neighbours with only a space between share one mark.
func mark(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 2*len(spans))
	at := 0
	for i := 0; i < len(spans); i++ {
		start, end := spans[i].start, spans[i].end
		for i+1 < len(spans) && strings.TrimSpace(s[end:spans[i+1].start]) == "" {
			i++
			end = spans[i].end
		}
		b.WriteString(s[at:start])
		b.WriteString(MarkStart)
		b.WriteString(s[start:end])
		b.WriteString(MarkEnd)
		at = end
	}
	b.WriteString(s[at:])
	return b.String()
}

// cut takes the part of a text in which most of the different words were found.
func cut(s string, spans []span) string {
	const reach = SnippetLength - 50 // characters from the first match on
	offsets := runeOffsets(s, spans)
	best, bestCount := 0, 0
	for i := range min(len(spans), 200) {
		seen := map[string]bool{}
		for j := i; j < len(spans) && offsets[j]-offsets[i] < reach-20; j++ {
			seen[spans[j].folded] = true
		}
		if len(seen) > bestCount {
			best, bestCount = i, len(seen)
		}
	}
	first := spans[best].start
	from := back(s, first, 40)
	to := forward(s, first, reach)
	if to == len(s) { // near the end there is room for more before
		from = back(s, to, SnippetLength-2)
	} else if from == 0 {
		to = forward(s, 0, SnippetLength-2)
	}
	var inside []span
	for _, p := range spans {
		if p.start >= from && p.end <= to {
			inside = append(inside, span{p.start - from, p.end - from, p.kin})
		}
	}
	out := mark(s[from:to], inside)
	if from > 0 {
		out = "…" + strings.TrimLeft(out, " ")
	}
	if to < len(s) {
		out = strings.TrimRight(out, " ") + "…"
	}
	return out
}

// runeOffsets returns where each span starts, in characters.
func runeOffsets(s string, spans []span) []int {
	out := make([]int, len(spans))
	at, n := 0, 0
	for i, p := range spans {
		n += utf8.RuneCountInString(s[at:p.start])
		at, out[i] = p.start, n
	}
	return out
}

// back returns the start of a word at most n characters before at.
func back(s string, at, n int) int {
	i := at
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	if i == 0 {
		return 0
	}
	if j := strings.IndexByte(s[i:at], ' '); j >= 0 {
		return i + j + 1
	}
	return i
}

// forward returns the end of a word at most n characters after at.
func forward(s string, at, n int) int {
	i := at
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	if i == len(s) {
		return i
	}
	if j := strings.LastIndexByte(s[at:i], ' '); j > 0 {
		return at + j
	}
	return i
}
