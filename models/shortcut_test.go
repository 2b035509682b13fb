package models

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// What is faster for the common text says the same as the slow way.

func TestCharacters(t *testing.T) {
	for r := rune(-1); r <= unicode.MaxRune; r++ {
		if isLetter(r) != unicode.IsLetter(r) {
			t.Fatalf("%U: a letter: %v", r, isLetter(r))
		}
		if toLower(r) != unicode.ToLower(r) {
			t.Fatalf("%U in lower case is %U", r, toLower(r))
		}
		if s := string(r); nfc(s) != norm.NFC.String(s) {
			t.Fatalf("the NFC form of %U is %q", r, nfc(s))
		}
	}
}

// character draws from few characters, so that a name often stands in a text: letters as
// they may be typed, digits of several scripts, marks, and what parts words.
var character = rapid.SampledFrom([]rune("aAáÁﾡａắ\u0301\u0302\u0903\u20DDđĐbB1２٣²ⓐ𝟐Kﬁ ,.-\n\u200b"))

func TestNFC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(character).Draw(t, "text")
		if got, want := nfc(s), norm.NFC.String(s); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

func TestNamesAreNotPassedOver(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOfN(character, 1, 3, -1).Draw(t, "name") + " " + rapid.StringOfN(character, 1, 3, -1).Draw(t, "given name")
		text := rapid.StringOfN(character, 0, 60, -1).Draw(t, "text") + rapid.SampledFrom([]string{"", " " + name, norm.NFD.String(name)}).Draw(t, "named")
		if len(nameSpans(name, text)) == 0 {
			return
		}
		found++
		if !split(text).mayHold(Words(name)) {
			t.Fatalf("%q stands in %q", name, text)
		}
	})
	if found == 0 {
		t.Error("no name stood in a text")
	}
}
