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

// tellTask is the work that tells of what became of a task: the agency that is asked, or those
// who have the case.
func (f *Feedback) tellTask(a Action, t *Task, now time.Time) Work {
	w := f.tellStaff(a, RungHandler, now)
	w.Data["task"] = t.ID
	return w
}

// Tells reports whether staff are told of such events: another version of the program may tell
// them of more.
func Tells(a Action) bool {
	return slices.Contains([]Action{ActMessage, ActReopen, ActRemindProgress, ActCoordinate, ActRemindTask, ActContribute, ActReturnTask, ActAskExtension, ActSubmit, ActProposeMerge}, a)
}

// Awaits reports whether what happened then, to that task or else to the case, still waits for
// staff, and nothing of the kind happened since; and who needs no telling, because they asked for
// it or wrote all that waits.
func (f *Feedback) Awaits(a Action, task string, at time.Time) (waits bool, not []string) {
	t, _ := f.Task(task)
	var last *Event
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.Event == a && (t == nil || e.Agency == t.Agency) {
			last = e
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
	case ActRemindProgress:
		return f.Status.Open() && f.PausedAt == nil && f.last(ActProgress).Before(at), nil
	case ActCoordinate, ActRemindTask:
		return t != nil && t.Status == TaskOpen && f.Status.Open(), nil
	case ActContribute, ActReturnTask:
		return t != nil && t.Status != TaskCancelled && f.Status.Open(), nil
	case ActAskExtension:
		return f.WhyNot(ActDenyExtension) == "", []string{last.Actor}
	case ActProposeMerge:
		return f.WhyNot(ActDeclineMerge) == "", []string{last.Actor}
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
