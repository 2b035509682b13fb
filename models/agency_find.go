package models

import (
	"slices"
	"strings"
)

// shortNames are short forms in names of agencies and in what people type. Folded; none
// is a syllable of Vietnamese.
var shortNames = map[string]string{
	"ubnd": "uy ban nhan dan", "tp": "thanh pho", "tphcm": "thanh pho ho chi minh", "hcm": "ho chi minh", "vpcp": "van phong chinh phu", "bhxh": "bao hiem xa hoi",
}

// nameWords are the words of a name, short forms written out.
func nameWords(name string) []string {
	var out []string
	for _, w := range Words(name) {
		if long, ok := shortNames[w]; ok {
			out = append(out, strings.Fields(long)...)
		} else {
			out = append(out, w)
		}
	}
	return out
}

// Find returns the agencies whose Vietnamese or English name has every word of the text, or
// words that begin so, without regard to accents and common abbreviations; those whose
// name has the text as it stands come first, then the shorter names.
func (t *Tree) Find(text string) []Agency {
	words := nameWords(text)
	if len(words) == 0 {
		return nil
	}
	x := t.now.Load()
	whole := " " + strings.Join(words, " ")
	type match struct {
		agency int
		rank   int
	}
	var found []match
	for i, name := range x.folded {
		all := true
		for _, w := range words {
			all = all && strings.Contains(name, " "+w)
		}
		if all {
			m := match{i, len(name)}
			if !strings.Contains(name+" ", whole+" ") {
				m.rank += 1000
			}
			found = append(found, m)
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return a.rank - b.rank })
	out := make([]Agency, len(found))
	for i, m := range found {
		out[i] = x.all[m.agency]
	}
	return out
}

// foldedName is what Find looks at: every word has a space before it.
func foldedName(a Agency) string {
	return " " + strings.Join(nameWords(a.Name), " ") + " " + strings.Join(nameWords(a.NameEN), " ")
}
