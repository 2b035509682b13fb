package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxParts is how many cases may be made of one letter.
const MaxParts = 20

// Part is a case that is made, or was made, of one matter of a letter. Until it is Made it
// holds all that making it takes.
type Part struct {
	ID     string    `json:"id"`    // of the new case, derived: making it twice makes it once
	Split  string    `json:"split"` // parts of one splitting have the same
	Code   string    `json:"code"`
	Title  string    `json:"title"`
	Agency string    `json:"agency,omitempty"` // who gets it; empty: triage looks for one
	At     time.Time `json:"at"`
	By     Actor     `json:"by"`
	Made   bool      `json:"made,omitempty"`
	Undo   bool      `json:"undo,omitempty"` // it is being taken back

	Body        string   `json:"body,omitempty"`
	Field       string   `json:"field,omitempty"`
	Kind        Kind     `json:"kind,omitempty"`
	Scope       []string `json:"scope,omitempty"`
	NameInTitle []Span   `json:"name_in_title,omitempty"`
	NameInBody  []Span   `json:"name_in_body,omitempty"`
	Due         *Due     `json:"due,omitempty"`
	Undated     *Undated `json:"undated,omitempty"` // in place of Due
	Sorting     *Sorting `json:"sorting,omitempty"`

	Uploads []Attachment `json:"uploads,omitempty"` // files of the letter that it has too
}

// Origin says which letter a case is a part of.
type Origin struct {
	ID     string    `json:"id"`
	Code   string    `json:"code"`
	At     time.Time `json:"at"`               // when it was split off
	Undone bool      `json:"undone,omitempty"` // it was taken back into the letter
}

// PartText is one matter of a letter as an officer picks it out.
type PartText struct {
	Title   string
	Body    string // passages of the letter, word for word
	Agency  string // empty: triage looks for one
	Field   string
	Uploads []string // IDs of files of the letter that belong to it
}

// Split makes cases of matters of a letter; the letter goes on with what remains. id is of
// the splitting: with one that is there already nothing happens. who is the sender, to be
// found in the texts. Each part is made by stored work (MakePart).
func (f *Feedback) Split(by Actor, id string, parts []PartText, who Sender, ref *Reference, now time.Time) ([]Work, error) {
	if slices.ContainsFunc(f.Parts, func(p Part) bool { return p.Split == id }) {
		return nil, nil
	}
	var c fieldCheck
	if len(parts) == 0 {
		c.add("parts", "required", 0)
	}
	if len(f.Parts)+len(parts) > MaxParts {
		c.add("parts", "too_many", MaxParts)
	}
	if f.PublishName {
		who.Name = ""
	}
	var made []Part
	more := ""
	for i, x := range parts {
		p := Part{ID: DeriveID("part", f.ID, id, strconv.Itoa(i)), Split: id, Code: NewCode(), Title: CleanLine(x.Title), Body: Clean(x.Body), At: now, By: by, Field: x.Field}
		at := "parts." + strconv.Itoa(i) + "."
		c.text(at+"title", p.Title, 1, MaxTitle)
		c.text(at+"body", p.Body, 10, MaxBody)
		if !f.says(p.Body) {
			c.add(at+"body", "not_in_letter", 0)
		}
		if p.Field == "" {
			p.Field = f.Field
		} else if p.Field != f.Field && !ref.offers(p.Field, now) {
			c.add(at+"field", "unknown", 0)
		}
		for _, u := range x.Uploads {
			j := slices.IndexFunc(f.Uploads, func(a Attachment) bool { return a.ID == u })
			if j < 0 {
				c.add(at+"uploads", "unknown", 0)
				continue
			}
			p.Uploads = append(p.Uploads, f.Uploads[j])
		}
		p.Kind = ref.Triage.Kind(p.Title, p.Body)
		p.Scope = (&Feedback{Kind: p.Kind, Title: p.Title, Body: p.Body, Province: f.Province}).triageScope(ref.Tree)
		if x.Agency != "" {
			heir := ref.Tree.Heir(x.Agency)
			a, ok := ref.Tree.Get(heir)
			switch {
			case !ok || !a.Assignable():
				c.add(at+"agency", "unknown", 0)
			case !p.Kind.Routed():
				c.add(at+"agency", "part_not_feedback", 0)
			default:
				p.Agency, p.Scope = heir, ref.Tree.Path(heir)
			}
		}
		p.NameInTitle, p.NameInBody = senderSpans(p.Title, who), senderSpans(p.Body, who)
		f.partDue(&p, ref, now)
		made, more = append(made, p), more+p.Body
	}
	if err := Invalid(c); err != nil {
		return nil, err
	}
	if why := f.WhyNot(ActSplit); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	if err := f.room(more); err != nil {
		return nil, err
	}
	if err := f.enter(ActSplit); err != nil {
		return nil, err
	}
	f.Parts = append(f.Parts, made...)
	work := f.record(Event{Event: ActSplit, Agency: f.Agency, Remark: strconv.Itoa(len(made))}, by, now)
	return append(work, NewWork(WorkSplit, f.ID, now, nil)), nil
}

// partDue counts when a part is due: by the rule that reaches it, from when the letter was
// received, or from its reopening, a complaint or denunciation that nobody saw in it from now on.
// Whose it is is to be found out from now on.
func (f *Feedback) partDue(p *Part, ref *Reference, now time.Time) {
	g := &Feedback{Kind: p.Kind, Field: p.Field, Regime: f.Regime, Agency: p.Agency, Scope: p.Scope, Status: Received}
	received := f.receivedAt()
	g.StartClock(ref.Rules, received)
	if rule, start, found := f.acceptedFrom(g.matter(ref.Tree), ref.Rules, now); found {
		g.countFrom(rule, ref.Rules, start, &received)
	}
	g.arrive(now)
	g.RunClock(ref.Rules, ref.Tree, now)
	p.Due, p.Undated, p.Sorting = g.Due, g.Undated, g.Sorting
}

// says reports whether every line of a text is in the letter, word for word: an officer
// picks matters out and puts no words into a sender's mouth.
func (f *Feedback) says(text string) bool {
	letter := strings.Join(strings.Fields(f.Body), " ")
	for line := range strings.Lines(text) {
		if !strings.Contains(letter, strings.Join(strings.Fields(line), " ")) {
			return false
		}
	}
	return true
}

// Part returns the part with that ID; ErrNotFound when there is none.
func (f *Feedback) Part(id string) (*Part, error) {
	for i := range f.Parts {
		if f.Parts[i].ID == id {
			return &f.Parts[i], nil
		}
	}
	return nil, ErrNotFound
}

// MakePart returns the case that a part of the letter is to be, with the work that follows.
// It counts as received when the letter was.
func (f *Feedback) MakePart(p Part, now time.Time) (*Feedback, []Work) {
	g := &Feedback{
		ID: p.ID, Code: p.Code, SenderID: f.SenderID, SenderName: f.SenderName, Title: p.Title, Body: p.Body, OwnInTitle: p.NameInTitle, OwnInBody: p.NameInBody,
		Kind: p.Kind, Source: f.Source, Status: Received, Province: f.Province, Commune: f.Commune, Place: f.Place, Field: p.Field,
		Agency: p.Agency, Scope: p.Scope, PublishName: f.PublishName, Private: f.Private, Uploads: p.Uploads,
		PartOf: &Origin{ID: f.ID, Code: f.Code, At: p.At}, CreatedAt: f.CreatedAt, UpdatedAt: p.At, Version: 1,
		Regime: f.Regime, Due: p.Due, Undated: p.Undated, Sorting: p.Sorting, ClockOf: p.Agency,
	}
	if g.Agency != "" {
		g.Status = Assigned
	}
	g.Decisions = f.decisionsFor(g)
	g.Timeline = []Event{{At: f.CreatedAt, Event: ActReceive, Actor: f.Timeline[0].Actor, Version: 1},
		{At: p.At, Event: ActPart, Actor: p.By.ID, Agency: p.Agency, Case: f.Code, Version: 1}}
	work := []Work{NewWork(WorkIndex, g.ID, now, nil)}
	if g.Agency == "" && g.Kind.Routed() {
		work = append(work, NewWork(WorkRoute, g.ID, now, nil))
	}
	return g, append(work, NewWork(WorkAudit, g.ID, now, AuditData(p.By, ActPart, g.ID, p.Agency, f.Code, now)))
}

// PartMade notes that a part is there under a tracking code, and lets go of what making it took.
func (f *Feedback) PartMade(id, code string) {
	if p, err := f.Part(id); err == nil && !p.Made {
		*p = Part{ID: p.ID, Split: p.Split, Code: code, Title: p.Title, Agency: p.Agency, At: p.At, By: p.By, Made: true, Undo: p.Undo, Uploads: p.Uploads}
	}
}

// RecodePart draws another tracking code for a part whose code somebody else has.
func (f *Feedback) RecodePart(id string) {
	if p, err := f.Part(id); err == nil && !p.Made {
		p.Code = NewCode()
	}
}

// Untouched reports whether nobody has worked on a part since it was split off; what the
// program did by itself does not count.
func (f *Feedback) Untouched() bool {
	return f.PartOf != nil && !slices.ContainsFunc(f.Timeline[min(2, len(f.Timeline)):], func(e Event) bool { return e.Actor != "" })
}

// Unsplit takes back the newest splitting, within UndoTime. Stored work takes the parts
// back one by one (TakeBack); one that somebody works on meanwhile stays.
func (f *Feedback) Unsplit(by Actor, now time.Time) ([]Work, error) {
	if why := f.whyNotUnsplit(now); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	if err := f.enter(ActUnsplit); err != nil {
		return nil, err
	}
	newest := f.Parts[len(f.Parts)-1].Split
	for i := range f.Parts {
		if f.Parts[i].Split == newest {
			f.Parts[i].Undo = true
		}
	}
	work := f.record(Event{Event: ActUnsplit, Agency: f.Agency}, by, now)
	return append(work, NewWork(WorkSplit, f.ID, now, nil)), nil
}

func (f *Feedback) whyNotUnsplit(now time.Time) string {
	switch {
	case len(f.Parts) == 0 || f.Parts[len(f.Parts)-1].Undo:
		return "not_split"
	case now.Sub(f.Parts[len(f.Parts)-1].At) > UndoTime:
		return "undo_too_late"
	case !f.Can(ActUnsplit):
		return whyNot(ActUnsplit, f.Status)
	}
	return ""
}

// MayUnsplit reports whether the newest splitting can be undone now, as far as the letter
// itself tells.
func (f *Feedback) MayUnsplit(now time.Time) bool { return f.whyNotUnsplit(now) == "" }

// NewestParts are the parts that Unsplit would take back.
func (f *Feedback) NewestParts() (out []Part) {
	for _, p := range f.Parts {
		if p.Split == f.Parts[len(f.Parts)-1].Split {
			out = append(out, p)
		}
	}
	return out
}

// TakeBack ends a part: its matter is the letter's again. KindWrongState when somebody has
// worked on it. When it was taken back before nothing happens.
func (f *Feedback) TakeBack(by Actor, now time.Time) ([]Work, error) {
	if f.PartOf == nil || f.PartOf.Undone {
		return nil, nil
	}
	if !f.Untouched() || !f.Status.Open() {
		return nil, Fail(KindWrongState, "part_worked_on")
	}
	f.PartOf.Undone = true
	f.Merged = &Merge{ID: DeriveID("taken back", f.ID), Into: f.PartOf.ID, Code: f.PartOf.Code, At: now, By: by.ID, Was: f.Status}
	f.Status = Merged
	return f.record(Event{Event: ActRejoin, Agency: f.Agency, Case: f.PartOf.Code}, by, now), nil
}

// PartGone forgets a part that was taken back, or keeps one that somebody works on.
func (f *Feedback) PartGone(id string, taken bool) {
	switch p, err := f.Part(id); {
	case err != nil:
	case taken:
		f.Parts = slices.DeleteFunc(f.Parts, func(p Part) bool { return p.ID == id })
	default:
		p.Undo = false
	}
}
