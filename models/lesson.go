package models

import (
	"slices"
	"time"
)

// Routing learns from what officers decide. No example is stored: the case is the example.
// The store keeps an index of the cases that teach (Feedback.TeachesAt, derived from the
// record with every write), and their text is read, masked, at the moment of training. So
// there is one example for each case, the last decision counts, and whatever happens to the
// case or to its sender happens to the example: one that was withdrawn, merged or turns out
// to accuse somebody teaches nothing any more, and nothing that could be read back, not
// even a hash, lies about beside the record that is sealed and severed. A change of how
// texts become features needs no examples of old.

// How much an example counts beside one of the corpus, which counts 1.
const (
	weightAccepted  = 1.0 // an officer did as the program suggested
	weightCorrected = 3.0 // an officer decided otherwise: at once, by forwarding it, or after it came back
	weightReturned  = 1.0 // it came back, and nobody has decided since: whose it is not
)

// Lesson is what a case teaches routing.
type Lesson struct {
	Example
	At        time.Time // of the decision
	Wanted    string    // the very agency that it is for; with Not, that it is not for
	Corrected bool      // not the one that the program suggested, or not at once
}

// TeachesAt is when an officer last decided whose business the case is, or is not: it came back
// and waits. nil when it teaches routing nothing: nobody decided, it ended without an answer or
// in another case, it holds several matters, its sender wants it private, or it came as
// something that accuses somebody. What the program alone decided teaches it nothing: it
// would confirm itself.
func (f *Feedback) TeachesAt() *time.Time {
	back := f.cameBack()
	switch {
	case !f.Kind.Routed(), f.Private, f.Agency == "" && back == nil, f.Merged != nil, len(f.Parts) > 0:
		return nil
	case back == nil && f.Status != Assigned && f.Status != InProgress && f.Status != NeedsInfo && f.Status != Answered && f.Status != Closed:
		return nil
	case f.Original != nil && f.Original.Kind.Confidential():
		return nil
	}
	if back != nil {
		at := back.At
		return &at
	}
	for i := len(f.Corrections) - 1; i >= 0; i-- {
		if c := &f.Corrections[i]; c.To != "" {
			at := c.At
			return &at
		}
	}
	return nil
}

// cameBack returns how the case came back to those who hand out, where it is now; else nil.
func (f *Feedback) cameBack() *Correction {
	n := len(f.Corrections)
	if n == 0 || f.Agency != "" || f.Status != Received || f.Corrections[n-1].To != "" || f.Corrections[n-1].From == "" {
		return nil
	}
	return &f.Corrections[n-1]
}

// Lesson returns what the case teaches, without personal data; false when that is nothing,
// also because it was ever taken for something that accuses somebody. Its family is made of
// its title, so that letters that many sent alike are never on both sides of HeldBack.
func (f *Feedback) Lesson(tree *Tree) (Lesson, bool) {
	at, code := f.TeachesAt(), f.Agency
	back := f.cameBack()
	if back != nil {
		code = back.From
	}
	a, known := tree.Get(code)
	accused := slices.ContainsFunc(f.Timeline, func(e Event) bool { return e.Event == ActClassify && Kind(e.Remark).Confidential() })
	if at == nil || !known || accused {
		return Lesson{}, false
	}
	title, body, _ := f.Masked()
	l := Lesson{At: *at, Wanted: code, Corrected: true, Example: Example{
		Family: "case-" + Hash(Words(title)...), Text: withoutName(title, f.SenderName) + "\n" + withoutName(body, f.SenderName),
		Agency: a.Code, Level: Central, Province: f.Province, Commune: f.Commune, Weight: weightCorrected,
	}}
	if len(f.Suggestions) > 0 && tree.Heir(f.Suggestions[0].Agency) == f.Agency && !slices.ContainsFunc(f.Corrections, func(c Correction) bool { return c.To == "" }) {
		l.Weight, l.Corrected = weightAccepted, false
	}
	if back != nil {
		l.Weight, l.Not = weightReturned, true
	}
	switch {
	case a.Template != "":
		l.Agency, l.Level, l.Province, l.Commune = a.Template, a.Scale(), a.Province, a.Commune
	case !a.Central():
		return Lesson{}, false // a local one of its own kind: there is nothing like it elsewhere
	}
	if l.Not {
		l.Level, l.Field = "", ""
		return l, true
	}
	// What the program filled in teaches nothing either.
	if f.Original == nil || f.count(ActClassify) > 0 {
		l.Field = f.Field
	}
	if f.Kind == Question && f.count(ActClassify) > 0 {
		l.Kind = string(f.Kind)
	}
	return l, true
}

// withoutName masks the name that a sender wants published, which is not masked elsewhere.
func withoutName(text, name string) string {
	if name == "" {
		return text
	}
	return maskSpans(text, senderSpans(text, Sender{Name: name}))
}

// MayTeach reports whether the person's cases may teach routing: not once the identity is
// severed or restricted, or consent was withdrawn.
func (p *Person) MayTeach() bool {
	return p.SeveredAt == nil && p.RestrictedAt == nil && !p.Withdrew()
}
