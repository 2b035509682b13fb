package knowledge

import (
	_ "embed"
	"strings"
	"sync"

	"kiennghi/models"
)

//go:embed words.tsv
var wordLines string

//go:embed kind_words.tsv
var kindLines string

// FieldWords are words and short phrases that letters on a field have.
type FieldWords struct {
	Field   string
	Local   string // template of who answers where it is about a place or a case; empty: nobody
	Central string // code of who answers where it is about the rule; empty: nobody
	Words   []string
}

// Words returns what words.tsv has.
var Words = sync.OnceValue(func() (all []FieldWords) {
	for _, line := range lines(wordLines)[1:] {
		c := strings.Split(line, "\t")
		all = append(all, FieldWords{c[0], strings.TrimPrefix(c[1], "-"), strings.TrimPrefix(c[2], "-"), strings.Split(c[3], "; ")})
	}
	return all
})

// KindWords are phrases by which one sees of what kind a letter is.
type KindWords struct {
	Kind  string // as in the corpus
	Words []string
}

// WordsOfKinds returns what kind_words.tsv has.
var WordsOfKinds = sync.OnceValue(func() (all []KindWords) {
	for _, line := range lines(kindLines)[1:] {
		kind, words, _ := strings.Cut(line, "\t")
		all = append(all, KindWords{kind, strings.Split(words, "; ")})
	}
	return all
})

// What one phrase weighs beside a letter of the corpus.
const (
	fieldWordTeaches = 0.08
	kindWordTeaches  = 0.15
)

// wordLessons are what routing learns from them.
func wordLessons() (lessons []models.Example) {
	for _, w := range Words() {
		family := "field-" + w.Field
		for _, x := range w.Words {
			lessons = append(lessons, models.Example{Family: family, Text: x, Field: w.Field, Weight: fieldWordTeaches})
			for _, agency := range []string{w.Local, w.Central} {
				if agency != "" {
					lessons = append(lessons, models.Example{Family: family, Text: x, Agency: agency, Weight: fieldWordTeaches / 2})
				}
			}
		}
	}
	for _, w := range WordsOfKinds() {
		for _, x := range w.Words {
			lessons = append(lessons, models.Example{Family: "kind-" + w.Kind, Text: x, Kind: w.Kind, Weight: kindWordTeaches})
		}
	}
	return lessons
}
