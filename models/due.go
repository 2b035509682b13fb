package models

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Due is a deadline that explains itself. What was in force when its clock started is in it
// and governs it for good, whatever is changed about rules afterwards. Records of earlier
// versions have only At, Rule, LegalBasis and Explanation.
type Due struct {
	At           time.Time `json:"at"`
	Rule         string    `json:"rule"`        // key of the Rule
	LegalBasis   string    `json:"legal_basis"` // Vietnamese
	LegalBasisEN string    `json:"legal_basis_en,omitempty"`
	Explanation  string    `json:"explanation"` // Vietnamese: how the date was counted

	Start    time.Time  `json:"start,omitzero"`   // when the clock started
	Starts   Start      `json:"starts,omitempty"` // with what; empty: with a receipt
	Before   *time.Time `json:"before,omitempty"` // of one that a reclassification started: when the one of before did
	Term     int        `json:"term,omitempty"`   // of the rule, in Unit
	Unit     Unit       `json:"unit,omitempty"`
	Added    int        `json:"added,omitempty"`     // by extensions, in Unit
	PausedMS int64      `json:"paused_ms,omitempty"` // milliseconds for which it stood still; whole days of 24 hours where Unit is days
	Agency   string     `json:"agency,omitempty"`    // whose calendar is counted by

	// At without extensions and pauses, and without pauses, where that is something else.
	Original time.Time `json:"original,omitzero"`
	Extended time.Time `json:"extended,omitzero"`

	Extension *Extension `json:"extension,omitempty"` // as the rule said when the clock started
	Progress  int        `json:"progress,omitempty"`

	First    string `json:"first,omitempty"`      // the first day that is counted, 2006-01-02
	Last     string `json:"last,omitempty"`       // the last day of the term, when it is a day off
	DayOff   string `json:"day_off,omitempty"`    // why Last is one, Vietnamese
	DayOffEN string `json:"day_off_en,omitempty"` // the same in English; empty in records of before
}

func (d *Due) paused() time.Duration { return time.Duration(d.PausedMS) * time.Millisecond }

// Due counts the term of the country's rule with that key from start, see Count.
// ErrNotFound when no rule is in force.
func (r *Rules) Due(key string, start time.Time) (Due, error) {
	rule, err := r.Rule(key, start)
	if err != nil {
		return Due{}, err
	}
	return r.Count(rule, "", start)
}

// Count counts the term of a rule from start, by the office hours of the agency (empty: the
// general ones). The day of receipt is the date in Viet Nam, also at night or on a day off,
// and is not counted (Civil Code 2015 Art. 147(2)); a term of days ends at 17:00 of its last
// day; a calendar-day term whose last day is a day off ends on the next working day (Art.
// 148(5)); hours are hours (Art. 147(1)). A year without calendar data is a NoCalendarError,
// never a guess.
func (r *Rules) Count(rule Rule, agency string, start time.Time) (Due, error) {
	d := Due{Rule: rule.Key, LegalBasis: rule.LegalBasis, LegalBasisEN: rule.LegalBasisEN, Start: Moment(start), Term: rule.Term, Unit: rule.Unit,
		Agency: agency, Extension: rule.Extension, Progress: rule.Progress}
	if rule.Starts != Receipt {
		d.Starts = rule.Starts
	}
	return d, r.recount(&d)
}

// Pause returns the deadline of a clock that stood still from one time to another: a rule of
// calendar days is moved by the days between the two dates in Viet Nam, one of working days
// by the working days after the first date until the second, one of hours by the time. So
// a pause within one day moves nothing, and two pauses move as far as one over both. What was
// before the clock started moves nothing.
func (r *Rules) Pause(d Due, from, to time.Time) (Due, error) {
	if from.Before(d.Start) {
		from = d.Start
	}
	if !to.After(from) {
		return d, nil
	}
	a, b := dateOf(from), dateOf(to)
	switch d.Unit {
	case CalendarDays:
		d.PausedMS += b.Sub(a).Milliseconds()
	case WorkingDays:
		for day := a.AddDate(0, 0, 1); !day.After(b); day = day.AddDate(0, 0, 1) {
			working, _, err := r.working(day)
			if err != nil {
				return d, err
			}
			if working {
				d.PausedMS += (24 * time.Hour).Milliseconds()
			}
		}
	case Hours:
		d.PausedMS += to.Sub(from).Milliseconds()
	case OpenHours:
		open, err := r.openTime(d.Agency, from, to)
		if err != nil {
			return d, err
		}
		d.PausedMS += open.Milliseconds()
	default:
		return d, nil // of a record of an earlier version
	}
	return d, r.recount(&d)
}

// Extend returns the deadline with so much more time, in the rule's unit.
func (r *Rules) Extend(d Due, more int) (Due, error) {
	d.Added += more
	return d, r.recount(&d)
}

// recount sets when the term is over, the two dates beside it, and the text.
func (r *Rules) recount(d *Due) error {
	d.Original, d.Extended = time.Time{}, time.Time{}
	plain := *d
	if d.Added > 0 || d.PausedMS > 0 {
		plain.Added, plain.PausedMS = 0, 0
		if err := r.place(&plain); err != nil {
			return err
		}
		d.Original = plain.At
	}
	if d.PausedMS > 0 {
		plain.Added = d.Added
		if err := r.place(&plain); err != nil {
			return err
		}
		d.Extended = plain.At
	}
	if err := r.place(d); err != nil {
		return err
	}
	d.Explanation = d.Line("vi")
	return nil
}

// OnTime reports whether an answer of that time was in time: as the term was at first, with
// its extensions, and with extensions and pauses, which is what counts.
func (d *Due) OnTime(at time.Time) (original, extended, paused bool) {
	first, longer := d.Original, d.Extended
	if longer.IsZero() {
		longer = d.At
	}
	if first.IsZero() {
		first = longer
	}
	return !at.After(first), !at.After(longer), !at.After(d.At)
}

// place sets when the term is over.
func (r *Rules) place(d *Due) error {
	n := d.Term + d.Added
	d.First, d.Last, d.DayOff, d.DayOffEN = "", "", "", ""
	switch d.Unit {
	case Hours:
		d.At = Moment(d.Start.Add(time.Duration(n)*time.Hour + d.paused()))
	case OpenHours:
		at, err := r.afterOpenTime(d.Agency, d.Start, time.Duration(n)*time.Hour+d.paused())
		if err != nil {
			return err
		}
		d.At = Moment(at)
	case CalendarDays:
		first := dateOf(d.Start).AddDate(0, 0, 1)
		day := first.AddDate(0, 0, n+int(d.paused()/(24*time.Hour))-1)
		d.First = first.Format(time.DateOnly)
		for {
			working, why, err := r.working(day)
			if err != nil {
				return err
			}
			if working {
				break
			}
			if d.Last == "" {
				d.Last, d.DayOff, d.DayOffEN = day.Format(time.DateOnly), why.VI, why.EN
			}
			day = day.AddDate(0, 0, 1)
		}
		d.At = Moment(day.Add(OfficeClose))
	default:
		day := dateOf(d.Start)
		for left := n + int(d.paused()/(24*time.Hour)); left > 0; {
			day = day.AddDate(0, 0, 1)
			working, _, err := r.working(day)
			if err != nil {
				return err
			}
			if working {
				left--
				if d.First == "" {
					d.First = day.Format(time.DateOnly)
				}
			}
		}
		d.At = Moment(day.Add(OfficeClose))
	}
	return nil
}

// openTime returns how long the agency's office is open between two times.
func (r *Rules) openTime(agency string, from, to time.Time) (open time.Duration, err error) {
	for day := dateOf(from); !day.After(to); day = day.AddDate(0, 0, 1) {
		working, _, err := r.working(day)
		if err != nil {
			return 0, err
		}
		if !working {
			continue
		}
		for _, w := range r.windows(day, agency) {
			a, b := w.span(day)
			if a.Before(from) {
				a = from
			}
			if b.After(to) {
				b = to
			}
			open += max(b.Sub(a), 0)
		}
	}
	return open, nil
}

// afterOpenTime returns when the agency's office has been open for so long since start.
func (r *Rules) afterOpenTime(agency string, start time.Time, left time.Duration) (time.Time, error) {
	for day := dateOf(start); ; day = day.AddDate(0, 0, 1) {
		working, _, err := r.working(day)
		if err != nil {
			return time.Time{}, err
		}
		if !working {
			continue
		}
		for _, w := range r.windows(day, agency) {
			a, b := w.span(day)
			if a.Before(start) {
				a = start
			}
			if open := max(b.Sub(a), 0); left > open {
				left -= open
			} else if open > 0 {
				return a.Add(left), nil
			}
		}
	}
}

// beforeOpenTime returns from when on the agency's office is open for so long until end.
func (r *Rules) beforeOpenTime(agency string, end time.Time, left time.Duration) (time.Time, error) {
	for day := dateOf(end); ; day = day.AddDate(0, 0, -1) {
		working, _, err := r.working(day)
		if err != nil {
			return time.Time{}, err
		}
		if !working {
			continue
		}
		for _, w := range slices.Backward(r.windows(day, agency)) {
			a, b := w.span(day)
			if b.After(end) {
				b = end
			}
			if open := max(b.Sub(a), 0); left > open {
				left -= open
			} else if open > 0 {
				return b.Add(-left), nil
			}
		}
	}
}

// dateOf returns the beginning of the day in Viet Nam.
func dateOf(t time.Time) time.Time {
	y, m, d := t.In(VietNam).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, VietNam)
}

// Line says in one line how the date was counted, in Vietnamese ("vi") or English. Of a
// record of an earlier version there is only Vietnamese.
func (d *Due) Line(lang string) string {
	w := dueWordsIn(lang)
	if d.Unit == "" {
		return d.Explanation
	}
	line := w.starts[d.Starts][0] + " " + moment(d.Start)
	if d.First != "" {
		line += " → " + w.from + " " + dayOfDate(d.First)
	}
	line += "; " + w.amount(d.Term, d.Unit)
	if d.Added > 0 {
		line += " + " + w.extended + " " + w.amount(d.Added, d.Unit)
	}
	if d.PausedMS > 0 {
		line += " + " + w.paused + " " + w.pause(d)
	}
	at := d.At.In(VietNam)
	line += " → " + w.weekday(at) + ", " + stamp(at)
	if d.Last != "" {
		line += " (" + fmt.Sprintf(w.moved, dayOfDate(d.Last)[:5], w.dayOff(d)) + ")"
	}
	return line
}

// Steps says line by line how the date was counted, for somebody who wants to count it again.
func (r *Rules) Steps(d *Due, lang string) []string {
	w := dueWordsIn(lang)
	local, at := d.Start.In(VietNam), d.At.In(VietNam)
	start := fmt.Sprintf(w.stepStart, capital(w.starts[d.Starts][0]), w.weekday(local), stamp(local))
	if d.Unit != Hours && d.Unit != OpenHours { // those run from the minute
		start += fmt.Sprintf(w.fromNext, w.starts[d.Starts][1])
	}
	steps := []string{start}
	if d.Before != nil {
		steps = append(steps, fmt.Sprintf(w.stepBefore, moment(*d.Before)))
	}
	total := w.amount(d.Term, d.Unit)
	steps = append(steps, fmt.Sprintf(w.stepTerm, total, d.BasisIn(lang)))
	if d.Added > 0 {
		steps = append(steps, fmt.Sprintf(w.stepAdded, w.amount(d.Added, d.Unit)))
	}
	if d.PausedMS > 0 {
		steps = append(steps, fmt.Sprintf(w.stepPaused, w.pause(d)))
	}
	if d.First != "" {
		first, _ := time.ParseInLocation(time.DateOnly, d.First, VietNam)
		steps = append(steps, fmt.Sprintf(w.stepFirst, w.weekday(first), dayOfDate(d.First)))
	}
	if d.Unit == WorkingDays || d.Unit == OpenHours {
		if off := r.skipped(dateOf(d.Start).AddDate(0, 0, 1), dateOf(d.At), w); off != "" {
			steps = append(steps, fmt.Sprintf(w.stepSkipped, off))
		}
	}
	if d.Last != "" {
		last, _ := time.ParseInLocation(time.DateOnly, d.Last, VietNam)
		steps = append(steps, fmt.Sprintf(w.stepOff, w.weekday(last), dayOfDate(d.Last), w.dayOff(d)))
	}
	return append(steps, fmt.Sprintf(w.stepEnd, w.weekday(at), stamp(at)))
}

// skipped lists the days off from one day to another, runs with one reason together.
func (r *Rules) skipped(from, to time.Time, w *dueWords) string {
	type run struct {
		a, b time.Time
		why  string
	}
	var runs []run
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		working, name, err := r.working(day)
		if err != nil || working {
			continue
		}
		why := name.In(w.lang)
		if (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) && why == w.weekday(day) {
			why = w.weekend
		}
		if n := len(runs) - 1; n >= 0 && runs[n].why == why && runs[n].b.AddDate(0, 0, 1).Equal(day) {
			runs[n].b = day
		} else {
			runs = append(runs, run{day, day, why})
		}
	}
	var out []string
	for _, x := range runs {
		if x.a.Equal(x.b) {
			out = append(out, fmt.Sprintf("%s (%s)", x.a.Format("02/01/2006"), x.why))
		} else {
			out = append(out, fmt.Sprintf("%s–%s (%s)", x.a.Format("02/01"), x.b.Format("02/01/2006"), x.why))
		}
	}
	return strings.Join(out, ", ")
}

// BasisIn returns the legal basis in Vietnamese ("vi") or English; of a record of an earlier
// version in Vietnamese.
func (d *Due) BasisIn(lang string) string {
	if lang == "en" && d.LegalBasisEN != "" {
		return d.LegalBasisEN
	}
	return d.LegalBasis
}

func stamp(t time.Time) string { return t.Format("02/01/2006 15:04") }

// dayOfDate turns 2006-01-02 into 02/01/2006.
func dayOfDate(date string) string {
	if len(date) != len(time.DateOnly) {
		return date
	}
	return date[8:] + "/" + date[5:7] + "/" + date[:4]
}
