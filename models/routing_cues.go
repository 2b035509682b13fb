package models

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// cueText is a text in which phrases are looked for: with accents when it was written
// with accents, so that "cống" is not found in "công".
type cueText struct {
	words    string // each word with a space on either side
	accented bool

	// marks has a bit for each word: of the thousand phrases that a text is looked through
	// for, nearly all have a word whose bit is not there.
	marks [64]uint64
}

// markOf returns which of the marks stands for a word.
func markOf(word string) uint32 { return uint32(finished(hashMore(hashStart, word), 0)) >> (32 - 12) }

func newCueText(s string) *cueText {
	plain, folded := wordsOf(s), Words(s)
	differ := 0
	for i := range min(len(plain), len(folded)) {
		if plain[i] != folded[i] {
			differ++
		}
	}
	words := folded
	if differ*4 > len(plain) {
		words = plain
	}
	t := &cueText{words: " " + strings.Join(words, " ") + " ", accented: differ*4 > len(plain)}
	for _, w := range words {
		mark := markOf(w)
		t.marks[mark/64] |= 1 << (mark % 64)
	}
	return t
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(norm.NFC.String(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// has returns how much it says that the phrase stands in the text: 0 when it does not,
// more for a longer phrase. A single syllable without accents says nothing.
func (t *cueText) has(phrase string) float64 {
	known, ok := cuePhrases.Load(phrase)
	if !ok {
		known, _ = cuePhrases.LoadOrStore(phrase, newCuePhrase(phrase))
	}
	p := known.(*cuePhrase)
	find := &p.accented
	if !t.accented {
		find = &p.plain
	}
	if find.words == "" || t.marks[find.mark/64]>>(find.mark%64)&1 == 0 || !strings.Contains(t.words, find.words) {
		return 0
	}
	return p.weight
}

// cuePhrases remembers how phrases are looked for. They come from knowledge, from fields and
// from the names of agencies, never from letters, so there are few.
var cuePhrases sync.Map

type cuePhrase struct {
	accented, plain phraseForm // what is looked for in a text with and without accents
	weight          float64
}

type phraseForm struct {
	words string // each with a space on either side; empty: nothing is looked for
	mark  uint32 // of the longest
}

func newPhraseForm(words []string) phraseForm {
	longest := slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return phraseForm{" " + strings.Join(words, " ") + " ", markOf(longest)}
}

func newCuePhrase(phrase string) *cuePhrase {
	p := new(cuePhrase)
	words, folded := wordsOf(phrase), Words(phrase)
	p.weight = 0.5 + 0.25*float64(min(len(words), 4))
	if len(words) > 0 {
		p.accented = newPhraseForm(words)
	}
	if len(folded) > 1 {
		p.plain = newPhraseForm(folded)
	}
	return p
}
