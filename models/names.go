package models

import (
	"slices"
	"strings"
	"unicode"
)

// Span is a part of a text: from and to, in bytes.
type Span [2]int

// nameSpans finds where a text gives the full name, with or without accents. A name of
// one word is not looked for: it is in half of all sentences.
func nameSpans(name, text string) []Span {
	want := Words(name)
	if len(want) < 2 {
		return nil
	}
	return spansOf(want, text)
}

// spansOf finds where a text has those words, one after another.
func spansOf(want []string, text string) []Span {
	if len(want) == 0 {
		return nil
	}
	words, at := wordSpans(text)
	var out []Span
	for i := 0; i+len(want) <= len(words); i++ {
		if slices.Equal(words[i:i+len(want)], want) {
			out = append(out, Span{at[i][0], at[i+len(want)-1][1]})
			i += len(want) - 1
		}
	}
	return out
}

// wordSpans returns the folded words of a text and where each one stands.
func wordSpans(text string) (words []string, at []Span) {
	start := -1
	for i, r := range text + " " {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		switch {
		case inWord && start < 0:
			start = i
		case !inWord && start >= 0:
			words, at = append(words, Fold(text[start:i])), append(at, Span{start, i})
			start = -1
		}
	}
	return words, at
}

// maskSpans replaces parts of a text, which are in order, by Mask.
func maskSpans(text string, spans []Span) string {
	var b strings.Builder
	done := 0
	for _, s := range spans {
		if s[0] < done || s[1] < s[0] || s[1] > len(text) {
			continue
		}
		b.WriteString(text[done:s[0]])
		b.WriteString(Mask)
		done = s[1]
	}
	return b.String() + text[done:]
}
