package models

import (
	"slices"
	"sync/atomic"
	"time"
)

// Unit is what a rule counts in.
type Unit string

const (
	CalendarDays Unit = "calendar_days"
	WorkingDays  Unit = "working_days"
	Hours        Unit = "hours"        // round the clock
	OpenHours    Unit = "office_hours" // within the office windows of working days
)

// Units lists every unit.
var Units = []Unit{WorkingDays, CalendarDays, Hours, OpenHours}

// Rule is a legal term. Rules are dated data: the one in force when the clock
// starts governs.
type Rule struct {
	Key          string `json:"key"`
	Term         int    `json:"term"`
	Unit         Unit   `json:"unit"`
	Starts       string `json:"starts"` // receipt, acceptance, request, detection, due
	AppliesTo    string `json:"applies_to"`
	Province     string `json:"province,omitempty"` // two digits: in force for the agencies of that province only
	LegalBasis   string `json:"legal_basis"`
	LegalBasisEN string `json:"legal_basis_en"`
	ValidFrom    string `json:"valid_from"`         // 2006-01-02
	ValidTo      string `json:"valid_to,omitempty"` // last day; empty: open
	Confidence   string `json:"confidence"`         // as in the rule's own note: read, secondary, unconfirmed
	Note         string `json:"note,omitempty"`

	Extension *Extension `json:"extension,omitempty"` // nil: the term is never extended
	Progress  int        `json:"progress,omitempty"`  // once late, the state of the matter is published every so many days
}

// Extension is how far a term may be extended, each time with a reason that the sender is told.
type Extension struct {
	Times    int  `json:"times"`              // how often
	Term     int  `json:"term"`               // at most so much each time, in the rule's unit
	Approver bool `json:"approver,omitempty"` // only an approver may grant it
}

// Rules answers when something is due. Many may ask it while Amend adds to it.
type Rules struct {
	rules []Rule
	cal   *Calendar
	now   atomic.Pointer[inForce]
}

// inForce is rules and calendar with what was added to them.
type inForce struct {
	rules []Rule
	cal   Calendar
	days  dayIndex
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
	x := &inForce{rules: slices.Clone(r.rules), cal: *r.cal}
	x.cal.Years, x.cal.Holidays, x.cal.Workdays = slices.Clone(r.cal.Years), slices.Clone(r.cal.Holidays), slices.Clone(r.cal.Workdays)
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
	x.days = x.cal.index()
	r.now.Store(x)
}

// follow adds a rule, which ends those with its key and reach the day before it begins.
func (x *inForce) follow(rule Rule) {
	begins, err := time.Parse(time.DateOnly, rule.ValidFrom)
	if err != nil {
		return
	}
	before := begins.AddDate(0, 0, -1).Format(time.DateOnly)
	for i := range x.rules {
		if old := &x.rules[i]; old.Key == rule.Key && old.Province == rule.Province && (old.ValidTo == "" || old.ValidTo > before) {
			old.ValidTo = before
		}
	}
	x.rules = append(x.rules, rule)
}

// All returns every rule, those of the past too.
func (r *Rules) All() []Rule { return r.now.Load().rules }

// Calendar returns the calendar.
func (r *Rules) Calendar() Calendar { return r.now.Load().cal }

// Rule returns the rule of the whole country with that key that is in force on the day of
// start in Viet Nam. ErrNotFound when there is none.
func (r *Rules) Rule(key string, start time.Time) (Rule, error) { return r.RuleIn(key, "", start) }

// RuleIn is Rule for an agency of a province (two digits): the province's own rule goes
// before that of the whole country.
func (r *Rules) RuleIn(key, province string, start time.Time) (Rule, error) {
	day := start.In(VietNam).Format(time.DateOnly)
	found := -1
	all := r.All()
	for i := range all {
		x := &all[i]
		if x.Key != key || x.ValidFrom > day || x.ValidTo != "" && day > x.ValidTo {
			continue
		}
		if x.Province == province {
			return *x, nil
		}
		if x.Province == "" {
			found = i
		}
	}
	if found < 0 {
		return Rule{}, ErrNotFound
	}
	return all[found], nil
}

// RuleNearest is RuleIn, but on a day before the first rule with that key it answers with
// the first one and false: a date counted with it is a trial, not law. ErrNotFound when no
// rule has the key.
func (r *Rules) RuleNearest(key, province string, start time.Time) (Rule, bool, error) {
	if rule, err := r.RuleIn(key, province, start); err == nil {
		return rule, true, nil
	}
	var first *Rule
	for _, x := range r.All() {
		if x.Key == key && x.Province == "" && (first == nil || x.ValidFrom < first.ValidFrom) {
			first = &x
		}
	}
	if first == nil {
		return Rule{}, false, ErrNotFound
	}
	return *first, false, nil
}
