package models

import (
	"slices"
	"time"
)

// transition says from which states an action is possible and where it leads.
// An empty To leaves the state as it is.
type transition struct {
	From []Status
	To   Status
}

var open = []Status{Received, NeedsInfo, Assigned, InProgress}
var held = []Status{NeedsInfo, Assigned, InProgress} // an agency has it
var done = []Status{Answered, Closed}
var written = slices.Concat(held, done) // a reply can be written: the answer, or its correction

// transitions is the one table of states. Where a case goes next may depend on the
// case itself (after a message, a reopening); resume says so.
var transitions = map[Action]transition{
	ActAssign:        {open, Assigned},
	ActForward:       {open, Assigned},
	ActReturn:        {held, Received},
	ActRefuse:        {open, Refused},
	ActRequestInfo:   {[]Status{Received, Assigned, InProgress}, NeedsInfo},
	ActWrite:         {append(slices.Clone(held), Answered), ""}, // as long as the sender can write too
	ActNote:          {Statuses, ""},
	ActTake:          {held, InProgress},
	ActClassify:      {open, ""},
	ActAccept:        {open, ""},
	ActUnseal:        {Statuses, ""},
	ActNudge:         {open, ""},
	ActEscalate:      {open, ""},
	ActExtend:        {held, ""},
	ActAskExtension:  {held, ""},
	ActDenyExtension: {held, ""},
	ActProgress:      {open, ""},
	ActCoordinate:    {held, ""},
	ActContribute:    {open, ""},
	ActReturnTask:    {open, ""},
	ActCancelTask:    {open, ""},
	ActDraft:         {written, ""}, // an open case moves on, an answered one stays
	ActEdit:          {written, ""},
	ActSubmit:        {written, ""},
	ActReject:        {written, ""},
	ActApprove:       {written, ""},
	ActPublish:       {done, ""},
	ActUnpublish:     {Statuses, ""},
	ActRedact:        {Statuses, ""},
	ActMessage:       {append(slices.Clone(open), Answered, Merged), ""},
	ActWithdraw:      {append(slices.Clone(open), Merged), Withdrawn},
	ActRate:          {done, Closed},
	ActReopen:        {append(slices.Clone(done), Refused), ""},
	ActMerge:         {open, Merged},
	ActUnmerge:       {[]Status{Merged}, ""},
	ActProposeMerge:  {open, ""},
	ActDeclineMerge:  {open, ""},
	ActLink:          {Statuses, ""},
	ActUnlink:        {Statuses, ""},
	ActSplit:         {open, ""},
	ActUnsplit:       {open, ""},
}

// Can reports whether the action is possible in the case's state.
func (f *Feedback) Can(a Action) bool { return slices.Contains(transitions[a].From, f.Status) }

// told lists what the sender is notified of.
var told = map[Action]bool{
	ActReceive: true, ActAssign: true, ActForward: true, ActRefuse: true, ActRequestInfo: true,
	ActAccept: true, ActApprove: true, ActPublish: true, ActUnseal: true, ActExtend: true, ActProgress: true, ActSetDue: true, ActWrite: true,
	ActCorrect: true, ActMerge: true, ActUnmerge: true, ActAbsorb: true, ActSplit: true, ActUnsplit: true,
}

// Told reports whether the sender is notified of the action.
func (a Action) Told() bool { return told[a] }

// ToldActions lists every action that the sender is notified of.
func ToldActions() []Action {
	var out []Action
	for a := range told {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// resume returns the state of an open case from who has it.
func (f *Feedback) resume() Status {
	switch {
	case f.Agency == "":
		return Received
	case f.Handler == "":
		return Assigned
	}
	return InProgress
}

// Actor is who does something: a person, a member of staff, or (zero) the program.
type Actor struct {
	ID       string `json:"id"`
	Staff    bool   `json:"staff,omitempty"`
	Agency   string `json:"agency,omitempty"`   // of staff
	Approver bool   `json:"approver,omitempty"` // of staff: may approve
}

// Actor returns the member as the one who acts.
func (s *Staff) Actor() Actor {
	return Actor{ID: s.ID, Staff: true, Agency: s.Agency, Approver: s.May(ActApprove)}
}

// enter checks that the action is possible in the case's state and moves it on.
func (f *Feedback) enter(a Action) error {
	t := transitions[a]
	if !slices.Contains(t.From, f.Status) {
		return Fail(KindWrongState, whyNot(a, f.Status))
	}
	if t.To != "" {
		f.Status = t.To
	}
	return nil
}

// record writes the event to the timeline and returns the work that follows from it.
func (f *Feedback) record(e Event, by Actor, now time.Time) []Work {
	f.touch(now)
	f.missTasks(now)
	e.At, e.Actor, e.Version = now, by.ID, f.Version
	f.Timeline = append(f.Timeline, e)
	return f.follow(e, by, now)
}

// count returns how often the event happened.
func (f *Feedback) count(a Action) (n int) {
	for i := range f.Timeline {
		if f.Timeline[i].Event == a {
			n++
		}
	}
	return n
}

// touch counts a change that a reader can see. UpdatedAt grows with each, also when two
// fall into one millisecond or the clocks of two processes differ: whoever has seen the
// one before finds the record among those updated since.
func (f *Feedback) touch(now time.Time) {
	f.Version++
	if !now.After(f.UpdatedAt) {
		now = f.UpdatedAt.Add(time.Millisecond)
	}
	f.UpdatedAt = now
}

func (f *Feedback) follow(e Event, by Actor, now time.Time) []Work {
	work := []Work{NewWork(WorkIndex, f.ID, now, nil)}
	if e.Event.Told() && !e.Private {
		work = append(work, NewWork(WorkNotify, f.ID, now, map[string]string{
			"event": string(e.Event), "account": f.SenderID, "code": f.Code, "feedback": f.ID,
		}))
	}
	if slices.Contains(passedOn, e.Event) {
		for _, d := range f.Duplicates {
			work = append(work, f.passOn(d, now))
		}
	}
	if by.Staff {
		work = append(work, NewWork(WorkAudit, f.ID, now, AuditData(by, e.Event, f.ID, e.Agency, e.Said(), now)))
	}
	return work
}

// AuditData is the Data of a WorkAudit.
func AuditData(by Actor, a Action, object, agency, detail string, now time.Time) map[string]string {
	return map[string]string{
		"actor": by.ID, "action": string(a), "object": object, "agency": agency, "detail": detail,
		"at": now.Format(time.RFC3339Nano),
	}
}
