package models

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Undated is a running clock without a date, because none is guessed: the official calendar
// of a year that its term reaches into is not known, or no rule was in force.
type Undated struct {
	Due  Due `json:"due"`            // all that is known of it; At is zero
	Year int `json:"year,omitempty"` // whose calendar is missing; 0: there was no rule
}

// Running returns the running clock, with or without a date; nil in records that never had one.
func (f *Feedback) Running() *Due {
	if f.Undated != nil {
		return &f.Undated.Due
	}
	return f.Due
}

// AwaitsDate reports whether the case has no date and gets one once it can be counted: a
// case that is over gets none.
func (f *Feedback) AwaitsDate() bool {
	return f.Undated != nil && (f.Status.Open() || f.Status == Merged)
}

// run makes d the running clock, as it was counted with that outcome. Where it could not be
// counted the case has no date: one of before would be another clock's.
func (f *Feedback) run(d Due, err error) {
	if err == nil {
		f.setDue(&d)
		f.Undated = nil
		return
	}
	f.setDue(nil)
	f.Undated = undated(d, err)
}

// undated is what is known of a clock that could not be counted, and why not.
func undated(d Due, err error) *Undated {
	d.At, d.Original, d.Extended, d.PausedMS = time.Time{}, time.Time{}, time.Time{}, 0
	d.First, d.Last, d.DayOff, d.DayOffEN, d.Explanation = "", "", "", "", ""
	u := &Undated{Due: d}
	if missing := (*NoCalendarError)(nil); errors.As(err, &missing) {
		u.Year = missing.Year
	}
	return u
}

// setDue keeps the date that the case had first when it gets another.
func (f *Feedback) setDue(d *Due) {
	f.OriginalDue, f.Due = cmp.Or(f.OriginalDue, f.Due), d
}

// clockOf counts a clock by the rule that reached a matter when it started.
func (r *Rules) clockOf(m Matter, agency string, start time.Time) (Due, error) {
	rule, err := r.For(m, start)
	if err != nil {
		return Due{Start: Moment(start), Agency: agency}, err
	}
	return r.Count(rule, agency, start)
}

// again counts a clock anew from its start, by its own rule, with what it was extended by and
// those of these pauses that began within its term, which it returns too: a clock that is late
// stands still for nobody.
func (r *Rules) again(d Due, pauses []Stretch) (Due, []Stretch, error) {
	d.PausedMS = 0
	err := r.recount(&d)
	var counted []Stretch
	for _, p := range pauses {
		if err == nil && !p.From.After(d.At) {
			d, err = r.Pause(d, p.From, p.To)
			counted = append(counted, p)
		}
	}
	return d, counted, err
}

// rerun makes d, which another rule or calendar counts, the running clock, with what stood still
// in its term; where it cannot be counted, all that stood still waits for it.
func (f *Feedback) rerun(d Due, rules *Rules, err error) {
	var counted []Stretch
	if err == nil {
		d, counted, err = rules.again(d, f.Clock.stood())
	}
	f.run(d, err)
	if err != nil {
		return
	}
	f.Clock.split(counted)
	if since := cmp.Or(f.PausedAt, f.Clock.LateSince); since != nil && since.After(d.At) {
		f.PausedAt, f.Clock.LateSince = nil, since // late when the sender was asked
	} else {
		f.PausedAt, f.Clock.LateSince = since, nil
	}
}

// Date gives the running clock the date that it could not get before: by the rule that was
// in force at its start, as if the calendar had been known all the time. The sender is told,
// unless the case is merged into another. It reports whether the record changed, which it
// also does when the calendar of a later year is missing instead.
func (f *Feedback) Date(rules *Rules, tree *Tree, now time.Time) (bool, []Work) {
	if f.Due != nil || !f.Status.Open() && f.Status != Merged {
		return false, nil
	}
	known := f.Undated != nil
	if !known { // of an earlier version
		f.Undated, f.ClockOf = &Undated{Due: Due{Start: f.receivedAt()}}, f.Agency
	}
	due, missing, err := f.Undated.Due, f.Undated.Year, error(nil)
	if due.Rule == "" {
		due, err = rules.clockOf(f.matter(tree), f.Agency, due.Start)
	}
	f.rerun(due, rules, err)
	f.runSorting(rules, tree, now)
	if f.Due == nil {
		return !known || f.Undated.Year != missing, nil
	}
	remark := fmt.Sprintf("Hạn trả lời %s, nay đã đủ dữ liệu để tính.", dayText(f.Due.At))
	if missing != 0 {
		remark = fmt.Sprintf("Hạn trả lời %s, nay đã có lịch nghỉ lễ năm %d.", dayText(f.Due.At), missing)
	}
	work := f.record(Event{Event: ActSetDue, Agency: f.holder(), Remark: remark, Private: f.Status == Merged}, Actor{}, now)
	work = append(work, f.fitTasks(now)...)
	return true, append(work, NewWork(WorkAudit, f.ID, now, AuditData(Actor{}, ActSetDue, f.ID, f.holder(), remark, now)))
}

// receivedAt is when the case was received, or reopened last.
func (f *Feedback) receivedAt() time.Time {
	at := f.CreatedAt
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.Event == ActReopen {
			at = e.At
		}
	}
	return at
}

// Stopped returns the clocks before the running one, in their order. One that could not be
// counted when it was stopped has its date once the calendar is known.
func (f *Feedback) Stopped(rules *Rules) []StoppedClock {
	out := make([]StoppedClock, len(f.Clocks))
	for i, c := range f.Clocks {
		if c.Due.At.IsZero() && c.Due.Unit != "" {
			if due, counted, err := rules.again(c.Due, c.Log.stood()); err == nil {
				c.Due = due
				c.Log.split(counted)
			}
		}
		out[i] = c
	}
	return out
}

// Line says in Vietnamese ("vi") or English why there is no date, and what is known.
func (u *Undated) Line(lang string) string {
	w := dueWordsIn(lang)
	var b strings.Builder
	if u.Year == 0 {
		b.WriteString(w.noRule)
	} else {
		fmt.Fprintf(&b, w.noCalendar, u.Year)
	}
	if d := &u.Due; d.Unit != "" {
		amount := w.amount(d.Term, d.Unit)
		if d.Added > 0 {
			amount += fmt.Sprintf(" + %s %s", w.extended, w.amount(d.Added, d.Unit))
		}
		fmt.Fprintf(&b, " "+w.termRuns, amount, moment(d.Start))
	}
	return b.String()
}
