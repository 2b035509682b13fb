package models

// Place fills in where the matter is, for routing, when the sender did not choose it and
// the place and the text tell for certain. What the sender chose stays, and is kept to:
// only a commune in the chosen province is filled in. It returns what it was read from;
// the zero Location when nothing was filled in.
func (p *Places) Place(in RouteInput, place string) (RouteInput, Location) {
	if in.Commune != "" {
		return in, Location{}
	}
	l := p.locateRead(place, in.Title+"\n"+in.Body, in.Guess)
	if in.Province != "" && l.Commune == "" {
		l.Commune = p.onlyOneIn(in.Province, l.Candidates)
	}
	switch {
	case in.Province == "" && l.Province != "":
		in.Province, in.Commune = l.Province, l.Commune
	case in.Province != "" && p.communes[l.Commune].Province == in.Province:
		in.Commune = l.Commune
	default:
		return in, Location{}
	}
	return in, Location{Province: in.Province, Commune: in.Commune, Quote: l.Quote}
}

// locateRead is Locate, but of a long letter what was read of it goes first: where the matter is,
// and not where its sender comes from.
func (p *Places) locateRead(place, text string, g *Guess) Location {
	if g != nil && len(g.Read) < len(text) {
		if l := p.Locate(place, g.Read); l.Quote != "" {
			return l
		}
	}
	return p.Locate(place, text)
}

// onlyOneIn returns the only commune of a list that is in the province; empty when there
// is none or another.
func (p *Places) onlyOneIn(province string, codes []string) string {
	only := ""
	for _, code := range codes {
		if p.communes[code].Province != province {
			continue
		}
		if only != "" {
			return ""
		}
		only = code
	}
	return only
}

// Why says to an officer where a place was read; empty when it was chosen.
func (l Location) Why() TextPair {
	if l.Quote == "" {
		return TextPair{}
	}
	quote := "«" + Shorten(l.Quote, 120) + "»"
	return TextPair{"nơi xảy ra đọc được từ " + quote, "the place was read from " + quote}
}
