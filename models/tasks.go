package models

import (
	"slices"
	"time"
)

// TaskStatus says how far a coordinating agency is.
type TaskStatus string

const (
	TaskOpen      TaskStatus = "open"
	TaskDone      TaskStatus = "done"      // it contributed, or has no remark
	TaskReturned  TaskStatus = "returned"  // not its business, it says
	TaskCancelled TaskStatus = "cancelled" // the lead needs it no more
	TaskMissed    TaskStatus = "missed"    // the case ended without it
)

// Task is what the agency that leads a case asks of another one (chủ trì, phối hợp). The
// lead writes the one answer; the others see the case and contribute to it.
type Task struct {
	ID        string         `json:"id"`
	Agency    string         `json:"agency"`
	Ask       string         `json:"ask"`
	DueAt     *time.Time     `json:"due_at,omitempty"` // inside the lead's own term
	Status    TaskStatus     `json:"status"`
	Author    string         `json:"author"` // a Staff of the lead
	CreatedAt time.Time      `json:"created_at"`
	Body      string         `json:"body,omitempty"` // the contribution; empty and done: no remark
	Reason    string         `json:"reason,omitempty"`
	By        string         `json:"by,omitempty"` // who ended it
	EndedAt   *time.Time     `json:"ended_at,omitempty"`
	SaidAt    *time.Time     `json:"said_at,omitempty"` // when it contributed last, once it did so anew
	Earlier   []Contribution `json:"earlier,omitempty"` // what it said before, oldest first
	Uploads   []Attachment   `json:"uploads,omitempty"`
	Reminded  bool           `json:"reminded,omitempty"` // of being late
}

// Late reports whether the agency is, or was, later than it was asked to be. It is counted
// apart from the lateness of the lead.
func (t *Task) Late(now time.Time) bool {
	if t.EndedAt != nil {
		now = *t.EndedAt
	}
	return t.DueAt != nil && t.Status != TaskCancelled && now.After(*t.DueAt)
}

// MaxTasks is how many agencies may be asked in one case.
const MaxTasks = 20

// contributes are what the staff of a coordinating agency may do with a case that is not
// their own.
var contributes = []Action{ActView, ActContribute, ActReturnTask}

// helps reports whether the agency coordinates in the case, now or before: what it said
// stays its own to read.
func (f *Feedback) helps(agency string) bool {
	return slices.ContainsFunc(f.Tasks, func(t Task) bool { return t.Agency == agency && t.Status != TaskCancelled })
}

// Task returns the task with that ID; models.ErrNotFound when there is none.
func (f *Feedback) Task(id string) (*Task, error) {
	for i := range f.Tasks {
		if f.Tasks[i].ID == id {
			return &f.Tasks[i], nil
		}
	}
	return nil, ErrNotFound
}

// AddTask asks another agency to contribute by dueAt (zero: no date), which must lie
// before the lead's own due time. When the task with that id is there already nothing
// happens; another text under its id is KindInvalid.
func (f *Feedback) AddTask(by Actor, id, agency, ask string, dueAt, now time.Time) ([]Work, error) {
	ask = Clean(ask)
	if t, err := f.Task(id); err == nil {
		return nil, sameText(t.Agency == agency && t.Ask == ask)
	}
	var c fieldCheck
	c.text("ask", ask, 1, MaxReason)
	switch {
	case agency == f.Agency:
		c.add("agency", "has_it_already", 0)
	case slices.ContainsFunc(f.Tasks, func(t Task) bool { return t.Agency == agency && t.Status == TaskOpen }):
		c.add("agency", "agency_asked", 0)
	}
	switch {
	case dueAt.IsZero():
	case !dueAt.After(now):
		c.add("due_at", "in_the_past", 0)
	case f.Due != nil && dueAt.After(f.Due.At):
		c.add("due_at", "after_the_lead", 0)
	}
	if err := Invalid(c); err != nil {
		return nil, err
	}
	switch {
	case f.Agency == "":
		return nil, Fail(KindWrongState, "not_assigned")
	case f.Kind.Confidential():
		return nil, Fail(KindWrongState, "not_feedback")
	case len(f.Tasks) >= MaxTasks:
		return nil, Fail(KindWrongState, "too_many_tasks")
	}
	if err := f.room(ask); err != nil {
		return nil, err
	}
	if err := f.enter(ActCoordinate); err != nil {
		return nil, err
	}
	t := Task{ID: id, Agency: agency, Ask: ask, Status: TaskOpen, Author: by.ID, CreatedAt: now}
	if !dueAt.IsZero() {
		t.DueAt = &dueAt
	}
	f.Tasks = append(f.Tasks, t)
	f.Contributors = f.contributors()
	return append(f.record(Event{Event: ActCoordinate, Agency: agency, Remark: ask, Private: true}, by, now), f.tellTask(ActCoordinate, &t, now)), nil
}

// Contribute is what the asked agency has to say; without text and files it has no remark.
// It may say it anew while the case is open: what counts for its lateness is the first time, and
// what it said before is kept.
func (f *Feedback) Contribute(by Actor, id, body string, uploads []Attachment, now time.Time) ([]Work, error) {
	body = Clean(body)
	if err := checkText("body", body, 0, MaxReply); err != nil {
		return nil, err
	}
	if len(uploads) > MaxUploads {
		return nil, Invalid([]FieldError{{Field: "uploads", Code: "too_many", Limit: MaxUploads}})
	}
	t, err := f.ownTask(ActContribute, by, id, TaskOpen, TaskDone)
	if err != nil {
		return nil, err
	}
	f.keepContribution(t, body, uploads)
	if err := f.room(body); err != nil {
		return nil, err
	}
	if t.EndedAt != nil {
		t.SaidAt = &now
	}
	t.Status, t.Body, t.Uploads = TaskDone, body, uploads
	return f.endTask(t, ActContribute, by, body, now), nil
}

// ReturnTask says that the matter is not the asked agency's.
func (f *Feedback) ReturnTask(by Actor, id, reason string, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return nil, err
	}
	t, err := f.ownTask(ActReturnTask, by, id, TaskOpen)
	if err != nil {
		return nil, err
	}
	t.Status, t.Reason = TaskReturned, reason
	return f.endTask(t, ActReturnTask, by, reason, now), nil
}

// CancelTask takes back what the lead asked for.
func (f *Feedback) CancelTask(by Actor, id, reason string, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return nil, err
	}
	t, err := f.Task(id)
	if err != nil {
		return nil, err
	}
	if t.Status != TaskOpen {
		return nil, Fail(KindWrongState, "task_ended")
	}
	if err := f.enter(ActCancelTask); err != nil {
		return nil, err
	}
	t.Status, t.Reason = TaskCancelled, reason
	return f.endTask(t, ActCancelTask, by, reason, now), nil
}

// ownTask returns a task of the member's own agency that may be ended now.
func (f *Feedback) ownTask(a Action, by Actor, id string, from ...TaskStatus) (*Task, error) {
	t, err := f.Task(id)
	switch {
	case err != nil:
		return nil, err
	case t.Agency != by.Agency:
		return nil, Fail(KindForbidden, "other_agency")
	case !slices.Contains(from, t.Status):
		return nil, Fail(KindWrongState, "task_ended")
	}
	return t, f.enter(a)
}

func (f *Feedback) endTask(t *Task, a Action, by Actor, remark string, now time.Time) []Work {
	if t.By = by.ID; t.EndedAt == nil {
		t.EndedAt = &now
	}
	f.Contributors = f.contributors()
	work := f.record(Event{Event: a, Agency: t.Agency, Remark: Shorten(remark, 500), Private: true}, by, now)
	if a != ActCancelTask {
		work = append(work, f.tellTask(a, t, now))
	}
	return work
}

// dissolvedReason is why a task goes on to another agency, or ends.
const dissolvedReason = "Cơ quan được đề nghị phối hợp đã giải thể hoặc sáp nhập."

// InheritTask passes what a dissolved agency was asked on to the one that goes on with it. One
// that leads the case or is asked itself is not asked again.
func (f *Feedback) InheritTask(from, heir string, now time.Time) []Work {
	i := slices.IndexFunc(f.Tasks, func(t Task) bool { return t.Agency == from && t.Status == TaskOpen })
	if i < 0 || from == heir {
		return nil
	}
	t := &f.Tasks[i]
	if heir == f.Agency || slices.Contains(f.contributors(), heir) {
		t.Status, t.Reason = TaskCancelled, dissolvedReason
		return f.endTask(t, ActCancelTask, Actor{}, t.Reason, now)
	}
	t.Agency = heir
	f.Contributors = f.contributors()
	return append(f.record(Event{Event: ActCoordinate, Agency: heir, Remark: dissolvedReason, Private: true}, Actor{}, now), f.tellTask(ActCoordinate, t, now))
}

// fitTasks brings by when others are asked to contribute into the term of the lead, where that
// ends earlier by now, and tells them. When the lead is late itself there is nothing to fit into.
func (f *Feedback) fitTasks(now time.Time) (work []Work) {
	if f.Due == nil || !f.Due.At.After(now) {
		return nil
	}
	for i := range f.Tasks {
		if t := &f.Tasks[i]; t.Status == TaskOpen && t.DueAt != nil && t.DueAt.After(f.Due.At) {
			at := f.Due.At
			t.DueAt = &at
			e := Event{Event: ActCoordinate, Agency: t.Agency, Remark: "Hạn phối hợp nay là " + dayText(at) + ", theo hạn trả lời của vụ việc.", Private: true}
			work = append(work, append(f.record(e, Actor{}, now), f.tellTask(ActCoordinate, t, now))...)
		}
	}
	return work
}

// dropTasks ends what is open when the case goes back to triage or out of agencies' sight.
func (f *Feedback) dropTasks(by Actor, now time.Time) {
	f.cancelTasks(by, now, func(t *Task) bool { return t.Status == TaskOpen || f.Kind.Confidential() })
}

// missTasks ends what is still open when the case is over.
func (f *Feedback) missTasks(now time.Time) {
	if f.Status.Open() || f.Status == Merged {
		return
	}
	for i := range f.Tasks {
		if t := &f.Tasks[i]; t.Status == TaskOpen {
			t.Status, t.EndedAt = TaskMissed, &now
		}
	}
	f.Contributors = f.contributors()
}

// dropTaskOf ends the open task of an agency that leads from now on.
func (f *Feedback) dropTaskOf(agency string, by Actor, now time.Time) {
	f.cancelTasks(by, now, func(t *Task) bool { return t.Agency == agency && t.Status == TaskOpen })
}

func (f *Feedback) cancelTasks(by Actor, now time.Time, which func(*Task) bool) {
	for i := range f.Tasks {
		if t := &f.Tasks[i]; which(t) {
			t.Status, t.By, t.EndedAt = TaskCancelled, by.ID, &now
		}
	}
	f.Contributors = f.contributors()
}

// TaskDue returns by when the agency is asked to contribute, nil when it is not, or by no date.
func (f *Feedback) TaskDue(agency string) *time.Time {
	for i := range f.Tasks { // of open ones an agency has one
		if t := &f.Tasks[i]; t.Agency == agency && t.Status == TaskOpen {
			return t.DueAt
		}
	}
	return nil
}

// contributors are the agencies that are asked and have not answered.
func (f *Feedback) contributors() (out []string) {
	for _, t := range f.Tasks {
		if t.Status == TaskOpen {
			out = append(out, t.Agency)
		}
	}
	return out
}
