package models

// Location is where the matter of a text is, as far as the text tells.
type Location struct {
	Province   string   // two digits; empty: not certain
	Commune    string   // five digits, in Province; empty: not certain
	Candidates []string // codes of what it may mean besides: provinces (two digits) or communes (five)
	Quote      string   // the words it was read from, as they were written; empty: none
}

// Locate finds where the matter is: place is what was written as the place, perhaps
// empty; text is the title and the body. What is not certain stays empty.
func (p *Places) Locate(place, text string) Location {
	if v, ok := p.FindProvince(place); ok {
		return Location{Province: v.Code, Quote: place}
	}
	found, more := p.Find(place, "", 2)
	if len(found) == 1 && !more {
		return Location{Province: found[0].Province, Commune: found[0].Code, Quote: place}
	}
	return Location{}
}
