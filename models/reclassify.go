package models

import (
	"cmp"
	"slices"
	"time"
)

// reclassified counts the running clock anew when it goes by another rule now than as the
// matter that the case was before: else what it started with goes on to govern it.
func (f *Feedback) reclassified(before Matter, rules *Rules, tree *Tree, now time.Time) {
	if !f.counted() || f.Kind != before.Kind && f.otherKind(rules, tree, now) {
		return
	}
	start := f.Running().Start
	was, err1 := rules.For(before, start)
	is, err2 := rules.For(f.matter(tree), start)
	if err1 != nil || err2 != nil || was.Key != is.Key || was.ValidFrom != is.ValidFrom || !was.sameReach(&is) {
		f.recount(rules, tree)
	}
}

// otherKind sees to the clock of a case of which an officer found that it is a complaint or
// denunciation, or none after all, and reports whether it did.
//
// The term in which one is accepted begins when it comes to who may decide on it (Law on
// Complaints 2011, Article 27). One that came as something else does so when it is found to be
// one: the clock of before stops, in time or late, and this one runs from then; the delay of
// finding out is counted by the clock of whose the case is (Sorting). The first finding counts,
// however often the kind is corrected. When it is none after all, the clock of before goes on.
func (f *Feedback) otherKind(rules *Rules, tree *Tree, now time.Time) bool {
	d := f.Running()
	rule, start, found := f.acceptedFrom(f.matter(tree), rules, now)
	switch {
	case found:
		before := cmp.Or(d.Before, new(d.Start))
		asked := cmp.Or(f.PausedAt, f.Clock.LateSince)
		f.stopClock(f.ClockOf, now)
		f.PausedAt, f.ClockOf = asked, f.Agency
		f.countFrom(rule, rules, start, before)
	case d.Before != nil && !Accepts(rule.Key):
		f.goOnAsBefore(*d.Before, rules, tree)
	default:
		return false
	}
	return true
}

// acceptedFrom returns the rule of the clock of such a matter and from when it counts, and whether
// that is the term in which a complaint or denunciation is accepted and it was found later than the
// case was received that it is, or holds, one. Without a rule it returns none.
func (f *Feedback) acceptedFrom(m Matter, rules *Rules, now time.Time) (rule Rule, start time.Time, found bool) {
	start, found = f.kindSince(m.Kind, now)
	rule, err := rules.For(m, start)
	return rule, start, err == nil && found && Accepts(rule.Key)
}

// kindSince is when the case was received, or when it was first found, on a later day, to be, or now
// to hold, something of that kind, and which of the two.
func (f *Feedback) kindSince(kind Kind, now time.Time) (at time.Time, found bool) {
	received, was, at := f.receivedAt(), f.Kind, now
	if f.Original != nil {
		was = f.Original.Kind
	}
	for i := range f.Timeline {
		e := &f.Timeline[i]
		switch {
		case e.Event != ActClassify:
		case e.At.Before(received):
			was = Kind(e.Remark)
		case Kind(e.Remark) == kind && e.At.Before(at):
			at = e.At
		}
	}
	if was == kind || dateOf(at).Equal(dateOf(received)) {
		return received, false
	}
	return at, true
}

// goOnAsBefore makes the clock that a reclassification stopped the running one again, as if it had
// never stopped.
func (f *Feedback) goOnAsBefore(start time.Time, rules *Rules, tree *Tree) {
	asked, stood := cmp.Or(f.PausedAt, f.Clock.LateSince), f.Clock.stood()
	due := Due{Start: start}
	f.Clock, f.ClockOf = ClockLog{}, f.Agency
	for i, c := range slices.Backward(f.Clocks) {
		if c.Due.Start.Equal(start) && !Accepts(c.Due.Rule) {
			due, f.Clock, f.ClockOf = c.Due, c.Log, c.Agency
			f.Clocks = slices.Delete(f.Clocks, i, i+1)
			break
		}
	}
	f.Clock.Late = append(f.Clock.Late, stood...)
	f.PausedAt, f.Clock.LateSince = asked, nil
	var err error
	if due.Unit == "" { // forgotten, or of an earlier version
		due, err = rules.clockOf(f.matter(tree), f.Agency, start)
	}
	f.rerun(due, rules, err)
	f.recount(rules, tree)
}
