package worker

import (
	"context"
	"slices"
	"time"

	"kiennghi/models"
)

// tell tells staff that something waits for them, if it still does: a reply or a request for
// more time for an approver, what the sender or an asked agency wrote for who has the case, what
// is asked of an agency for those who contribute for it, a letter for who answers for the agency
// that it urges. It is a line in the console, which rings nowhere: it is there at once, also
// outside office hours.
func (w *Worker) tell(ctx context.Context, x *models.Work) error {
	if x.Data["letter"] != "" {
		return w.tellLetter(ctx, x)
	}
	event := models.Action(x.Data["event"])
	if !models.Tells(event) { // another version of the program that runs beside this one does
		return models.Fail(models.KindUnsupported, "event")
	}
	at, err := time.Parse(time.RFC3339Nano, x.Data["at"])
	if err != nil {
		return permanent("the time cannot be read")
	}
	f, err := w.stillThere(ctx, x)
	if err != nil {
		return err
	}
	waits, not := f.Awaits(event, x.Data["task"], at)
	if !waits {
		return errExpired
	}
	tree, _, err := w.tree(ctx)
	if err != nil {
		return err
	}
	var people []models.Staff
	if event != models.ActCoordinate {
		if people, _, err = w.reminded(ctx, f, x, tree); err != nil {
			return err
		}
	}
	due := f.Summary().DueAt
	if t, err := f.Task(x.Data["task"]); err == nil {
		due = t.DueAt
		if event == models.ActCoordinate || event == models.ActRemindTask {
			asked, err := w.membersOf(ctx, t.Agency, func(m *models.Staff) bool { return m.May(models.ActReturnTask) })
			if err != nil {
				return err
			}
			people = append(people, asked...)
		}
	}
	people = slices.DeleteFunc(people, func(p models.Staff) bool { return slices.Contains(not, p.ID) })
	return w.addLines(ctx, x.ID, people, models.Notification{FeedbackID: f.ID, Code: f.Code, Event: event, DueAt: due, At: x.CreatedAt})
}

// tellLetter tells those of the agency that an urging letter is for, and of the one above it.
func (w *Worker) tellLetter(ctx context.Context, x *models.Work) error {
	ref, ok := models.ParseLetterRef(x.Data["letter"])
	if !ok {
		return permanent("the letter cannot be read")
	}
	tree, _, err := w.tree(ctx)
	if err != nil {
		return err
	}
	for agency, roles := range ref.Told(tree) {
		people, err := w.membersOf(ctx, agency, func(m *models.Staff) bool { return m.Holds(roles) })
		if err != nil {
			return err
		}
		if err := w.addLines(ctx, x.ID, people, models.Notification{Event: models.ActLetter, Letter: ref.String(), At: x.CreatedAt}); err != nil {
			return err
		}
	}
	return nil
}
