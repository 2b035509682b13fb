package models

import (
	"slices"
	"strings"
	"time"
)

// Texts of a case that become public.
const (
	InTitle = "title"
	InBody  = "body"
	InReply = "reply"
)

// inReason is the reason of a publication, about which publishers decide nothing: they wrote it.
const inReason = "reason"

// MarkKinds lists every kind of personal data.
var MarkKinds = []MarkKind{MarkName, MarkPhone, MarkEmail, MarkID, MarkPassport, MarkPlate, MarkAccount, MarkAddress, MarkBirth, MarkTax, MarkSocial}

// MarkDecision is what a publisher decided about a part of what becomes public: to hide it, or
// not to hide what the detector hides. It holds for each place where that text has it.
// Decisions are added, never removed; of two about the same the later one counts.
type MarkDecision struct {
	In     string    `json:"in"`   // title, body or reply
	Text   string    `json:"text"` // as it stands there
	Kind   MarkKind  `json:"kind"`
	Lift   bool      `json:"lift,omitempty"` // not hidden
	Reason string    `json:"reason"`
	By     string    `json:"by"` // a Staff
	At     time.Time `json:"at"`
}

// MaxDecisions is how many decisions about marks one case may have.
const MaxDecisions = 200

// senderSpans finds what is known of the sender in a text: the whole name, parts of it,
// phone, address of mail, and address of the house.
func senderSpans(text string, who Sender) []Span {
	r := split(text)
	r.sender(who)
	var spans []Span
	if r.mayHold(Words(who.Name)) {
		spans = nameSpans(who.Name, text)
	}
	for _, m := range r.marks {
		spans = append(spans, m.Span)
	}
	return union(spans)
}

// FindSender looks for what is known of the sender in everything that may become public,
// so that it is masked there. A name that is to be published is not looked for.
func (f *Feedback) FindSender(who Sender) {
	if f.PublishName {
		who.Name = ""
	}
	f.OwnInTitle = union(slices.Concat(f.OwnInTitle, senderSpans(f.Title, who)))
	f.OwnInBody = union(slices.Concat(f.OwnInBody, senderSpans(f.Body, who)))
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.public() {
			e.SenderIn = union(slices.Concat(e.SenderIn, senderSpans(e.Note, who)))
		}
	}
	for i := range f.Replies {
		r := &f.Replies[i]
		found := senderSpans(r.Body, who)
		if r.Status == ReplySent { // its text stays
			found = union(slices.Concat(r.SenderIn, found))
		}
		r.SenderIn = found
		r.SenderInFiles = slices.Collect(func(yield func(string) bool) {
			for _, u := range r.Uploads {
				if len(senderSpans(wordsOfFile(u.Name), who)) > 0 && !yield(u.ID) {
					return
				}
			}
		})
	}
}

// union puts spans in order and makes one of those that touch.
func union(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a[0] - b[0] })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], s[1])
		} else if s[1] > s[0] {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// marksIn returns what would be hidden of a text of the case: what is known of the sender,
// what the detector finds, with what a publisher decided about it.
func (f *Feedback) marksIn(in, text string, sender []Span) []Hidden {
	var all []Hidden
	for _, s := range sender {
		if s[0] >= 0 && s[0] < s[1] && s[1] <= len(text) {
			all = append(all, Hidden{In: in, Text: text[s[0]:s[1]], Span: s, Source: FromSender})
		}
	}
	for _, m := range f.detected(blot(text, sender)) {
		h := Hidden{In: in, Text: text[m.Span[0]:m.Span[1]], Span: m.Span, Kind: m.Kind, Source: FromDetector}
		if d := f.decision(in, h.Text); d != nil {
			h.Lifted, h.Reason = d.Lift, d.Reason
		}
		all = append(all, h)
	}
	for i, d := range f.Decisions {
		if d.In != in || d.Lift || f.decision(in, d.Text) != &f.Decisions[i] {
			continue
		}
		for at := 0; ; {
			n := strings.Index(text[at:], d.Text)
			if n < 0 || d.Text == "" {
				break
			}
			s := Span{at + n, at + n + len(d.Text)}
			at = s[1]
			if !slices.ContainsFunc(all, func(h Hidden) bool { return h.Span == s }) {
				all = append(all, Hidden{In: in, Text: d.Text, Span: s, Kind: d.Kind, Source: FromPublisher, Reason: d.Reason})
			}
		}
	}
	slices.SortFunc(all, func(a, b Hidden) int { return a.Span[0] - b.Span[0] })
	return all
}

// decision returns the last one about that text, nil when there is none.
func (f *Feedback) decision(in, text string) *MarkDecision {
	for i := len(f.Decisions) - 1; i >= 0; i-- {
		if d := &f.Decisions[i]; d.In == in && d.Text == text {
			return d
		}
	}
	return nil
}

// decisionsFor returns what publishers hid of the letter that stands in a part of it too.
func (f *Feedback) decisionsFor(part *Feedback) (out []MarkDecision) {
	for i, d := range f.Decisions {
		if d.Lift || d.In == InReply || f.decision(d.In, d.Text) != &f.Decisions[i] {
			continue
		}
		if d.In = InTitle; strings.Contains(part.Title, d.Text) {
			out = append(out, d)
		}
		if d.In = InBody; strings.Contains(part.Body, d.Text) {
			out = append(out, d)
		}
	}
	return out
}

// masked hides in a text of the case what has to be hidden.
func (f *Feedback) masked(in, text string, sender []Span) string {
	var spans []Span
	for _, h := range f.marksIn(in, text, sender) {
		if !h.Lifted {
			spans = append(spans, h.Span)
		}
	}
	return maskSpans(text, union(spans))
}

// Masked returns the texts of a case, and of its sent reply, without personal data. The
// search index takes them from here, also for cases that are not public.
func (f *Feedback) Masked() (title, body, reply string) {
	if r := f.SentReply(); r != nil {
		reply = f.masked(InReply, r.Body, r.SenderIn)
	}
	return f.masked(InTitle, f.Title, f.OwnInTitle), f.masked(InBody, f.Body, f.OwnInBody), reply
}

// Redact writes down what a publisher decided about marks: to hide more, or, with a reason,
// to show what the detector hides. What is known of the sender stays hidden. The work
// renews what is public; when that reads otherwise now, all may read that it does, and the
// reasons.
//
// KindInvalid: a reason is missing, a text does not stand there, or is not hidden.
// KindWrongState: the case is never published.
func (f *Feedback) Redact(by Actor, decisions []MarkDecision, now time.Time) ([]Work, error) {
	if code := f.WhyNot(ActRedact); code != "" {
		return nil, Fail(KindWrongState, code)
	}
	var c fieldCheck
	var reasons []string
	all := slices.Clone(f.Decisions)
	for _, d := range decisions {
		d.Text, d.Reason = strings.TrimSpace(Clean(d.Text)), Clean(d.Reason)
		before := len(c)
		c.text("text", d.Text, 1, MaxBody)
		c.text("reason", d.Reason, 1, MaxReason)
		if !slices.Contains(MarkKinds, d.Kind) && !d.Lift {
			c.add("kind", "unknown", 0)
		}
		if len(c) == before {
			f.check(&c, &d)
		}
		d.By, d.At = by.ID, now
		all, reasons = append(all, d), append(reasons, d.Reason)
	}
	if len(decisions) == 0 {
		c.add("marks", "required", 0)
	}
	if len(all) > MaxDecisions {
		c.add("marks", "too_many", MaxDecisions)
	}
	if err := Invalid(c); err != nil {
		return nil, err
	}
	e := Event{Event: ActRedact, Agency: f.Agency, Remark: strings.Join(slices.Compact(reasons), "; "), Private: true}
	before, public := PublicView(f)
	f.Decisions = all
	if after, _ := PublicView(f); public && !before.readsAs(&after) {
		e.Note, e.Remark = e.Remark, ""
	}
	return f.record(e, by, now), nil
}

// readsAs reports whether the public reads the same in both.
func (a *Answer) readsAs(b *Answer) bool {
	return a.Title == b.Title && a.Body == b.Body && a.Reply == b.Reply &&
		slices.EqualFunc(a.Uploads, b.Uploads, func(x, y Attachment) bool { return x.ID == y.ID && x.Name == y.Name })
}

// public reports whether all may read of the event: that an answer was published or taken back,
// that what is hidden in a public one was changed, which its note says, or that it shows more
// files.
func (e *Event) public() bool {
	return e.Event == ActPublish || e.Event == ActUnpublish || e.Event == ActRedact && (e.Note != "" || e.Files)
}

// forOthers is what was written to the sender of the case as other senders may read it:
// without what is known of the sender, what the detector finds, and what publishers hide
// anywhere in the case. What they let the public read may still be the sender's, and stays
// hidden. known is where the sender is told.
func (f *Feedback) forOthers(text string, known []Span, who Sender) string {
	spans := slices.Concat(known, senderSpans(text, who))
	for _, m := range Marks(text, who) {
		spans = append(spans, m.Span)
	}
	return maskSpans(text, union(append(spans, f.publisherSpans(text)...)))
}

// publisherSpans is where a text has what publishers hide anywhere in the case.
func (f *Feedback) publisherSpans(text string) (out []Span) {
	for i := range f.Decisions {
		if d := &f.Decisions[i]; !d.Lift && f.decision(d.In, d.Text) == d {
			out = append(out, spansOf(Words(d.Text), text)...)
		}
	}
	return out
}

// publicReason is why something public was changed, without what is hidden: neither what the
// detector or the sender's data find in the reason, nor what publishers hide elsewhere.
func (f *Feedback) publicReason(e *Event) string {
	spans := slices.Clone(e.SenderIn)
	for _, h := range f.marksIn(inReason, e.Note, e.SenderIn) {
		spans = append(spans, h.Span)
	}
	return maskSpans(e.Note, union(append(spans, f.publisherSpans(e.Note)...)))
}

// hides reports whether an ActRedact hid something, and did not only show more.
func (f *Feedback) hides(e *Event) bool {
	shown := false
	for i := range f.Decisions {
		if d := &f.Decisions[i]; d.At.Equal(e.At) && d.By == e.Actor {
			if !d.Lift {
				return true
			}
			shown = true
		}
	}
	return !shown
}

// check reports whether what a decision is about stands in the text, and fills in the kind
// of what it lifts.
func (f *Feedback) check(c *fieldCheck, d *MarkDecision) {
	var marks []Hidden
	found := false
	look := func(in, text string, sender []Span) {
		if in == d.In && strings.Contains(text, d.Text) {
			found, marks = true, append(marks, f.marksIn(in, text, sender)...)
		}
	}
	look(InTitle, f.Title, f.OwnInTitle)
	look(InBody, f.Body, f.OwnInBody)
	for _, r := range f.Replies {
		look(InReply, r.Body, r.SenderIn)
	}
	at := slices.IndexFunc(marks, func(h Hidden) bool { return h.Text == d.Text })
	switch {
	case !found:
		c.add("text", "not_in_text", 0)
	case !d.Lift:
	case at < 0:
		c.add("text", "not_marked", 0)
	case marks[at].Source == FromSender:
		c.add("text", "of_sender", 0)
	default:
		d.Kind = marks[at].Kind
	}
}

// wordsOfFile is the name of a file as a text whose words are apart, as long as it is.
func wordsOfFile(name string) string { return strings.NewReplacer("_", " ").Replace(name) }

// publicFiles are the files of a published reply as the public may have them: only once
// somebody looked at them, and without names that give personal data away.
func (f *Feedback) publicFiles(r *Reply) []Attachment {
	var out []Attachment
	for _, u := range r.Uploads {
		if f.Published.holds(u) && !r.Looked(u) {
			continue
		}
		u.Name = f.publicFileName(r, u)
		out = append(out, u)
	}
	return out
}

func (f *Feedback) publicFileName(r *Reply, u Attachment) string {
	hides := slices.Contains(r.SenderInFiles, u.ID) || len(f.detected(wordsOfFile(u.Name))) > 0 ||
		slices.ContainsFunc(f.Decisions, func(d MarkDecision) bool { return !d.Lift && strings.Contains(u.Name, d.Text) })
	if !hides {
		return u.Name
	}
	end := ""
	if n := strings.LastIndexByte(u.Name, '.'); n >= 0 && len(u.Name)-n <= 6 && len(PersonalData(u.Name[n:])) == 0 {
		end = u.Name[n:]
	}
	return "tep-dinh-kem" + end
}

// Looked reports whether a publisher looked at a file of the reply and found that it may be
// public: the detector reads no file, and a scan or a picture in a document may show anything.
func (r *Reply) Looked(u Attachment) bool { return slices.Contains(r.LookedAt, u.ID) }

// PassFiles writes down that a publisher looked at files of a reply and found that they
// may be public; a public answer's history says that it shows more. KindInvalid when one is no
// file of the reply.
func (f *Feedback) PassFiles(by Actor, reply string, files []string, now time.Time) ([]Work, error) {
	if code := f.WhyNot(ActRedact); code != "" {
		return nil, Fail(KindWrongState, code)
	}
	r, err := f.Reply(reply)
	if err != nil {
		return nil, err
	}
	for _, id := range files {
		if !slices.ContainsFunc(r.Uploads, func(u Attachment) bool { return u.ID == id }) {
			return nil, Invalid([]FieldError{{Field: "files", Code: "unknown_file"}})
		}
	}
	before, public := PublicView(f)
	for _, id := range files {
		if !slices.Contains(r.LookedAt, id) {
			r.LookedAt = append(r.LookedAt, id)
		}
	}
	e := Event{Event: ActRedact, Agency: f.Agency, Private: true}
	if after, _ := PublicView(f); public && !before.readsAs(&after) {
		e.Files = true
	}
	return f.record(e, by, now), nil
}
