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
// happened since; and who needs no telling, because they asked for it or wrote all that waits.
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
		for _, r := range f.Replies {
			if r.Status != ReplySubmitted {
				continue
			}
			wrote := append([]string{r.Author}, r.PastAuthors...)
			if waits { // another draft does too: that one may be for them
				wrote = slices.DeleteFunc(wrote, func(id string) bool { return !slices.Contains(not, id) })
			}
			waits, not = true, wrote
		}
		return waits && f.Can(ActApprove), not
	}
	return false, nil
}
