package models

import (
	"fmt"
	"slices"
	"time"
)

// Amendment is something that an administrator added to the dated data that the program
// brings along. Exactly one of Rule, Holiday, Workday, HalfDay, Hours, Year, Field and SealKey is there.
type Amendment struct {
	ID      string       `json:"id"`
	Request string       `json:"request,omitempty"` // of who asked for it, the same when asked again; empty: it is the ID
	At      time.Time    `json:"at"`
	By      string       `json:"by"` // a Staff
	Rule    *Rule        `json:"rule,omitempty"`
	Holiday *Holiday     `json:"holiday,omitempty"`
	Workday *Workday     `json:"workday,omitempty"`
	HalfDay *HalfDay     `json:"half_day,omitempty"`
	Hours   *OfficeHours `json:"hours,omitempty"`
	Year    int          `json:"year,omitempty"` // the calendar of that year is complete now
	Field   *Field       `json:"field,omitempty"`
	SealKey *SealStart   `json:"seal_key,omitempty"` // not among the rules, and never taken back
}

// Once makes the ID of a version of a field, of office hours and of a half-day one that only
// one of several administrators who add the same at the same time can have.
func (a *Amendment) Once(fields *Fields) {
	asked := a.ID
	switch {
	case a.HalfDay != nil:
		a.ID = DeriveID("half-day", a.HalfDay.Agency, a.HalfDay.Date)
	case a.Hours != nil:
		a.ID = DeriveID("office hours", a.Hours.Agency, a.Hours.From)
	case a.Field == nil:
		return
	default:
		if _, known := fields.Last(a.Field.Slug); known {
			a.ID = DeriveID("version of field", a.Field.Slug, a.Field.From)
		} else {
			a.ID = DeriveID("field", a.Field.Slug)
		}
	}
	a.Request = asked
}

// OfRules reports whether it is about terms or the calendar.
func (a *Amendment) OfRules() bool { return a.Field == nil && a.SealKey == nil }

// Whose returns the agency that a term of a province, office hours, a half-day or a key are for:
// the province's committee; empty: all of them. False for all else, which is the country's.
func (a *Amendment) Whose() (agency string, ofOne bool) {
	switch {
	case a.HalfDay != nil:
		return a.HalfDay.Agency, true
	case a.Hours != nil:
		return a.Hours.Agency, true
	case a.Rule != nil && a.Rule.Province != "":
		return "ubnd-" + a.Rule.Province, true
	case a.SealKey != nil:
		return a.SealKey.Agency, true
	}
	return "", false
}

// Began reports whether it is, or was, in force by then, by the date in Viet Nam: a term, a field
// and office hours from their first day on, a day off, a worked day and a half-day when that day
// comes, a calendar when its year does. What was counted by it is explained by it for good.
func (a *Amendment) Began(now time.Time) bool {
	var first string
	switch {
	case a.SealKey != nil:
		return true
	case a.Rule != nil:
		first = a.Rule.ValidFrom
	case a.Field != nil:
		first = a.Field.From
	case a.Holiday != nil:
		first = a.Holiday.Date
	case a.Workday != nil:
		first = a.Workday.Date
	case a.HalfDay != nil:
		first = a.HalfDay.Date
	case a.Hours != nil:
		first = a.Hours.From
	default:
		first = fmt.Sprintf("%04d-01-01", a.Year)
	}
	return first <= now.In(VietNam).Format(time.DateOnly)
}

// leastHolidays is how many days off a year has at the least: the Labour Code gives eleven,
// of which up to five may fall on weekends.
const leastHolidays = 6

// Check cleans an amendment and says what is wrong with it. Nothing of the past is changed:
// a rule, a field and office hours begin tomorrow at the earliest, a day off and a half-day today. A rule takes the key, the
// beginning and the reach of the one that it follows; with a province it is for the
// agencies of that province only and leaves the country's in force, and with fields or levels
// for these only and leaves the one for all of them in force.
func (a *Amendment) Check(ref *Reference, now time.Time) error {
	var c fieldCheck
	rules := ref.Rules
	today := now.In(VietNam).Format(time.DateOnly)
	switch {
	case a.Rule != nil:
		c = a.Rule.follows(ref, today, now)
	case a.Field != nil:
		c = a.Field.check(ref.Fields, ref.Tree, today)
	case a.Holiday != nil:
		h := a.Holiday
		h.Name, h.NameEN, h.Source = CleanLine(h.Name), CleanLine(h.NameEN), CleanLine(h.Source)
		c.text("name", h.Name, 1, MaxPlace)
		c.text("name_en", h.NameEN, 0, MaxPlace)
		c.text("source", h.Source, 1, MaxPlace)
		c.day("date", h.Date, today)
		if cal := rules.Calendar(); cal.off(h.Date) {
			c.add("date", "holiday_known", 0)
		}
	case a.Workday != nil:
		w := a.Workday
		w.Source = CleanLine(w.Source)
		c.text("source", w.Source, 1, MaxPlace)
		if day := c.day("date", w.Date, today); !day.IsZero() && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			c.add("date", "not_a_weekend", 0)
		}
		if cal := rules.Calendar(); !cal.off(w.For) {
			c.add("for", "not_a_holiday", 0)
		}
	case a.HalfDay != nil:
		c = a.HalfDay.check(ref, today)
	case a.Hours != nil:
		c = a.Hours.check(ref, today)
	case a.Year != 0:
		cal := rules.Calendar()
		n := 0
		for _, h := range cal.Holidays {
			if day, err := time.Parse(time.DateOnly, h.Date); err == nil && day.Year() == a.Year {
				n++
			}
		}
		switch {
		case slices.Contains(cal.Years, a.Year):
			c.add("year", "year_known", 0)
		case a.Year != slices.Max(cal.Years)+1:
			c.add("year", "year_not_next", slices.Max(cal.Years)+1)
		case n < leastHolidays:
			c.add("year", "year_incomplete", leastHolidays)
		}
	default:
		c.add("kind", "required", 0)
	}
	return Invalid(c)
}

// off reports whether that day is known to be off.
func (c *Calendar) off(date string) bool {
	return slices.ContainsFunc(c.Holidays, func(h Holiday) bool { return h.Date == date })
}

// day checks a date that is not before the least one.
func (c *fieldCheck) day(field, date, least string) time.Time {
	day, err := time.Parse(time.DateOnly, date)
	switch {
	case date == "":
		c.add(field, "required", 0)
	case err != nil:
		c.add(field, "not_a_date", 0)
	case date < least:
		c.add(field, "in_the_past", 0)
	}
	return day
}

// tomorrow checks a date that is tomorrow at the earliest.
func (c *fieldCheck) tomorrow(field, date, today string) {
	if day := c.day(field, date, today); !day.IsZero() && date == today {
		c.add(field, "in_the_past", 0)
	}
}

// maxProgress is the longest time in days between two reports on a late matter.
const maxProgress = 60

// sortedOnce returns what is there, each once and in order.
func sortedOnce[T ~string](all []T) []T {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}

// follows checks a rule that is to follow the one that is in force.
func (r *Rule) follows(ref *Reference, today string, now time.Time) (c fieldCheck) {
	rules := ref.Rules
	r.LegalBasis, r.LegalBasisEN, r.Note = CleanLine(r.LegalBasis), CleanLine(r.LegalBasisEN), CleanLine(r.Note)
	c.text("legal_basis", r.LegalBasis, 1, MaxPlace)
	c.text("legal_basis_en", r.LegalBasisEN, 0, MaxPlace)
	c.text("note", r.Note, 0, MaxReason)
	if r.Term < 1 || r.Term > 1000 {
		c.add("term", "out_of_range", 1000)
	}
	if !slices.Contains(Units, r.Unit) {
		c.add("unit", "unknown", 0)
	}
	if !slices.Contains([]string{"read", "secondary", "unconfirmed"}, r.Confidence) {
		c.add("confidence", "unknown", 0)
	}
	old, _, err := rules.RuleNearest(r.Key, r.Province, now)
	if err != nil {
		c.add("key", "unknown", 0)
		return c
	}
	if r.Province == "" {
		r.Province = old.Province // what only a province has stays there
	}
	r.AppliesTo, r.ValidTo = old.AppliesTo, ""
	r.takeOver(&old)
	switch {
	case r.Progress == 0:
		r.Progress = old.Progress
	case r.Progress < 0 || r.Progress > maxProgress:
		c.add("progress", "out_of_range", maxProgress)
	}
	if r.Fields = sortedOnce(r.Fields); len(r.Fields) == 0 {
		r.Fields = old.Fields
	}
	if r.Levels = sortedOnce(r.Levels); len(r.Levels) == 0 {
		r.Levels = old.Levels
	}
	for _, f := range r.Fields {
		if !ref.offers(f, now) {
			c.add("fields", "unknown", 0)
			break
		}
	}
	for _, l := range r.Levels {
		if !slices.Contains(AnsweringLevels, l) {
			c.add("levels", "unknown", 0)
			break
		}
	}
	if r.Province != "" {
		r.AppliesTo = "ubnd-" + r.Province
	}
	if x := r.Extension; x != nil && (x.Times < 1 || x.Times > 10) {
		c.add("extension.times", "out_of_range", 10)
	}
	if x := r.Extension; x != nil && (x.Term < 1 || x.Term > 1000) {
		c.add("extension.term", "out_of_range", 1000)
	}
	if r.LegalBasisEN == "" {
		r.LegalBasisEN = r.LegalBasis
	}
	c.tomorrow("valid_from", r.ValidFrom, today)
	for _, x := range rules.All() {
		if x.Key == r.Key && x.sameReach(r) && x.ValidFrom >= r.ValidFrom {
			c.add("valid_from", "rule_follows", 0)
			break
		}
	}
	return c
}
