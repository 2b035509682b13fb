package models

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FeaturesVersion counts the ways in which texts were turned into features. A model that
// was trained with another one cannot be used: raise it with every change of this file.
const FeaturesVersion = 1

// maxFeatureWords is how many words of a text are looked at: the first and the last ones.
const maxFeatureWords = 700

// feature is a hashed n-gram. The lowest bits say of which family it is; each family is
// weighed on its own, so that the many parts of words do not drown the words.
type feature uint32

const (
	featureWords  = iota // 1 to 3 words without accents
	featureAccent        // 1 to 2 words, at least one with accents
	featureParts         // 3 to 5 characters without accents, across words
	featureFamilies
)

// familyWeight is the length of the vector of each family.
var familyWeight = [featureFamilies]float64{1, 0.6, 0.7}

func (f feature) family() int { return int(f & 3) }

// The steps of hashing: from hashStart byte by byte with hashMore, then finished.
const hashStart = uint32(2166136261)

func hashMore(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func finished(h uint32, family int) feature {
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return feature(h&^3 | uint32(family))
}

// featuresOf returns the n-grams of a text in rising order, each as often as it stands there.
func featuresOf(text string) []feature {
	out := make([]feature, 0, 5*len(text))
	add := func(f feature) { out = append(out, f) }
	plain := featureTokens(text)
	folded := make([]string, len(plain))
	for i, w := range plain {
		folded[i] = Fold(w)
	}
	for i, w := range folded {
		h := hashMore(hashStart, w)
		add(finished(h, featureWords))
		for _, next := range folded[i+1 : min(i+3, len(folded))] {
			h = hashMore(hashMore(h, " "), next)
			add(finished(h, featureWords))
		}
		if plain[i] != w {
			add(finished(hashMore(hashStart, plain[i]), featureAccent))
		}
		if i+1 < len(plain) && (plain[i] != w || plain[i+1] != folded[i+1]) {
			add(finished(hashMore(hashMore(hashMore(hashStart, plain[i]), " "), plain[i+1]), featureAccent))
		}
	}
	line := " " + strings.Join(folded, " ") + " "
	for i := 0; i+3 <= len(line); i++ {
		h := hashMore(hashStart, line[i:i+3])
		add(finished(h, featureParts))
		for n := 3; n < 5 && i+n < len(line); n++ {
			h = hashMore(h, line[i+n:i+n+1])
			add(finished(h, featureParts))
		}
	}
	return sorted(out)
}

// sorted sorts features by their bytes, lowest first: several times faster than comparing
// the thousands that a letter has, for which its sender waits.
func sorted(features []feature) []feature {
	to := make([]feature, len(features))
	for shift := 0; shift < 32; shift += 8 {
		var next [256]int
		for _, f := range features {
			next[f>>shift&255]++
		}
		at := 0
		for i, n := range next {
			next[i] = at
			at += n
		}
		for _, f := range features {
			to[next[f>>shift&255]] = f
			next[f>>shift&255]++
		}
		features, to = to, features
	}
	return features
}

// featureTokens splits a text into words in small letters with accents; every number is
// "0", as many zeros as it has digits up to 5, and web addresses keep nothing but "http".
func featureTokens(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
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
