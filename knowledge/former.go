package knowledge

import (
	"strings"
	"sync"

	"kiennghi/models"
)

// FormerUnits returns the communes of before 1 July 2025, each with the communes that
// have its land now. People go on to write the old names.
var FormerUnits = sync.OnceValue(loadFormerUnits)

// formerKinds are the letters that names in former.tsv begin with.
var formerKinds = map[string]string{"P": "Phường", "T": "Thị trấn", "X": "Xã"}

func loadFormerUnits() []models.FormerUnit {
	out := make([]models.FormerUnit, 0, 10040)
	readTable("former.tsv", 4, func(_ int, c []string) {
		var earlier []string
		if c[2] != "" {
			earlier = strings.Split(c[2], "; ")
		}
		for _, entry := range strings.Split(c[3], "; ") {
			u := models.FormerUnit{Province: c[0], District: c[1], Earlier: earlier}
			words := strings.Fields(entry)
			first := len(words)
			for first > 0 && len(words[first-1]) == 5 && words[first-1][0] >= '0' && words[first-1][0] <= '9' {
				first--
			}
			u.Now = words[first:]
			if first > 1 {
				u.Name = formerKinds[words[0]] + " " + strings.Join(words[1:first], " ")
			}
			out = append(out, u)
		}
	})
	return out
}
