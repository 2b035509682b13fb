package worker

import (
	"context"
	"errors"
	"slices"
	"time"

	"kiennghi/models"
)

// askApprovers tells the approvers of an agency that a reply, or a request for more time,
// waits for one of them, if it still does. It is a line in the console, which rings nowhere:
// it is there at once, also outside office hours.
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
