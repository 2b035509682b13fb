package models

import (
	"math"
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

func hashed(family int, parts ...string) feature {
	h := uint32(2166136261)
	for i, p := range parts {
		if i > 0 {
			h = (h ^ ' ') * 16777619
		}
		for j := range len(p) {
			h = (h ^ uint32(p[j])) * 16777619
		}
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return feature(h&^3 | uint32(family))
}

// countFeatures returns how often each n-gram stands in the text.
func countFeatures(text string) map[feature]uint16 {
	plain := featureTokens(text)
	folded := make([]string, len(plain))
	for i, w := range plain {
		folded[i] = Fold(w)
	}
	out := make(map[feature]uint16, 16*len(plain))
	add := func(f feature) {
		if out[f] < math.MaxUint16 {
			out[f]++
		}
	}
	for i := range folded {
		for n := 1; n <= 3 && i+n <= len(folded); n++ {
			add(hashed(featureWords, folded[i:i+n]...))
		}
		if plain[i] != folded[i] {
			add(hashed(featureAccent, plain[i]))
		}
		if i+1 < len(plain) && (plain[i] != folded[i] || plain[i+1] != folded[i+1]) {
			add(hashed(featureAccent, plain[i:i+2]...))
		}
	}
	line := " " + strings.Join(folded, " ") + " "
	for i := range len(line) {
		for n := 3; n <= 5 && i+n <= len(line); n++ {
			add(hashed(featureParts, line[i:i+n]))
		}
	}
	return out
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
