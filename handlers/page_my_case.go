package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// myCasePage shows one case to its sender.
func (s *server) myCasePage(c *fiber.Ctx) error {
	p, err := s.myCase(c)
	if err != nil {
		return err
	}
	if c.Method() == fiber.MethodGet {
		if p.Newest, err = s.seen(c.UserContext(), p.Code); err != nil {
			return err
		}
	}
	return s.show(c, p)
}

// myCase makes the page of the sender's case that the address names.
func (s *server) myCase(c *fiber.Ctx) (*web.MyCase, error) {
	ctx := c.UserContext()
	f, err := s.mine(ctx, c.Params("code"))
	if err != nil {
		return nil, err
	}
	p := &web.MyCase{Frame: s.frame(c, "my.title", "/my"), Code: f.Code, Heading: f.Title}
	lang := p.Lang
	p.Title = f.Title
	p.Paused = f.PausedAt
	if f.Due != nil && f.PausedAt == nil {
		p.State, p.Accept = s.myState(f.Status, &f.Due.At, lang), models.Accepts(f.Due.Rule)
	} else {
		p.State = s.myState(f.Status, nil, lang)
	}
	if a, ok := s.Ref.Tree.Get(f.Agency); ok {
		p.Agency, p.AgencyPath = agencyIn(a, lang), "/agencies/"+a.Code
	}
	if f.Status.Open() {
		p.Why, p.NoDue = s.whyDue(f, lang), s.noDue(f, lang)
	}
	if r := s.refusalView(f.Refusal, lang); r != nil && f.Status == models.Refused {
		p.Refusal = &web.MyRefusal{Ground: r.Name, Direction: r.Direction}
	}
	for i := len(f.Replies) - 1; i >= 0; i-- {
		if r := &f.Replies[i]; r.Status == models.ReplySent {
			p.Answers = append(p.Answers, s.myAnswer(r, lang))
		}
	}
	if f.Public() {
		p.PublicPath = "/answers/" + f.Code
	}
	if err := s.myJoined(ctx, p, f); err != nil {
		return nil, err
	}
	for _, m := range f.Messages {
		p.Messages = append(p.Messages, web.MyMessage{Mine: !m.FromDesk, At: m.At, Body: m.Body, Files: myFiles(m.Uploads)})
	}
	if m := f.Question(); m != nil {
		p.Question, p.QuestionFiles = m.Body, myFiles(m.Uploads)
	}
	p.Timeline = s.myTimeline(f, lang)
	if p.Unsealed, err = s.unsealings(ctx, f, lang); err != nil {
		return nil, err
	}
	p.Sent, p.Body, p.Files, p.Place = f.CreatedAt, f.Body, myFiles(f.Uploads), s.placeText(f, lang)
	if f.Field != "" {
		p.Field = s.fieldName(f.Field, lang)
	}
	p.Hidden, p.Private, p.Rating = !f.PublishName, f.Private, f.Rating
	if why := f.WhyNot(models.ActMessage); why != "" && f.Can(models.ActMessage) {
		p.WroteEnough = say(lang, why, 0)
	}
	p.MayWrite, p.MayRate, p.MayReopen, p.MayWithdraw = f.WhyNot(models.ActMessage) == "", f.Can(models.ActRate), f.Can(models.ActReopen), f.Can(models.ActWithdraw)
	p.Write = web.MyWriting{Path: "/my/" + f.Code + "/message", Key: models.NewID()}
	for score := 5; score > 0; score-- {
		p.Scores = append(p.Scores, web.Option{Value: strconv.Itoa(score), Text: s.site.T(lang, "my.rating."+strconv.Itoa(score))})
	}
	return p, nil
}

// myJoined names the other cases that the case has to do with. What was merged is published
// with the main case.
func (s *server) myJoined(ctx context.Context, p *web.MyCase, f *models.Feedback) error {
	if f.PartOf != nil {
		p.PartOf = f.PartOf.Code
	}
	for _, x := range f.Parts {
		if !x.Undo {
			p.Parts = append(p.Parts, x.Code)
		}
	}
	if f.Merged == nil {
		return nil
	}
	if f.PartOf == nil || !f.PartOf.Undone {
		p.MergedInto = f.Merged.Code
	}
	main, err := s.Store.Feedback(ctx, f.Merged.Into)
	if err == nil && main.Public() && p.PublicPath == "" && f.SentReply() != nil {
		p.PublicPath = "/answers/" + main.Code
	}
	return err
}

// whyDue says how the date by which a case is due was counted.
func (s *server) whyDue(f *models.Feedback, lang string) *web.DueWhy {
	if f.Due == nil {
		return nil
	}
	told := f.TellDue(s.Ref.Rules, s.Ref.Tree, lang)
	return &web.DueWhy{For: s.ruleName(f.Due.Rule, lang), Accept: models.Accepts(f.Due.Rule), At: f.Due.At, From: f.Due.Start, Term: f.Due.Term, Unit: f.Due.Unit, Steps: told.Steps, Basis: told.Basis, Convention: told.Convention}
}

// ruleName says what a term is for, empty when nobody named it.
func (s *server) ruleName(key, lang string) string {
	if key = "rules.key." + key; !s.site.Has(key) {
		return ""
	}
	return s.site.T(lang, key)
}

// noDue says why a case has no due date, nil when it has one.
func (s *server) noDue(f *models.Feedback, lang string) *web.NoDue {
	if f.Undated == nil {
		return nil
	}
	told := f.TellUndated(s.Ref.Rules, s.Ref.Tree, lang)
	return &web.NoDue{Line: told.Line, Steps: told.Steps, Basis: told.Basis}
}

func (s *server) myAnswer(r *models.Reply, lang string) web.MyAnswer {
	a := web.MyAnswer{Body: web.ReplyHTML(r.Body), Number: r.OfficialNumber, Sent: r.SentAt, Files: myFiles(r.Uploads), Reason: r.Reason, Agency: s.agencyName(r.Agency, lang)}
	if day, err := time.ParseInLocation(time.DateOnly, r.OfficialDate, models.VietNam); err == nil {
		a.Official = &day
	}
	return a
}

// myFiles are attachments to be downloaded with the cookie.
func myFiles(list []models.Attachment) []web.MyFile {
	var files []web.MyFile
	for _, a := range list {
		f := web.MyFile{Path: "/my/files/" + a.ID, Name: a.Name, Size: a.Size}
		if strings.HasPrefix(a.ContentType, "image/") {
			f.Picture = f.Path + "/small"
		}
		files = append(files, f)
	}
	return files
}

// withNote lists the events whose note was written by or for the sender and stands
// nowhere else on the page.
var withNote = []models.Action{models.ActWithdraw, models.ActReopen, models.ActExtend, models.ActProgress, models.ActCorrect}

func (s *server) myTimeline(f *models.Feedback, lang string) []web.MyEvent {
	var out []web.MyEvent
	for _, e := range f.Timeline {
		if e.Private {
			continue
		}
		key := "my.event." + string(e.Event)
		if !s.site.Has(key) {
			key = "my.event.other"
		}
		x := web.MyEvent{At: e.At, Text: s.site.T(lang, key, s.agencyName(e.Agency, lang), e.Case)}
		if slices.Contains(withNote, e.Event) {
			x.Note = e.Note
		}
		out = append(out, x)
	}
	return out
}

// unsealings says who opened the sender's identity, in which agency's name, and why.
func (s *server) unsealings(ctx context.Context, f *models.Feedback, lang string) ([]web.MyUnsealing, error) {
	var out []web.MyUnsealing
	for _, u := range f.Unsealed {
		who, err := s.person(ctx, u.Staff)
		if err != nil {
			return nil, err
		}
		x := web.MyUnsealing{Name: who.Name, Reason: u.Reason, At: u.At, Until: u.End(), Open: s.Now().Before(u.End())}
		if x.Name == "" {
			x.Name = s.site.T(lang, "my.unsealed.someone")
		}
		i := slices.IndexFunc(f.Timeline, func(e models.Event) bool {
			return e.Event == models.ActUnseal && e.Actor == u.Staff && e.At.Equal(u.At)
		})
		if i >= 0 {
			x.Agency = s.agencyName(f.Timeline[i].Agency, lang)
		}
		out = append(out, x)
	}
	return out, nil
}
