package models

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// Limits of what a person may send, in characters or pieces.
const (
	MaxTitle       = 300
	MaxBody        = 20000
	MaxPlace       = 300
	MaxMessage     = 5000
	MaxReason      = 2000
	MaxReply       = 20000
	MaxUploads     = 10
	MaxOfficialNum = 60
	MaxReplies     = 50
	MaxMessages    = 200 // of the sender, and as many of the desk
	MaxNotes       = 500
	MaxRatings     = 20
	MaxCaseText    = 8 << 20                                          // bytes of all texts of one case
	maxDeskText    = MaxCaseText - MaxMessages*MaxMessage*utf8.UTFMax // bytes of all but the sender's messages, for which there is room always
)

// Submission is what a sender (or a clerk for them) hands in, as typed.
type Submission struct {
	ID          string // derived from account and idempotency key
	RequestHash string
	Sender      *Person
	SenderName  string // opened from the sender, for PublishName
	SenderIs    Sender // opened from the sender: masked where the texts tell it; the name is SenderName
	Title       string
	Body        string
	Province    string
	Commune     string
	Place       string
	Field       string
	Agency      string
	Uploads     []Attachment
	PublishName bool
	Private     bool
	Source      Source
	By          Actor // the sender, or the clerk who keyed it in
}

// Reference is what a submission is checked against.
type Reference struct {
	Tree    *Tree
	Places  *Places
	Fields  *Fields
	Rules   *Rules
	Triage  *Triage
	Grounds []RefusalGround
	Ladders []Ladder
	Reports []ReportTerm
	Notices []Notice // versions of the privacy notice, the oldest first
	Kept    []Retention

	Classifier *Classifier // the built-in one; see Model. nil: routing has only cues, remits and past cases, and triage only phrases

	learnt   atomic.Pointer[learnt]
	pause    func() error // see rest
	features atomic.Pointer[Features]
	seals    atomic.Pointer[SealKeys]
}

// NewFeedback checks a submission and makes the record of it, with the work that
// follows. Every wrong field is reported at once in a KindInvalid error.
//
// An ordinary feedback whose sender named an agency goes to it at once. A complaint,
// a denunciation and whatever else is not feedback stays with the national focal
// point: the agency that it may be about does not get to see it
// (Luật Tố cáo 2018: the denouncer's identity and text are secret).
func NewFeedback(in Submission, ref *Reference, now time.Time) (*Feedback, []Work, error) {
	f := &Feedback{
		ID: in.ID, RequestHash: in.RequestHash, Code: NewCode(), SenderID: in.Sender.ID,
		Title: CleanLine(in.Title), Body: Clean(in.Body), Place: CleanLine(in.Place),
		Province: in.Province, Commune: in.Commune, Field: in.Field, Asked: in.Agency,
		Uploads: in.Uploads, PublishName: in.PublishName && !ref.Features().HideNames, Private: in.Private, Source: in.Source,
		Status: Received, CreatedAt: now,
	}
	if in.PublishName && !ref.Features().HideNames {
		f.SenderName = CleanLine(in.SenderName)
	}
	in.SenderIs.Name = in.SenderName
	f.FindSender(in.SenderIs)
	var c fieldCheck
	c.text("title", f.Title, 1, MaxTitle)
	c.text("body", f.Body, 10, MaxBody)
	c.text("place", f.Place, 0, MaxPlace)
	if len(f.Uploads) > MaxUploads {
		c.add("uploads", "too_many", MaxUploads)
	}
	if CleanLine(in.SenderName) == "" {
		c.add("name", "name_required", 0)
	}
	if f.Commune != "" {
		commune, ok := ref.Places.Commune(f.Commune)
		switch {
		case !ok:
			c.add("commune", "unknown", 0)
		case f.Province == "":
			f.Province = commune.Province
		case f.Province != commune.Province:
			c.add("commune", "other_province", 0)
		}
	}
	if _, ok := ref.Places.Province(f.Province); f.Province != "" && !ok {
		c.add("province", "unknown", 0)
	}
	if f.Field != "" && !ref.offers(f.Field, now) {
		c.add("field", "unknown", 0)
	}
	f.Asked = ref.Tree.Heir(f.Asked) // people know the names that were for longer
	if a, ok := ref.Tree.Get(f.Asked); f.Asked != "" && (!ok || !a.Assignable()) {
		c.add("agency", "unknown", 0)
	}
	if err := Invalid(c); err != nil {
		return nil, nil, err
	}

	f.Kind = ref.Kind(f.Title, f.Body)
	f.Scope = f.triageScope(ref.Tree)
	f.StartClock(ref.Rules, now)
	f.arrive(now)
	work := f.record(Event{Event: ActReceive}, in.By, now)
	switch {
	case !f.Kind.Routed():
	case f.Asked != "":
		path := ref.Tree.Path(f.Asked)
		f.Status, f.Agency, f.Scope = Assigned, path[0], path
		f.arrive(now)
		f.Timeline = append(f.Timeline, Event{At: now, Event: ActAssign, Agency: f.Asked, Version: f.Version})
	default:
		work = append(work, NewWork(WorkRoute, f.ID, now, nil))
	}
	f.RunClock(ref.Rules, ref.Tree, now)
	f.OriginalDue = nil // what was counted until here nobody has seen
	return f, work, nil
}

// triageScope says who sees a case that no agency has: the province's committee when
// the sender named a province, and the national focal point; that one alone when agencies
// forwarded it MaxForwards times; and the Government Inspectorate alone when it denounces that one.
func (f *Feedback) triageScope(tree *Tree) []string {
	if _, ok := tree.Get(inspectorGeneral); ok && f.Kind == Denunciation && newCueText(f.Title+"\n"+f.Body).denouncesRoot(tree) {
		return []string{inspectorGeneral, KeptFromRoot}
	}
	if f.Kind.Routed() && f.forwards() < MaxForwards {
		if _, ok := tree.Get("ubnd-" + f.Province); ok {
			return tree.Path("ubnd-" + f.Province)
		}
	}
	return []string{RootAgency}
}

// offers reports whether something new can be filed under a field.
func (r *Reference) offers(slug string, now time.Time) bool {
	_, ok := fieldOf(r.Fields.On(now), slug)
	return ok
}

// Ground returns the refusal ground with that code.
func (r *Reference) Ground(code string) (RefusalGround, bool) {
	i := slices.IndexFunc(r.Grounds, func(g RefusalGround) bool { return g.Code == code })
	if i < 0 {
		return RefusalGround{}, false
	}
	return r.Grounds[i], true
}

// AsCreated returns the record as it was right after it was created, for answering
// a repeated request with what the first one got. One that had no date then answers with the
// date that it first got, or why there still is none.
func (f *Feedback) AsCreated() *Feedback {
	g := &Feedback{
		ID: f.ID, Rev: 1, Version: 1, RequestHash: f.RequestHash, Code: f.Code, SenderID: f.SenderID,
		SenderName: f.SenderName, Title: f.Title, Body: f.Body, Kind: f.Kind, Source: f.Source, Status: Received,
		Province: f.Province, Commune: f.Commune, Place: f.Place, Field: f.Field, Asked: f.Asked,
		PublishName: f.PublishName, Private: f.Private, Uploads: f.Uploads,
		Due: cmp.Or(f.OriginalDue, f.Due), CreatedAt: f.CreatedAt, UpdatedAt: f.CreatedAt,
	}
	if g.Due == nil && f.AwaitsDate() {
		g.Undated = f.Undated
	}
	if o := f.Original; o != nil {
		g.Kind, g.Field, g.Province, g.Commune = o.Kind, o.Field, o.Province, o.Commune
	}
	for _, e := range f.Timeline {
		if e.Version > 1 {
			break
		}
		g.Timeline = append(g.Timeline, e)
		if e.Event == ActAssign {
			g.Status, g.Agency = Assigned, e.Agency
		}
	}
	return g
}

// fieldCheck collects wrong fields.
type fieldCheck []FieldError

func (c *fieldCheck) add(field, code string, limit int) {
	*c = append(*c, FieldError{Field: field, Code: code, Limit: limit})
}

// text checks the length of a cleaned text in characters; least 0 makes it optional.
func (c *fieldCheck) text(field, s string, least, most int) {
	switch n := Length(s); {
	case n == 0 && least > 0:
		c.add(field, "required", 0)
	case n < least:
		c.add(field, "too_short", least)
	case n > most:
		c.add(field, "too_long", most)
	}
}

// checkText is fieldCheck.text for an action that has one text.
func checkText(field, s string, least, most int) error {
	var c fieldCheck
	c.text(field, s, least, most)
	return Invalid(c)
}
