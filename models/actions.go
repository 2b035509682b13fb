package models

import (
	"slices"
	"time"
)

// The methods here are what can happen to a feedback after it was received. Each
// checks its input (KindInvalid) and the case's state (KindWrongState), changes the
// record, adds to the timeline, and returns the work that follows. Who may call it is
// the business of Permissions; the one rule that depends on the record itself, that
// nobody approves their own reply, is here.

// Assign hands the case to the agency at the head of path (the agency and all above
// it, as Tree.Path returns). Complaints, denunciations, crime reports, emergencies and
// spam are never handed on: they are refused with a direction, or classified first.
func (f *Feedback) Assign(by Actor, path []string, note string, now time.Time) ([]Work, error) {
	return f.handTo(ActAssign, by, path, note, 0, now)
}

// MaxForwards is how often agencies may forward a case among themselves. Then whoever has
// it can only keep it or return it, and the national focal point decides whose it is. No
// instrument names the number: it is a rule of this program against cases that nobody takes.
const MaxForwards = 5

// Forward passes the case to another agency because it is that one's business. Staff can do
// so until forwardedEnough; the program, which acts for a dissolved agency, always.
func (f *Feedback) Forward(by Actor, path []string, note string, now time.Time) ([]Work, error) {
	if by.Staff && f.WhyNot(ActForward) == "forwarded_enough" {
		return nil, Fail(KindWrongState, "forwarded_enough")
	}
	return f.handTo(ActForward, by, path, note, 1, now)
}

// forwardedEnough reports whether an agency has the case that may not forward it again.
func (f *Feedback) forwardedEnough() bool {
	return f.Agency != "" && f.Agency != RootAgency && f.forwards() >= MaxForwards
}

// forwards counts how often staff forwarded the case: not what the program did, for a
// dissolved agency or for a case that follows the one it was merged into.
func (f *Feedback) forwards() (n int) {
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.Event == ActForward && e.Actor != "" {
			n++
		}
	}
	return n
}

func (f *Feedback) handTo(a Action, by Actor, path []string, note string, least int, now time.Time) ([]Work, error) {
	note = Clean(note)
	if err := checkText("note", note, least, MaxReason); err != nil {
		return nil, err
	}
	if !f.Kind.Routed() {
		return nil, Fail(KindWrongState, "not_feedback")
	}
	if f.Agency == path[0] {
		return nil, Invalid([]FieldError{{Field: "agency", Code: "has_it_already"}})
	}
	if err := f.enter(a); err != nil {
		return nil, err
	}
	f.correct(by, path[0], now)
	f.leaveAgency(by, now)
	f.Agency, f.Scope = path[0], path
	f.arrive(now)
	f.dropTaskOf(path[0], by, now)
	return f.record(Event{Event: a, Agency: path[0], Remark: note}, by, now), nil
}

// correct keeps what an officer decided where the program had suggested.
func (f *Feedback) correct(by Actor, to string, now time.Time) {
	if !by.Staff {
		return
	}
	c := Correction{At: now, From: f.Agency, To: to, Staff: by.ID}
	if len(f.Suggestions) > 0 {
		c.Suggested = f.Suggestions[0].Agency
	}
	f.Corrections = append(f.Corrections, c)
}

// leaveAgency takes the case from whoever has it. Replies that were not sent stay
// as drafts of that agency.
func (f *Feedback) leaveAgency(by Actor, now time.Time) {
	if f.Agency != "" && !slices.Contains(f.PastAgencies, f.Agency) {
		f.PastAgencies = append(f.PastAgencies, f.Agency)
	}
	for i := range f.Replies {
		if r := &f.Replies[i]; r.Status == ReplySubmitted {
			f.endVersion(r, OutcomeDropped, by, "", now)
			r.Status = ReplyDraft
		}
	}
	f.Agency, f.Handler, f.Escalated = "", "", ""
}

// Return gives the case back to triage: wrong addressee. It never closes a case. One that
// was forwarded MaxForwards times is seen by the national focal point alone then.
func (f *Feedback) Return(by Actor, reason string, tree *Tree, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return nil, err
	}
	from := f.Agency
	if from == "" {
		return nil, Fail(KindWrongState, "not_assigned")
	}
	if f.Accepted != nil {
		return nil, Fail(KindWrongState, "accepted")
	}
	if err := f.enter(ActReturn); err != nil {
		return nil, err
	}
	f.correct(by, "", now)
	f.leaveAgency(by, now)
	f.dropTasks(by, now)
	f.Scope = f.triageScope(tree)
	f.arrive(now)
	return f.record(Event{Event: ActReturn, Agency: from, Remark: reason}, by, now), nil
}

// Refuse does not accept the submission, on a ground of the table, and says where to
// go instead (Quyết định 574/QĐ-TTg; Nghị định 20/2008/NĐ-CP Art. 1).
func (f *Feedback) Refuse(by Actor, ground RefusalGround, direction string, now time.Time) ([]Work, error) {
	direction = Clean(direction)
	if err := checkText("direction", direction, 1, MaxReason); err != nil {
		return nil, err
	}
	if err := f.enter(ActRefuse); err != nil {
		return nil, err
	}
	f.Refusal = &Refusal{Ground: ground.Code, Direction: direction}
	return f.record(Event{Event: ActRefuse, Agency: f.Agency, Note: ground.Text + ". " + direction}, by, now), nil
}

// RequestInfo asks the sender for what is missing (QĐ 574 Art. 10: contact, do not
// silently refuse).
func (f *Feedback) RequestInfo(by Actor, id, question string, uploads []Attachment, now time.Time) ([]Work, error) {
	question = Clean(question)
	if err := checkText("question", question, 1, MaxMessage); err != nil {
		return nil, err
	}
	if why := f.WhyNot(ActRequestInfo); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	if err := f.room(question); err != nil {
		return nil, err
	}
	if err := f.enter(ActRequestInfo); err != nil {
		return nil, err
	}
	f.Messages = append(f.Messages, Message{ID: id, At: now, FromDesk: true, Author: by.ID, Body: question, Uploads: uploads})
	return f.record(Event{Event: ActRequestInfo, Agency: f.Agency}, by, now), nil
}

// Question is what the sender was asked and has not answered yet; nil: nothing.
func (f *Feedback) Question() *Message {
	if f.Status != NeedsInfo {
		return nil
	}
	var asked time.Time
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.Event == ActRequestInfo {
			asked = e.At
		}
	}
	for i := range f.Messages { // another one of the agency need not be answered; see Write
		if m := &f.Messages[i]; m.FromDesk && m.At.Equal(asked) {
			return m
		}
	}
	return nil
}

// Write tells the sender something that they need not answer: the clock runs on. A message
// that is there already is treated as AddMessage treats one.
func (f *Feedback) Write(by Actor, id, body string, uploads []Attachment, now time.Time) ([]Work, error) {
	body = Clean(body)
	if there, err := f.written(id, body, uploads); there {
		return nil, err
	}
	if err := checkText("body", body, 1, MaxMessage); err != nil {
		return nil, err
	}
	if why := f.WhyNot(ActWrite); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	if err := f.room(body); err != nil {
		return nil, err
	}
	f.Messages = append(f.Messages, Message{ID: id, At: now, FromDesk: true, Author: by.ID, Body: body, Uploads: uploads})
	return f.record(Event{Event: ActWrite, Agency: f.Agency}, by, now), nil
}

// AddMessage adds what the sender writes. It answers a request for information. When
// the message with that id is there already nothing happens; another text under its id
// is KindInvalid.
func (f *Feedback) AddMessage(by Actor, id, body string, uploads []Attachment, now time.Time) ([]Work, error) {
	body = Clean(body)
	if there, err := f.written(id, body, uploads); there {
		return nil, err
	}
	if err := checkText("body", body, 1, MaxMessage); err != nil {
		return nil, err
	}
	if why := f.WhyNot(ActMessage); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	if err := f.enter(ActMessage); err != nil {
		return nil, err
	}
	switch {
	case f.Status == NeedsInfo:
		f.Status = f.resume()
	case f.Status == Merged && f.Merged != nil && f.Merged.Was == NeedsInfo:
		f.Merged.Was = f.resume()
	}
	f.Messages = append(f.Messages, Message{ID: id, At: now, Body: body, Uploads: uploads})
	work := f.record(Event{Event: ActMessage}, by, now)
	return append(work, f.tellStaff(ActMessage, RungHandler, now)), nil
}

// written reports whether the message with that id is there already, and fails when it is
// another text.
func (f *Feedback) written(id, body string, uploads []Attachment) (there bool, err error) {
	i := slices.IndexFunc(f.Messages, func(m Message) bool { return m.ID == id })
	if i < 0 {
		return false, nil
	}
	return true, sameText(f.Messages[i].Body == body && slices.Equal(f.Messages[i].Uploads, uploads))
}

// AddNote adds a note that only staff see. A note that is there already is treated as
// AddMessage treats a message.
func (f *Feedback) AddNote(by Actor, id, body string, now time.Time) ([]Work, error) {
	body = Clean(body)
	if i := slices.IndexFunc(f.Notes, func(n Note) bool { return n.ID == id }); i >= 0 {
		return nil, sameText(f.Notes[i].Body == body)
	}
	if err := checkText("body", body, 1, MaxMessage); err != nil {
		return nil, err
	}
	if len(f.Notes) >= MaxNotes {
		return nil, Fail(KindWrongState, "too_many_notes")
	}
	if err := f.room(body); err != nil {
		return nil, err
	}
	if err := f.enter(ActNote); err != nil {
		return nil, err
	}
	f.Notes = append(f.Notes, Note{ID: id, At: now, Author: by.ID, Body: body})
	return f.record(Event{Event: ActNote, Private: true}, by, now), nil
}

// sameText answers a repeat: nil when it says what the first one said.
func sameText(same bool) error {
	if !same {
		return Fail(KindInvalid, "idempotency_mismatch")
	}
	return nil
}

// wrote returns how many messages the desk wrote, or the sender.
func (f *Feedback) wrote(desk bool) (n int) {
	for i := range f.Messages {
		if f.Messages[i].FromDesk == desk {
			n++
		}
	}
	return n
}

// room reports whether more text fits into the case; without it one record could
// outgrow what MongoDB stores. What the sender may write has room of its own.
func (f *Feedback) room(more string) error {
	n := len(f.Body) + len(more)
	for i := range f.Messages {
		if f.Messages[i].FromDesk {
			n += len(f.Messages[i].Body)
		}
	}
	for i := range f.Notes {
		n += len(f.Notes[i].Body)
	}
	for i := range f.Tasks {
		n += len(f.Tasks[i].Ask) + len(f.Tasks[i].Body) + f.Tasks[i].earlierBytes()
	}
	for i := range f.Replies {
		n += len(f.Replies[i].Body) + len(f.Replies[i].SentBack) + f.Replies[i].versionBytes()
	}
	for i := range f.Parts {
		n += len(f.Parts[i].Body)
	}
	for i := range f.Timeline {
		n += len(f.Timeline[i].Note) + len(f.Timeline[i].Remark)
	}
	if n > maxDeskText {
		return Fail(KindWrongState, "case_full")
	}
	return nil
}

// Take makes the member the case's handler.
func (f *Feedback) Take(by Actor, now time.Time) ([]Work, error) {
	if f.Agency == "" {
		return nil, Fail(KindWrongState, "not_assigned")
	}
	if err := f.enter(ActTake); err != nil {
		return nil, err
	}
	f.Handler = by.ID
	return f.record(Event{Event: ActTake, Agency: f.Agency}, by, now), nil
}

// Unseal opens the sender's identity in this case to the member for UnsealFor, with a
// reason that the sender will see.
func (f *Feedback) Unseal(by Actor, reason string, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 10, MaxReason); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(f.Unsealed, func(u Unsealing) bool { return u.Staff == by.ID && now.Before(u.End()) }) {
		return nil, Fail(KindWrongState, "unsealed_already")
	}
	if err := f.enter(ActUnseal); err != nil {
		return nil, err
	}
	f.Unsealed = append(f.Unsealed, Unsealing{Staff: by.ID, At: now, Reason: reason})
	return f.record(Event{Event: ActUnseal, Agency: by.Agency, Note: reason}, by, now), nil
}

// Suggest keeps the ranked agencies that the program found.
func (f *Feedback) Suggest(s []Suggestion, field string, now time.Time) []Work {
	f.Suggestions = s
	if f.Field == "" && field != "" {
		f.keepOriginal()
		f.Field = field
	}
	f.touch(now)
	return []Work{NewWork(WorkIndex, f.ID, now, nil)}
}

// Withdraw ends the case at the sender's wish.
func (f *Feedback) Withdraw(by Actor, reason string, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 0, MaxReason); err != nil {
		return nil, err
	}
	if err := f.enter(ActWithdraw); err != nil {
		return nil, err
	}
	return f.record(Event{Event: ActWithdraw, Note: reason}, by, now), nil
}

// Rate keeps the sender's opinion of the answer; the last one counts. Saying the same
// again changes nothing.
func (f *Feedback) Rate(by Actor, score int, comment string, now time.Time) ([]Work, error) {
	comment = Clean(comment)
	var c fieldCheck
	if score < 1 || score > 5 {
		c.add("score", "out_of_range", 5)
	}
	c.text("comment", comment, 0, MaxReason)
	if err := Invalid(c); err != nil {
		return nil, err
	}
	if f.Rating != nil && f.Can(ActRate) {
		if f.Status == Closed && f.Rating.Score == score && f.Rating.Comment == comment {
			return nil, nil
		}
		if f.count(ActRate) >= MaxRatings {
			return nil, Fail(KindWrongState, "too_many_ratings")
		}
	}
	if err := f.enter(ActRate); err != nil {
		return nil, err
	}
	f.Rating = &Rating{Score: score, Comment: comment, At: now}
	return f.record(Event{Event: ActRate}, by, now), nil
}

// Reopen puts an ended case back to work because the answer did not do; its clock
// starts anew. One that had the answer of another case goes on alone.
func (f *Feedback) Reopen(by Actor, reason string, rules *Rules, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return nil, err
	}
	if err := f.enter(ActReopen); err != nil {
		return nil, err
	}
	if f.counted() {
		ended := now
		if f.AnsweredAt != nil {
			ended = *f.AnsweredAt
		} else if at := f.last(ActRefuse); f.Status == Refused && !at.IsZero() {
			ended = at
		}
		f.stopClock(f.ClockOf, ended)
	}
	f.Status, f.Refusal, f.AnsweredAt, f.Escalated = f.resume(), nil, nil, ""
	f.Accepted = nil
	f.StartClock(rules, now)
	if f.Agency == "" {
		f.arrive(now)
	}
	work := f.record(Event{Event: ActReopen, Agency: f.Agency, Note: reason}, by, now)
	work = append(work, f.tellStaff(ActReopen, RungHandler, now))
	if m := f.Merged; m != nil {
		f.Merged = nil
		work = append(work, mergeWork(f.ID, m.Into, m.ID, now))
	}
	return work, nil
}
