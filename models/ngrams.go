package models

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	plain, folded   []byte // the words, one behind the other
	words           []wordAt
}

// wordAt is where a word is in plain, with its accents, and in folded, without.
type wordAt struct{ from, to, foldedFrom, foldedTo int }

// featuresOf is the function of that name; what it returns is good until the next text.
func (m *scratch) featuresOf(text string, knows func(feature) bool) []feature {
	m.split(text)
	all, allFolded := string(m.plain), string(m.folded)
	plain := func(w wordAt) string { return all[w.from:w.to] }
	folded := func(w wordAt) string { return allFolded[w.foldedFrom:w.foldedTo] }
	words := m.words
	out := slices.Grow(m.features[:0], 5*len(words))
	for i, w := range words {
		h := hashMore(hashStart, folded(w))
		word := finished(h, featureWords)
		out = append(out, word)
		if knows != nil && !knows(word) {
			out = spelled(out, folded(w))
		}
		for _, next := range words[i+1 : min(i+3, len(words))] {
			h = hashMore(hashByte(h, ' '), folded(next))
			out = append(out, finished(h, featureWords))
		}
		accents := plain(w) != folded(w)
		if !accents && (i+1 == len(words) || plain(words[i+1]) == folded(words[i+1])) {
			continue
		}
		h = hashMore(hashStart, plain(w))
		if accents {
			out = append(out, finished(h, featureAccent))
		}
		if i+1 < len(words) {
			out = append(out, finished(hashMore(hashByte(h, ' '), plain(words[i+1])), featureAccent))
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

// sorted sorts features by their bits, lowest first: several times faster than comparing
// the thousands that a letter has, for which its sender waits. It returns spare memory, too.
func sorted(features, spare []feature) (in, other []feature) {
	const bits = 8 // four times 8 are all
	var next [4][1 << bits]uint32
	for _, f := range features {
		next[0][f&(1<<bits-1)]++
		next[1][f>>bits&(1<<bits-1)]++
		next[2][f>>(2*bits)&(1<<bits-1)]++
		next[3][f>>(3*bits)]++
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

// split finds the words of a text, in small letters with accents and folded; every number is
// "0", as many zeros as it has digits up to 5. It goes through the text once: the sender of a
// letter waits for it.
func (m *scratch) split(text string) {
	plain, folded, words := m.plain[:0], m.folded[:0], m.words[:0]
	var w wordAt // the word that is being read
	digits := true
	end := func() {
		if n := len(plain) - w.from; n > 0 {
			if digits {
				plain = append(plain[:w.from], "00000"[:min(n, 5)]...)
				folded = append(folded[:w.foldedFrom], "00000"[:min(n, 5)]...)
			}
			w.to, w.foldedTo = len(plain), len(folded)
			words = append(words, w)
		}
		w.from, w.foldedFrom, digits = len(plain), len(folded), true
	}
	for _, r := range nfc(text) {
		r = toLower(r)
		if !isLetter(r) && !unicode.IsDigit(r) {
			end()
			continue
		}
		digits = digits && r <= '9' // which is less than any letter
		plain = utf8.AppendRune(plain, r)
		switch {
		case r < utf8.RuneSelf:
			folded = append(folded, byte(r))
		case r < latinEnd && latin[r] != 0:
			folded = utf8.AppendRune(folded, latin[r])
		default:
			folded = append(folded, Fold(string(r))...)
		}
	}
	end()
	if n := len(words); n > maxFeatureWords {
		words = append(words[:maxFeatureWords/2], words[n-maxFeatureWords/2:]...)
	}
	m.plain, m.folded, m.words = plain, folded, words
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
