package models

import "time"

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
	ID             string // for loading; not shown
	Version        int64  // for the ETag
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
		ID: f.ID, Version: f.Version, Code: f.Code, Title: Redact(maskSpans(f.Title, f.NameInTitle)), Body: Redact(maskSpans(f.Body, f.NameInBody)), Agency: r.Agency, Field: f.Field,
		Province: f.Province, Commune: f.Commune, Reply: Redact(r.Body),
		OfficialNumber: r.OfficialNumber, OfficialDate: r.OfficialDate, SentAt: *r.SentAt, Uploads: r.Uploads,
		CreatedAt: f.CreatedAt, PublishedAt: f.Published.At,
	}
	if f.PublishName {
		a.SenderName = f.SenderName
	}
	return a, true
}
