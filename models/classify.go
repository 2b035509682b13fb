package models

import (
	"slices"
	"time"
)

// Classify corrects what the submission is and what it is about. Empty values stay. A
// case that turns out to accuse somebody is taken from the agency that has it: it may be
// the accused.
func (f *Feedback) Classify(by Actor, c Classification, ref *Reference, now time.Time) ([]Work, error) {
	var check fieldCheck
	if c.Kind != "" && !slices.Contains(Kinds, c.Kind) {
		check.add("kind", "unknown", 0)
	}
	if c.Regime != "" && !slices.Contains(Regimes, c.Regime) {
		check.add("regime", "unknown", 0)
	}
	if c.Field != "" && c.Field != f.Field && !ref.offers(c.Field, now) {
		check.add("field", "unknown", 0)
	}
	if commune, ok := ref.Places.Commune(c.Commune); c.Commune != "" {
		switch {
		case !ok:
			check.add("commune", "unknown", 0)
		case c.Province != "" && c.Province != commune.Province:
			check.add("commune", "other_province", 0)
		default:
			c.Province = commune.Province
		}
	}
	if _, ok := ref.Places.Province(c.Province); c.Province != "" && !ok {
		check.add("province", "unknown", 0)
	}
	if c == (Classification{}) {
		check.add("kind", "required", 0)
	}
	if err := Invalid(check); err != nil {
		return nil, err
	}
	if err := f.enter(ActClassify); err != nil {
		return nil, err
	}
	f.keepOriginal()
	before := f.matter(ref.Tree)
	if c.Province != "" && c.Province != f.Province {
		f.Province, f.Commune = c.Province, ""
		f.forgetSuggestions()
	}
	if c.Commune != "" && c.Commune != f.Commune {
		f.forgetSuggestions()
	}
	for to, value := range map[*string]string{&f.Field: c.Field, &f.Commune: c.Commune} {
		if value != "" {
			*to = value
		}
	}
	if c.Kind != "" {
		f.Kind = c.Kind
	}
	if c.Regime != "" {
		f.Regime = c.Regime
	}
	other := f.Accepted != nil && f.Kind != before.Kind // than what was accepted
	if f.Agency != "" && (other || f.Kind.Confidential() && f.Accepted == nil) {
		f.leaveAgency(by, now)
		f.dropTasks(by, now)
		f.Status = f.resume()
		f.endSorting(now)
	}
	if f.Agency == "" {
		f.Scope = f.triageScope(ref.Tree)
	}
	switch {
	case other:
		f.unaccept(ref, now)
	case f.Accepted == nil:
		f.reclassified(before, ref.Rules, ref.Tree, now)
	}
	if after := f.matter(ref.Tree); after != before {
		f.sortAgain(after.Kind != before.Kind, by.ID != "", now)
	}
	work := f.record(Event{Event: ActClassify, Remark: string(f.Kind), Private: true}, by, now)
	if f.Kind.Routed() && f.Agency == "" {
		work = append(work, NewWork(WorkRoute, f.ID, now, nil))
	}
	return work, nil
}

// forgetSuggestions makes a case that no agency has be routed anew: they were for another
// place.
func (f *Feedback) forgetSuggestions() {
	if f.Agency == "" {
		f.Suggestions = nil
	}
}

// keepOriginal remembers the classification as it was when the case was created.
func (f *Feedback) keepOriginal() {
	if f.Original == nil {
		f.Original = &Classification{Kind: f.Kind, Field: f.Field, Province: f.Province, Commune: f.Commune, Regime: f.Regime}
	}
}
