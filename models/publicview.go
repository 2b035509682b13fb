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
	History        []PublicEvent // when it was published, corrected and taken back, and why; one entry when nothing was
	Seal           *Seal         // of the agency, under Reply; nil when it was published before there were seals
	ID             string        // for loading; not shown
	Version        int64         // for the ETag
}

// PublicEvent is when an answer became public or was taken back.
type PublicEvent struct {
	At    time.Time
	Event Action // ActPublish or ActUnpublish
	// Reason is why it was published again, without personal data; empty: it was not.
	Reason string
}

// PublicView is the one place that decides what the public sees. Pages, API, feeds,
// exports, the search index and previews all take it from here. It reports false for
// a feedback that is not public now.
//
// Phone numbers, addresses of mail, identity and account numbers and plates in the
// texts are masked. The sender is not named unless they asked to be: where they give
// their own name in title or text, it is masked.
func PublicView(f *Feedback) (Answer, bool) {
	if !f.Public() {
		return Answer{}, false
	}
	r, err := f.Reply(f.Published.ReplyID)
	if err != nil || r.Status != ReplySent {
		return Answer{}, false
	}
	a := Answer{
		ID: f.ID, Version: f.Version, Code: f.Code, Title: mask(f.Title, f.NameInTitle), Body: mask(f.Body, f.NameInBody), Agency: r.Agency, Field: f.Field,
		Province: f.Province, Commune: f.Commune, Reply: mask(r.Body, nil),
		OfficialNumber: r.OfficialNumber, OfficialDate: r.OfficialDate, SentAt: *r.SentAt, Uploads: r.Uploads,
		CreatedAt: f.CreatedAt, PublishedAt: f.Published.At, Seal: f.Published.Seal,
	}
	for _, e := range f.Timeline {
		if e.Event == ActPublish || e.Event == ActUnpublish {
			x := PublicEvent{At: e.At, Event: e.Event}
			if e.Event == ActPublish {
				x.Reason = mask(e.Note, nil)
			}
			a.History = append(a.History, x)
		}
	}
	if f.PublishName {
		a.SenderName = f.SenderName
	}
	return a, true
}

// mask hides names that were found in a text, and personal data.
func mask(text string, names []Span) string { return maskSpans(text, hidden(text, names)) }

// hidden returns the parts of a text that mask hides, in their order.
func hidden(text string, names []Span) []Span {
	data := PersonalData(blot(text, names))
	if len(names) == 0 {
		return data
	}
	all := slices.Concat(names, data)
	slices.SortFunc(all, func(a, b Span) int { return a[0] - b[0] })
	return all
}

// Hidden is what the public does not get to read of a text.
type Hidden struct {
	In   string // title, body or reply
	Text string
}

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
	r.Status, g.Published = ReplySent, &Publication{ReplyID: reply, At: now}
	a, ok := PublicView(&g)
	if !ok {
		return a, nil, false
	}
	var all []Hidden
	for _, x := range []struct {
		in, text string
		names    []Span
	}{{"title", f.Title, f.NameInTitle}, {"body", f.Body, f.NameInBody}, {"reply", r.Body, nil}} {
		for _, s := range hidden(x.text, x.names) {
			all = append(all, Hidden{x.in, x.text[s[0]:s[1]]})
		}
	}
	return a, all, true
}
