package models

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// gap is what stands before a word.
type gap uint8

const (
	gapSpace  gap = iota // or nothing: a full stop within "P.5"
	gapHyphen            // may stand within a name: Bà Rịa - Vũng Tàu
	gapComma             // a mark within a sentence
	gapEnd               // the end of a sentence or line
)

// placeWord is a word of a text in which places are looked for.
type placeWord struct {
	raw            Span  // where it stands in the text
	plain          Span  // where its folded form stands in placeText.plain
	marked         Span  // where its form with accents stands in placeText.marked
	before         gap   // what stands before it
	capital, upper bool  // its first letter, all its letters
	accents        bool  // it is written with accents
	cased          bool  // capitals say something in its sentence
	mixed          bool  // its sentence has small words
	used           bool  // it belongs to a place already
	number         int16 // of what digits stand at its beginning; -1: none
}

// placeText is a text as folded words and as words in one spelling of their accents,
// each with one space between.
type placeText struct {
	text          string
	words         []placeWord
	plain, marked string
	accented      bool // most people's way; otherwise all accents were left out
	small         bool // it was written without any capitals
	field         bool // it is from the field for the place: names need less to be believed
}

// tones are the accents that may stand on either of two vowels: hoà, hòa.
const tones = "\u0300\u0301\u0303\u0309\u0323"

// markedLetters holds the letters of the Latin blocks without their tone, and which one.
var markedLetters = func() (t [latinEnd]struct {
	letter rune
	tone   byte
}) {
	for r := rune(0xC0); r < latinEnd; r++ {
		if r == 0x250 {
			r = 0x1E00
		}
		var rest []rune
		for _, d := range norm.NFD.String(string(unicode.ToLower(r))) {
			if i := strings.IndexRune(tones, d); i >= 0 {
				t[r].tone = byte('1' + i/2)
				continue
			}
			rest = append(rest, d)
		}
		t[r].letter, _ = utf8.DecodeRuneInString(norm.NFC.String(string(rest)))
	}
	return t
}()

// appendMarked adds a word in lower case with its tone at the end, so that hoà is hòa.
func appendMarked(to []byte, word string) []byte {
	var tone byte
	for _, r := range word {
		switch {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			to = append(to, byte(r))
		case r < latinEnd && markedLetters[r].letter != 0:
			if markedLetters[r].tone != 0 {
				tone = markedLetters[r].tone
			}
			to = utf8.AppendRune(to, markedLetters[r].letter)
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	if tone != 0 {
		to = append(to, '~', tone)
	}
	return to
}

// readPlaceText splits a text into words.
func readPlaceText(text string) *placeText {
	text = norm.NFC.String(text)
	t := &placeText{text: text, words: make([]placeWord, 0, len(text)/4+1)}
	plain, marked := make([]byte, 0, len(text)), make([]byte, 0, len(text)*5/4)
	start, before := -1, gapEnd
	end := func(to int) {
		w := placeWord{raw: Span{start, to}, before: before, number: -1}
		raw := text[start:to]
		folded := Fold(raw)
		if len(plain) > 0 {
			plain, marked = append(plain, ' '), append(marked, ' ')
		}
		w.plain[0], w.marked[0] = len(plain), len(marked)
		plain, marked = append(plain, folded...), appendMarked(marked, raw)
		w.plain[1], w.marked[1] = len(plain), len(marked)
		first, _ := utf8.DecodeRuneInString(raw)
		w.capital = unicode.IsUpper(first)
		w.upper = w.capital && len(folded) > 1 && strings.ToUpper(raw) == raw
		w.accents = len(raw) != len(folded)
		for i := 0; i < len(folded) && i < 5 && '0' <= folded[i] && folded[i] <= '9'; i++ {
			w.number = max(w.number, 0)%1000*10 + int16(folded[i]-'0')
		}
		t.words = append(t.words, w)
		start, before = -1, gapSpace
	}
	for i, r := range text {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		switch {
		case inWord && start < 0:
			start = i
		case inWord && unicode.IsDigit(r) && i-start == 1 && strings.IndexByte("pPqQfF", text[start]) >= 0:
			end(i) // P5
			start = i
		case !inWord:
			if start >= 0 {
				end(i)
			}
			switch r {
			case '.', '!', '?', ';', '\n':
				if r != '.' || !t.afterShortForm(plain) {
					before = gapEnd
				}
			case '-', '–', '\'', '’':
				before = max(before, gapHyphen)
			case ',', ':', '(', ')', '/', '"', '“', '”', '|', '+':
				before = max(before, gapComma)
			}
		}
	}
	if start >= 0 {
		end(len(text))
	}
	t.plain, t.marked = string(plain), string(marked)
	t.look()
	return t
}

// afterShortForm says whether a full stop belongs to the last word: "P. Bến Nghé".
func (t *placeText) afterShortForm(plain []byte) bool {
	if len(t.words) == 0 {
		return false
	}
	w := t.words[len(t.words)-1]
	switch string(plain[w.plain[0]:w.plain[1]]) {
	case "p", "q", "h", "x", "f", "tp", "tx", "tt", "t":
		return true
	}
	return false
}

// look finds out how the text is written: with accents, and where capitals say something.
func (t *placeText) look() {
	t.small = true
	accents, capitals := 0, 0 // capitals: names within sentences
	for i := 0; i < len(t.words); {
		j, small, large := i, 0, 0
		for ; j < len(t.words) && (j == i || t.words[j].before != gapEnd); j++ {
			w := &t.words[j]
			if w.accents {
				accents++
			}
			switch {
			case w.capital:
				large++
				t.small = t.small && w.upper
			case w.number < 0:
				small++
			}
		}
		says := small > 0 && (large < 4 || large <= 4*small) // not where all words have one
		if says && large > 1 {
			capitals++
		}
		for k := i; k < j; k++ {
			t.words[k].cased, t.words[k].mixed = says, small > 0
		}
		i = j
	}
	t.accented = accents*5 > len(t.words)
	if capitals == 0 { // whoever writes no capitals writes none for names either
		for i := range t.words {
			t.words[i].cased = t.words[i].cased && t.words[i].capital && t.words[i].before != gapEnd
		}
	}
}

// plainOf returns words from and before to, folded.
func (t *placeText) plainOf(from, to int) string {
	return t.plain[t.words[from].plain[0]:t.words[to-1].plain[1]]
}

// markedOf returns words from and before to, with accents.
func (t *placeText) markedOf(from, to int) string {
	return t.marked[t.words[from].marked[0]:t.words[to-1].marked[1]]
}

// phrases are phrases to find in a text, by their words with accents and without.
type phrases[T any] struct{ marked, plain map[string]T }

func newPhrases[T any]() phrases[T] {
	return phrases[T]{map[string]T{}, map[string]T{}}
}

// add adds a phrase. Of two that read the same, with accents or without, the last one counts.
func (p phrases[T]) add(phrase string, v T) {
	p.marked[markedForm(phrase)] = v
	p.plain[strings.Join(Words(phrase), " ")] = v
}

// at returns what words from and before to are, as the text is written.
func (p phrases[T]) at(t *placeText, from, to int) (v T, ok bool) {
	if v, ok = p.marked[t.markedOf(from, to)]; ok || t.accented {
		return v, ok
	}
	v, ok = p.plain[t.plainOf(from, to)]
	return v, ok
}

// markedForm is a name in the form of placeText.marked.
func markedForm(s string) string {
	var out []byte
	for _, w := range strings.FieldsFunc(norm.NFC.String(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = appendMarked(out, w)
	}
	return string(out)
}
