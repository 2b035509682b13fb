package handlers

import (
	"strings"
	"time"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"

	"kiennghi/web"
)

// differences compares two texts word by word: what stays, what is gone, what is new. Two
// texts that are the same give nothing.
func differences(before, after string) []web.Piece {
	if before == after {
		return nil
	}
	words, number := []string{""}, map[string]rune{}
	numbered := func(text string) []rune {
		var out []rune
		for _, w := range pieces(text) {
			if number[w] == 0 {
				number[w] = rune(len(words))
				words = append(words, w)
			}
			out = append(out, number[w])
		}
		return out
	}
	a, b := numbered(before), numbered(after)
	if len(words) >= 0xD800 { // beyond are no runes
		return []web.Piece{{Text: before, Removed: true}, {Text: after, Added: true}}
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = 200 * time.Millisecond
	var out []web.Piece
	for _, x := range d.DiffMainRunes(a, b, false) {
		var text strings.Builder
		for _, r := range x.Text {
			text.WriteString(words[r])
		}
		out = append(out, web.Piece{Text: text.String(), Added: x.Type == diffmatchpatch.DiffInsert, Removed: x.Type == diffmatchpatch.DiffDelete})
	}
	return out
}

// pieces cuts a text into words and what stands between them.
func pieces(text string) []string {
	var out []string
	start, word := 0, false
	for i, r := range text {
		is := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if i > start && (is != word || !is) {
			out, start = append(out, text[start:i]), i
		}
		word = is
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}
