package models

import (
	"cmp"
	"slices"
	"strings"
)

// Location is where the matter of a text is, as far as the text tells.
type Location struct {
	Province   string   // two digits; empty: not certain
	Commune    string   // five digits, in Province; empty: not certain
	Candidates []string // codes of what it may mean when it is not certain: provinces (two digits) or communes (five)
	Quote      string   // the words it was read from, as they were written; empty: none
}

// maxCandidates is how many places a name may mean before it is as good as none.
const maxCandidates = 40

// Locate finds where the matter is: place is what was written as the place, perhaps
// empty, and counts first; text is the title and the body. Old names of before the
// mergers give the places of today. Where somebody comes from is not where the matter
// is, and a place that is not certain stays empty: several of equal weight, or a name
// that many communes have.
func (p *Places) Locate(place, text string) Location {
	x := p.units()
	at, in := readPlaceText(place), readPlaceText(text)
	at.field = true
	named := make([]foundMention, 0, 8)
	for _, m := range x.mentions(at) {
		named = append(named, foundMention{m, weightPlace + min(m.parts, 2), at.quote(&m)})
	}
	for _, m := range x.mentions(in) {
		named = append(named, foundMention{m, m.weight(), in.quote(&m)})
	}
	slices.SortStableFunc(named, func(a, b foundMention) int { return cmp.Compare(b.weight, a.weight) })
	return x.decide(named)
}

// The weights of what is said about a place. Only the heaviest places count against each
// other; the others may help to tell which one a name means.
const (
	weightPlace  = 10 // the field for the place
	weightMatter = 6
	weightOffice = 5
	weightAt     = 4
	weightHome   = 3
	weightNamed  = 2
	weightOnce   = 1 // only where nothing else is named
	weightOrigin = 0
)

func (m *mention) weight() int {
	w := weightNamed
	switch m.role {
	case cueOrigin, cueOther:
		return weightOrigin
	case cueOnce, cueTravel:
		return weightOnce
	case cueMatter:
		w = weightMatter
	case cueAuthority:
		w = weightOffice
	case cueAt:
		w = weightAt
	case cueHome:
		return weightHome
	default:
		if !m.bare {
			w = weightHome
		}
	}
	if m.parts > 1 { // an address
		w++
	}
	return w
}

type foundMention struct {
	mention
	weight int
	quote  string
}

func (t *placeText) quote(m *mention) string {
	return t.text[t.words[m.from].raw[0]:t.words[m.to-1].raw[1]]
}

// decide weighs the places that were named, the heaviest first.
func (x *units) decide(named []foundMention) Location {
	if len(named) == 0 {
		return Location{}
	}
	provinces := x.provincesOf(named[0].readings)
	for i, m := range named[1:] {
		equal := m.weight == named[0].weight
		if !equal && (len(provinces) == 1 || m.weight == weightOrigin) {
			break
		}
		in := x.provincesOf(m.readings)
		both := slices.DeleteFunc(slices.Clone(provinces), func(p int8) bool { return !slices.Contains(in, p) })
		switch {
		case len(both) > 0:
			provinces = both
		case equal: // two places of equal weight
			return x.unsure(named[:i+2])
		}
	}
	if len(provinces) > 1 {
		named[0].readings = x.likelier(&named[0].mention)
		provinces = x.provincesOf(named[0].readings)
	}
	if len(provinces) != 1 || named[0].weight == weightOrigin {
		return x.unsure(named)
	}
	return x.within(named, provinces[0])
}

// maxBearers is of how many places of one name one may be meant rather than the others.
const maxBearers = 4

// likelier returns the readings of a name that are meant unless something else is said:
// what is called so today, and rather a town than the country.
func (x *units) likelier(m *mention) []reading {
	if m.weight() == weightOrigin || m.bare && m.level == levelCommune {
		return m.readings
	}
	var likely []reading
	for _, r := range m.readings {
		u := &x.list[r.unit]
		if u.level == levelCommune && u.today && !m.old || u.level == levelDistrict && (u.kind == kindQuan || u.kind == kindThanhPho) {
			likely = append(likely, r)
		}
	}
	if len(x.provincesOf(likely)) != 1 || len(m.readings) > maxBearers {
		return m.readings
	}
	return likely
}

// unsure returns what the heaviest of the places may mean.
func (x *units) unsure(named []foundMention) Location {
	var out Location
	var communes []int16
	var provinces []int8
	var quotes []string
	for _, m := range named {
		if m.weight != named[0].weight {
			break
		}
		quotes = append(quotes, m.quote)
		provinces = append(provinces, x.provincesOf(m.readings)...)
		if m.level == levelCommune {
			for _, r := range m.readings {
				communes = append(communes, r.communes...)
			}
		}
	}
	slices.Sort(provinces)
	slices.Sort(communes)
	provinces, communes = slices.Compact(provinces), slices.Compact(communes)
	if len(communes) > 0 && len(communes) <= maxCandidates {
		for _, c := range communes {
			out.Candidates = append(out.Candidates, x.code[c])
		}
	} else {
		for _, p := range provinces {
			out.Candidates = append(out.Candidates, x.codes[p])
		}
	}
	slices.Sort(out.Candidates)
	out.Quote = strings.Join(slices.Compact(quotes), "; ")
	return out
}

// within finds the commune that is meant in a province.
func (x *units) within(named []foundMention, province int8) Location {
	out := Location{Province: x.codes[province]}
	var communes []int16 // what is left of those that may be meant
	weight, level := -1, levelProvince
	for _, m := range named {
		if m.weight == weightOrigin {
			break
		}
		here, today := x.communesOf(m.readings, province)
		if len(here) == 0 {
			continue
		}
		if out.Quote == "" {
			out.Quote = m.quote
		}
		if m.level == levelProvince {
			continue
		}
		both := here
		if weight >= 0 {
			both = common(communes, here)
		}
		switch {
		case len(both) > 0:
			if weight < 0 {
				weight, out.Quote = m.weight, m.quote
			}
			if len(today) == 1 && len(both) > 1 && slices.Contains(both, today[0]) && m.level == levelCommune {
				both = today
			}
			communes, level = both, min(level, m.level)
		case m.weight == weight && m.level == levelCommune && level == levelCommune: // two communes
			communes = append(communes, here...)
			weight = m.weight
		}
	}
	if len(communes) == 1 {
		out.Commune = x.code[communes[0]]
		return out
	}
	slices.Sort(communes)
	for _, c := range slices.Compact(communes) {
		if len(out.Candidates) < maxCandidates {
			out.Candidates = append(out.Candidates, x.code[c])
		}
	}
	return out
}

// communesOf returns the communes of a province that readings mean, and those of them
// that are called so today.
func (x *units) communesOf(all []reading, province int8) (communes, today []int16) {
	for _, r := range all {
		for _, c := range r.communes {
			if x.province[c] != province {
				continue
			}
			communes = append(communes, c)
			if u := &x.list[r.unit]; u.today && u.level == levelCommune {
				today = append(today, c)
			}
		}
	}
	slices.Sort(communes)
	slices.Sort(today)
	return slices.Compact(communes), slices.Compact(today)
}
