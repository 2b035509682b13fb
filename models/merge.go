package models

import (
	"slices"
	"strconv"
	"time"
)

// UndoTime is how long merging and splitting can be undone.
const UndoTime = 24 * time.Hour

// MaxDuplicates is how many cases can be merged into one.
const MaxDuplicates = 200

// Merge is what a case says that was merged into another one, the main case.
type Merge struct {
	ID     string    `json:"id"`   // of this merging; the same two merged again have another
	Into   string    `json:"into"` // ID of the main case
	Code   string    `json:"code"` // tracking code of the main case
	At     time.Time `json:"at"`
	By     string    `json:"by"` // a Staff
	Reason string    `json:"reason"`
	Was    Status    `json:"was"` // what undoing brings back
	// Who had it, when the main case was another agency's: undoing gives it back to them.
	Agency string   `json:"agency,omitempty"`
	Scope  []string `json:"scope,omitempty"`
}

// Duplicate is what a main case says of one that is merged into it. What the duplicate
// itself says counts: while Pending is set nobody may rely on this.
type Duplicate struct {
	Merge   string    `json:"merge"` // ID of the merging
	ID      string    `json:"id"`
	Code    string    `json:"code"`
	Version int64     `json:"version"` // of the duplicate as the officer saw it
	At      time.Time `json:"at"`
	By      Actor     `json:"by"`
	Reason  string    `json:"reason"`
	Pending bool      `json:"pending,omitempty"`
}

// Two records cannot be changed in one write. Merging is steps that are each one write and
// may be done again: the main case reserves a place (Reserve), the duplicate joins it
// (Join), the main case confirms the place or gives it up (SettleDuplicate). Stored work
// goes on where a process ended. Nobody joins a case that has joined another, and a case
// with a place for others joins none: two that are merged into each other at once both
// stay as they are.

// NewDuplicate returns what merging the duplicate into a main case begins with. Cases of two
// agencies are merged by one that is above both, or is one of them and above the other; the
// duplicate then goes to the agency that has the main case.
func NewDuplicate(by Actor, dup, main *Feedback, reason string, now time.Time) (Duplicate, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return Duplicate{}, err
	}
	id := DeriveID("merge", dup.ID, main.ID, by.ID, Hash(reason, strconv.FormatInt(dup.Version, 10)))
	d := Duplicate{Merge: id, ID: dup.ID, Code: dup.Code, Version: dup.Version, At: now, By: by, Reason: reason, Pending: true}
	if _, err := main.Duplicate(id); err == nil {
		return d, nil // asked again
	}
	if dup.ID == main.ID {
		return d, Invalid([]FieldError{{Field: "into", Code: "same_case"}})
	}
	if !dup.withSame(main) && !(slices.Contains(dup.Scope, by.Agency) && slices.Contains(main.Scope, by.Agency)) {
		return d, Fail(KindWrongState, "merge_other_agency")
	}
	if why := dup.WhyNot(ActMerge); why != "" {
		return d, Fail(KindWrongState, why)
	}
	return d, main.takesDuplicate()
}

// withSame reports whether the same agency has both cases.
func (f *Feedback) withSame(other *Feedback) bool {
	return f.Agency == other.Agency && slices.Equal(f.Scope, other.Scope)
}

// takesDuplicate answers nil when others may be merged into the case.
func (f *Feedback) takesDuplicate() error {
	switch {
	case f.Status == Merged:
		return Fail(KindWrongState, "merge_main_merged")
	case !f.Status.Open():
		return Fail(KindWrongState, "merge_main_ended")
	case !f.Kind.Routed():
		return Fail(KindWrongState, "not_feedback")
	case len(f.Duplicates) >= MaxDuplicates:
		return Fail(KindWrongState, "too_many_duplicates")
	}
	return nil
}

// Duplicate returns the place of that merging; ErrNotFound when there is none.
func (f *Feedback) Duplicate(merge string) (*Duplicate, error) {
	for i := range f.Duplicates {
		if f.Duplicates[i].Merge == merge {
			return &f.Duplicates[i], nil
		}
	}
	return nil, ErrNotFound
}

// Reserve keeps a place for a duplicate in the main case, with the work that sees the
// merging through. Readers see nothing of it yet. A place that is there already stays.
func (f *Feedback) Reserve(d Duplicate) ([]Work, error) {
	if _, err := f.Duplicate(d.Merge); err == nil {
		return nil, nil
	}
	if err := f.takesDuplicate(); err != nil {
		return nil, err
	}
	if err := f.room(d.Reason); err != nil {
		return nil, err
	}
	f.Duplicates = append(f.Duplicates, d)
	return []Work{mergeWork(f.ID, f.ID, d.Merge, d.At)}, nil
}

// mergeWork brings the two cases of a merging to one state. owner is the case it is stored with.
func mergeWork(owner, main, merge string, now time.Time) Work {
	return NewWork(WorkMerge, owner, now, map[string]string{"main": main, "merge": merge})
}

// Join merges the case into a main case that has a place for it. When it did so before
// nothing happens. A case that changed since the officer saw it is KindWrongState.
func (f *Feedback) Join(main *Feedback, d Duplicate, now time.Time) ([]Work, error) {
	if f.Merged != nil && f.Merged.ID == d.Merge {
		return nil, nil
	}
	if f.Version != d.Version {
		return nil, Fail(KindWrongState, "merge_changed")
	}
	if why := f.WhyNot(ActMerge); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	was := f.Status
	if err := f.enter(ActMerge); err != nil {
		return nil, err
	}
	f.Merged = &Merge{ID: d.Merge, Into: main.ID, Code: main.Code, At: now, By: d.By.ID, Reason: d.Reason, Was: was}
	f.Proposed = nil
	if !f.withSame(main) {
		f.Merged.Agency, f.Merged.Scope = f.Agency, slices.Clone(f.Scope)
	}
	return f.record(Event{Event: ActMerge, Agency: f.Agency, Case: main.Code, Remark: d.Reason}, d.By, now), nil
}

// SettleDuplicate confirms the place of a duplicate that joined, and gives up that of one
// that did not, or left. A place that is gone, or confirmed already, stays as it is.
func (f *Feedback) SettleDuplicate(merge string, joined bool, now time.Time) []Work {
	d, err := f.Duplicate(merge)
	switch {
	case err != nil || joined && !d.Pending:
		return nil
	case joined:
		d.Pending = false
		work := f.record(Event{Event: ActAbsorb, Agency: f.Agency, Remark: d.Code + "\n" + d.Reason}, d.By, now)
		return append(work, f.passOn(*d, now)) // the case may have been answered or handed on in between
	}
	left := *d
	f.Duplicates = slices.DeleteFunc(f.Duplicates, func(d Duplicate) bool { return d.Merge == merge })
	if left.Pending {
		return nil
	}
	return f.record(Event{Event: ActRelease, Agency: f.Agency, Remark: left.Code}, Actor{}, now)
}

// Unmerge makes a merged case stand alone again as it was, with the agency that had it, within UndoTime and as long as
// the main case is not answered.
func (f *Feedback) Unmerge(by Actor, now time.Time) ([]Work, error) {
	if why := f.whyNotUnmerge(now); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	return f.leaveMain(by, now), nil
}

// whyNotUnmerge names why merging cannot be undone; empty: it can.
func (f *Feedback) whyNotUnmerge(now time.Time) string {
	switch {
	case f.Merged == nil:
		return "not_merged"
	case f.PartOf != nil && f.PartOf.Undone:
		return "split_undone"
	case f.Status == Answered || f.Status == Closed || f.Status == Refused:
		return "merge_answered"
	case f.Status != Merged:
		return whyNot(ActUnmerge, f.Status)
	case now.Sub(f.Merged.At) > UndoTime:
		return "undo_too_late"
	}
	return ""
}

// MayUnmerge reports whether merging can be undone now.
func (f *Feedback) MayUnmerge(now time.Time) bool { return f.whyNotUnmerge(now) == "" }

func (f *Feedback) leaveMain(by Actor, now time.Time) []Work {
	m := *f.Merged
	f.Status, f.Merged = m.Was, nil
	if m.Scope != nil && (f.Agency != m.Agency || !slices.Equal(f.Scope, m.Scope)) {
		f.leaveAgency(by, now)
		f.dropTasks(by, now)
		f.Agency, f.Scope = m.Agency, m.Scope
		f.arrive(now)
		if f.Status != NeedsInfo {
			f.Status = f.resume()
		}
	}
	work := f.record(Event{Event: ActUnmerge, Agency: f.Agency, Case: m.Code}, by, now)
	return append(work, mergeWork(f.ID, m.Into, m.ID, now))
}

// passedOn lists what of a main case happens to its duplicates as well.
var passedOn = []Action{ActAssign, ActForward, ActReturn, ActClassify, ActApprove, ActCorrect, ActRefuse, ActWithdraw, ActRedact}

// passOn brings a duplicate to what became of the main case.
func (f *Feedback) passOn(d Duplicate, now time.Time) Work {
	return NewWork(WorkFollow, f.ID, now, map[string]string{"merge": d.Merge})
}

// Follow lets a merged case share what became of its main case: another agency, refusal,
// the answer, its corrections, and what publishers hid of it later. A main case that was
// withdrawn or is no feedback lets it go. What was written to the sender of the main case is
// masked, by what is known of them too. It reports the IDs of the replies that have to be
// sealed, and the work. Doing it again changes nothing.
func (f *Feedback) Follow(main *Feedback, merge string, who Sender, now time.Time) ([]string, []Work) {
	if f.Merged == nil || f.Merged.ID != merge {
		return nil, nil
	}
	sent := main.SentReply()
	ended := main.Status == Answered || main.Status == Closed
	switch {
	case f.Status == Merged && (main.Status == Withdrawn || !main.Kind.Routed()):
		return nil, f.leaveMain(Actor{}, now)
	case f.Status == Merged && main.Status == Refused && main.Refusal != nil:
		refusal := *main.Refusal
		refusal.Direction = main.forOthers(refusal.Direction, nil, who)
		f.Status, f.Refusal = Refused, &refusal
		return nil, f.record(Event{Event: ActRefuse, Agency: f.Agency, Note: main.forOthers(main.lastNote(ActRefuse), nil, who)}, Actor{}, now)
	case f.Status == Merged && ended && sent != nil:
		work := f.moveWith(main, now)
		r := f.copyReply(sent, main, who, now)
		f.Status, f.AnsweredAt = Answered, &now
		return []string{r.ID}, append(work, f.record(Event{Event: ActApprove, Agency: r.Agency, Case: main.Code}, Actor{}, now)...)
	case f.Status == Merged:
		return nil, f.moveWith(main, now)
	case f.Status != Answered && f.Status != Closed:
		return nil, nil
	}
	sealed, work := f.hideWith(main, who, now)
	if ended && sent != nil && sent.Corrects != "" {
		if _, err := f.Reply(copiedID(merge, sent)); err != nil {
			r := f.copyReply(sent, main, who, now)
			r.Corrects, r.Reason = copiedID(merge, &Reply{ID: sent.Corrects}), main.forOthers(sent.Reason, nil, who)
			sealed = append(sealed, r.ID)
			work = append(work, f.record(Event{Event: ActCorrect, Agency: r.Agency, Note: r.Reason, Case: main.Code}, Actor{}, now)...)
		}
	}
	return sealed, work
}

// hideWith hides in the answers that came from the main case what was hidden there since.
func (f *Feedback) hideWith(main *Feedback, who Sender, now time.Time) (changed []string, work []Work) {
	for i := range main.Replies {
		from := &main.Replies[i]
		r, err := f.Reply(copiedID(f.Merged.ID, from))
		if err != nil {
			continue
		}
		body, reason := main.forOthers(from.Body, from.SenderIn, who), ""
		if r.Corrects != "" { // the first answer that came has no reason, also when it was a correction there
			reason = main.forOthers(from.Reason, nil, who)
		}
		if who == (Sender{}) { // nobody knows any more what of the sender was hidden here: that stays
			body, reason = maskSpans(r.Body, union(main.publisherSpans(r.Body))), maskSpans(r.Reason, union(main.publisherSpans(r.Reason)))
		}
		if r.Body == body && r.Reason == reason {
			continue
		}
		for k := range f.Timeline {
			if e := &f.Timeline[k]; e.Event == ActCorrect && e.Note == r.Reason {
				e.Note = reason
			}
		}
		r.Body, r.Reason, changed = body, reason, append(changed, r.ID)
	}
	if changed != nil {
		work = f.record(Event{Event: ActRedact, Agency: f.Agency, Case: main.Code}, Actor{}, now)
	}
	return changed, work
}

// moveWith goes to the agency that has the main case.
func (f *Feedback) moveWith(main *Feedback, now time.Time) []Work {
	if f.withSame(main) {
		return nil
	}
	from := f.Agency
	f.leaveAgency(Actor{}, now)
	f.dropTasks(Actor{}, now)
	f.Agency, f.Scope = main.Agency, slices.Clone(main.Scope)
	f.arrive(now)
	if f.Merged.Was != NeedsInfo {
		f.Merged.Was = f.resume()
	}
	if f.Agency == "" {
		return f.record(Event{Event: ActReturn, Agency: from, Case: main.Code}, Actor{}, now)
	}
	return f.record(Event{Event: ActForward, Agency: f.Agency, Case: main.Code}, Actor{}, now)
}

func copiedID(merge string, r *Reply) string { return DeriveID("merged reply", merge, r.ID) }

func (f *Feedback) copyReply(r *Reply, main *Feedback, who Sender, now time.Time) *Reply {
	f.Replies = append(f.Replies, Reply{ID: copiedID(f.Merged.ID, r), Status: ReplySent, Agency: r.Agency, Author: r.Author, PastAuthors: r.PastAuthors,
		Approver: r.Approver, Body: main.forOthers(r.Body, r.SenderIn, who), OfficialNumber: r.OfficialNumber, OfficialDate: r.OfficialDate, CreatedAt: now, SentAt: &now, Of: main.Code})
	return &f.Replies[len(f.Replies)-1]
}

// lastNote is what the sender was told when that happened last.
func (f *Feedback) lastNote(a Action) string {
	for i := len(f.Timeline) - 1; i >= 0; i-- {
		if f.Timeline[i].Event == a {
			return f.Timeline[i].Note
		}
	}
	return ""
}
