package models

import (
	"slices"
	"strings"
	"time"
)

// Acceptance is that a complaint or denunciation was accepted to be decided on (thụ lý): its
// clock goes by the term of the decision then, from that moment.
type Acceptance struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`   // a Staff
	Rule string    `json:"rule"` // key
}

// Accepts reports whether the term of a rule is that in which it is said whether a complaint or
// denunciation is taken up, and not that of its answer.
func Accepts(rule string) bool { return strings.HasSuffix(rule, ".accept") }

// Acceptances returns the terms by which the agency can decide on the case when it accepts it now,
// or goes on after it did: one for each key, the nearest.
func (f *Feedback) Acceptances(agency string, ref *Reference, now time.Time) (out []Rule) {
	a, _ := ref.Tree.Get(agency)
	m := f.matter(ref.Tree)
	m.Starts, m.Agency, m.Level, m.Province = Accepting, a.Code, a.Level, a.Province
	if f.Accepted != nil {
		now = f.Accepted.At
	}
	day, best := now.In(VietNam).Format(time.DateOnly), map[string]int{}
	for _, x := range ref.Rules.All() {
		near := x.governs(&m, day)
		if near < 0 {
			continue
		}
		i := slices.IndexFunc(out, func(o Rule) bool { return o.Key == x.Key })
		switch {
		case i < 0:
			out = append(out, x)
		case near > best[x.Key]:
			out[i] = x
		default:
			continue
		}
		best[x.Key] = near
	}
	return out
}

// Accept accepts a complaint or denunciation, by the agency of who does, which decides on it: the
// clock of the receipt stops, and the one of that term starts. Accepted already, another term, as
// of a complex case, is counted from the same acceptance.
func (f *Feedback) Accept(by Actor, key string, ref *Reference, now time.Time) ([]Work, error) {
	if why := f.WhyNot(ActAccept); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	at := now
	if f.Accepted != nil {
		at = f.Accepted.At
	}
	terms := f.Acceptances(by.Agency, ref, now)
	i := slices.IndexFunc(terms, func(r Rule) bool { return r.Key == key })
	switch {
	case i < 0:
		return nil, Invalid([]FieldError{{Field: "rule", Code: "unknown"}})
	case f.Accepted != nil && f.Accepted.Rule == key:
		return nil, Fail(KindWrongState, "accepted_so")
	case f.Agency != "" && f.Agency != by.Agency:
		return nil, ErrForbidden
	}
	if err := f.enter(ActAccept); err != nil {
		return nil, err
	}
	if f.Agency == "" {
		f.Agency, f.Scope = by.Agency, ref.Tree.Path(by.Agency)
		if f.Status == Received {
			f.Status = f.resume()
		}
	}
	due, err := ref.Rules.Count(terms[i], f.Agency, at)
	if f.Accepted != nil {
		f.rerun(due, ref.Rules, err)
		f.Clock.Extensions, f.Clock.Asks = nil, nil
	} else {
		if f.counted() {
			f.stopClock(f.ClockOf, now)
		}
		f.ClockOf = f.Agency
		f.run(due, err)
	}
	f.Accepted = &Acceptance{At: at, By: by.ID, Rule: key}
	return f.record(Event{Event: ActAccept, Agency: f.Agency, Remark: key}, by, now), nil
}

// unaccept takes an acceptance back because the case is of another kind: its clock is the one of
// that kind, from the receipt, or of a complaint or denunciation from when it was found to be one.
func (f *Feedback) unaccept(ref *Reference, now time.Time) {
	f.Accepted = nil
	f.stopClock(f.ClockOf, now)
	f.ClockOf = ""
	received, m := f.receivedAt(), f.matter(ref.Tree)
	if rule, start, found := f.acceptedFrom(m, ref.Rules, now); found {
		f.countFrom(rule, ref.Rules, start, &received)
		return
	}
	f.run(ref.Rules.clockOf(m, "", received))
}
