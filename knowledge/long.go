package knowledge

import (
	_ "embed"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"kiennghi/models"
)

// around has sentences that people write around what they want, one a line, made to measure with:
// nothing is learnt of them.
//
//go:embed around.txt
var around string

// Long returns a request as somebody would write it who comes to the matter late: about so
// many words, with what it was in the middle of other sentences. The same request gives the same
// letter; one that is longer already stays as it is.
func Long(e models.Example, words int) models.Example {
	h := fnv.New64a()
	h.Write([]byte(e.Text))
	random := rand.New(rand.NewPCG(2026, h.Sum64()))
	sentences := lines(around)
	random.Shuffle(len(sentences), func(i, j int) { sentences[i], sentences[j] = sentences[j], sentences[i] })
	left := words - len(strings.Fields(e.Text))
	var before, after []string
	for i, s := range sentences {
		if left -= len(strings.Fields(s)); left < 0 {
			break
		}
		if i%2 == 0 {
			before = append(before, s)
		} else {
			after = append(after, s)
		}
	}
	e.Text = strings.TrimSpace(strings.Join(before, " ") + "\n" + e.Text + "\n" + strings.Join(after, " "))
	return e
}

func lines(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") }
