package worker

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/store"
)

// climb looks at the ladders that want it, each once, some at a time and fewer while the
// process is busy: after a night without the program there are thousands. Several processes
// may: whoever writes the step into the case first has taken it.
func (w *Worker) climb(ctx context.Context) {
	asking, enough := context.WithTimeout(ctx, asking)
	tree, _, err := w.tree(asking)
	enough()
	if err != nil {
		return // claiming work says so
	}
	now := w.o.Now()
	err = store.EachOn(func(next string) (store.Page[string], error) { return w.o.Store.ToLookAt(ctx, now, w.yield(ctx), next) }, func(id string) error {
		err := w.climbOne(ctx, id, tree, now)
		var unknown *models.NoCalendarError
		if errors.As(err, &unknown) { // nobody is reminded by a guess
			w.o.Log.Error("nobody can be reminded of a case: add the calendar of the year", "case", id, "year", unknown.Year)
			return nil
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		w.o.Log.Warn("ladders of reminders are left for later", "reason", reason(err))
	}
}

func (w *Worker) climbOne(ctx context.Context, id string, tree *models.Tree, now time.Time) error {
	told := false
	err := w.changeOne(ctx, id, func(f *models.Feedback) ([]models.Work, error) {
		changed, work, err := f.Climb(w.o.Ladders, w.o.Rules, tree, now)
		if err == nil && !changed {
			err = errNothingToDo
		}
		told = len(work) > 0
		return work, err
	})
	if told && err == nil {
		w.Wake()
	}
	return err
}

// remind tells the staff of a step of the ladder in the console, and agencies by mail. A case
// whose clock was moved or has ended meanwhile is nothing to remind of, and outside office
// hours it waits.
func (w *Worker) remind(ctx context.Context, x *models.Work) error {
	due, err := time.Parse(time.RFC3339Nano, x.Data["due"])
	if err != nil {
		return permanent("the due time cannot be read")
	}
	f, err := w.stillThere(ctx, x)
	if err != nil {
		return err
	}
	now := w.o.Now()
	if !f.Reminds(due, w.o.Rules, now) {
		return errExpired
	}
	if open, err := w.o.Rules.NextOpen(f.Agency, now); err == nil && open.After(now) {
		return &notify.RetryError{After: open.Sub(now), Cause: errClosed}
	}
	tree, _, err := w.tree(ctx)
	if err != nil {
		return err
	}
	people, agencies, err := w.reminded(ctx, f, x, tree)
	if err != nil {
		return err
	}
	line := models.Notification{FeedbackID: f.ID, Code: f.Code, Event: models.ActRemind, Step: x.Data["step"], DueAt: &due, At: x.CreatedAt}
	if err := w.addLines(ctx, x.ID, people, line); err != nil {
		return err
	}
	sent := newDone(x)
	title, body := notify.Reminder(f.Code, models.StepName(w.o.Ladders, x.Data["step"], "vi"), due)
	var failed []error
	for _, a := range agencies {
		if a.Email == "" || sent.has(a.Code) {
			continue
		}
		err := w.breakers[notify.Mail].send(ctx, notify.Message{Channel: notify.Mail, To: a.Email, Title: title, Body: body})[0]
		if err != nil && !errors.Is(err, notify.ErrGone) {
			failed = append(failed, err)
			continue
		}
		sent.add(a.Code)
	}
	return errors.Join(failed...)
}

// stillThere returns the case that staff are to be told of, errExpired when it is gone.
func (w *Worker) stillThere(ctx context.Context, x *models.Work) (*models.Feedback, error) {
	f, err := w.o.Store.Feedback(ctx, x.Data["feedback"])
	if errors.Is(err, models.ErrNotFound) {
		err = errExpired
	}
	return f, err
}

// errClosed says why a reminder waits.
var errClosed = errors.New("outside office hours")

// reminded are the members that the step tells, each once, and the agencies whose mailbox
// gets it: those whose head, or who as the one above, is told.
func (w *Worker) reminded(ctx context.Context, f *models.Feedback, x *models.Work, tree *models.Tree) ([]models.Staff, []models.Agency, error) {
	var out []models.Staff
	var written []models.Agency
	add := func(m models.Staff) {
		if !m.Disabled && !slices.ContainsFunc(out, func(o models.Staff) bool { return o.ID == m.ID }) {
			out = append(out, m)
		}
	}
	for rung := range strings.SplitSeq(x.Data["to"], ",") {
		agency, handler, roles := f.ReminderTo(models.Rung(rung), x.Data["task_force"], tree)
		if handler != "" {
			m, err := w.o.Store.Staff(ctx, handler)
			switch {
			case err == nil:
				add(*m)
			case !errors.Is(err, models.ErrNotFound):
				return nil, nil, err
			}
			continue
		}
		if r := models.Rung(rung); r == models.RungHead || r == models.RungAbove || r == models.RungTaskForce {
			a, ok := tree.Get(agency)
			if ok && !slices.ContainsFunc(written, func(o models.Agency) bool { return o.Code == agency }) {
				written = append(written, a)
			}
		}
		if agency == "" {
			continue
		}
		members, err := w.membersOf(ctx, agency, func(m *models.Staff) bool { return m.Holds(roles) })
		if err != nil {
			return nil, nil, err
		}
		for _, m := range members {
			add(m)
		}
	}
	return out, written, nil
}

// addLines puts a line into the console's list of each of these members: of one cause each gets
// one, however often this is done.
func (w *Worker) addLines(ctx context.Context, cause string, people []models.Staff, line models.Notification) error {
	for _, p := range people {
		n := line
		n.ID, n.Account = models.DeriveID(cause, p.ID), p.ID
		if err := w.o.Store.AddNotification(ctx, &n); err != nil {
			return err
		}
	}
	return nil
}

// membersOf returns the members of an agency that are wanted.
func (w *Worker) membersOf(ctx context.Context, agency string, wanted func(*models.Staff) bool) (out []models.Staff, err error) {
	err = store.EachOn(func(next string) (store.Page[models.Staff], error) {
		return w.o.Store.ListStaff(ctx, agency, 100, next)
	}, func(m models.Staff) error {
		if wanted(&m) {
			out = append(out, m)
		}
		return nil
	})
	return out, err
}
