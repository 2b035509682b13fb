package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// rateMyCasePage keeps what the sender thinks of the answer.
func (s *server) rateMyCasePage(c *fiber.Ctx) error {
	given, comment := typedLine(c, "score"), typed(c, "comment")
	score, err := strconv.Atoi(given)
	if given == "" || err != nil {
		err = models.Invalid([]models.FieldError{{Field: "score", Code: "required"}})
	} else {
		_, err = s.rate(c.UserContext(), c.Params("code"), score, comment)
	}
	if err == nil {
		return s.goTo(c, "/my/"+c.Params("code"), "said.rated")
	}
	p, loading := s.myCase(c)
	if loading != nil {
		return loading
	}
	p.Score, p.Comment, p.MayRate = given, comment, true
	return s.showAgain(c, err, p)
}

// withdrawPage asks whether a case is really to be withdrawn; reopenPage, why it is to be
// reopened.
func (s *server) withdrawPage(c *fiber.Ctx) error {
	return s.stepPage(c, "withdraw", models.ActWithdraw)
}
func (s *server) reopenPage(c *fiber.Ctx) error { return s.stepPage(c, "reopen", models.ActReopen) }

func (s *server) stepPage(c *fiber.Ctx, do string, action models.Action) error {
	f, err := s.mine(c.UserContext(), c.Params("code"))
	if err != nil {
		return err
	}
	if !f.Can(action) { // it is too late, as the page of the case shows
		return s.goTo(c, "/my/"+f.Code, "said.too_late")
	}
	return s.show(c, s.step(c, f, do))
}

func (s *server) step(c *fiber.Ctx, f *models.Feedback, do string) *web.MyStep {
	return &web.MyStep{Frame: s.frame(c, "my."+do+".title", "/my"), Path: "/my/" + f.Code, Code: f.Code, Heading: f.Title, Do: do}
}

// withdrawMyCasePage withdraws a case.
func (s *server) withdrawMyCasePage(c *fiber.Ctx) error {
	reason := typed(c, "reason")
	_, err := s.withdraw(c.UserContext(), c.Params("code"), reason)
	return s.stepDone(c, "withdraw", reason, "said.withdrawn", err)
}

// reopenMyCasePage puts a case back to work.
func (s *server) reopenMyCasePage(c *fiber.Ctx) error {
	reason := typed(c, "reason")
	_, err := s.reopen(c.UserContext(), c.Params("code"), reason)
	return s.stepDone(c, "reopen", reason, "said.reopened", err)
}

func (s *server) stepDone(c *fiber.Ctx, do, reason, said string, err error) error {
	if err == nil {
		return s.goTo(c, "/my/"+c.Params("code"), said)
	}
	f, loading := s.mine(c.UserContext(), c.Params("code"))
	if loading != nil {
		return loading
	}
	p := s.step(c, f, do)
	p.Reason = reason
	return s.showAgain(c, err, p)
}

// pageStreamLife is how long a stream of a page goes on; the page then asks anew, with a
// cookie that is looked at again.
const pageStreamLife = 10 * time.Minute

// myEventsPage is the stream of what the sender is told, for a script of a page: the
// browser cannot send a token with it. It only reads, answers nobody but pages of this
// site, and ends soon, so that a session that has ended hears nothing more.
func (s *server) myEventsPage(c *fiber.Ctx) error {
	if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return models.ErrForbidden
	}
	r := *of(c.UserContext())
	e := &eventStream{s: s, r: &r, every: citizenLook, ends: s.Now().Add(pageStreamLife), after: c.Get("Last-Event-ID")}
	e.look = e.notifications
	if e.after == "" { // the first time: what the page has seen
		e.after = models.Shorten(c.Query("after"), 100)
	}
	return e.open(c)
}

// myFilePage gives out a file, myPicturePage the small picture of an image.
func (s *server) myFilePage(c *fiber.Ctx) error {
	d, err := s.file(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return d.VisitGetUploadResponse(c)
}

func (s *server) myPicturePage(c *fiber.Ctx) error {
	d, err := s.thumbnail(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return d.VisitGetUploadThumbnailResponse(c)
}
