package models

import (
	"slices"
	"time"
)

// MaxLinks is how many cases a case can be linked with.
const MaxLinks = 50

// Link says that another case is related to this one. Both keep it; what the one with the
// smaller ID says counts, and stored work brings the other to it.
type Link struct {
	ID     string    `json:"id"`
	Code   string    `json:"code"`
	At     time.Time `json:"at"`
	By     Actor     `json:"by"`
	Reason string    `json:"reason,omitempty"`
}

// LinkTo returns the link with the case of that ID; ErrNotFound when there is none.
func (f *Feedback) LinkTo(id string) (*Link, error) {
	for i := range f.Links {
		if f.Links[i].ID == id {
			return &f.Links[i], nil
		}
	}
	return nil, ErrNotFound
}

// NewLink returns the link with another case.
func NewLink(by Actor, f, other *Feedback, reason string, now time.Time) (Link, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 0, MaxReason); err != nil {
		return Link{}, err
	}
	if f.ID == other.ID {
		return Link{}, Invalid([]FieldError{{Field: "code", Code: "same_case"}})
	}
	if f.Kind.Confidential() || other.Kind.Confidential() {
		return Link{}, Fail(KindWrongState, "not_feedback")
	}
	return Link{ID: other.ID, Code: other.Code, At: now, By: by, Reason: reason}, nil
}

// AddLink notes that another case is related, with the work that has the other say so too.
// One that is there already stays.
func (f *Feedback) AddLink(l Link, now time.Time) ([]Work, error) {
	if _, err := f.LinkTo(l.ID); err == nil {
		return nil, nil
	}
	if len(f.Links) >= MaxLinks {
		return nil, Fail(KindWrongState, "too_many_links")
	}
	if err := f.room(l.Reason); err != nil {
		return nil, err
	}
	if err := f.enter(ActLink); err != nil {
		return nil, err
	}
	f.Links = append(f.Links, l)
	work := f.record(Event{Event: ActLink, Case: l.Code, Remark: l.Reason, Private: true}, l.By, now)
	return append(work, linkWork(f.ID, l.ID, now)), nil
}

// RemoveLink takes back that another case is related. One that is gone already is no error.
func (f *Feedback) RemoveLink(by Actor, id string, now time.Time) []Work {
	l, err := f.LinkTo(id)
	if err != nil {
		return nil
	}
	code := l.Code
	f.Links = slices.DeleteFunc(f.Links, func(l Link) bool { return l.ID == id })
	work := f.record(Event{Event: ActUnlink, Case: code, Private: true}, by, now)
	return append(work, linkWork(f.ID, id, now))
}

func linkWork(owner, other string, now time.Time) Work {
	return NewWork(WorkLink, owner, now, map[string]string{"other": other})
}

// MirrorLink brings what the case says of its link with first, whose ID is smaller, to what
// first says. Nil: it says so already.
func (f *Feedback) MirrorLink(first *Feedback, now time.Time) []Work {
	theirs, err := first.LinkTo(f.ID)
	mine, missing := f.LinkTo(first.ID)
	switch {
	case err != nil && missing == nil:
		f.Links = slices.DeleteFunc(f.Links, func(l Link) bool { return l.ID == first.ID })
		return f.record(Event{Event: ActUnlink, Case: first.Code, Private: true}, Actor{}, now)
	case err == nil && missing != nil:
		f.Links = append(f.Links, Link{ID: first.ID, Code: first.Code, At: theirs.At, By: theirs.By, Reason: theirs.Reason})
		return f.record(Event{Event: ActLink, Case: first.Code, Remark: theirs.Reason, Private: true}, Actor{}, now)
	case err == nil && mine.Reason != theirs.Reason:
		mine.At, mine.By, mine.Reason = theirs.At, theirs.By, theirs.Reason
		return []Work{}
	}
	return nil
}
