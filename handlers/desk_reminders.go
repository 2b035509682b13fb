package handlers

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// DeskListReminders lists what the member was reminded of.
func (s *server) DeskListReminders(ctx context.Context, in api.DeskListRemindersRequestObject) (api.DeskListRemindersResponseObject, error) {
	list, err := s.reminders(ctx, limitOf(in.Params.Limit), value(in.Params.Next))
	return api.DeskListReminders200JSONResponse(list), err
}

// DeskReadReminder marks one as read; the first time counts.
func (s *server) DeskReadReminder(ctx context.Context, in api.DeskReadReminderRequestObject) (api.DeskReadReminderResponseObject, error) {
	return api.DeskReadReminder204Response{}, s.Store.ReadNotification(ctx, of(ctx).Account, in.ID, s.Now())
}

func (s *server) reminders(ctx context.Context, limit int, next string) (api.ReminderList, error) {
	r, list := of(ctx), api.ReminderList{Items: []api.Reminder{}}
	page, err := s.Store.ListNotifications(ctx, r.Account, limit, next)
	if err != nil {
		return list, err
	}
	for _, n := range page.Items {
		x := api.Reminder{ID: n.ID, At: n.At, Code: n.Code, Step: n.Step, DueAt: n.DueAt, ReadAt: n.ReadAt}
		switch l, ok := models.ParseLetterRef(n.Letter); {
		case ok:
			x.Step, x.Letter = string(n.Event), &api.LetterRef{From: *s.agencyRef(l.From), To: *s.agencyRef(l.To), Number: l.Number}
			x.Name = s.site.T(r.Lang, "reminders.letter", l.Number, s.agencyName(l.From, r.Lang), s.agencyName(l.To, r.Lang))
		case n.Event == models.ActRemind:
			x.Name = models.StepName(s.Ref.Ladders, n.Step, r.Lang)
		default: // something waits
			x.Step, x.Name = string(n.Event), s.site.T(r.Lang, "reminders."+string(n.Event))
		}
		list.Items = append(list.Items, x)
	}
	list.Next = optional(page.Next)
	list.Unread, err = s.unread(ctx, r.Account)
	return list, err
}

const remindersPath = "/console/reminders"

// remindersPage shows what the member was reminded of.
func (s *server) remindersPage(c *fiber.Ctx) error {
	next := c.Query("next")
	list, err := s.reminders(c.UserContext(), inboxRows, next)
	if err != nil {
		return err
	}
	p := &web.Reminders{Frame: s.frame(c, "reminders.title", remindersPath), Unread: list.Unread}
	for _, x := range list.Items {
		path := casePath(x.Code)
		switch {
		case x.Letter != nil:
			path = readPath(models.LetterRef{From: x.Letter.From.Code, To: x.Letter.To.Code, Number: x.Letter.Number})
		case x.Code == "":
			path = privacyPath
		}
		p.Rows = append(p.Rows, web.ReminderRow{Code: x.Code, Path: path, Name: x.Name, At: x.At, Due: x.DueAt, Unread: x.ReadAt == nil})
	}
	if next != "" {
		p.First = remindersPath
	}
	p.Next = nextPage(remindersPath, "next", value(list.Next))
	return s.show(c, p)
}

// readRemindersPage marks what the member was reminded of last as read.
func (s *server) readRemindersPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	list, err := s.reminders(ctx, 100, "")
	if err != nil {
		return err
	}
	for _, x := range list.Items {
		if x.ReadAt != nil {
			continue
		}
		if err := s.Store.ReadNotification(ctx, of(ctx).Account, x.ID, s.Now()); err != nil {
			return err
		}
	}
	return s.goTo(c, remindersPath, "said.read")
}

// ladderOf lists the steps of a case's ladder: those that were taken, and those to come while
// its clock runs. Without the calendar of a year there are none to show.
func (s *server) ladderOf(f *models.Feedback) []models.LadderStep {
	steps, err := f.Ladder(s.Ref.Ladders, s.Ref.Rules)
	if err != nil {
		return nil
	}
	var out []models.LadderStep
	for _, x := range steps {
		if x.Taken || f.Reminds(f.Due.At, s.Ref.Rules, s.Now()) {
			out = append(out, x)
		}
	}
	return out
}

// progressLadder lists the steps of the ladder of progress, see ladderOf.
func (s *server) progressLadder(f *models.Feedback) []models.LadderStep {
	steps, err := f.ProgressLadder(s.Ref.Ladders, s.Ref.Rules, s.Now())
	if err != nil {
		return nil
	}
	return steps
}

func ladderView(steps []models.LadderStep, lang string) []api.LadderStep {
	out := []api.LadderStep{}
	for _, x := range steps {
		v := api.LadderStep{Step: x.Key, Name: x.In(lang), At: x.At, State: "pending", To: []api.LadderStepTo{}}
		switch {
		case x.Skipped:
			v.State = "skipped"
		case x.Taken:
			v.State = "told"
		}
		for _, r := range x.To {
			v.To = append(v.To, api.LadderStepTo(r))
		}
		out = append(out, v)
	}
	return out
}

func caseSteps(steps []models.LadderStep, lang string) []web.CaseStep {
	var out []web.CaseStep
	for _, x := range steps {
		out = append(out, web.CaseStep{Name: x.In(lang), At: x.At, Taken: x.Taken, Skipped: x.Skipped})
	}
	return out
}
