package models

import (
	"slices"
	"time"
)

// ClockLog is what happened to a clock while it ran.
type ClockLog struct {
	Pauses     []Stretch      `json:"pauses,omitempty"`     // while the sender was asked for something
	Extensions []Extending    `json:"extensions,omitempty"` // in their order
	Asks       []ExtensionAsk `json:"asks,omitempty"`       // for extensions, in their order; the last may wait for an approver

	// While the sender was asked for something although the case was late already: it moved
	// nothing, but does where a longer term turns out to be the right one.
	Late      []Stretch  `json:"late,omitempty"`
	LateSince *time.Time `json:"late_since,omitempty"` // the sender is asked still
}

// stood returns all times while the sender was asked for something, in their order.
func (l *ClockLog) stood() []Stretch {
	all := slices.Concat(l.Pauses, l.Late)
	slices.SortFunc(all, func(a, b Stretch) int { return a.From.Compare(b.From) })
	return all
}

// split puts what was asked in time apart from what was asked too late.
func (l *ClockLog) split(counted []Stretch) {
	l.Late = slices.DeleteFunc(l.stood(), func(s Stretch) bool { return slices.Contains(counted, s) })
	if l.Pauses = counted; len(l.Late) == 0 {
		l.Late = nil
	}
}

// Stretch is a time from one moment to another.
type Stretch struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Extending is that a term was made longer. The sender reads the reason.
type Extending struct {
	At     time.Time `json:"at"`
	Term   int       `json:"term"` // so much more, in the rule's unit
	Reason string    `json:"reason"`
	By     string    `json:"by"` // a Staff
}

// StoppedClock is the clock of an agency that passed the case on to another one, or whose
// answer did not do and the case was reopened.
type StoppedClock struct {
	Agency string    `json:"agency,omitempty"` // empty: nobody had the case yet
	Due    Due       `json:"due"`              // without At when the calendar was not known; see Feedback.Stopped
	At     time.Time `json:"at"`               // when it was stopped; of one that stood still, since when
	Log    ClockLog  `json:"log,omitzero"`
}

// late reports whether it was late when it stopped; one without a date never was.
func (c *StoppedClock) late() bool { return !c.Due.At.IsZero() && c.At.After(c.Due.At) }

// maxStopped is how many stopped clocks a case remembers; those in the middle are forgotten.
const maxStopped = 50

// RunClock brings the clock of a case to what has become of the case; whoever changes one
// calls it last. Nothing happens when nothing changed.
//
//   - It stands still while the sender is asked for something, unless the case was late
//     before (Decision 574/QĐ-TTg Art. 10: the agency completes what is missing).
//   - The first agency that gets the case goes on with the clock of the receipt, by the rule
//     that reached it then: its province may have one of its own.
//   - When the case goes to an agency that is neither beneath the one that had it nor the
//     heir of a dissolved one, that one's clock stops and the next one's starts, by the rule
//     that is in force then.
//
// When the calendar of a year is not known the case has no date (Undated). The clock of whose
// the case is (Sorting) is brought along too.
func (f *Feedback) RunClock(rules *Rules, tree *Tree, now time.Time) {
	f.runSorting(rules, tree, now)
	if !f.counted() {
		return
	}
	switch {
	case f.asked() && f.PausedAt == nil && f.Clock.LateSince == nil:
		if f.Due != nil && now.After(f.Due.At) {
			f.Clock.LateSince = &now
		} else {
			f.PausedAt = &now
		}
	case !f.asked() && f.Clock.LateSince != nil:
		f.Clock.Late = append(f.Clock.Late, Stretch{*f.Clock.LateSince, now})
		f.Clock.LateSince = nil
	case !f.asked() && f.PausedAt != nil:
		f.Clock.Pauses = append(f.Clock.Pauses, Stretch{*f.PausedAt, now})
		if f.Due != nil {
			f.run(rules.Pause(*f.Due, *f.PausedAt, now))
		}
		f.PausedAt = nil
	}
	if !f.Status.Open() || f.Agency == "" || f.Agency == f.ClockOf {
		return
	}
	was := f.ClockOf
	f.ClockOf = f.Agency
	switch {
	case was == "":
		f.recount(rules, tree)
	case tree.Heir(was) == f.Agency || tree.Covers(was, f.Agency):
	default:
		f.stopClock(was, now)
		f.run(rules.clockOf(f.matter(tree), f.Agency, now))
	}
}

// counted reports whether the running clock is known well enough to be counted on: that of
// a record of an earlier version is not.
func (f *Feedback) counted() bool { return f.Undated != nil || f.Due != nil && f.Due.Unit != "" }

// Clocked is a change of a case with its clock brought along (RunClock), and the dates of what
// others are asked: for whoever changes one in the store.
func Clocked(rules *Rules, tree *Tree, now time.Time, change func(*Feedback) ([]Work, error)) func(*Feedback) ([]Work, error) {
	return func(f *Feedback) ([]Work, error) {
		work, err := change(f)
		if err == nil {
			f.RunClock(rules, tree, now)
			work = append(work, f.fitTasks(now)...)
		}
		return work, err
	}
}

// asked reports whether the sender owes an answer to a question, also while the case is
// merged into another one.
func (f *Feedback) asked() bool {
	return f.Status == NeedsInfo || f.Status == Merged && f.Merged != nil && f.Merged.Was == NeedsInfo
}

// StartClock starts the clock of a case that nobody has yet, or that starts anew: RunClock
// brings it to its agency's. A year without calendar leaves the case without a date.
func (f *Feedback) StartClock(rules *Rules, now time.Time) {
	f.ClockOf = ""
	f.run(rules.clockOf(Matter{Kind: f.Kind, Field: f.Field, Regime: f.Regime}, "", now))
}

// stopClock keeps the clock as it is and makes room for the next one.
func (f *Feedback) stopClock(agency string, now time.Time) {
	if len(f.Clocks) >= maxStopped {
		f.Clocks = slices.Delete(f.Clocks, maxStopped/2, maxStopped/2+1)
	}
	if f.PausedAt != nil {
		now = *f.PausedAt
	}
	f.Clocks = append(f.Clocks, StoppedClock{Agency: agency, Due: *f.Running(), At: now, Log: f.Clock})
	f.Clock, f.PausedAt = ClockLog{}, nil
}

// matter is what rules are chosen by.
func (f *Feedback) matter(tree *Tree) Matter {
	a, _ := tree.Get(f.Agency)
	return Matter{Kind: f.Kind, Field: f.Field, Agency: f.Agency, Level: a.Level, Province: a.Province, Regime: f.Regime}
}

// recount counts the running clock anew from its start when another rule reached the case
// then than was thought, because its agency or its classification was not known. What stood
// still in the term of this rule stays; what was extended or asked for under the other does not.
func (f *Feedback) recount(rules *Rules, tree *Tree) {
	if !f.counted() {
		return
	}
	d := f.Running()
	rule, err := rules.For(f.matter(tree), d.Start)
	if err != nil || d.by(&rule) && (rule.Unit != OpenHours || d.Agency == f.Agency) {
		return
	}
	f.countFrom(rule, rules, d.Start, d.Before)
}

// countFrom makes the term of a rule from start the running clock, with what stood still in it;
// before is when the clock began that went before a reclassification.
func (f *Feedback) countFrom(rule Rule, rules *Rules, start time.Time, before *time.Time) {
	due, err := rules.Count(rule, f.Agency, start)
	if before != nil {
		due.Starts, due.Before = Reclassified, before
	}
	f.rerun(due, rules, err)
	f.Clock.Extensions, f.Clock.Asks = nil, nil
}

// by reports whether the date was counted by that rule.
func (d *Due) by(r *Rule) bool {
	return d.Rule == r.Key && d.Term == r.Term && d.Unit == r.Unit && d.LegalBasis == r.LegalBasis
}

// Extend gives the agency so much more time, in the rule's unit, for a reason that the
// sender is told. The rule in force when the clock started says whether, how often and by
// how much at most, and whether it takes an approver. Where the rule knows no extension (Decision
// 574/QĐ-TTg) it is KindWrongState, and so it is when the term is over.
func (f *Feedback) Extend(by Actor, more int, reason string, rules *Rules, now time.Time) ([]Work, error) {
	return f.extend(by, more, reason, "", rules, now)
}

// extend extends, and grants thereby what somebody asked for; the remark is for staff.
func (f *Feedback) extend(by Actor, more int, reason, remark string, rules *Rules, now time.Time) ([]Work, error) {
	reason, err := f.extendable(ActExtend, more, reason, now)
	switch {
	case err != nil:
		return nil, err
	case f.Due.Extension.Approver && !by.Approver:
		return nil, Fail(KindForbidden, "approver_extends")
	}
	due, err := rules.Extend(*f.Due, more)
	if err != nil {
		return nil, Fail(KindWrongState, "no_calendar")
	}
	if err := f.enter(ActExtend); err != nil {
		return nil, err
	}
	f.setDue(&due)
	f.Clock.Extensions = append(f.Clock.Extensions, Extending{At: now, Term: more, Reason: reason, By: by.ID})
	f.Clock.end(true, by, remark, now)
	return f.record(Event{Event: ActExtend, Agency: f.Agency, Note: dayText(due.At) + ". " + reason, Remark: remark}, by, now), nil
}

// Progress tells the sender how far an overdue case is. A rule without extension asks for it
// again and again until the answer (Decision 574/QĐ-TTg: every 7 days).
func (f *Feedback) Progress(by Actor, note string, now time.Time) ([]Work, error) {
	note = Clean(note)
	if err := checkText("note", note, 1, MaxReason); err != nil {
		return nil, err
	}
	if err := f.late(ActProgress, now); err != nil {
		return nil, err
	}
	if err := f.room(note); err != nil {
		return nil, err
	}
	if f.Climbed != nil {
		f.Climbed.Next = &now // to see when the next is asked for
	}
	return f.record(Event{Event: ActProgress, Agency: f.holder(), Note: note}, by, now), nil
}

// ProgressDue returns by when the sender has to be told how far an overdue case is, nil when
// nothing asks for it: so many calendar days after the due time, and after each time they
// were told since.
func (f *Feedback) ProgressDue(rules *Rules, now time.Time) *Due {
	if !f.Overdue(now) || f.Due.Progress == 0 {
		return nil
	}
	from := f.Due.At
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.Event == ActProgress && e.At.After(from) {
			from = e.At
		}
	}
	due, err := rules.Count(Rule{Key: progressRule, Term: f.Due.Progress, Unit: CalendarDays, LegalBasis: f.Due.LegalBasis, LegalBasisEN: f.Due.LegalBasisEN}, f.Agency, from)
	if err != nil {
		return nil
	}
	return &due
}

// progressRule is the key of the rule that overdue cases are reported on by.
const progressRule = "pakn.progress_update"
