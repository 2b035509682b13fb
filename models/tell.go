package models

import (
	"slices"
	"time"
)

// tellStaff is the work that tells those of a rung in the case's agency of something that
// happened then and waits for them.
func (f *Feedback) tellStaff(a Action, to Rung, now time.Time) Work {
	return NewWork(WorkTell, f.ID, now, map[string]string{"feedback": f.ID, "event": string(a), "to": string(to), "at": Moment(now).Format(time.RFC3339Nano)})
}

// Awaits reports whether what happened then still waits for staff, and nothing of the kind
// happened since; and who needs no telling, because they asked for it or wrote some of it.
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
	case ActMessage:
		return f.Can(ActMessage), nil
	case ActReopen:
		return f.Status.Open(), nil
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
