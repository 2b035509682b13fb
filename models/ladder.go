package models

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Rung is whom a step of the ladder tells.
type Rung string

const (
	RungHandler   Rung = "handler"    // who has the case, else all who hand out cases at its agency
	RungApprover  Rung = "approver"   // approvers of the agency
	RungHead      Rung = "head"       // supervisors of the agency
	RungAbove     Rung = "above"      // who supervises and hands out at the agency above; it is reported to it
	RungTaskForce Rung = "task_force" // supervisors of the agency that the ladder names
)

// Rungs lists all of them, from low to high.
var Rungs = []Rung{RungHandler, RungApprover, RungHead, RungAbove, RungTaskForce}

// Ladder says who is reminded of a case before and after it is due. Ladders are dated data:
// the one in force when the clock started is climbed.
type Ladder struct {
	Key        string   `json:"key"`
	Rules      []string `json:"rules,omitempty"` // keys of the rules whose cases climb it; empty: all that have no ladder of their own
	Unit       Unit     `json:"unit"`            // of its steps: WorkingDays or OpenHours
	Steps      []Step   `json:"steps"`           // in their order
	TaskForce  string   `json:"task_force"`      // code of the agency that presses for answers in the end
	ValidFrom  string   `json:"valid_from"`      // 2006-01-02
	ValidTo    string   `json:"valid_to,omitempty"`
	Confidence string   `json:"confidence"` // as of a Rule
	Note       string   `json:"note,omitempty"`
}

// Step is one step of a ladder.
type Step struct {
	Key    string `json:"key"`   // unique among all ladders
	After  int    `json:"after"` // so many units after the due time; negative: before. Of working days it is the morning of that day
	To     []Rung `json:"to"`
	Name   string `json:"name"` // Vietnamese
	NameEN string `json:"name_en"`
}

// In returns the name of the step in Vietnamese ("vi") or English.
func (s Step) In(lang string) string { return TextPair{VI: s.Name, EN: s.NameEN}.In(lang) }

// LadderLead is how long before a case is due its ladder is looked at first: longer than any
// step stands before the due time, also over Tết.
const LadderLead = 14 * 24 * time.Hour

// Climbed is how far a case is on its ladder.
type Climbed struct {
	DueAt time.Time  `json:"due_at"`         // the due time that Next was counted for
	Next  *time.Time `json:"next,omitempty"` // when there is something to do next; nil: never again
	Taken []Taken    `json:"taken,omitempty"`
}

// Taken is a step that is behind a case. Each is there once for each due time.
type Taken struct {
	Step    string    `json:"step"`
	DueAt   time.Time `json:"due_at"`
	At      time.Time `json:"at"`
	Skipped bool      `json:"skipped,omitempty"` // nobody was told, because a higher step was due by then
}

// LadderStep is one step as a case stands to it.
type LadderStep struct {
	Step
	At      time.Time // when it was taken, or is to be
	Taken   bool
	Skipped bool
}

// ladderOf returns the ladder that a clock climbs, nil when none was in force at its start.
func ladderOf(ladders []Ladder, due *Due) *Ladder {
	start := due.Start
	if start.IsZero() { // of a record of an earlier version
		start = due.At
	}
	day := start.In(VietNam).Format(time.DateOnly)
	var general *Ladder
	for i := range ladders {
		x := &ladders[i]
		switch {
		case x.ValidFrom > day || x.ValidTo != "" && day > x.ValidTo:
		case slices.Contains(x.Rules, due.Rule):
			return x
		case len(x.Rules) == 0:
			general = x
		}
	}
	return general
}

// LookAt returns when the case wants to be looked at, because of its ladder or of an agency that
// is asked to contribute, nil while there is nothing to remind of. It depends on the record
// alone, so that whatever moves, stops or ends a clock moves or ends its ladder.
func (f *Feedback) LookAt() *time.Time {
	at := f.ladderLook()
	if sorting := f.sortingLook(); sorting != nil && (at == nil || sorting.Before(*at)) {
		at = sorting
	}
	for i := range f.Tasks {
		if t := &f.Tasks[i]; f.Status.Open() && t.reminds() && (at == nil || t.DueAt.Before(*at)) {
			at = t.DueAt
		}
	}
	return at
}

// reminds reports whether the agency is to be reminded once it is late.
func (t *Task) reminds() bool { return t.Status == TaskOpen && t.DueAt != nil && !t.Reminded }

// ladderLook returns when the ladder wants to be looked at.
func (f *Feedback) ladderLook() *time.Time {
	if !f.Status.Open() || f.Due == nil || f.PausedAt != nil {
		return nil
	}
	if f.Climbed != nil && f.Climbed.DueAt.Equal(f.Due.At) {
		return f.Climbed.Next
	}
	at := f.Due.At.Add(-LadderLead)
	return &at
}

// sortingLook returns when the ladder of finding out whose the case is wants to be looked at.
func (f *Feedback) sortingLook() *time.Time {
	at := f.SortBy()
	if at != nil && f.Sorting.Climbed != nil {
		return f.Sorting.Climbed.Next
	}
	return at
}

// Ladder lists the steps of the case's present due time with when they were taken or are to
// be, in their order. NoCalendarError when a year has no calendar.
func (f *Feedback) Ladder(ladders []Ladder, rules *Rules) ([]LadderStep, error) {
	return f.steps(f.Due, f.Climbed, ladders, rules)
}

// ProgressLadder is Ladder for when the sender of an overdue case is to be told how far it is.
func (f *Feedback) ProgressLadder(ladders []Ladder, rules *Rules, now time.Time) ([]LadderStep, error) {
	return f.steps(f.ProgressDue(rules, now), f.Climbed, ladders, rules)
}

// SortingLadder is Ladder for the clock of whose the case is.
func (f *Feedback) SortingLadder(ladders []Ladder, rules *Rules) ([]LadderStep, error) {
	if f.SortBy() == nil {
		return nil, nil
	}
	return f.steps(&f.Sorting.Due, f.Sorting.Climbed, ladders, rules)
}

// steps lists those of the ladder that a due time has, and how far it was climbed.
func (f *Feedback) steps(due *Due, c *Climbed, ladders []Ladder, rules *Rules) ([]LadderStep, error) {
	if due == nil {
		return nil, nil
	}
	l := ladderOf(ladders, due)
	if l == nil {
		return nil, nil
	}
	var out []LadderStep
	for i, s := range l.Steps {
		x := LadderStep{Step: s}
		if t := c.taken(s.Key, due.At); t != nil {
			x.At, x.Taken, x.Skipped = t.At, true, t.Skipped
		} else {
			if slices.ContainsFunc(l.Steps[i:], func(s Step) bool { return c.taken(s.Key, due.At) != nil }) { // the ladder got it since
				continue
			}
			at, err := rules.stepAt(f.holder(), due.At, l.Unit, s.After)
			if err != nil {
				return nil, err
			}
			if !at.After(due.Start) { // the term is shorter
				continue
			}
			if x.At, err = rules.NextOpen(f.holder(), at); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// taken returns that step of a due time, nil when it was not taken.
func (c *Climbed) taken(step string, due time.Time) *Taken {
	if c == nil {
		return nil
	}
	for i := range c.Taken {
		if t := &c.Taken[i]; t.Step == step && t.DueAt.Equal(due) {
			return t
		}
	}
	return nil
}

// Climb takes the steps of the ladders that are due, within office hours, and says when they are
// to be looked at again. Of several of one ladder that are due at once the highest tells whom they
// all would have told. Agencies that contribute late are told whatever the ladder says. It reports
// whether the record changed. NoCalendarError when a year has no calendar: nothing was changed then.
func (f *Feedback) Climb(ladders []Ladder, rules *Rules, tree *Tree, now time.Time) (bool, []Work, error) {
	if look := f.LookAt(); look == nil || look.After(now) {
		return false, nil, nil
	}
	work, changed := f.remindTasks(now), false
	for _, x := range []struct {
		look  *time.Time
		climb func(*climb) ([]Work, error)
	}{{f.sortingLook(), f.climbSorting}, {f.ladderLook(), f.climbDue}} {
		if x.look == nil || x.look.After(now) {
			continue
		}
		open, err := rules.NextOpen(f.holder(), now)
		if err == nil {
			var more []Work
			more, err = x.climb(&climb{ladders: ladders, rules: rules, tree: tree, now: now, open: open})
			work = append(work, more...)
		}
		if err != nil && len(work) == 0 && !changed { // else it is looked at again, and says so then
			return false, nil, err
		}
		changed = changed || err == nil
	}
	return changed || len(work) > 0, work, nil
}

// remindTasks tells each agency that did not contribute by when it was asked to, once, and those
// who have the case.
func (f *Feedback) remindTasks(now time.Time) (work []Work) {
	for i := range f.Tasks {
		if t := &f.Tasks[i]; t.reminds() && !t.DueAt.After(now) {
			t.Reminded = true
			work = append(work, append(f.record(Event{Event: ActRemindTask, Agency: t.Agency, Private: true}, Actor{}, now), f.tellTask(ActRemindTask, t, now))...)
		}
	}
	return work
}

// climb is one look at a ladder.
type climb struct {
	ladders []Ladder
	rules   *Rules
	tree    *Tree
	now     time.Time
	open    time.Time  // when the office of who has the case is open next
	next    *time.Time // when it wants to be looked at again
}

// wants reports whether it is time, and else sees to it that the case is looked at then.
func (l *climb) wants(at time.Time) bool {
	if !at.After(l.now) && !l.open.After(l.now) {
		return true
	}
	if at.Before(l.open) {
		at = l.open
	}
	if l.next == nil || at.Before(*l.next) {
		l.next = &at
	}
	return false
}

// climbDue takes the steps of the ladders of the answer and of progress, and asks for that.
func (f *Feedback) climbDue(l *climb) ([]Work, error) {
	c := Climbed{DueAt: f.Due.At}
	if f.Climbed != nil {
		c.Taken = f.Climbed.Taken
	}
	steps, err := f.Ladder(l.ladders, l.rules)
	if err != nil {
		return nil, err
	}
	next := f.ProgressDue(l.rules, l.now)
	missed, err := f.steps(next, f.Climbed, l.ladders, l.rules)
	if err != nil {
		return nil, err
	}
	var work []Work
	if next != nil && !f.last(ActRemindProgress).After(next.At) && l.wants(next.At.Add(time.Millisecond)) {
		work = append(f.record(Event{Event: ActRemindProgress, Agency: f.holder(), Private: true}, Actor{}, l.now), f.tellStaff(ActRemindProgress, RungHandler, l.now))
	}
	for _, x := range []struct {
		due   *Due
		steps []LadderStep
	}{{f.Due, steps}, {next, missed}} {
		step := c.take(l, x.due, x.steps)
		if step == nil {
			continue
		}
		if slices.Contains(step.To, RungAbove) && f.Escalated == "" {
			f.Escalated = f.NextAbove(l.tree)
		}
		work = append(work, f.remind(l, x.due, step)...)
	}
	c.Next = l.next
	f.Climbed = &c
	return work, nil
}

// climbSorting takes the step of the ladder of finding out whose the case is.
func (f *Feedback) climbSorting(l *climb) (work []Work, err error) {
	steps, err := f.SortingLadder(l.ladders, l.rules)
	if err != nil {
		return nil, err
	}
	s := f.Sorting
	c := Climbed{DueAt: s.Due.At}
	if s.Climbed != nil {
		c.Taken = s.Climbed.Taken
	}
	if step := c.take(l, &s.Due, steps); step != nil {
		work = f.remind(l, &s.Due, step)
	}
	c.Next = l.next
	s.Climbed = &c
	return work, nil
}

// take takes the steps of a due time whose time has come and returns the highest, nil when there
// is none.
func (c *Climbed) take(l *climb, by *Due, steps []LadderStep) *Step {
	var due []LadderStep
	for _, s := range steps {
		if !s.Taken && l.wants(s.At) {
			due = append(due, s)
		}
	}
	for i, s := range due {
		c.Taken = append(c.Taken, Taken{Step: s.Key, DueAt: by.At, At: l.now, Skipped: i < len(due)-1})
	}
	if len(due) == 0 {
		return nil
	}
	return &due[len(due)-1].Step
}

// remind notes a step of a due time and tells whom it is for.
func (f *Feedback) remind(l *climb, due *Due, step *Step) []Work {
	work := f.record(Event{Event: ActRemind, Agency: f.holder(), Remark: step.Name, Private: true}, Actor{}, l.now)
	return append(work, f.reminder(*step, ladderOf(l.ladders, due).TaskForce, due.At, l.now))
}

// last is when that happened last; zero when it never did.
func (f *Feedback) last(a Action) (at time.Time) {
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.Event == a {
			at = e.At
		}
	}
	return at
}

// reminder is the work that tells people of a step: one for each step and due time of a case.
func (f *Feedback) reminder(s Step, force string, dueAt, now time.Time) Work {
	to := make([]string, len(s.To))
	for i, r := range s.To {
		to[i] = string(r)
	}
	due := dueAt.Format(time.RFC3339Nano)
	w := NewWork(WorkRemind, f.ID, now, map[string]string{"feedback": f.ID, "step": s.Key, "due": due, "to": strings.Join(to, ","), "task_force": force})
	w.ID = DeriveID("remind", f.ID, due, s.Key)
	return w
}

// Reminds reports whether a reminder of that due time still holds.
func (f *Feedback) Reminds(due time.Time, rules *Rules, now time.Time) bool {
	if by := f.SortBy(); by != nil && by.Equal(due) {
		return true
	}
	if next := f.ProgressDue(rules, now); next != nil && next.At.Equal(due) {
		return true
	}
	return f.Status.Open() && f.PausedAt == nil && f.Due != nil && f.Due.At.Equal(due)
}

// ReminderTo returns the agency whose staff a rung is, and which of them: those with one of
// the roles. A case that a member has is theirs alone at RungHandler.
func (f *Feedback) ReminderTo(r Rung, force string, tree *Tree) (agency, handler string, roles []Role) {
	holder := f.holder()
	switch r {
	case RungHandler:
		if f.Handler != "" {
			return holder, f.Handler, nil
		}
		return holder, "", []Role{Intake, Coordinator}
	case RungApprover:
		return holder, "", []Role{Approver}
	case RungHead:
		return holder, "", []Role{Supervisor}
	case RungAbove:
		return cmp.Or(f.Escalated, f.above(holder, tree)), "", []Role{Supervisor, Coordinator}
	case RungTaskForce:
		if force == RootAgency && slices.Contains(f.Scope, KeptFromRoot) {
			force = ""
		}
		return force, "", []Role{Supervisor}
	}
	return "", "", nil
}

// stepAt returns when a step is due: after so many hours of the agency's office, or on that
// working day, whenever the office opens.
func (r *Rules) stepAt(agency string, due time.Time, unit Unit, after int) (time.Time, error) {
	switch hours := time.Duration(after) * time.Hour; {
	case unit == OpenHours && after >= 0:
		return r.afterOpenTime(agency, due, hours)
	case unit == OpenHours:
		return r.beforeOpenTime(agency, due, -hours)
	}
	day, one := dateOf(due), 1
	if after < 0 {
		one, after = -1, -after
	}
	for after > 0 {
		day = day.AddDate(0, 0, one)
		working, _, err := r.working(day)
		if err != nil {
			return time.Time{}, err
		}
		if working {
			after--
		}
	}
	return day, nil
}

// NextOpen returns t when the agency's office (empty: any) is open then, else when it opens
// next, in UTC. NoCalendarError when the calendar of a year is not known.
func (r *Rules) NextOpen(agency string, t time.Time) (time.Time, error) {
	for day := dateOf(t); ; day = day.AddDate(0, 0, 1) {
		working, _, err := r.working(day)
		if err != nil {
			return time.Time{}, err
		}
		if !working {
			continue
		}
		for _, w := range r.windows(day, agency) {
			switch from, to := w.span(day); {
			case t.Before(from):
				return Moment(from), nil
			case t.Before(to):
				return Moment(t), nil
			}
		}
	}
}

// StepName returns the name of a step in Vietnamese ("vi") or English; its key when no ladder
// has it any more.
func StepName(ladders []Ladder, key, lang string) string {
	for i := range ladders {
		for _, s := range ladders[i].Steps {
			if s.Key == key {
				return s.In(lang)
			}
		}
	}
	return key
}
