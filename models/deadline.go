package models

import (
	"cmp"
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

// Start is what a term is counted from.
type Start string

const (
	Receipt   Start = "receipt"    // when the case came in, of the clock of a next agency when it came there
	Accepting Start = "acceptance" // when a complaint or denunciation was accepted
	Requested Start = "request"    // when somebody asked about their own data
	Detection Start = "detection"  // when a breach was found
	AfterDue  Start = "due"        // when another term was over
)

// Reclassified is what no rule starts with: the clock of a case that came as something else
// starts when it is found to be a complaint or denunciation.
const Reclassified Start = "reclassification"

// Starts lists what rules start with.
var Starts = []Start{Receipt, Accepting, Requested, Detection, AfterDue}

// Rule is a legal term. Rules are dated data: the one in force when the clock
// starts governs.
type Rule struct {
	Key          string `json:"key"`
	Term         int    `json:"term"`
	Unit         Unit   `json:"unit"`
	Starts       Start  `json:"starts"`
	AppliesTo    string `json:"applies_to"`
	LegalBasis   string `json:"legal_basis"`
	LegalBasisEN string `json:"legal_basis_en"`
	ValidFrom    string `json:"valid_from"`         // 2006-01-02
	ValidTo      string `json:"valid_to,omitempty"` // last day; empty: open
	Confidence   string `json:"confidence"`         // as in the rule's own note: read, secondary, unconfirmed
	Note         string `json:"note,omitempty"`

	// What it reaches; an empty list reaches all.
	Answers  bool     `json:"answers,omitempty"`  // the clock of a case that it reaches goes by it, from what it starts with
	Adopted  bool     `json:"adopted,omitempty"`  // a model for provinces: Answers only in one that has a row of its own
	Sorts    bool     `json:"sorts,omitempty"`    // so does the clock of whose a case is, see Sorting
	Regime   Regime   `json:"regime,omitempty"`   // the body of rules that it belongs to; one that no case names limits nothing
	Kinds    []Kind   `json:"kinds,omitempty"`    // of submissions
	Fields   []string `json:"fields,omitempty"`   // slugs
	Levels   []Level  `json:"levels,omitempty"`   // of the agency that has the case
	Province string   `json:"province,omitempty"` // two digits: only the agencies of that province

	Extension *Extension `json:"extension,omitempty"` // nil: the term is never extended
	Progress  int        `json:"progress,omitempty"`  // once late, the state of the matter is published every so many days
}

// Extension is how far a term may be extended, each time with a reason that the sender is told.
type Extension struct {
	Times    int  `json:"times"`              // how often
	Term     int  `json:"term"`               // at most so much each time, in the rule's unit
	Approver bool `json:"approver,omitempty"` // only an approver may grant it
}

// Regime is the body of rules that a case is handled by. Beside those below, terms of other
// bodies of rules name theirs; no case has one of those.
type Regime string

const (
	General    Regime = "pakn"               // feedback on administrative rules and conduct
	FieldCase  Regime = "hien_truong"        // what is wrong on the spot, by the province's rules
	UrgentCase Regime = "hien_truong_urgent" // the same, when it cannot wait
	LegalText  Regime = "legal_text"         // feedback on a legal text (Official telegram 89/CĐ-TTg)
)

// Regimes lists the bodies of rules that a case can be handled by.
var Regimes = []Regime{General, FieldCase, UrgentCase, LegalText}

// Matter is what a term depends on: of an answer, or with Sorts of finding out whose a case
// is. Level and Province are of the Agency that has the case, empty while nobody has it; an empty
// Regime is General, an empty Starts Receipt.
type Matter struct {
	Sorts    bool
	Starts   Start
	Agency   string
	Kind     Kind
	Field    string
	Level    Level
	Province string
	Regime   Regime
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
	x.cal.HalfDays, x.cal.Hours = slices.Clone(r.cal.HalfDays), slices.Clone(r.cal.Hours)
	for _, a := range amendments {
		switch {
		case a.Rule != nil:
			x.follow(*a.Rule)
		case a.Holiday != nil:
			x.cal.Holidays = append(x.cal.Holidays, *a.Holiday)
		case a.Workday != nil:
			x.cal.Workdays = append(x.cal.Workdays, *a.Workday)
		case a.HalfDay != nil:
			x.cal.HalfDays = append(x.cal.HalfDays, *a.HalfDay)
		case a.Hours != nil:
			x.cal.Hours = append(x.cal.Hours, *a.Hours)
		case a.Year != 0:
			x.cal.Years = append(x.cal.Years, a.Year)
		}
	}
	x.days = x.cal.index()
	r.now.Store(x)
}

// follow adds a rule, which ends those with its key and reach the day before it begins. What
// its key stands for is as the first rule with it says, also where the amendment is older.
func (x *inForce) follow(rule Rule) {
	if i := slices.IndexFunc(x.rules, func(r Rule) bool { return r.Key == rule.Key }); i >= 0 {
		first := &x.rules[i]
		rule.takeOver(first)
	}
	begins, err := time.Parse(time.DateOnly, rule.ValidFrom)
	if err != nil {
		return
	}
	before := begins.AddDate(0, 0, -1).Format(time.DateOnly)
	for i := range x.rules {
		if old := &x.rules[i]; old.Key == rule.Key && old.sameReach(&rule) && (old.ValidTo == "" || old.ValidTo > before) {
			old.ValidTo = before
		}
	}
	x.rules = append(x.rules, rule)
}

// takeOver makes the rule what its key stands for in the other one.
func (x *Rule) takeOver(old *Rule) {
	x.Starts, x.Adopted, x.Sorts, x.Regime, x.Kinds = old.Starts, old.Adopted, old.Sorts, old.Regime, old.Kinds
	x.Answers = old.Answers || old.Adopted && x.Province != ""
}

// All returns every rule, those of the past too.
func (r *Rules) All() []Rule { return r.now.Load().rules }

// Calendar returns the calendar.
func (r *Rules) Calendar() Calendar { return r.now.Load().cal }

// For returns the rule that the clock of a matter goes by when it starts then, with what the
// matter says: of the matter's regime, where that has none for it of the general one; and of the rules
// that reach it the one of the province before that of the country, then the one for fewer
// fields, kinds and levels. ErrNotFound when none reaches it.
func (r *Rules) For(m Matter, start time.Time) (Rule, error) {
	day := start.In(VietNam).Format(time.DateOnly)
	all, found, best := r.All(), -1, -1
	for i := range all {
		if near := all[i].governs(&m, day); near > best {
			found, best = i, near
		}
	}
	if found < 0 {
		return Rule{}, ErrNotFound
	}
	return all[found], nil
}

// governs says how closely the rule fits the clock of a matter that starts on that day, -1 when
// it is not for it.
func (x *Rule) governs(m *Matter, day string) int {
	if clock := m.Sorts && x.Sorts || !m.Sorts && x.Answers; !clock || x.Starts != cmp.Or(m.Starts, Receipt) || x.ValidFrom > day || x.ValidTo != "" && day > x.ValidTo {
		return -1
	}
	return x.reaches(m)
}

// reaches says how closely the rule fits the matter, -1 when it does not reach it.
func (x *Rule) reaches(m *Matter) int {
	near := 0
	switch x.Regime {
	case General, "":
	case m.Regime:
		near += 16
	default:
		if slices.Contains(Regimes, x.Regime) {
			return -1
		}
	}
	for _, part := range []struct {
		all, in bool
		weight  int
	}{
		{x.Province != "" || slices.Contains([]string{"", "all", "national", "local"}, x.AppliesTo), x.AppliesTo == m.Agency, 16},
		{x.Province == "", x.Province == m.Province, 8},
		{len(x.Fields) == 0, slices.Contains(x.Fields, m.Field), 4},
		{len(x.Kinds) == 0, slices.Contains(x.Kinds, m.Kind), 2},
		{len(x.Levels) == 0, slices.Contains(x.Levels, m.Level), 1},
	} {
		switch {
		case part.all:
		case part.in:
			near += part.weight
		default:
			return -1
		}
	}
	return near
}

// Rule returns the rule of the whole country with that key that is in force on the day of
// start in Viet Nam. ErrNotFound when there is none.
func (r *Rules) Rule(key string, start time.Time) (Rule, error) { return r.RuleIn(key, "", start) }

// RuleIn is Rule for an agency of a province (two digits): the province's own rule goes before
// that of the whole country, and one for all fields and levels before a narrower one. Without a
// province, a key that only provinces have is answered with the first province's.
func (r *Rules) RuleIn(key, province string, start time.Time) (Rule, error) {
	day := start.In(VietNam).Format(time.DateOnly)
	const own, national, others = 20, 10, 0
	all, found, best := r.All(), -1, -1
	for i := range all {
		x := &all[i]
		if x.Key != key || x.ValidFrom > day || x.ValidTo != "" && day > x.ValidTo {
			continue
		}
		near := -1
		switch {
		case x.Province == province:
			near = own - x.narrowed()
		case x.Province == "":
			near = national - x.narrowed()
		case province == "":
			near = others
		}
		if near > best {
			found, best = i, near
		}
	}
	if found < 0 {
		return Rule{}, ErrNotFound
	}
	return all[found], nil
}

// narrowed is in how many ways an amendment made the rule one for less than its key is for.
func (x *Rule) narrowed() int { return min(len(x.Fields), 1) + min(len(x.Levels), 1) }

// sameReach reports whether two rules with the same key are for the same matters.
func (x *Rule) sameReach(y *Rule) bool {
	return x.Province == y.Province && slices.Equal(x.Fields, y.Fields) && slices.Equal(x.Levels, y.Levels)
}

// RuleNearest is RuleIn, but where no rule of that province or of the country is in force it
// answers with the first one with that key, if need be of another province, and false: a
// date counted with it is a trial, not law. ErrNotFound when no rule has the key.
func (r *Rules) RuleNearest(key, province string, start time.Time) (Rule, bool, error) {
	if rule, err := r.RuleIn(key, province, start); err == nil {
		return rule, true, nil
	}
	var first, other *Rule
	for _, x := range r.All() {
		if x.Key != key {
			continue
		}
		to := &first
		if x.Province != "" && x.Province != province {
			to = &other
		}
		if *to == nil || x.ValidFrom < (*to).ValidFrom {
			*to = &x
		}
	}
	switch {
	case first != nil:
		return *first, false, nil
	case other != nil:
		return *other, false, nil
	}
	return Rule{}, false, ErrNotFound
}
