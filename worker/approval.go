package worker

import (
	"context"
	"errors"
	"slices"
	"time"

	"kiennghi/models"
	"kiennghi/notify"
)

// askApprovers tells the approvers of an agency in the console that a reply, or a request
// for more time, waits for one of them: in office hours, and only while it does.
func (w *Worker) askApprovers(ctx context.Context, x *models.Work) error {
	at, err := time.Parse(time.RFC3339Nano, x.Data["at"])
	if err != nil {
		return permanent("the time cannot be read")
	}
	f, err := w.o.Store.Feedback(ctx, x.Data["feedback"])
	if errors.Is(err, models.ErrNotFound) {
		return errExpired
	}
	if err != nil {
		return err
	}
	event := models.Action(x.Data["event"])
	waits, not := f.Awaits(event, at)
	if !waits {
		return errExpired
	}
	if err := w.inOfficeHours(f.Agency); err != nil {
		return err
	}
	n := models.Notification{FeedbackID: f.ID, Code: f.Code, Event: event, At: x.CreatedAt}
	if f.Due != nil {
		n.DueAt = &f.Due.At
	}
	var failed error
	err = w.eachMember(ctx, f.Agency, func(m models.Staff) {
		if failed != nil || !m.May(models.ActApprove) || slices.Contains(not, m.ID) {
			return
		}
		n.ID, n.Account = models.DeriveID(x.ID, m.ID), m.ID
		failed = w.o.Store.AddNotification(ctx, &n)
	})
	return errors.Join(err, failed)
}

// inOfficeHours answers nil while the agency's office is open, or its calendar is not known;
// else what makes work wait until it is.
func (w *Worker) inOfficeHours(agency string) error {
	now := w.o.Now()
	if open, err := w.o.Rules.NextOpen(agency, now); err == nil && open.After(now) {
		return &notify.RetryError{After: open.Sub(now), Cause: errClosed}
	}
	return nil
}

// eachMember calls do for every member of an agency, not of those beneath it.
func (w *Worker) eachMember(ctx context.Context, agency string, do func(models.Staff)) error {
	for next := ""; agency != ""; {
		page, err := w.o.Store.ListStaff(ctx, agency, 100, next)
		if err != nil {
			return err
		}
		for _, m := range page.Items {
			do(m)
		}
		if next = page.Next; next == "" {
			return nil
		}
	}
	return nil
}
