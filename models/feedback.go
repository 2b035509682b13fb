package models

import (
	"strings"
	"time"
)

// Kind says what a submission is.
type Kind string

const (
	Ordinary     Kind = "feedback"
	Question     Kind = "question"
	Complaint    Kind = "complaint"
	Denunciation Kind = "denunciation"
	Crime        Kind = "crime"
	Emergency    Kind = "emergency"
	Spam         Kind = "spam"
)

// Kinds lists every kind.
var Kinds = []Kind{Ordinary, Question, Complaint, Denunciation, Crime, Emergency, Spam}

// Routed reports whether such a submission goes to an agency that answers it; all else an officer
// looks at first.
func (k Kind) Routed() bool { return k == Ordinary || k == Question }

// Confidential reports whether such a submission accuses somebody: the agency that it
// may be about must not have it, and nobody outside gets to read it (Luật Tố cáo 2018).
func (k Kind) Confidential() bool { return k == Complaint || k == Denunciation || k == Crime }

// Status is where a feedback stands. "Published" is not one of them: see Publication.
type Status string

const (
	Received   Status = "received"
	NeedsInfo  Status = "needs_info"
	Assigned   Status = "assigned"
	InProgress Status = "in_progress"
	Answered   Status = "answered"
	Closed     Status = "closed"
	Refused    Status = "refused"
	Withdrawn  Status = "withdrawn"
	Merged     Status = "merged" // into another case, which is answered for both
)

// Statuses lists every status in the order of a case's life.
var Statuses = []Status{Received, NeedsInfo, Assigned, InProgress, Answered, Closed, Refused, Withdrawn, Merged}

// Open reports whether someone still owes the sender something.
func (s Status) Open() bool {
	return s == Received || s == NeedsInfo || s == Assigned || s == InProgress
}

// Source is the channel a submission came through.
type Source string

const (
	FromWeb     Source = "web"
	FromApp     Source = "app"
	FromPaper   Source = "paper"
	FromPhone   Source = "phone"
	FromCounter Source = "counter"
	FromEmail   Source = "email"
)

// Sources lists every channel.
var Sources = []Source{FromWeb, FromApp, FromPaper, FromPhone, FromCounter, FromEmail}

// Feedback is one submission with its whole life: the central record.
// Everything about the case is inside; the sender is only a reference, so that
// whoever reads a Feedback does not yet know who sent it.
type Feedback struct {
	ID          string `json:"id"`
	Rev         int64  `json:"rev"`     // counts every write; the store's optimistic lock
	Version     int64  `json:"version"` // counts changes a reader can see; the ETag
	RequestHash string `json:"request_hash,omitempty"`

	Code        string   `json:"code"`                  // tracking code, KN-XXXX-XXXX
	SenderID    string   `json:"sender_id"`             // a Person
	SenderName  string   `json:"sender_name,omitempty"` // only when PublishName: the name to publish
	Title       string   `json:"title"`
	Body        string   `json:"body"`
	OwnInTitle  []Span   `json:"name_in_title,omitempty"` // where it tells who the sender is, who is not to be named
	OwnInBody   []Span   `json:"name_in_body,omitempty"`
	Kind        Kind     `json:"kind"`
	Source      Source   `json:"source"`
	Status      Status   `json:"status"`
	Province    string   `json:"province,omitempty"` // two digits
	Commune     string   `json:"commune,omitempty"`  // five digits
	Place       string   `json:"place,omitempty"`
	Field       string   `json:"field,omitempty"`     // slug
	Regime      Regime   `json:"regime,omitempty"`    // which rules it is handled by; empty: the general ones
	Agency      string   `json:"agency,omitempty"`    // who has it now; empty while in triage
	Scope       []string `json:"scope"`               // agencies whose staff can see it: the holder and all above it
	Asked       string   `json:"asked,omitempty"`     // the agency the sender named
	Escalated   string   `json:"escalated,omitempty"` // the agency above the holder that its delay was reported to
	PublishName bool     `json:"publish_name,omitempty"`
	Private     bool     `json:"private,omitempty"` // never published

	Uploads      []Attachment    `json:"uploads,omitempty"`
	Messages     []Message       `json:"messages,omitempty"`
	Notes        []Note          `json:"notes,omitempty"`
	Replies      []Reply         `json:"replies,omitempty"`
	Tasks        []Task          `json:"tasks,omitempty"`        // what other agencies are asked to contribute
	Contributors []string        `json:"contributors,omitempty"` // agencies with an open task
	Suggestions  []Suggestion    `json:"suggestions,omitempty"`
	Timeline     []Event         `json:"timeline"`
	Handler      string          `json:"handler,omitempty"` // a Staff
	Due          *Due            `json:"due,omitempty"`
	Undated      *Undated        `json:"undated,omitempty"`      // in place of Due while the clock has no date
	PausedAt     *time.Time      `json:"paused_at,omitempty"`    // since when the clock stands still because the sender is asked
	ClockOf      string          `json:"clock_of,omitempty"`     // the agency whose clock Due is; empty: of the receipt
	Clock        ClockLog        `json:"clock,omitzero"`         // what happened to the clock that Due is
	Clocks       []StoppedClock  `json:"clocks,omitempty"`       // those before, in their order
	Accepted     *Acceptance     `json:"accepted,omitempty"`     // of a complaint or denunciation that is to be decided on
	Sorting      *Sorting        `json:"sorting,omitempty"`      // the clock of whose the case is, while that is not decided
	Sorted       []Sorted        `json:"sorted,omitempty"`       // those that are over, in their order
	OriginalDue  *Due            `json:"original_due,omitempty"` // as first counted, once Due is another
	Original     *Classification `json:"original,omitempty"`     // as it was created, once the desk or the routing changed it
	Refusal      *Refusal        `json:"refusal,omitempty"`
	Rating       *Rating         `json:"rating,omitempty"`
	Decisions    []MarkDecision  `json:"decisions,omitempty"` // of publishers, about what is hidden
	Published    *Publication    `json:"published,omitempty"` // nil: never; Until set: no longer
	Climbed      *Climbed        `json:"climbed,omitempty"`   // the ladder of reminders
	Unsealed     []Unsealing     `json:"unsealed,omitempty"`
	Corrections  []Correction    `json:"corrections,omitempty"`
	PastAgencies []string        `json:"past_agencies,omitempty"` // agencies that had it before
	Merged       *Merge          `json:"merged,omitempty"`        // into which case; it stays when that was answered
	Duplicates   []Duplicate     `json:"duplicates,omitempty"`    // merged into this one
	Proposed     *MergeProposal  `json:"proposed,omitempty"`      // to be merged into another agency's
	Links        []Link          `json:"links,omitempty"`         // related cases
	Parts        []Part          `json:"parts,omitempty"`         // cases that were made of matters of this one
	PartOf       *Origin         `json:"part_of,omitempty"`       // the letter that this one was split off

	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
}

// Classification is what the desk can correct about a submission.
type Classification struct {
	Kind     Kind   `json:"kind"`
	Field    string `json:"field,omitempty"`
	Province string `json:"province,omitempty"`
	Commune  string `json:"commune,omitempty"`
	Regime   Regime `json:"regime,omitempty"`
}

// Attachment is an upload that belongs to a text.
type Attachment struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"`
	Named       bool   `json:"named,omitempty"` // of staff: its properties say who wrote it
}

// Message is one turn between the sender and the agency.
type Message struct {
	ID       string       `json:"id"`
	At       time.Time    `json:"at"`
	FromDesk bool         `json:"from_desk,omitempty"`
	Author   string       `json:"author,omitempty"` // a Staff when FromDesk; never shown to the sender
	Body     string       `json:"body"`
	Uploads  []Attachment `json:"uploads,omitempty"`
}

// Note is seen by staff only.
type Note struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Author string    `json:"author"`
	Body   string    `json:"body"`
}

// ReplyStatus is where a reply stands on its way to the sender.
type ReplyStatus string

const (
	ReplyDraft     ReplyStatus = "draft"
	ReplySubmitted ReplyStatus = "submitted"
	ReplyRejected  ReplyStatus = "rejected"
	ReplySent      ReplyStatus = "sent"
)

// Reply is an answer. Whoever wrote any of it may not approve it.
type Reply struct {
	ID             string       `json:"id"`
	Status         ReplyStatus  `json:"status"`
	Agency         string       `json:"agency"`
	RequestHash    string       `json:"request_hash,omitempty"` // of the draft as it was first sent
	Author         string       `json:"author"`
	PastAuthors    []string     `json:"past_authors,omitempty"` // who wrote before others edited
	Approver       string       `json:"approver,omitempty"`
	Body           string       `json:"body"`
	OfficialNumber string       `json:"official_number,omitempty"`
	OfficialDate   string       `json:"official_date,omitempty"` // 2006-01-02
	Remark         string       `json:"remark,omitempty"`        // of the approver who sent it back
	SentBack       string       `json:"sent_back,omitempty"`     // the text as it was sent back last, of before versions were kept
	Uploads        []Attachment `json:"uploads,omitempty"`

	Versions      []ReplyVersion `json:"versions,omitempty"`        // as it was put before the approvers each time; see History
	LookedAt      []string       `json:"looked_at,omitempty"`       // files that a publisher found fit for the public
	SenderIn      []Span         `json:"sender_in,omitempty"`       // where it tells who the sender is
	SenderInFiles []string       `json:"sender_in_files,omitempty"` // files whose names tell it
	CreatedAt     time.Time      `json:"created_at"`
	SentAt        *time.Time     `json:"sent_at,omitempty"`
	Seal          *Seal          `json:"seal,omitempty"`     // under the text as it was sent; replies of before seals have none
	Corrects      string         `json:"corrects,omitempty"` // ID of the sent reply that this is a new version of
	Reason        string         `json:"reason,omitempty"`   // of a correction: why, for the sender and the public
	Of            string         `json:"of,omitempty"`       // code of the main case that this is the answer of
}

// Suggestion is one agency that may be the right one, with its reasons.
type Suggestion struct {
	Agency      string   `json:"agency"`
	Probability float64  `json:"probability"`          // 0 to 1
	Reasons     []string `json:"reasons"`              // Vietnamese, for an officer
	ReasonsEN   []string `json:"reasons_en,omitempty"` // the same in English; nil with suggestions of before there was any
	With        []string `json:"with,omitempty"`       // agencies that share the matter, as far as the text says so
}

// ReasonsIn returns the reasons in that language, Vietnamese unless it is "en".
func (s Suggestion) ReasonsIn(language string) []string {
	if language == "en" && len(s.ReasonsEN) > 0 {
		return s.ReasonsEN
	}
	return s.Reasons
}

// Because adds a reason.
func (s *Suggestion) Because(p TextPair) {
	s.Reasons, s.ReasonsEN = append(s.Reasons, p.VI), append(s.ReasonsEN, p.EN)
}

// Event is one entry of the timeline. It is never changed or removed.
type Event struct {
	At      time.Time `json:"at"`
	Event   Action    `json:"event"`
	Actor   string    `json:"actor,omitempty"`   // a Person or Staff; empty: the program
	Agency  string    `json:"agency,omitempty"`  // the agency it concerns
	Note    string    `json:"note,omitempty"`    // what the sender may read: reason, direction
	Remark  string    `json:"remark,omitempty"`  // for staff only
	Case    string    `json:"case,omitempty"`    // tracking code of another case that the sender may know of
	Private bool      `json:"private,omitempty"` // the whole event is for staff only
	Version int64     `json:"version"`           // the feedback's Version that it made

	Files bool `json:"pictures,omitempty"` // of ActRedact: files were passed that a public answer did not show before

	SenderIn []Span `json:"sender_in,omitempty"` // of a publication: where Note tells who the sender is
}

// Words is what staff read of the event: what the sender may read, and what is for staff only.
func (e *Event) Said() string { return strings.TrimSpace(e.Note + "\n" + e.Remark) }

// Refusal is why a submission is not accepted and where to go instead.
type Refusal struct {
	Ground    string `json:"ground"` // code of a RefusalGround
	Direction string `json:"direction"`
}

// Rating is the sender's opinion of the answer.
type Rating struct {
	Score   int       `json:"score"` // 1 to 5
	Comment string    `json:"comment,omitempty"`
	At      time.Time `json:"at"`
}

// Publication says which reply is public and since when. Until is set when it
// was taken back; the record of it stays.
type Publication struct {
	ReplyID string     `json:"reply_id"`
	At      time.Time  `json:"at"`
	Until   *time.Time `json:"until,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Seal    *Seal      `json:"seal,omitempty"`  // under the text that the public reads
	Found   string     `json:"found,omitempty"` // by the detector in what the public reads; see KeepFound

	// HoldsFiles is that files are public only when somebody looked at them. Of what was published
	// before, only pictures and films are held with HoldsPictures, and nothing without.
	HoldsFiles    bool `json:"holds_files,omitempty"`
	HoldsPictures bool `json:"holds_pictures,omitempty"`
}

// holds reports whether a file is public only when somebody looked at it.
func (p *Publication) holds(u Attachment) bool {
	return p.HoldsFiles || p.HoldsPictures && (strings.HasPrefix(u.ContentType, "image/") || strings.HasPrefix(u.ContentType, "video/"))
}

// UnsealFor is how long an identity stays open to who unsealed it. Then it is sealed again
// by itself, and needs a new reason, which the sender is told.
const UnsealFor = 72 * time.Hour

// Unsealing records that a member of staff opened the sender's identity.
type Unsealing struct {
	Staff  string    `json:"staff"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// End is when the identity was, or will be, sealed again.
func (u Unsealing) End() time.Time { return u.At.Add(UnsealFor) }

// Public reports whether the case is published now.
func (f *Feedback) Public() bool {
	return f.Published != nil && f.Published.Until == nil && !f.Private && !f.Kind.Confidential()
}

// Reply returns the reply with that id, or ErrNotFound.
func (f *Feedback) Reply(id string) (*Reply, error) {
	for i := range f.Replies {
		if f.Replies[i].ID == id {
			return &f.Replies[i], nil
		}
	}
	return nil, ErrNotFound
}

// SentReply returns the newest reply that was sent, or nil.
func (f *Feedback) SentReply() *Reply {
	for i := len(f.Replies) - 1; i >= 0; i-- {
		if f.Replies[i].Status == ReplySent {
			return &f.Replies[i]
		}
	}
	return nil
}

// Overdue reports whether the case is open and its due time has passed. While the sender is
// asked for something no time passes.
func (f *Feedback) Overdue(now time.Time) bool {
	return f.Due != nil && f.PausedAt == nil && f.Status.Open() && now.After(f.Due.At)
}

// Summary is a feedback as a list shows it.
type Summary struct {
	ID             string     `json:"id"`
	Version        int64      `json:"version"`
	Code           string     `json:"code"`
	Title          string     `json:"title"`
	Kind           Kind       `json:"kind"`
	Source         Source     `json:"source"`
	Status         Status     `json:"status"`
	Province       string     `json:"province,omitempty"`
	Field          string     `json:"field,omitempty"`
	Agency         string     `json:"agency,omitempty"`
	Handler        string     `json:"handler,omitempty"`
	DueAt          *time.Time `json:"due_at,omitempty"`
	RepliesWaiting int        `json:"replies_waiting,omitempty"` // for an approver: submitted replies, and a request for more time
	RepliesBack    int        `json:"replies_back,omitempty"`    // sent back by an approver, not yet submitted again
	PublishedAt    *time.Time `json:"published_at,omitempty"`    // nil unless public now
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
}

// Summary returns the feedback as a list shows it.
func (f *Feedback) Summary() Summary {
	s := Summary{
		ID: f.ID, Version: f.Version, Code: f.Code, Title: f.Title, Kind: f.Kind, Source: f.Source, Status: f.Status,
		Province: f.Province, Field: f.Field, Agency: f.Agency, Handler: f.Handler,
		CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt,
	}
	if f.Due != nil && f.PausedAt == nil {
		s.DueAt = &f.Due.At
	}
	if f.Public() {
		s.PublishedAt = &f.Published.At
	}
	if f.WhyNot(ActDenyExtension) == "" { // somebody has the case and can decide
		s.RepliesWaiting++
	}
	for i := range f.Replies {
		switch {
		case !f.Status.Open() && f.Replies[i].Corrects == "":
		case f.Replies[i].Status == ReplySubmitted:
			s.RepliesWaiting++
		case f.Replies[i].Status == ReplyRejected && f.Replies[i].Agency == f.Agency:
			s.RepliesBack++
		}
	}
	return s
}
