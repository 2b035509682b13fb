package knowledge

import (
	"strings"
	"sync"

	"kiennghi/models"
)

// Nicknames returns what people call places beside their names, and words that look like
// a place and are none.
var Nicknames = sync.OnceValue(loadNicknames)

func loadNicknames() []models.Nickname {
	var out []models.Nickname
	readTable("nicknames.tsv", 3, func(_ int, c []string) {
		n := models.Nickname{Name: c[0], Bare: c[2] == "always"}
		if c[1] != "" {
			n.Means = strings.Split(c[1], " ")
		}
		out = append(out, n)
	})
	return out
}
