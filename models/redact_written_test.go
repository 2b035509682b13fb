package models

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var kindInCapitals = regexp.MustCompile(`\[\[[A-Z]+\|`)

// written is a text as one of many people may write it: mostly as it stands, else without
// capital letters, accents or both. It keeps the marks of annotations.
func (p *patterns) written(s string) string {
	switch p.rand.IntN(17) {
	case 0, 1, 11:
		return strings.ToLower(s)
	case 10, 12: // only names
		return annotation.ReplaceAllStringFunc(s, strings.ToLower)
	case 14: // names as banks have them
		s = annotation.ReplaceAllStringFunc(s, func(a string) string {
			return kindInCapitals.ReplaceAllStringFunc(withoutAccents(strings.ToUpper(a)), strings.ToLower)
		})
	case 2, 3, 4:
		return withoutAccents(s)
	case 5, 6, 7, 8:
		return withoutAccents(strings.ToLower(s))
	case 13, 16:
		if p.rand.IntN(2) == 0 {
			s = withoutAccents(s)
		}
		return kindInCapitals.ReplaceAllStringFunc(strings.ToUpper(s), strings.ToLower)
	case 9:
		first, rest, _ := strings.Cut(s, " ")
		return strings.ToLower(first) + " " + rest
	}
	return s
}

var nameMarked = regexp.MustCompile(`\[\[name\|(.+?)\]\]`)

// blotted is a sentence as the detector often gets it: the sender's name is overwritten.
func blotted(s string) string {
	return nameMarked.ReplaceAllStringFunc(s, func(name string) string {
		return strings.Repeat("\x00", len(name)-len("[[name|]]"))
	})
}

// swapped is an annotated sentence with other names of the same build, the same one wherever it had the
// same.
func (p *patterns) swapped(s string) string {
	other := map[string]string{}
	return annotation.ReplaceAllStringFunc(s, func(mark string) string {
		kind, value, _ := strings.Cut(strings.Trim(mark, "[]"), "|")
		if kind != string(MarkName) {
			return mark
		}
		key := Fold(value)
		if other[key] == "" {
			other[key] = p.likeName(value)
		}
		return "[[name|" + p.writtenAs(value, other[key]) + "]]"
	})
}

// likeName is a name with about as many words.
func (p *patterns) likeName(value string) string {
	words := strings.Fields(Fold(value))
	list := "FULLNAME"
	switch {
	case p.rand.IntN(12) == 0 && len(words) > 1:
		list = []string{"ETHNIC", "FOREIGN"}[p.rand.IntN(2)]
	case len(words) == 1 && p.rand.IntN(8) == 0:
		list = "NICKNAME"
	case len(words) == 1:
		list = "GIV"
	case len(words) == 2 && slices.ContainsFunc(p.lists["RANK"], func(rank string) bool { return Fold(rank) == words[0] }):
		list = "RANKED"
	case len(words) == 2:
		list = []string{"MIDGIV", "SUR GIV", "RANKED", "NICKNAME"}[min(3, p.rand.IntN(9)/2)]
	}
	return p.fill(list)
}

// writtenAs is a name with capital letters and accents as another one has them.
func (p *patterns) writtenAs(as, name string) string {
	if withoutAccents(as) == as && len(as) > 4 {
		name = withoutAccents(name)
	}
	switch {
	case strings.ToUpper(as) == as && len(as) > 1:
		return strings.ToUpper(name)
	case !strings.ContainsFunc(as, unicode.IsUpper):
		return strings.ToLower(name)
	}
	return name
}
