package models

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Sorting is the clock of finding out whose a case is: of who receives it until the case is
// given to an agency, classified as none's, refused, or ended; then of each agency that gets it
// until it takes it up or passes it on. It runs beside the clock of the answer.
type Sorting struct {
	Agency   string     `json:"agency"`         // whose clock it is
	Due      Due        `json:"due"`            // only Start until RunClock counted it; without At when the calendar is not known
	Year     int        `json:"year,omitempty"` // whose calendar is missing
	PausedAt *time.Time `json:"paused_at,omitempty"`
	Pauses   []Stretch  `json:"pauses,omitempty"` // while the sender was asked for something, or it was merged
	Climbed  *Climbed   `json:"climbed,omitempty"`
}

// Sorted is a clock of finding out whose a case is that is over.
type Sorted struct {
	Agency string    `json:"agency"`
	Rule   string    `json:"rule"`
	Start  time.Time `json:"start"`
	DueAt  time.Time `json:"due_at,omitzero"` // zero: the calendar was not known
	At     time.Time `json:"at"`              // of one that stood still at the end, when it stopped
}

// Late reports whether the agency took longer than it may.
func (s *Sorted) Late() bool { return !s.DueAt.IsZero() && s.At.After(s.DueAt) }

// SortingLead is how many working days before the term is over its ladder is looked at first: no
// step may stand before that.
const SortingLead = 1

// keeps are what an agency does only with a case that it keeps, or says what it is.
var keeps = []Action{ActClassify, ActAccept, ActTake, ActDraft, ActCoordinate, ActExtend, ActAskExtension}

// arrive starts the clock of whoever has the case from now on, and ends the one before. RunClock
// counts it.
func (f *Feedback) arrive(now time.Time) {
	f.endSorting(now)
	f.Sorting = &Sorting{Agency: f.holder(), Due: Due{Start: Moment(now)}}
}

// endSorting keeps what became of the running clock, if there is one.
func (f *Feedback) endSorting(now time.Time) {
	s := f.Sorting
	if f.Sorting = nil; s == nil || s.Due.Rule == "" {
		return
	}
	if len(f.Sorted) >= maxStopped {
		f.Sorted = slices.Delete(f.Sorted, maxStopped/2, maxStopped/2+1)
	}
	if s.PausedAt != nil {
		now = *s.PausedAt
	}
	f.Sorted = append(f.Sorted, Sorted{Agency: s.Agency, Rule: s.Due.Rule, Start: s.Due.Start, DueAt: s.Due.At, At: now})
}

// sortAgain makes RunClock count the running clock anew from its start, because the case is
// another matter than was thought; but where an officer has found out with it whose the case is, the
// clock ends as it was. Of another kind, it may be to be found out again.
func (f *Feedback) sortAgain(kind, officer bool, now time.Time) {
	nobodys := f.Agency == "" && f.Kind.Routed()
	switch s := f.Sorting; {
	case s != nil && officer && !nobodys:
		f.endSorting(now)
	case s != nil:
		s.Agency, s.Due = f.holder(), Due{Start: s.Due.Start}
	case kind && nobodys:
		f.arrive(now)
	}
}

// unsorted reports whether it is still to be found out whose the case is. What is no feedback
// nobody is given: an officer says what it is.
func (f *Feedback) unsorted() bool {
	if f.Status == Merged { // it waits for the main case, and goes on when it stands alone again
		return true
	}
	if !f.Status.Open() {
		return false
	}
	if f.Agency == "" && f.Kind.Routed() {
		return true
	}
	for _, e := range slices.Backward(f.Timeline) {
		if Moment(e.At).Before(f.Sorting.Due.Start) {
			break
		}
		if e.Actor != "" && slices.Contains(keeps, e.Event) {
			return false
		}
	}
	return true
}

// runSorting brings the clock to what has become of the case, as RunClock does the one of the answer.
func (f *Feedback) runSorting(rules *Rules, tree *Tree, now time.Time) {
	switch {
	case f.Sorting == nil:
		return
	case !f.unsorted():
		f.endSorting(now)
		return
	}
	f.countSorting(rules, tree) // first: what is late does not stand still
	s := f.Sorting
	waits := f.asked() || f.Status == Merged // for the sender, or for the main case
	switch {
	case s == nil:
	case waits && s.PausedAt == nil && !s.late(now):
		s.PausedAt = &now
	case !waits && s.PausedAt != nil:
		s.Pauses = append(s.Pauses, Stretch{*s.PausedAt, now})
		s.PausedAt = nil
		if !s.Due.At.IsZero() {
			s.run(rules.Pause(s.Due, s.Pauses[len(s.Pauses)-1].From, now))
			s.look(rules)
		}
	}
}

// countSorting counts the clock from its start when it has no date, and ends it where no rule has
// such a term.
func (f *Feedback) countSorting(rules *Rules, tree *Tree) {
	s := f.Sorting
	if !s.Due.At.IsZero() {
		return
	}
	m := f.matter(tree)
	if holder, ok := tree.Get(s.Agency); ok {
		m.Agency, m.Level, m.Province = holder.Code, holder.Level, holder.Province
	}
	m.Sorts = true
	rule, err := rules.For(m, s.Due.Start)
	if err != nil { // there is no such term
		f.Sorting = nil
		return
	}
	due, err := rules.Count(rule, s.Agency, s.Due.Start)
	if err == nil {
		due, _, err = rules.again(due, s.Pauses)
	}
	s.run(due, err)
	s.look(rules)
}

// run makes d the date, as it was counted with that outcome.
func (s *Sorting) run(d Due, err error) {
	if s.Year = 0; err != nil {
		u := undated(d, err)
		d, s.Year = u.Due, u.Year
	}
	s.Due = d
}

// look sets when the ladder wants to be looked at first.
func (s *Sorting) look(rules *Rules) {
	if s.Due.At.IsZero() {
		s.Climbed = nil
		return
	}
	at, err := rules.stepAt(s.Agency, s.Due.At, WorkingDays, -SortingLead)
	if err == nil {
		at, err = rules.NextOpen(s.Agency, at)
	}
	if err != nil {
		at = s.Due.At
	}
	c := Climbed{DueAt: s.Due.At, Next: &at}
	if s.Climbed != nil {
		c.Taken = s.Climbed.Taken
	}
	s.Climbed = &c
}

// late reports whether the term is over.
func (s *Sorting) late(now time.Time) bool {
	return !s.Due.At.IsZero() && s.PausedAt == nil && now.After(s.Due.At)
}

// SortingLate reports whether whoever has the case takes longer than they may to find out whose
// it is.
func (f *Feedback) SortingLate(now time.Time) bool {
	return f.Sorting != nil && f.Status.Open() && f.Sorting.late(now)
}

// SortsLate reports whether whoever has the case was told that they take too long to find out whose
// it is, and still do not know. Lists go by it: no write is needed at the moment when it gets late.
func (f *Feedback) SortsLate() bool {
	s := f.Sorting
	return f.SortBy() != nil && s.Climbed != nil && slices.ContainsFunc(s.Climbed.Taken, func(t Taken) bool {
		return t.DueAt.Equal(s.Due.At) && t.At.After(s.Due.At)
	})
}

// SortBy returns by when it has to be found out whose the case is; nil when it is, while the
// sender is asked, and while that cannot be counted.
func (f *Feedback) SortBy() *time.Time {
	if s := f.Sorting; s != nil && f.Status.Open() && s.PausedAt == nil && !s.Due.At.IsZero() {
		return &s.Due.At
	}
	return nil
}

// TellSorting says how the date of the running clock was counted, and what became of those
// before. There is one.
func (f *Feedback) TellSorting(rules *Rules, tree *Tree, lang string) DueTold {
	s, w := f.Sorting, dueWordsIn(lang)
	d := &s.Due
	told := DueTold{Basis: d.BasisIn(lang), Convention: Convention(d.Unit, lang)}
	log := w.log(&ClockLog{Pauses: s.Pauses}, d)
	if d.At.IsZero() {
		told.Line = fmt.Sprintf(w.notCounted, s.Year) + " " + fmt.Sprintf(w.termRuns, w.amount(d.Term, d.Unit), moment(d.Start))
		told.Steps = log
	} else {
		told.Line = d.Line(lang)
		told.Steps = rules.Steps(d, lang)
		end := len(told.Steps) - 1
		told.Steps = slices.Insert(told.Steps, end, log...)
	}
	if s.PausedAt != nil {
		told.Steps = append(told.Steps, fmt.Sprintf(w.stepWaiting, moment(*s.PausedAt)))
	}
	told.Steps = append(told.Steps, f.TellSorted(tree, lang)...)
	return told
}

// TellSorted says line by line who found out when whose the case was not, or is.
func (f *Feedback) TellSorted(tree *Tree, lang string) (lines []string) {
	w := dueWordsIn(lang)
	for i := range f.Sorted {
		x := &f.Sorted[i]
		a, _ := tree.Get(x.Agency)
		name := cmp.Or(TextPair{VI: a.Name, EN: a.NameEN}.In(lang), w.nobody)
		how := w.inTime
		if x.Late() {
			how = w.late
		}
		if x.DueAt.IsZero() {
			lines = append(lines, fmt.Sprintf(w.stepStoppedUndated, name, moment(x.Start), moment(x.At)))
		} else {
			lines = append(lines, fmt.Sprintf(w.stepSorted, name, moment(x.Start), moment(x.DueAt), moment(x.At), how))
		}
	}
	return lines
}
