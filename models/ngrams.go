package models

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FeaturesVersion counts the ways in which texts were turned into features. A model that
// was trained with another one cannot be used: raise it with every change of this file.
const FeaturesVersion = 3

// maxFeatureWords is how many words of a text are looked at: the first and the last ones.
const maxFeatureWords = 700

// feature is a hashed n-gram. The lowest bits say of which family it is; each family is
// weighed on its own.
type feature uint32

const (
	featureWords   = iota // 1 to 3 words without accents
	featureAccent         // 1 to 2 words, at least one with accents
	featureLetters        // 3 to 4 letters without accents, of words that are no features
	featureFamilies
)

// familyWeight is the length of the vector of each family.
var familyWeight = [featureFamilies]float64{1.3, 0.8, 0.6}

func (f feature) family() int { return int(f & 3) }

func finished(h uint32, family int) feature {
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return feature(h&^3 | uint32(family))
}

// featuresOf returns the n-grams of a text in rising order, each as often as it stands there.
// Letters are those of words that knows does not know, without it none: a known word says
// more than its letters do, and costs less.
func featuresOf(text string, knows func(feature) bool) []feature {
	return new(scratch).featuresOf(text, knows)
}

// scratch is the memory that one text is read in, to be used again for the next.
type scratch struct {
	features, spare []feature
	vector          []weighed
}

// featuresOf is the function of that name; what it returns is good until the next text.
func (m *scratch) featuresOf(text string, knows func(feature) bool) []feature {
	plain := featureTokens(text)
	folded := foldedTokens(plain)
	out := slices.Grow(m.features[:0], 5*len(plain))
	add := func(f feature) { out = append(out, f) }
	for i, w := range folded {
		h := hashMore(hashStart, w)
		word := finished(h, featureWords)
		add(word)
		if knows != nil && !knows(word) {
			out = spelled(out, w)
		}
		for _, next := range folded[i+1 : min(i+3, len(folded))] {
			h = hashMore(hashByte(h, ' '), next)
			add(finished(h, featureWords))
		}
		if plain[i] != w {
			add(finished(hashMore(hashStart, plain[i]), featureAccent))
		}
		if i+1 < len(plain) && (plain[i] != w || plain[i+1] != folded[i+1]) {
			add(finished(hashMore(hashByte(hashMore(hashStart, plain[i]), ' '), plain[i+1]), featureAccent))
		}
	}
	m.features, m.spare = sorted(out, m.spare)
	return m.features
}

// spelled appends what a word is spelled like: its runs of three and four letters, with its
// two ends as letters.
func spelled(out []feature, word string) []feature {
	w := "^" + word + "$"
	for i := range len(w) - 2 {
		h := hashMore(hashStart, w[i:i+3])
		out = append(out, finished(h, featureLetters))
		if i+4 <= len(w) {
			out = append(out, finished(hashByte(h, w[i+3]), featureLetters))
		}
	}
	return out
}

// foldedTokens folds words, all in one piece of memory.
func foldedTokens(words []string) []string {
	size := 0
	for _, w := range words {
		size += len(w)
	}
	var b strings.Builder
	b.Grow(size)
	ends := make([]int, len(words))
	for i, w := range words {
		foldTo(&b, w)
		ends[i] = b.Len()
	}
	folded, from := make([]string, len(words)), 0
	for i, end := range ends {
		folded[i], from = b.String()[from:end], end
	}
	return folded
}

// sorted sorts features by their bits, lowest first: several times faster than comparing
// the thousands that a letter has, for which its sender waits. It returns spare memory, too.
func sorted(features, spare []feature) (in, other []feature) {
	const bits = 11 // three times 11 are all
	var next [3][1 << bits]uint32
	for _, f := range features {
		next[0][f&(1<<bits-1)]++
		next[1][f>>bits&(1<<bits-1)]++
		next[2][f>>(2*bits)]++
	}
	to := slices.Grow(spare[:0], len(features))[:len(features)]
	for turn := range next {
		counts, at := &next[turn], uint32(0)
		for i, n := range counts {
			counts[i] = at
			at += n
		}
		for _, f := range features {
			part := f >> (turn * bits) & (1<<bits - 1)
			to[counts[part]] = f
			counts[part]++
		}
		features, to = to, features
	}
	return features, to
}

// featureTokens splits a text into words in small letters with accents; every number is
// "0", as many zeros as it has digits up to 5, and web addresses keep nothing but "http".
func featureTokens(text string) []string {
	words := strings.FieldsFunc(strings.Map(toLower, nfc(text)), func(r rune) bool { return !isLetter(r) && !unicode.IsDigit(r) })
	if len(words) > maxFeatureWords {
		words = append(words[:maxFeatureWords/2:maxFeatureWords/2], words[len(words)-maxFeatureWords/2:]...)
	}
	for i, w := range words {
		if w[0] >= '0' && w[0] <= '9' && strings.Trim(w, "0123456789") == "" {
			words[i] = "00000"[:min(len(w), 5)]
		}
	}
	return words
}

// Unaccented returns a text as people write it who type no accents.
func Unaccented(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
