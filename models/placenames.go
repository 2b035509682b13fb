package models

import (
	"cmp"
	"slices"
	"strings"
)

// FoundPlace is a commune that a name may mean.
type FoundPlace struct {
	Commune
	Was string // the old name that fits, with its district; empty: the name of today fits
}

// placeNames finds communes by what people write for them: any case, with or without
// accents, old and new names, with district and province in any order, usual short forms.
type placeNames struct {
	entries []placeEntry
	with    map[string][]int32 // entries by each of their words
	words   []string           // the keys of with, sorted
}

// placeEntry is one name of one or more communes. Texts are folded words between spaces.
type placeEntry struct {
	now       []string
	was       string
	province  string
	name      string   // " ben nghe "
	kindName  string   // " phuong ben nghe "
	districts []string // " quan 1 "
	rest      string   // all other words that may stand with it
}

func newPlaceNames(p *Places, communes []Commune, former []FormerUnit) *placeNames {
	x := &placeNames{with: map[string][]int32{}}
	provinceWords := map[string]string{} // by code: all its names
	byName := map[string]string{}        // codes by old and new name
	for _, v := range p.provinces {
		provinceWords[v.Code] = spaced("tỉnh thành phố " + v.Name)
		byName[v.Name] = v.Code
		for _, old := range strings.Split(v.MergedFrom, "; ") {
			byName[old] = v.Code
		}
	}
	for _, c := range communes {
		x.add(placeEntry{now: []string{c.Code}, province: c.Province, name: spaced(withoutKind(c.Name)), kindName: spaced(c.Name), rest: provinceWords[c.Province]})
	}
	for _, u := range former {
		province := byName[u.Province]
		if province == "" && len(u.Now) > 0 {
			province = p.communes[u.Now[0]].Province
		}
		e := placeEntry{now: u.Now, province: province, was: u.District, rest: provinceWords[province] + spaced(u.Province), districts: []string{spaced(u.District)}}
		if u.Name != "" {
			e.was = u.Name + ", " + u.District
			e.name, e.kindName = spaced(withoutKind(u.Name)), spaced(u.Name)
		} else {
			e.name, e.kindName = spaced(withoutKind(u.District)), spaced(u.District)
		}
		for _, d := range u.Earlier {
			e.districts = append(e.districts, spaced(d))
		}
		x.add(e)
	}
	for w := range x.with {
		x.words = append(x.words, w)
	}
	slices.Sort(x.words)
	return x
}

func (x *placeNames) add(e placeEntry) {
	i := int32(len(x.entries))
	x.entries = append(x.entries, e)
	for _, w := range strings.Fields(e.kindName + strings.Join(e.districts, "") + e.rest) {
		if list := x.with[w]; len(list) == 0 || list[len(list)-1] != i {
			x.with[w] = append(list, i)
		}
	}
}

// spaced is a text as folded words, each between spaces.
func spaced(s string) string { return " " + strings.Join(Words(s), " ") + " " }

// placeKinds are what names of places begin with, the longer ones first.
var placeKinds = []string{"Thành phố ", "Thị trấn ", "Đặc khu ", "Phường ", "Thị xã ", "Huyện ", "Quận ", "Tỉnh ", "Xã "}

func withoutKind(name string) string {
	for _, k := range placeKinds {
		if rest, ok := strings.CutPrefix(name, k); ok {
			return rest
		}
	}
	return name
}

// shortForms are what people write for longer words.
var shortForms = map[string]string{
	"p": "phuong", "q": "quan", "h": "huyen", "x": "xa", "tt": "thi tran", "tx": "thi xa", "tp": "thanh pho",
	"hcm": "ho chi minh", "tphcm": "thanh pho ho chi minh", "hn": "ha noi", "dk": "dac khu",
}

// placeWords are the words of what somebody typed, short forms written out.
func placeWords(text string) []string {
	var out []string
	for _, w := range Words(text) {
		if len(w) > 1 && (w[0] == 'p' || w[0] == 'q') && strings.Trim(w[1:], "0123456789") == "" { // P3, Q1
			out = append(out, shortForms[w[:1]], strings.TrimLeft(w[1:], "0"))
			continue
		}
		if strings.Trim(w, "0123456789") == "" {
			w = cmp.Or(strings.TrimLeft(w, "0"), w) // Phường 04
		}
		if long, ok := shortForms[w]; ok {
			out = append(out, strings.Fields(long)...)
			continue
		}
		out = append(out, w)
	}
	return out
}

// Find returns up to limit communes that a text may mean, the likeliest first; of one
// province, unless that is empty. The last word may be only begun. more says that there
// are others. When no name has all the words, names that stand in the text are found.
func (p *Places) Find(text, province string, limit int) (found []FoundPlace, more bool) {
	words := placeWords(Shorten(text, 200))
	if len(words) == 0 {
		return nil, false
	}
	typed := " " + strings.Join(words, " ") + " "
	type scored struct {
		entry int32
		score int
	}
	names := p.names()
	var fit []scored
	for _, i := range names.all(words) {
		if e := &names.entries[i]; province == "" || e.province == province {
			fit = append(fit, scored{i, e.score(typed)})
		}
	}
	if len(fit) == 0 {
		for _, i := range names.within(words, typed) {
			if e := &names.entries[i]; province == "" || e.province == province {
				fit = append(fit, scored{i, e.score(typed)})
			}
		}
	}
	slices.SortStableFunc(fit, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	if len(fit) > 0 && fit[0].score >= fullName { // whoever gives a whole name means no longer one
		fit = slices.DeleteFunc(fit, func(s scored) bool { return s.score < fullName })
	}
	seen := map[string]bool{}
	for _, s := range fit {
		for _, code := range names.entries[s.entry].now {
			if seen[code] {
				continue
			}
			if len(found) == limit {
				return found, true
			}
			seen[code] = true
			found = append(found, FoundPlace{p.communes[code], names.entries[s.entry].was})
		}
	}
	return found, false
}

// fullName is the score from which a text has the whole name of a place.
const fullName = 40

// score says how well a name fits what was typed.
func (e *placeEntry) score(typed string) int {
	score := 0
	switch number := strings.Trim(e.name, " 0123456789") == ""; {
	case strings.Contains(typed, e.kindName):
		score = fullName + 20
	case !number && strings.Contains(typed, e.name): // a mere number is no name
		score = fullName + 10
	case strings.HasPrefix(e.kindName, strings.TrimSuffix(typed, " ")), strings.HasPrefix(e.name, strings.TrimSuffix(typed, " ")):
		score = 20
	}
	for _, d := range e.districts {
		switch {
		case d == typed:
			score += fullName
		case strings.Contains(typed, d):
			score += 8
		}
	}
	if e.was == "" {
		score += 3
	}
	return score
}

// all returns the entries that have every word, the last one at least begun.
func (x *placeNames) all(words []string) []int32 {
	last := words[len(words)-1]
	from, _ := slices.BinarySearch(x.words, last)
	var out []int32
	for _, w := range x.words[from:] {
		if !strings.HasPrefix(w, last) {
			break
		}
		out = append(out, x.with[w]...)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	for _, w := range words[:len(words)-1] {
		list := x.with[w]
		out = slices.DeleteFunc(out, func(i int32) bool { _, ok := slices.BinarySearch(list, i); return !ok })
	}
	return out
}

// within returns the entries whose name stands in the text; a name of one word only with
// its kind.
func (x *placeNames) within(words []string, typed string) []int32 {
	var out []int32
	for _, w := range slices.Compact(slices.Sorted(slices.Values(words))) {
		for _, i := range x.with[w] {
			e := &x.entries[i]
			if strings.Contains(typed, e.kindName) || strings.Count(e.name, " ") > 2 && strings.Contains(typed, e.name) {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// FindProvince returns the province that is called so or was, with or without accents
// and the word for province.
func (p *Places) FindProvince(text string) (Province, bool) {
	typed := " " + strings.Join(placeWords(Shorten(text, 100)), " ") + " "
	for _, kind := range []string{" tinh ", " thanh pho "} {
		if rest, ok := strings.CutPrefix(typed, kind); ok {
			typed = " " + rest
		}
	}
	for _, v := range p.provinces {
		for _, name := range append(strings.Split(v.MergedFrom, "; "), v.Name) {
			if spaced(name) == typed {
				return v, true
			}
		}
	}
	return Province{}, false
}
