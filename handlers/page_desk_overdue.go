package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/web"
)

// overduePage shows where cases are late: an agency, those beneath it, and the cases.
func (s *server) overduePage(c *fiber.Ctx) error {
	p, err := s.overdueList(c, c.Query("agency"), c.Query("told") != "", c.Query("next"))
	if err != nil {
		return err
	}
	return s.show(c, p)
}

func overduePath(agency string, told bool, next string) string {
	q := url.Values{}
	for name, value := range map[string]string{"agency": agency, "next": next} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if told {
		q.Set("told", "1")
	}
	if len(q) == 0 {
		return "/console/overdue"
	}
	return "/console/overdue?" + q.Encode()
}

func (s *server) overdueList(c *fiber.Ctx, agency string, told bool, next string) (*web.Overdue, error) {
	ctx := c.UserContext()
	me := of(ctx).Staff
	agency = cmp.Or(agency, me.Agency)
	own, beneath, err := s.overdueOf(ctx, agency)
	if err != nil {
		return nil, err
	}
	p := &web.Overdue{Frame: s.frame(c, "overdue.title", "/console/overdue"), Agency: agency, Own: agency == me.Agency,
		Late: own.overdue, Soon: max(own.soon, 0), Told: told, MayNudge: me.May(models.ActNudge),
		Everywhere: overduePath(agency, false, ""), ReportedHere: overduePath(agency, true, "")}
	p.AgencyName = s.agencyName(agency, p.Lang)
	p.Path = overduePath(agency, told, next)
	if p.MayNudge {
		p.Between = betweenPath(agency, 0)
	}
	if p.MayWrite = p.MayNudge && s.mayUrge(ctx, agency); p.MayWrite {
		if p.Letters, err = s.letters(ctx, me.Agency, agency); err != nil {
			return nil, err
		}
		p.LastLetter = letterPath(agency, p.Letters)
	}
	if len(s.Ref.Tree.Path(agency)) > 1 {
		p.LettersTo = lettersOf(agency, "")
	}
	if next != "" {
		p.First = overduePath(agency, told, "")
	}
	for _, code := range s.Ref.Tree.Path(agency)[1:] {
		if !s.within(ctx, code) {
			break
		}
		p.Above = append([]web.AgencyLink{{Name: s.agencyName(code, p.Lang), Path: overduePath(code, false, "")}}, p.Above...)
	}
	for _, o := range beneath {
		p.Beneath = append(p.Beneath, web.OverdueRow{Name: s.agencyName(o.agency, p.Lang), Path: overduePath(o.agency, false, ""), Late: o.overdue, Soon: max(o.soon, 0)})
	}
	q := store.FeedbackQuery{Scope: agency, OverdueAt: s.Now(), Sort: store.ByDue, Escalated: agency}
	counts, err := s.countByStatus(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, n := range counts {
		p.ToldCount += n
	}
	if !told {
		q.Escalated = ""
	}
	q.Next = next
	page, err := s.Store.ListFeedback(ctx, q)
	if err != nil {
		return nil, err
	}
	if page.Next != "" {
		p.Next = overduePath(agency, told, page.Next)
	}
	p.Cases, err = s.lateCases(ctx, page.Items)
	return p, err
}

// lateCases are rows with what was done about the delay. A page of them is read whole.
func (s *server) lateCases(ctx context.Context, rows []models.Summary) ([]web.LateCase, error) {
	var out []web.LateCase
	for _, row := range rows {
		f, err := s.Store.Feedback(ctx, row.ID)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if of(ctx).Staff.MayOn(models.ActView, f) != nil { // it changed meanwhile
			continue
		}
		x := web.LateCase{Nudged: f.Nudged()}
		if next := f.ProgressDue(s.Ref.Rules, s.Now()); next != nil {
			x.Progress, x.ProgressLate = &next.At, s.Now().After(next.At)
		}
		if x.CaseRow, err = s.caseRow(ctx, f.Summary(), f.SortBy(), of(ctx).Lang); err != nil {
			return nil, err
		}
		x.Told, x.Above = s.agencyName(f.Escalated, of(ctx).Lang), s.agencyName(f.NextAbove(s.Ref.Tree), of(ctx).Lang)
		for _, step := range caseSteps(s.ladderOf(f), of(ctx).Lang) {
			switch {
			case step.Taken && !step.Skipped:
				x.Step, x.StepAt = step.Name, step.At
			case !step.Taken && x.Next == "":
				x.Next, x.NextAt = step.Name, step.At
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// nudgePage urges whoever has the chosen cases.
func (s *server) nudgePage(c *fiber.Ctx) error {
	return s.urge(c, models.ActNudge, "said.nudged", func(ctx context.Context, id, seen, text string) error {
		now := s.Now()
		_, err := s.deskUpdate(ctx, id, seen, models.ActNudge, never, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
			return f.Nudge(by, text, now)
		})
		return err
	})
}

// escalatePage reports the chosen cases to the agencies above.
func (s *server) escalatePage(c *fiber.Ctx) error {
	return s.urge(c, models.ActEscalate, "said.escalated", func(ctx context.Context, id, seen, text string) error {
		now := s.Now()
		_, err := s.deskUpdate(ctx, id, seen, models.ActEscalate, never, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
			return f.Escalate(by, text, s.Ref.Tree, now)
		})
		return err
	})
}

// urge does one thing to each chosen case, "CODE VERSION" as the page had it. Those that it
// could not be done to stay chosen, with what was typed, and it says why.
func (s *server) urge(c *fiber.Ctx, a models.Action, said string, do func(ctx context.Context, id, seen, text string) error) error {
	ctx, text := c.UserContext(), typed(c, "note")
	chosen := c.Context().PostArgs().PeekMulti("case")
	back := ownPath(typedLine(c, "back"), "/console/overdue")
	var wrong []models.FieldError
	if len(chosen) == 0 || len(chosen) > 100 {
		wrong = append(wrong, models.FieldError{Field: "case", Code: "choose_cases"})
	}
	if n := models.Length(text); n > models.MaxReason {
		wrong = append(wrong, models.FieldError{Field: "note", Code: "too_long", Limit: models.MaxReason})
	} else if n == 0 && a == models.ActEscalate {
		wrong = append(wrong, models.FieldError{Field: "note", Code: "required"})
	}
	err := models.Invalid(wrong)
	var tries []web.Try
	var left []string
	for _, x := range chosen {
		code, version, _ := strings.Cut(string(x), " ")
		if err != nil {
			left = append(left, code)
			continue
		}
		f, failed := s.visibleCase(ctx, code)
		if failed == nil {
			failed = do(ctx, f.ID, version, text)
			if errors.Is(failed, models.ErrConflict) {
				if f, again := s.Store.Feedback(ctx, f.ID); again == nil && didIt(f, of(ctx).Account, version, a) { // pressed twice
					failed = nil
				}
			}
		}
		if failed == nil {
			continue
		}
		kind, why, _ := classify(failed)
		if kind == models.KindInternal || kind == models.KindUnavailable {
			return failed
		}
		left = append(left, code)
		tries = append(tries, web.Try{Code: code, Text: s.explain(of(ctx).Lang, kind, why, failed)})
	}
	if err == nil && len(tries) == 0 {
		return s.goTo(c, back, said)
	}
	q := url.Values{}
	if u, bad := url.Parse(back); bad == nil {
		q = u.Query()
	}
	p, failed := s.overdueList(c, q.Get("agency"), q.Get("told") != "", q.Get("next"))
	if failed != nil {
		return failed
	}
	p.Note, p.Tries = text, tries
	for i := range p.Cases {
		p.Cases[i].Checked = slices.Contains(left, p.Cases[i].Code)
	}
	if err == nil {
		return s.showAs(c, fiber.StatusConflict, p)
	}
	return s.showAgain(c, err, p)
}
