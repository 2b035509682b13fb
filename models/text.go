package models

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean brings a text that a person typed to the form in which it is kept: NFC, line
// ends as \n, no control characters but line ends and tabs, no spaces at either end.
// Invalid UTF-8 becomes U+FFFD.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\uFEFF':
			return -1
		case r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069': // direction overrides
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(nfc(s))
}

// nfc is the NFC form of a text. All of the Latin blocks that Vietnamese is written with
// is in that form, so that the common text need not be looked up character by character.
func nfc(s string) string {
	for _, r := range s {
		if r >= latinEnd || r >= 0x300 && r < 0x1E00 {
			return norm.NFC.String(s)
		}
	}
	return s
}

// CleanLine is Clean for a text of one line: every run of white space becomes one space.
func CleanLine(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Fold brings a text to the form in which it is compared and searched: lower case,
// without accents, đ as d. Both databases and both search engines use it, so that
// they agree.
func Fold(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] < utf8.RuneSelf && (s[i] < 'A' || s[i] > 'Z')
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	foldTo(&b, s)
	return b.String()
}

// foldTo writes the folded form of a text.
func foldTo(b *strings.Builder, s string) {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b.WriteByte(byte(r))
		case r < latinEnd && latin[r] != 0:
			b.WriteRune(latin[r])
		case unicode.Is(unicode.Mn, r):
		default:
			foldRare(b, r)
		}
	}
}

// latin holds the folded form of every letter of the Latin blocks that Vietnamese is
// written with, precomposed; zero for what folds otherwise. It spares the common text
// a decomposition.
var latin = func() (t [latinEnd]rune) {
	for r := rune(0xC0); r < latinEnd; r++ {
		if r == 0x250 {
			r = 0x1E00
		}
		var b strings.Builder
		foldRare(&b, r)
		if one := []rune(b.String()); len(one) == 1 {
			t[r] = one[0]
		}
	}
	return t
}()

const latinEnd = 0x1F00

// letters says of the characters before latinEnd which are letters, small holds their
// lower case.
var letters, small = func() (is [latinEnd]bool, lower [latinEnd]rune) {
	for i := range is {
		is[i], lower[i] = unicode.IsLetter(rune(i)), unicode.ToLower(rune(i))
	}
	return is, lower
}()

// isLetter is unicode.IsLetter, and faster for what Vietnamese is written with.
func isLetter(r rune) bool {
	if uint32(r) < latinEnd {
		return letters[r]
	}
	return unicode.IsLetter(r)
}

// toLower is unicode.ToLower, and faster for what Vietnamese is written with.
func toLower(r rune) rune {
	if uint32(r) < latinEnd {
		return small[r]
	}
	return unicode.ToLower(r)
}

func foldRare(b *strings.Builder, r rune) {
	for _, d := range norm.NFD.String(string(r)) {
		switch {
		case unicode.Is(unicode.Mn, d):
		case d == 'đ' || d == 'Đ':
			b.WriteByte('d')
		default:
			b.WriteRune(unicode.ToLower(d))
		}
	}
}

// Words splits a text into its folded words: runs of letters and digits.
func Words(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return !isLetter(r) && !unicode.IsDigit(r) })
}

// Length counts characters as a person does, near enough: code points of the NFC form.
func Length(s string) int { return utf8.RuneCountInString(s) }

// Shorten cuts a text to at most n characters at a word, with an ellipsis when it cut.
func Shorten(s string, n int) string {
	runes, cut := 0, 0 // where the last of n begins
	for i := range s {
		if runes == n-1 {
			cut = i
		}
		if runes++; runes <= n {
			continue
		}
		s = s[:cut]
		if i := strings.LastIndexFunc(s, unicode.IsSpace); i > len(s)/2 {
			s = strings.TrimSpace(s[:i])
		}
		return s + "…"
	}
	return s
}
