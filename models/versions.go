package models

import (
	"slices"
	"time"
)

// MaxVersions is how many versions a reply keeps, and a contribution: the newest ones.
const MaxVersions = 50

// Outcome is what became of a reply that was put before the approvers.
type Outcome string

const (
	OutcomeWaiting  Outcome = "waiting"
	OutcomeReturned Outcome = "returned"
	OutcomeApproved Outcome = "approved"
	OutcomeDropped  Outcome = "dropped" // the case left the agency before anybody decided
)

// ReplyVersion is a reply as it was put before the approvers, and what became of it. What only
// those who wrote it saw is no version.
type ReplyVersion struct {
	Number         int          `json:"number"` // from 1; the oldest ones may be gone
	Author         string       `json:"author"` // who wrote it last
	At             time.Time    `json:"at"`     // when it was put before the approvers
	Outcome        Outcome      `json:"outcome"`
	By             string       `json:"by,omitempty"` // who decided
	EndedAt        *time.Time   `json:"ended_at,omitempty"`
	Remark         string       `json:"remark,omitempty"` // why it was returned
	Body           string       `json:"body,omitempty"`   // empty, with all beneath, while it is what the reply says: see History
	OfficialNumber string       `json:"official_number,omitempty"`
	OfficialDate   string       `json:"official_date,omitempty"`
	Reason         string       `json:"reason,omitempty"`
	Uploads        []Attachment `json:"uploads,omitempty"`
}

// Stands reports whether the version is what the reply says, which nobody can change then.
func (v *ReplyVersion) Stands() bool {
	return v.Outcome == OutcomeWaiting || v.Outcome == OutcomeApproved
}

func (v *ReplyVersion) take(r *Reply) {
	v.Body, v.OfficialNumber, v.OfficialDate, v.Reason, v.Uploads = r.Body, r.OfficialNumber, r.OfficialDate, r.Reason, slices.Clone(r.Uploads)
}

// History returns the versions of a reply with their texts, oldest first. A reply of before
// versions were kept has none until somebody decides about it.
func (r *Reply) History() []ReplyVersion {
	out := slices.Clone(r.Versions)
	if n := len(out); n > 0 && out[n-1].Stands() {
		out[n-1].take(r)
	}
	return out
}

// Returned returns the version that was sent back last, nil when none was.
func (r *Reply) Returned() *ReplyVersion {
	for i := len(r.Versions) - 1; i >= 0; i-- {
		if r.Versions[i].Outcome == OutcomeReturned {
			return &r.Versions[i]
		}
	}
	return nil
}

// beginVersion notes that the reply is put before the approvers as it is.
func (r *Reply) beginVersion(at time.Time) {
	v := ReplyVersion{Number: 1, Author: r.Author, At: at, Outcome: OutcomeWaiting}
	if n := len(r.Versions); n > 0 {
		v.Number = r.Versions[n-1].Number + 1
	}
	r.Versions = append(r.Versions, v)
}

// endVersion notes what became of the version that waits, and keeps its text when the reply can
// be changed from now on.
func (f *Feedback) endVersion(r *Reply, o Outcome, by Actor, remark string, now time.Time) {
	if n := len(r.Versions); n == 0 || r.Versions[n-1].Outcome != OutcomeWaiting { // submitted before versions were kept
		r.beginVersion(f.last(ActSubmit))
	}
	v := &r.Versions[len(r.Versions)-1]
	v.Outcome, v.By, v.Remark, v.EndedAt = o, by.ID, remark, &now
	if !v.Stands() {
		v.take(r)
	}
	f.fitVersions(r, "")
}

// fitVersions lets the oldest versions of a reply go that are too many, or that leave no room for
// more text: what is written to the sender comes first.
func (f *Feedback) fitVersions(r *Reply, more string) {
	for len(r.Versions) > MaxVersions || len(r.Versions) > 1 && f.room(more) != nil {
		r.Versions = slices.Clone(r.Versions[1:])
	}
}

func (r *Reply) versionBytes() (n int) {
	for i := range r.Versions {
		n += len(r.Versions[i].Body) + len(r.Versions[i].Reason) + len(r.Versions[i].Remark)
	}
	return n
}

// Contribution is what an agency said before it said it anew.
type Contribution struct {
	Body    string       `json:"body,omitempty"` // empty: no remark
	Uploads []Attachment `json:"uploads,omitempty"`
	By      string       `json:"by"`
	At      time.Time    `json:"at"`
}

// keepContribution keeps what the agency said, unless it says the same again. Of the earlier ones
// the oldest go that are too many, or that leave no room.
func (f *Feedback) keepContribution(t *Task, body string, uploads []Attachment) {
	if t.Status != TaskDone || t.EndedAt == nil || t.Body == body && slices.Equal(t.Uploads, uploads) {
		return
	}
	at := t.SaidAt
	if at == nil { // it was said once, or before this was noted
		at = t.EndedAt
	}
	t.Earlier = append(t.Earlier, Contribution{Body: t.Body, Uploads: t.Uploads, By: t.By, At: *at})
	t.Body = "" // the room is for what takes its place
	for len(t.Earlier) > MaxVersions || len(t.Earlier) > 1 && f.room(body) != nil {
		t.Earlier = slices.Clone(t.Earlier[1:])
	}
}

func (t *Task) earlierBytes() (n int) {
	for i := range t.Earlier {
		n += len(t.Earlier[i].Body)
	}
	return n
}
