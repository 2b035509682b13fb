package knowledge

import (
	_ "embed"
	"strings"
	"sync"

	"kiennghi/models"
)

//go:embed words.tsv
var wordLines string

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

// wordTeaches is what one phrase weighs beside a letter of the corpus.
const wordTeaches = 0.15

// wordLessons are what routing learns from them.
func wordLessons() (lessons []models.Example) {
	for _, w := range Words() {
		for _, x := range w.Words {
			family := "field-" + w.Field
			lessons = append(lessons, models.Example{Family: family, Text: x, Field: w.Field, Weight: wordTeaches})
			for _, agency := range []string{w.Local, w.Central} {
				if agency != "" {
					lessons = append(lessons, models.Example{Family: family, Text: x, Agency: agency, Weight: wordTeaches / 2})
				}
			}
		}
	}
	return lessons
}
