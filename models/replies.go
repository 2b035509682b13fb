package models

import (
	"slices"
	"time"
)

// ReplyText is what an officer writes as an answer.
type ReplyText struct {
	Body           string
	OfficialNumber string
	OfficialDate   string // 2006-01-02 or empty
	Uploads        []Attachment
	Reason         string // of a correction of what was sent
}

func (t *ReplyText) check() error {
	t.Body, t.OfficialNumber, t.Reason = Clean(t.Body), CleanLine(t.OfficialNumber), Clean(t.Reason)
	var c fieldCheck
	c.text("body", t.Body, 1, MaxReply)
	c.text("official_number", t.OfficialNumber, 0, MaxOfficialNum)
	if _, err := time.Parse(time.DateOnly, t.OfficialDate); t.OfficialDate != "" && err != nil {
		c.add("official_date", "not_a_date", 0)
	}
	c.text("reason", t.Reason, 0, MaxReason)
	if len(t.Uploads) > MaxUploads {
		c.add("uploads", "too_many", MaxUploads)
	}
	return Invalid(c)
}

func (r *Reply) set(t ReplyText) {
	r.Body, r.OfficialNumber, r.OfficialDate, r.Uploads = t.Body, t.OfficialNumber, t.OfficialDate, t.Uploads
	if r.Corrects != "" && t.Reason != "" {
		r.Reason = t.Reason
	}
}

// hash tells texts apart.
func (t *ReplyText) hash() string {
	parts := []string{t.Body, t.OfficialNumber, t.OfficialDate}
	for _, u := range t.Uploads {
		parts = append(parts, u.ID)
	}
	if t.Reason != "" {
		parts = append(parts, t.Reason)
	}
	return Hash(parts...)
}

// DraftReply adds a draft. When the one with that id is there already, edited or not,
// nothing happens; another text under its id is KindInvalid. Once the answer was sent, a
// draft is its correction: a new version, which needs a reason for all to read, and goes
// the same way through two persons while the answer of before stands.
func (f *Feedback) DraftReply(by Actor, id string, t ReplyText, now time.Time) ([]Work, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if r, err := f.Reply(id); err == nil {
		return nil, sameText(r.RequestHash == t.hash())
	}
	if f.Agency == "" {
		return nil, Fail(KindWrongState, "not_assigned")
	}
	if len(f.Replies) >= MaxReplies {
		return nil, Fail(KindWrongState, "too_many_replies")
	}
	if err := f.room(t.Body); err != nil {
		return nil, err
	}
	if err := f.enter(ActDraft); err != nil {
		return nil, err
	}
	r := Reply{ID: id, Status: ReplyDraft, Agency: f.Agency, Author: by.ID, RequestHash: t.hash(), CreatedAt: now}
	if f.Status.Open() {
		f.Status = InProgress
		if f.Handler == "" {
			f.Handler = by.ID
		}
	} else if err := f.corrects(&r, t.Reason); err != nil {
		return nil, err
	}
	r.set(t)
	f.Replies = append(f.Replies, r)
	return f.record(Event{Event: ActDraft, Agency: f.Agency, Private: true}, by, now), nil
}

// corrects makes a draft the correction of the answer that was sent last.
func (f *Feedback) corrects(r *Reply, reason string) error {
	if why := f.WhyNot(ActDraft); why != "" {
		return Fail(KindWrongState, why)
	}
	sent := f.SentReply()
	if slices.ContainsFunc(f.Replies, func(x Reply) bool { return x.Corrects == sent.ID && x.Status != ReplySent }) {
		return Fail(KindWrongState, "correction_under_way")
	}
	r.Corrects = sent.ID
	return checkText("reason", reason, 1, MaxReason)
}

// EditReply changes a draft or a reply that was sent back. Whoever edits it becomes
// its author.
func (f *Feedback) EditReply(by Actor, id string, t ReplyText, now time.Time) ([]Work, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if r, err := f.Reply(id); err == nil {
		f.fitVersions(r, t.Body)
	}
	if err := f.room(t.Body); err != nil {
		return nil, err
	}
	r, err := f.step(ActEdit, id, ReplyDraft, ReplyRejected)
	if err != nil {
		return nil, err
	}
	r.set(t)
	if r.Author != by.ID && !slices.Contains(r.PastAuthors, r.Author) {
		r.PastAuthors = append(r.PastAuthors, r.Author)
	}
	r.Author = by.ID
	return f.record(Event{Event: ActEdit, Agency: f.Agency, Private: true}, by, now), nil
}

// SubmitReply puts a reply before the approvers: from now on this version of it is kept.
func (f *Feedback) SubmitReply(by Actor, id string, now time.Time) ([]Work, error) {
	r, err := f.step(ActSubmit, id, ReplyDraft, ReplyRejected)
	if err != nil {
		return nil, err
	}
	r.Status, r.Remark = ReplySubmitted, ""
	r.beginVersion(now)
	if f.Status.Open() {
		f.Status = InProgress
	}
	work := f.record(Event{Event: ActSubmit, Agency: f.Agency, Private: true}, by, now)
	return append(work, f.tellStaff(ActSubmit, RungApprover, now)), nil
}

// ApproveReply sends a reply to the sender. Whoever wrote any of it may not:
// KindForbidden. A correction leaves the case answered when it was.
func (f *Feedback) ApproveReply(by Actor, id string, now time.Time) ([]Work, error) {
	if r, err := f.Reply(id); err == nil && (r.Author == by.ID || slices.Contains(r.PastAuthors, by.ID)) {
		return nil, Fail(KindForbidden, "own_reply")
	}
	r, err := f.step(ActApprove, id, ReplySubmitted)
	if err != nil {
		return nil, err
	}
	f.endVersion(r, OutcomeApproved, by, "", now)
	r.Status, r.Approver, r.SentAt = ReplySent, by.ID, &now
	if !f.Status.Open() {
		return f.record(Event{Event: ActCorrect, Agency: f.Agency, Note: r.Reason}, by, now), nil
	}
	f.Status, f.AnsweredAt, r.Corrects = Answered, &now, ""
	return f.record(Event{Event: ActApprove, Agency: f.Agency}, by, now), nil
}

// RejectReply sends a reply back to its author with a remark.
func (f *Feedback) RejectReply(by Actor, id, remark string, now time.Time) ([]Work, error) {
	remark = Clean(remark)
	if err := checkText("remark", remark, 1, MaxReason); err != nil {
		return nil, err
	}
	r, err := f.step(ActReject, id, ReplySubmitted)
	if err != nil {
		return nil, err
	}
	f.endVersion(r, OutcomeReturned, by, remark, now)
	r.Status, r.Remark = ReplyRejected, remark
	return f.record(Event{Event: ActReject, Agency: f.Agency, Remark: remark, Private: true}, by, now), nil
}

// Publish makes a sent reply and its question public. A private case never is, and the
// answer of a main case is published there. Publishing again needs a reason, which the
// public reads (that of the correction, when none is given), and the newest version: what
// is public is replaced only by a new one.
func (f *Feedback) Publish(by Actor, id, reason string, now time.Time) ([]Work, error) {
	if f.Private {
		return nil, Fail(KindWrongState, "private")
	}
	if f.Kind.Confidential() {
		return nil, Fail(KindWrongState, "not_feedback")
	}
	if f.Public() && f.Published.ReplyID == id {
		return nil, Fail(KindWrongState, "published_already")
	}
	r, err := f.step(ActPublish, id, ReplySent)
	if err != nil {
		return nil, err
	}
	switch reason = Clean(reason); {
	case r.Of != "":
		return nil, Fail(KindWrongState, "publish_main_case")
	case f.SentReply().ID != id:
		return nil, Fail(KindWrongState, "publish_newest")
	case f.Published == nil:
		reason = ""
	case reason == "":
		reason = r.Reason
	}
	if f.Published != nil {
		if err := checkText("reason", reason, 1, MaxReason); err != nil {
			return nil, err
		}
	}
	f.Published = &Publication{ReplyID: id, At: now, HoldsFiles: true}
	return f.record(Event{Event: ActPublish, Agency: f.Agency, Note: reason}, by, now), nil
}

// Unpublish takes the published reply back from every public place, with a reason.
func (f *Feedback) Unpublish(by Actor, id, reason string, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return nil, err
	}
	if !f.Public() || f.Published.ReplyID != id {
		return nil, Fail(KindWrongState, "not_published")
	}
	if _, err := f.step(ActUnpublish, id, ReplySent); err != nil {
		return nil, err
	}
	f.Published.Until, f.Published.Reason = &now, reason
	return f.record(Event{Event: ActUnpublish, Agency: f.Agency, Remark: reason}, by, now), nil
}

// step finds the reply, checks where it stands, and moves the case on.
func (f *Feedback) step(a Action, id string, from ...ReplyStatus) (*Reply, error) {
	r, err := f.Reply(id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(from, r.Status) || f.Status.Open() && a != ActUnpublish && r.Agency != f.Agency {
		return nil, Fail(KindWrongState, "wrong_reply_state")
	}
	if r.Status != ReplySent && r.Corrects == "" && !f.Status.Open() {
		return nil, Fail(KindWrongState, whyNot(a, f.Status)) // only a correction is still of use
	}
	return r, f.enter(a)
}
