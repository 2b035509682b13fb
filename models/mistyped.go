package models

import (
	"math/rand/v2"
	"strings"
)

// mistyped returns a text as somebody in haste would type it: in about one word of seven a
// letter is missing, doubled, another one or swapped with the next, and one space of ten is
// missing. The same seed gives the same text.
func mistyped(text string, seed uint64) string {
	random := rand.New(rand.NewPCG(2026, seed))
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		letters := []rune(word)
		if len(letters) >= 3 && random.IntN(7) == 0 {
			at := random.IntN(len(letters) - 1)
			switch random.IntN(4) {
			case 0:
				letters[at], letters[at+1] = letters[at+1], letters[at]
			case 1:
				letters = append(letters[:at], letters[at+1:]...)
			case 2:
				letters = append(letters[:at+1], letters[at:]...)
			case 3:
				letters[at] = 'a' + random.Int32N(26)
			}
		}
		if i > 0 && random.IntN(10) > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(letters))
	}
	return b.String()
}
