package models

import (
	"slices"
	"time"
)

// Nudge urges whoever has an overdue case, with or without a word. The sender does not see
// it. Once on a day is enough.
func (f *Feedback) Nudge(by Actor, note string, now time.Time) ([]Work, error) {
	note = Clean(note)
	if err := checkText("note", note, 0, MaxReason); err != nil {
		return nil, err
	}
	if err := f.late(ActNudge, now); err != nil {
		return nil, err
	}
	if last := f.Nudged(); last != nil && dayText(*last) == dayText(now) {
		return nil, Fail(KindWrongState, "nudged_today")
	}
	if err := f.room(note); err != nil {
		return nil, err
	}
	return f.record(Event{Event: ActNudge, Agency: f.holder(), Remark: note, Private: true}, by, now), nil
}

// Escalate reports an overdue case to the agency next above: the one above its holder, and
// the next time the one above that.
func (f *Feedback) Escalate(by Actor, reason string, tree *Tree, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return nil, err
	}
	if err := f.late(ActEscalate, now); err != nil {
		return nil, err
	}
	to := f.NextAbove(tree)
	if to == "" {
		return nil, Fail(KindWrongState, "nobody_above")
	}
	if err := f.room(reason); err != nil {
		return nil, err
	}
	f.Escalated = to
	return f.record(Event{Event: ActEscalate, Agency: to, Remark: reason, Private: true}, by, now), nil
}

// late checks that the case is open and overdue.
func (f *Feedback) late(a Action, now time.Time) error {
	if err := f.enter(a); err != nil {
		return err
	}
	if !f.Overdue(now) {
		return Fail(KindWrongState, "not_overdue")
	}
	return nil
}

// holder is the agency that has to see to the case: in triage the lowest that sees it.
func (f *Feedback) holder() string {
	if f.Agency == "" && len(f.Scope) > 0 {
		return f.Scope[0]
	}
	return f.Agency
}

// NextAbove returns the agency that the case would be reported to; empty at the top.
func (f *Feedback) NextAbove(tree *Tree) string {
	from := f.Escalated
	if from == "" {
		from = f.holder()
	}
	return f.above(from, tree)
}

// above returns the agency above another one, if it may see the case.
func (f *Feedback) above(code string, tree *Tree) string {
	a, _ := tree.Get(code)
	if a.Parent == RootAgency && slices.Contains(f.Scope, KeptFromRoot) {
		return ""
	}
	return a.Parent
}

// Nudged returns when the case was last urged on, nil for never.
func (f *Feedback) Nudged() *time.Time {
	for i := len(f.Timeline) - 1; i >= 0; i-- {
		if f.Timeline[i].Event == ActNudge {
			return &f.Timeline[i].At
		}
	}
	return nil
}
