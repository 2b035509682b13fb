package handlers

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// checkPage shows everything before it is sent: whose business it probably is, and when
// the answer is due.
func (s *server) checkPage(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	if s.wrong(l, "title", "body") != nil {
		return s.goTo(c, "/submit/what", "")
	}
	account := of(c.UserContext()).Account
	if account == "" {
		return s.goTo(c, "/submit/who", "")
	}
	me, err := s.me(c.UserContext(), account)
	if err != nil {
		return err
	}
	if me.Name == "" {
		return s.goTo(c, "/submit/who", "")
	}
	p, err := s.checkOf(c, l)
	if err != nil {
		return err
	}
	p.Name, p.Phone = me.Name, hiddenPhone(value(me.Phone))
	return s.show(c, p)
}

// checkOf makes the page but for who sends it.
func (s *server) checkOf(c *fiber.Ctx, l *letter) (*web.SubmitCheck, error) {
	p := &web.SubmitCheck{SubmitFrame: s.submitFrame(c, l, 5, "submit.check.title"), Key: l.Key, Heading: l.heading(), Body: l.Body,
		Where: s.communeLabel(l.Commune, of(c.UserContext()).Lang), Commune: l.Commune, Province: l.Province, Place: l.Place, Unclear: l.Where,
		Wish: s.wish(l.Agency), PublishName: l.PublishName, Private: l.Private}
	p.WishName = s.agencyName(p.Wish, p.Lang)
	if p.Where == "" {
		p.Where = s.provinceName(l.Province, p.Lang)
	}
	p.Files, p.Gone = s.fileRows(l)
	p.Notice = s.Ref.Notice(s.Now())
	p.Kind = s.Ref.Kind(p.Heading, p.Body)
	if p.Kind != models.Ordinary {
		p.Guidance = s.Ref.Triage.Guidance(p.Kind).In(p.Lang)
	}
	var err error
	if p.Wish == "" && p.Kind.Routed() { // with a wish it goes there, or an officer reads it first
		p.Agency, p.PlaceNeeded, err = s.likelyAgency(c.UserContext(), l, p.Lang)
	}
	p.Due, p.NoDue = s.dueIfSent(p.Kind, p.Lang, s.Now())
	return p, err
}

// dueIfSent is when what is received at a moment and is of that kind is due, or why that cannot
// be said.
func (s *server) dueIfSent(kind models.Kind, lang string, at time.Time) (*web.DueWhy, *web.NoDue) {
	f := &models.Feedback{Kind: kind}
	f.StartClock(s.Ref.Rules, at)
	return s.whyDue(f, lang), s.noDue(f, lang)
}

// letterIn is the letter of a form that has all of it: what was shown is what is sent,
// also when the draft was changed elsewhere or is gone meanwhile.
func (s *server) letterIn(c *fiber.Ctx) (*letter, error) {
	kept, err := s.draft(c)
	if err != nil {
		return nil, err
	}
	l := &letter{Key: typedLine(c, "key"), Title: typedLine(c, "title"), Body: typed(c, "body"), Where: typedLine(c, "where"),
		Province: typedLine(c, "province"), Commune: typedLine(c, "commune"), Place: typedLine(c, "place"), Agency: s.typedWish(c),
		PublishName: typedLine(c, "publish_name") == "yes", Private: typedLine(c, "private") != "", id: kept.id}
	c.Context().PostArgs().VisitAll(func(name, value []byte) {
		if string(name) == "upload" && len(l.Files) <= models.MaxUploads {
			l.Files = append(l.Files, letterFile{ID: string(value)})
		}
	})
	if len(l.Key) < 16 || len(l.Key) > 64 {
		return nil, models.Fail(models.KindMalformed, "malformed")
	}
	return l, nil
}

var errSentBefore = errors.New("it was sent before, as it was then")

// send hands a letter in, once for its key. errSentBefore comes with the case that was
// made of an earlier version of it.
func (s *server) send(c *fiber.Ctx, l *letter) (*models.Feedback, error) {
	ctx, r := c.UserContext(), of(c.UserContext())
	sender, err := s.Store.Person(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	if err := s.adopt(ctx, l, r.Account, l.uploads()); err != nil {
		return nil, err
	}
	l.intoWords()
	in := l.submission()
	in.Sender, in.Source, in.By = sender, models.FromWeb, r.actor()
	what := []any{in.Title, in.Body, in.Province, in.Commune, in.Place, in.PublishName, in.Private} // files are other ones after another upload
	if in.Agency != "" {
		what = append(what, in.Agency)
	}
	f, err := s.submit(ctx, l.Key, what, l.uploads(), in)
	var e *models.Error
	if errors.As(err, &e) && e.Code == "idempotency_mismatch" {
		before, findErr := s.Store.Feedback(ctx, models.DeriveID(r.Account, "feedback", l.Key))
		if findErr != nil {
			return nil, findErr
		}
		f, err = before, errSentBefore
	}
	if err == nil || errors.Is(err, errSentBefore) {
		if kept, draftErr := s.draft(c); draftErr == nil && kept.Key == l.Key {
			if dropErr := s.dropDraft(c); dropErr != nil { // it goes by itself after a day
				s.Log.Warn("a draft that was sent is left until it expires", "error", dropErr.Error())
			}
		}
	}
	return f, err
}

// sendPage sends what was shown.
func (s *server) sendPage(c *fiber.Ctx) error {
	l, err := s.letterIn(c)
	if err != nil {
		return err
	}
	f, err := s.send(c, l)
	said := ""
	switch {
	case errors.Is(err, errSentBefore):
		said = "said.sent_before"
	case err != nil:
		return s.notSent(c, l, err)
	}
	if err := s.agreeSending(c); err != nil {
		return err
	}
	return s.goTo(c, "/submit/sent?code="+f.Code, said)
}

// agreeSending records the version of the privacy notice that the form said sending agrees
// to. When another one is in force by now, its sender is asked about that later.
func (s *server) agreeSending(c *fiber.Ctx) error {
	version := typedLine(c, "notice")
	if version == "" {
		return nil
	}
	_, err := s.agree(c.UserContext(), version)
	if models.ErrorKindOf(err) == models.KindInvalid {
		return nil
	}
	return err
}

// notSent shows the check again, with everything that was to be sent.
func (s *server) notSent(c *fiber.Ctx, l *letter, err error) error {
	p, pageErr := s.checkOf(c, l)
	if pageErr != nil {
		return err
	}
	if kept, draftErr := s.draft(c); draftErr == nil { // who knows names and sizes of the files
		p.Files, p.Gone = s.fileRows(kept)
	}
	if me, meErr := s.me(c.UserContext(), of(c.UserContext()).Account); meErr == nil {
		p.Name, p.Phone = me.Name, hiddenPhone(value(me.Phone))
	}
	return s.showAgain(c, err, p)
}

// sentPage says that it was received: the code, who has it, until when, how one hears.
func (s *server) sentPage(c *fiber.Ctx) error {
	f, err := s.mine(c.UserContext(), c.Query("code"))
	if err != nil {
		return err
	}
	p := &web.SubmitSent{Frame: s.frame(c, "submit.sent.title", "/submit"), Code: f.Code, Heading: f.Title, Kind: f.Kind, At: f.CreatedAt}
	p.Due, p.NoDue = s.whyDue(f, p.Lang), s.noDue(f, p.Lang)
	p.Agency = s.agencyName(f.Agency, p.Lang)
	if f.Kind != models.Ordinary {
		p.Guidance = s.Ref.Triage.Guidance(f.Kind).In(p.Lang)
	}
	return s.show(c, p)
}
