package models

import (
	"fmt"
	"time"
)

// DueTold is a deadline in the words of one language.
type DueTold struct {
	Line       string // in one line
	Steps      []string
	Basis      string // legal basis
	Convention string // how terms in its unit are counted
}

// TellDue says how the deadline of a case was counted, for its sender as well as for staff:
// from the start to the end, what was extended and why, when it stood still, and the clocks
// of agencies before. The case has a deadline.
func (f *Feedback) TellDue(rules *Rules, tree *Tree, lang string) DueTold {
	d, w := f.countedDue(rules), dueWordsIn(lang)
	told := DueTold{Line: d.Line(lang), Basis: d.BasisIn(lang), Convention: Convention(d.Unit, lang)}
	if d.Unit == "" {
		told.Steps = []string{told.Line}
		return told
	}
	steps := rules.Steps(d, lang)
	end := steps[len(steps)-1]
	steps = append(steps[:len(steps)-1], w.log(&f.Clock, d)...)
	if !d.Original.IsZero() {
		steps = append(steps, fmt.Sprintf(w.stepOriginal, moment(d.Original)))
	}
	if !d.Extended.IsZero() && d.Added > 0 {
		steps = append(steps, fmt.Sprintf(w.stepExtended, moment(d.Extended)))
	}
	if f.PausedAt != nil {
		steps = append(steps, fmt.Sprintf(w.stepWaiting, moment(*f.PausedAt)))
	} else {
		steps = append(steps, end)
	}
	told.Steps = append(steps, w.before(f, rules, tree)...)
	return told
}

// countedDue is the deadline with what it was counted from. That of a record of an earlier
// version is counted again, by the rule of then; when that does not give the same date, only
// the words that were kept are left.
func (f *Feedback) countedDue(rules *Rules) *Due {
	if f.Due.Unit != "" {
		return f.Due
	}
	if d, err := rules.Due(f.Due.Rule, f.receivedAt()); err == nil && d.At.Equal(f.Due.At) {
		return &d
	}
	return f.Due
}

// log lists extensions and pauses of a clock.
func (w *dueWords) log(log *ClockLog, d *Due) (steps []string) {
	for _, x := range log.Extensions {
		steps = append(steps, fmt.Sprintf(w.stepExtension, moment(x.At), w.amount(x.Term, d.Unit), x.Reason))
	}
	for _, p := range log.Pauses {
		steps = append(steps, fmt.Sprintf(w.stepPause, moment(p.From), moment(p.To)))
	}
	return steps
}

// TellUndated says of a case without a date why it has none, and line by line what happened to
// its clock and to those before.
func (f *Feedback) TellUndated(rules *Rules, tree *Tree, lang string) DueTold {
	u, w := f.Undated, dueWordsIn(lang)
	told := DueTold{Line: u.Line(lang), Basis: u.Due.BasisIn(lang), Convention: Convention(u.Due.Unit, lang)}
	told.Steps = w.log(&f.Clock, &u.Due)
	if f.PausedAt != nil {
		told.Steps = append(told.Steps, fmt.Sprintf(w.stepWaiting, moment(*f.PausedAt)))
	}
	told.Steps = append(told.Steps, w.before(f, rules, tree)...)
	return told
}

// before says what became of the clocks of agencies before.
func (w *dueWords) before(f *Feedback, rules *Rules, tree *Tree) (steps []string) {
	for _, c := range f.Stopped(rules) {
		steps = append(steps, w.stopped(&c, tree))
	}
	return steps
}

// stopped says what became of the clock of an agency before.
func (w *dueWords) stopped(c *StoppedClock, tree *Tree) string {
	name := w.nobody
	if a, ok := tree.Get(c.Agency); ok {
		name = a.Name
	}
	if c.Due.At.IsZero() {
		return fmt.Sprintf(w.stepStoppedUndated, name, moment(c.Due.Start), moment(c.At))
	}
	how := w.inTime
	if c.late() {
		how = w.late
	}
	return fmt.Sprintf(w.stepStopped, name, moment(c.Due.Start), moment(c.Due.At), moment(c.At), how)
}

func moment(t time.Time) string { return stamp(t.In(VietNam)) }
