package models

// Letter is a text that nobody has read yet.
type Letter struct {
	Title string
	Text  string
	Place string // as the sender wrote it; perhaps empty
}

// Decision is what routing makes of a letter by its words alone.
type Decision struct {
	Routing
	Kind  string // of the corpus: the contract's kinds, and conduct and incident
	Place Location
	Guess *Guess
	Auto  bool // sure enough for the threshold, and of a kind that may be assigned without an officer
}

// Decide tells what a letter is, where, and whose business. threshold is the probability
// from which a case is assigned without an officer; 0 is never. It needs Tree, Fields,
// Places, Triage and a model.
func (r *Reference) Decide(l Letter, threshold float64) Decision {
	text := l.Title + "\n" + l.Text
	model, said := r.Model(), r.Triage.Kind(l.Title, l.Text)
	d := Decision{Guess: model.Guess(text)}
	d.Place = r.Places.locateRead(l.Place, text, d.Guess)
	if model == r.Classifier { // which says the kind: see Reference.kind
		d.Kind = kindFrom(d.Guess, said)
	} else {
		d.Kind = kindFrom(r.Classifier.guess(text, headKind), said)
	}
	d.Routing = Rank(RouteInput{
		Title: l.Title, Body: l.Text, Province: d.Place.Province, Commune: d.Place.Commune,
		Kind: ContractKind(d.Kind), Guess: d.Guess, Least: 5,
	}, r.Tree, r.Fields.On(Now()), nil, nil)
	if ContractKind(d.Kind).Routed() && !said.mustNotBeMissed() {
		_, d.Auto = d.Confident(threshold)
		d.Auto = d.Auto && threshold > 0
	}
	return d
}
