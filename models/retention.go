package models

import (
	"fmt"
	"time"
)

// Kept is a kind of personal data that is kept for a term.
type Kept string

const (
	KeptIdentity Kept = "identity" // who the sender of ended cases is
	KeptDraft    Kept = "draft"    // letters begun and not sent
	KeptUpload   Kept = "upload"   // files that no text uses
	KeptSession  Kept = "session"  // sign-ins of citizens
	KeptDevice   Kept = "device"   // phones and browsers that want pushes
	KeptMessage  Kept = "message"  // what sender and agency wrote to each other in a case
	KeptLesson   Kept = "lesson"   // what a case teaches routing
)

// KeptKinds lists every kind.
var KeptKinds = []Kept{KeptIdentity, KeptDraft, KeptUpload, KeptSession, KeptDevice, KeptMessage, KeptLesson}

// RetentionUnit is what a retention term counts.
type RetentionUnit string

const (
	RetentionHours  RetentionUnit = "hours"  // round the clock
	RetentionMonths RetentionUnit = "months" // of the calendar in Viet Nam
)

// Retention says how long a kind of personal data is kept. Retentions are dated data: the
// one in force at the moment of looking counts, whatever was in force when the data came.
type Retention struct {
	Key          string        `json:"key"`
	What         Kept          `json:"what"`
	Name         string        `json:"name"`
	NameEN       string        `json:"name_en"`
	Term         int           `json:"term,omitempty"` // in Unit; 0: no term of its own, Note says what ends it
	Unit         RetentionUnit `json:"unit,omitempty"`
	Starts       string        `json:"starts"`                     // last_change, last_save, upload, last_refresh, use, receipt, decision
	Choice       bool          `json:"operators_choice,omitempty"` // no instrument that sets the term was found: the operator chose it
	LegalBasis   string        `json:"legal_basis"`
	LegalBasisEN string        `json:"legal_basis_en"`
	ValidFrom    string        `json:"valid_from"`         // 2006-01-02
	ValidTo      string        `json:"valid_to,omitempty"` // last day; empty: open
	Confidence   string        `json:"confidence"`         // as of a Rule
	Note         string        `json:"note"`
	NoteEN       string        `json:"note_en"`
}

// RetentionOf returns the one of the rows that is in force for that kind at a time, by the
// date in Viet Nam; nil when there is none.
func RetentionOf(rows []Retention, what Kept, at time.Time) *Retention {
	day := at.In(VietNam).Format(time.DateOnly)
	for i := range rows {
		if r := &rows[i]; r.What == what && r.ValidFrom <= day && (r.ValidTo == "" || day <= r.ValidTo) {
			return r
		}
	}
	return nil
}

// Until returns when the term is over that starts at a time, in UTC; false without a term.
// A month that is too short for the day ends it on the first day of the next.
func (r *Retention) Until(start time.Time) (time.Time, bool) {
	switch {
	case r == nil || r.Term <= 0:
		return time.Time{}, false
	case r.Unit == RetentionHours:
		return start.Add(time.Duration(r.Term) * time.Hour).UTC(), true
	case r.Unit == RetentionMonths:
		return start.In(VietNam).AddDate(0, r.Term, 0).UTC(), true
	}
	return time.Time{}, false
}

// TermIn says the term in words of that language, empty without one: whole days of hours as days.
func (r *Retention) TermIn(language string) string {
	if r == nil || r.Term <= 0 {
		return ""
	}
	n, unit := r.Term, TextPair{VI: "giờ", EN: "hour"}
	switch {
	case r.Unit == RetentionMonths:
		unit = TextPair{VI: "tháng", EN: "month"}
	case n%24 == 0:
		n, unit = n/24, TextPair{VI: "ngày", EN: "day"}
	}
	if n != 1 {
		unit.EN += "s"
	}
	return fmt.Sprint(n, " ", unit.In(language))
}

// KeptFor returns how long data of a kind is kept that is stored now; not at all without a term
// in force.
func (r *Reference) KeptFor(what Kept, now time.Time) time.Duration {
	until, ok := RetentionOf(r.Kept, what, now).Until(now)
	if !ok {
		return 0
	}
	return until.Sub(now)
}

// Since returns when what is past the term at a time began at the latest; long ago without
// a term.
func (r *Retention) Since(now time.Time) time.Time {
	switch {
	case r.Term <= 0:
		return time.Time{}
	case r.Unit == RetentionHours:
		return now.Add(-time.Duration(r.Term) * time.Hour)
	}
	return now.In(VietNam).AddDate(0, -r.Term, 0).UTC()
}

// RetentionLook is how long a person is left alone at most until it is looked at again
// whether their identity is past its term: a changed term takes effect within it.
const RetentionLook = 90 * 24 * time.Hour

// retentionWait is how long a person is left alone who has something open.
const retentionWait = 30 * 24 * time.Hour

// LookAt is when it wants to be looked at whether the identity is past its term: nil when
// it is severed. Somebody new is looked at RetentionLook after they came.
func (p *Person) LookAt() *time.Time {
	if p.SeveredAt != nil {
		return nil
	}
	at := p.CreatedAt.Add(RetentionLook)
	if p.RetainAt != nil {
		at = *p.RetainAt
	}
	return &at
}

// Ended reports whether nothing is owed in the case any more. A case that was merged is
// as open as the one it was merged into, and ends with it.
func (s *Summary) Ended() bool { return !s.Status.Open() && s.Status != Merged }

// IdentityUse is what a person's identity may still be needed for.
type IdentityUse struct {
	last time.Time // what happened last
	busy bool      // something is open
}

// NewIdentityUse begins with what the person has beside cases: sign-ins that are good at
// now, and requests about their own data.
func NewIdentityUse(p *Person, sessions []Session, requests []DataRequest, now time.Time) *IdentityUse {
	u := &IdentityUse{last: p.UpdatedAt}
	for i := range sessions {
		u.busy = u.busy || sessions[i].ExpiresAt.After(now)
	}
	for i := range requests {
		u.busy = u.busy || requests[i].Open()
	}
	return u
}

// Add takes one of the person's cases into account.
func (u *IdentityUse) Add(s *Summary) {
	u.busy = u.busy || !s.Ended()
	if s.UpdatedAt.After(u.last) {
		u.last = s.UpdatedAt
	}
}

// Past reports whether the identity is past the term of r at now, and if not, when to look
// again: RetentionLook from now at the latest. Without a term it never is.
func (u *IdentityUse) Past(r *Retention, now time.Time) (past bool, again time.Time) {
	again = now.Add(RetentionLook)
	until, ok := r.Until(u.last)
	switch {
	case !ok:
	case u.busy:
		again = now.Add(retentionWait)
	case !until.After(now):
		return true, time.Time{}
	case until.Before(again):
		again = until
	}
	return false, again
}
