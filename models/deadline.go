package models

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// Due is a deadline that explains itself.
type Due struct {
	At          time.Time `json:"at"`
	Rule        string    `json:"rule"`        // key of the Rule
	LegalBasis  string    `json:"legal_basis"` // Vietnamese
	Explanation string    `json:"explanation"` // Vietnamese: how the date was counted
}

// Unit is what a rule counts in.
type Unit string

const (
	CalendarDays Unit = "calendar_days"
	WorkingDays  Unit = "working_days"
	Hours        Unit = "hours"
)

// Rule is a legal term. Rules are dated data: the one in force when the clock
// starts governs.
type Rule struct {
	Key          string `json:"key"`
	Term         int    `json:"term"`
	Unit         Unit   `json:"unit"`
	Starts       string `json:"starts"` // receipt, acceptance, request, detection, due
	AppliesTo    string `json:"applies_to"`
	LegalBasis   string `json:"legal_basis"`
	LegalBasisEN string `json:"legal_basis_en"`
	ValidFrom    string `json:"valid_from"`         // 2006-01-02
	ValidTo      string `json:"valid_to,omitempty"` // last day; empty: open
	Confidence   string `json:"confidence"`         // as in the rule's own note: read, secondary, unconfirmed
	Note         string `json:"note,omitempty"`
}

// Holiday is a public holiday or a day off swapped with a worked Saturday.
type Holiday struct {
	Date       string `json:"date"` // 2006-01-02
	Name       string `json:"name"`
	Swap       bool   `json:"swap,omitempty"`
	Source     string `json:"source"`
	Confidence string `json:"confidence,omitempty"`
}

// Workday is a Saturday that is worked in exchange for a day off.
type Workday struct {
	Date   string `json:"date"`
	For    string `json:"for"`
	Source string `json:"source"`
}

// Calendar is the official calendar of state offices. Years without data are refused.
type Calendar struct {
	Years    []int     `json:"years"`
	Holidays []Holiday `json:"holidays"`
	Workdays []Workday `json:"workdays"`
}

// officeClose is when a term ends on its last day: 17:00 in Viet Nam. This is the
// convention shown with every date; Civil Code 2015 Art. 148(6) says 24:00.
const officeClose = 17 * time.Hour

// Rules answers when something is due. Many may ask it while Amend adds to it.
type Rules struct {
	rules []Rule
	cal   *Calendar
	now   atomic.Pointer[inForce]
}

// inForce is rules and calendar with what was added to them.
type inForce struct {
	rules   []Rule
	cal     Calendar
	years   map[int]bool
	off     map[string]string // date → name of the day off
	workday map[string]bool   // swapped Saturdays
}

// NewRules indexes rules and calendar.
func NewRules(rules []Rule, cal *Calendar) *Rules {
	r := &Rules{rules: rules, cal: cal}
	r.Amend(nil)
	return r
}

// Amend puts these amendments, in their order, in place of those before. A rule ends the
// one with its key that was in force until then.
func (r *Rules) Amend(amendments []Amendment) {
	x := &inForce{rules: slices.Clone(r.rules), years: map[int]bool{}, off: map[string]string{}, workday: map[string]bool{},
		cal: Calendar{Years: slices.Clone(r.cal.Years), Holidays: slices.Clone(r.cal.Holidays), Workdays: slices.Clone(r.cal.Workdays)}}
	for _, a := range amendments {
		switch {
		case a.Rule != nil:
			x.follow(*a.Rule)
		case a.Holiday != nil:
			x.cal.Holidays = append(x.cal.Holidays, *a.Holiday)
		case a.Workday != nil:
			x.cal.Workdays = append(x.cal.Workdays, *a.Workday)
		case a.Year != 0:
			x.cal.Years = append(x.cal.Years, a.Year)
		}
	}
	for _, y := range x.cal.Years {
		x.years[y] = true
	}
	for _, h := range x.cal.Holidays {
		x.off[h.Date] = h.Name
	}
	for _, w := range x.cal.Workdays {
		x.workday[w.Date] = true
	}
	r.now.Store(x)
}

// follow adds a rule, which ends those with its key the day before it begins.
func (x *inForce) follow(rule Rule) {
	begins, err := time.Parse(time.DateOnly, rule.ValidFrom)
	if err != nil {
		return
	}
	before := begins.AddDate(0, 0, -1).Format(time.DateOnly)
	for i := range x.rules {
		if old := &x.rules[i]; old.Key == rule.Key && (old.ValidTo == "" || old.ValidTo > before) {
			old.ValidTo = before
		}
	}
	x.rules = append(x.rules, rule)
}

// All returns every rule, those of the past too.
func (r *Rules) All() []Rule { return r.now.Load().rules }

// Calendar returns the calendar.
func (r *Rules) Calendar() Calendar { return r.now.Load().cal }

// Rule returns the rule with that key that is in force on the day of start in Viet
// Nam. ErrNotFound when there is none.
func (r *Rules) Rule(key string, start time.Time) (Rule, error) {
	day := start.In(VietNam).Format(time.DateOnly)
	for _, x := range r.All() {
		if x.Key == key && x.ValidFrom <= day && (x.ValidTo == "" || day <= x.ValidTo) {
			return x, nil
		}
	}
	return Rule{}, ErrNotFound
}

// Due counts the term of a rule from start. The day of receipt is the date in Viet
// Nam, also at night or on a day off, and is not counted (Civil Code 2015 Art.
// 147(2)); a term of days ends at 17:00 of its last day; a calendar-day term whose
// last day is a day off ends on the next working day (Art. 148(5)); hours are hours
// (Art. 147(1)). A year without calendar data is an error, never a guess.
func (r *Rules) Due(key string, start time.Time) (Due, error) {
	rule, err := r.Rule(key, start)
	if err != nil {
		return Due{}, err
	}
	d := Due{Rule: key, LegalBasis: rule.LegalBasis}
	local := start.In(VietNam)
	if rule.Unit == Hours {
		d.At = Moment(start.Add(time.Duration(rule.Term) * time.Hour))
		d.Explanation = fmt.Sprintf("nhận %s; %d giờ → %s", stamp(local), rule.Term, stamp(d.At.In(VietNam)))
		return d, nil
	}
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, VietNam)
	first, moved := day.AddDate(0, 0, 1), ""
	switch rule.Unit {
	case CalendarDays:
		day = day.AddDate(0, 0, rule.Term)
		last := day
		for {
			working, why, err := r.working(day)
			if err != nil {
				return Due{}, err
			}
			if working {
				break
			}
			if moved == "" {
				moved = fmt.Sprintf(" (%s là %s, chuyển sang ngày làm việc tiếp theo)", last.Format("02/01"), why)
			}
			day = day.AddDate(0, 0, 1)
		}
	case WorkingDays:
		for n := 0; n < rule.Term; {
			day = day.AddDate(0, 0, 1)
			working, _, err := r.working(day)
			if err != nil {
				return Due{}, err
			}
			if working {
				n++
				if n == 1 {
					first = day
				}
			}
		}
	}
	d.At = Moment(day.Add(officeClose))
	unit := "ngày"
	if rule.Unit == WorkingDays {
		unit = "ngày làm việc"
	}
	d.Explanation = fmt.Sprintf("nhận %s → tính từ %s; %d %s → %s, %s 17:00%s",
		stamp(local), first.Format("02/01/2006"), rule.Term, unit, weekday(day), day.Format("02/01/2006"), moved)
	return d, nil
}

// working reports whether state offices work on that day, else why not.
func (r *Rules) working(day time.Time) (bool, string, error) {
	now := r.now.Load()
	if !now.years[day.Year()] {
		return false, "", fmt.Errorf("the official calendar of %d is not loaded", day.Year())
	}
	date := day.Format(time.DateOnly)
	switch name, off := now.off[date]; {
	case off:
		return false, name, nil
	case now.workday[date]:
		return true, "", nil
	case day.Weekday() == time.Saturday || day.Weekday() == time.Sunday:
		return false, weekday(day), nil
	}
	return true, "", nil
}

func stamp(t time.Time) string { return t.Format("02/01/2006 15:04") }

func weekday(t time.Time) string {
	return [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}[t.Weekday()]
}
