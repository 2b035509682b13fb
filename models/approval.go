package models

import (
	"slices"
	"time"
)

// approval is the work that tells the approvers of the case's agency that something was put
// before them at that time.
func (f *Feedback) approval(a Action, now time.Time) Work {
	return NewWork(WorkApproval, f.ID, now, map[string]string{"feedback": f.ID, "event": string(a), "at": Moment(now).Format(time.RFC3339Nano)})
}

// Awaits reports whether what was put before approvers by an action of that time still waits
// for one, and nothing of the kind was since; and who may not decide on it, because they
// asked for it or wrote some of it.
func (f *Feedback) Awaits(a Action, at time.Time) (waits bool, not []string) {
	var last *Event
	for i := range f.Timeline {
		if f.Timeline[i].Event == a {
			last = &f.Timeline[i]
		}
	}
	if last == nil || !Moment(last.At).Equal(at) {
		return false, nil
	}
	switch a {
	case ActAskExtension:
		return f.WhyNot(ActDenyExtension) == "", []string{last.Actor}
	case ActSubmit:
		i := slices.IndexFunc(f.Replies, func(r Reply) bool { return r.Status == ReplySubmitted })
		if i < 0 || !f.Can(ActApprove) {
			return false, nil
		}
		return true, append([]string{f.Replies[i].Author}, f.Replies[i].PastAuthors...)
	}
	return false, nil
}
