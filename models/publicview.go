package models

import (
	"slices"
	"time"
)

// Answer is what the public may see of a feedback.
type Answer struct {
	Code           string
	Title          string
	Body           string
	SenderName     string // empty unless the sender wanted the name published
	Agency         string
	Field          string
	Province       string
	Commune        string
	Reply          string
	OfficialNumber string
	OfficialDate   string
	SentAt         time.Time
	Uploads        []Attachment // of the reply; the sender's own files are not public
	CreatedAt      time.Time
	PublishedAt    time.Time
	History        []PublicEvent // when it was published, corrected, taken back or masked otherwise, and why; one entry when nothing was
	Seal           *Seal         // of the agency, under Reply; nil when it was published before there were seals
	ID             string        // for loading; not shown
	Version        int64         // for the ETag
}

// Changed is the last that happened to the answer since it was first published, nil when
// nothing did.
func (a *Answer) Changed() *PublicEvent {
	if len(a.History) < 2 {
		return nil
	}
	return &a.History[len(a.History)-1]
}

// PublicEvent is when an answer became public or was taken back.
type PublicEvent struct {
	At    time.Time
	Event Action // ActPublish, ActUnpublish, or ActRedact: what is hidden was changed
	Hides bool   // of ActRedact: more is hidden; else less
	// Files, of ActRedact: files were added that somebody had to look at first.
	Files bool
	// Reason is why it was published again, or why more or less is hidden, without personal
	// data; empty: it was published for the first time, taken back, or shows more files.
	Reason   string
	ReasonEN string // the same in English, of a reason that the program gives; a person's stays as written
}

// ReasonIn returns the reason in that language, and the language that it is in.
func (e *PublicEvent) ReasonIn(language string) (reason, in string) {
	if e.ReasonEN == "" {
		return e.Reason, "vi"
	}
	return TextPair{VI: e.Reason, EN: e.ReasonEN}.In(language), language
}

// PublicView is the one place that decides what the public sees. Pages, API, feeds,
// exports, the search index and previews all take it from here. It reports false for
// a feedback that is not public now.
//
// Personal data that the detector finds in the texts (Marks) is masked, as publishers decided about them. The sender is not named unless they
// asked to be: where title, text, reply or the reason of a correction give the name, the phone or an address of the
// sender, it is masked.
func PublicView(f *Feedback) (Answer, bool) {
	if !f.Public() {
		return Answer{}, false
	}
	r, err := f.Reply(f.Published.ReplyID)
	if err != nil || r.Status != ReplySent {
		return Answer{}, false
	}
	a := Answer{
		ID: f.ID, Version: f.Version, Code: f.Code, Title: f.masked(InTitle, f.Title, f.OwnInTitle), Body: f.masked(InBody, f.Body, f.OwnInBody), Agency: r.Agency, Field: f.Field,
		Province: f.Province, Commune: f.Commune, Reply: f.masked(InReply, r.Body, r.SenderIn),
		OfficialNumber: r.OfficialNumber, OfficialDate: r.OfficialDate, SentAt: *r.SentAt, Uploads: f.publicFiles(r),
		CreatedAt: f.CreatedAt, PublishedAt: f.Published.At, Seal: f.Published.Seal,
	}
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.public() {
			x := PublicEvent{At: e.At, Event: e.Event, Hides: e.Event == ActRedact && !e.Files && f.hides(e), Files: e.Files, Reason: f.publicReason(e)}
			for _, own := range []TextPair{senderHidden, foundAnew} {
				if e.Note == own.VI {
					x.ReasonEN = own.EN
				}
			}
			a.History = append(a.History, x)
		}
	}
	if f.PublishName {
		a.SenderName = f.SenderName
	}
	return a, true
}

// Hidden is what the public does not get to read of a text, or would not if a publisher had
// not lifted the mark.
type Hidden struct {
	In     string // title, body or reply
	Text   string
	Span   Span     // in bytes
	Kind   MarkKind // empty when it is the sender's own
	Source MarkSource
	Lifted bool
	Reason string // of the publisher's decision
}

// MarkSource says who or what put a mark.
type MarkSource string

// Where marks come from.
const (
	FromSender    MarkSource = "sender" // it is the sender's own, and never lifted
	FromDetector  MarkSource = "detector"
	FromPublisher MarkSource = "publisher"
)

// Preview returns what the public would see if the reply were published now, and what is
// hidden in it. It reports false for a case that is never published.
func Preview(f *Feedback, reply string, now time.Time) (Answer, []Hidden, bool) {
	g := *f
	g.Replies = slices.Clone(f.Replies)
	r, err := g.Reply(reply)
	if err != nil {
		return Answer{}, nil, false
	}
	if r.SentAt == nil {
		r.SentAt = &now
	}
	r.Status, g.Published = ReplySent, &Publication{ReplyID: reply, At: now, HoldsFiles: true}
	a, ok := PublicView(&g)
	if !ok {
		return a, nil, false
	}
	var all []Hidden
	for _, x := range []struct {
		in, text string
		sender   []Span
	}{{InTitle, f.Title, f.OwnInTitle}, {InBody, f.Body, f.OwnInBody}, {InReply, r.Body, r.SenderIn}} {
		all = append(all, f.marksIn(x.in, x.text, x.sender)...)
	}
	return a, all, true
}
