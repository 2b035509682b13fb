package models

// Kind says what a submission is.
func (r *Reference) Kind(title, body string) Kind { return ContractKind(r.kind(title, body)) }

// kind is Kind in the words of the corpus, by the classifier and triage's phrases together, or
// by these alone where there is no classifier. It is always the built-in classifier that is
// asked: what officers decide teaches whose business a letter is, and must not make it miss what
// accuses somebody.
func (r *Reference) kind(title, body string) string {
	said := r.Triage.Kind(title, body)
	if r.Classifier == nil {
		return string(said)
	}
	return kindFrom(r.Classifier.guess(title+"\n"+body, headKind), said)
}

// kindFrom is KindOf, but danger goes first, whoever is accused beside it.
func kindFrom(g *Guess, said Kind) string {
	kind := KindOf(g, said)
	if said == Emergency && Kind(kind).Confidential() {
		return string(said)
	}
	return kind
}

func (k Kind) mustNotBeMissed() bool { return k.Confidential() || k == Emergency }

// Accuses reports whether triage's phrases alone would say that a text is of a kind that must not
// be missed. Where the classifier knows better it is no alarm, and yet nobody gets it before an
// officer has read it.
func (r *Reference) Accuses(title, body string) bool {
	return r.Triage.Kind(title, body).mustNotBeMissed()
}

// Look fills in what routing can know of a submission beside what its sender chose: the
// place, when it was only written, and what a classifier makes of the text. It returns what
// the place was read from, as Places.Place does.
func (r *Reference) Look(in RouteInput, place string) (RouteInput, Location) {
	if model := r.Model(); model != nil {
		in.Guess = model.Guess(in.Title + "\n" + in.Body)
	}
	return r.Places.Place(in, place)
}

// Agency returns an agency, or a template as one whose place is not known; the zero value
// when there is neither.
func (r *Reference) Agency(code string) Agency {
	a, ok := r.Tree.Get(code)
	if !ok {
		a, _ = r.Tree.Template(code)
	}
	return a
}

// AssignFrom is the probability from which a case is assigned without an officer, so that
// no more than the accepted share of those, from 0 to 1, goes wrong on held-back texts;
// never below least. 0 is never: least or accepted is 0, or no probability is that good.
func (c *Classifier) AssignFrom(least, accepted float64) float64 {
	if least <= 0 || accepted <= 0 {
		return 0
	}
	for _, a := range c.Accepted {
		if a.Error <= accepted {
			return max(least, a.Threshold)
		}
	}
	return 0
}
