package handlers

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// trackPage leads from a tracking code to the case. The code alone shows nothing of it:
// the sender is led to it, everybody to the answer if that is published. A stranger is
// told the same whether there is such a case or not.
func (s *server) trackPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p := &web.Track{Frame: s.frame(c, "track.title", "/track"), Code: models.Shorten(models.CleanLine(c.Query("code")), 40)}
	if p.Code == "" {
		return s.show(c, p)
	}
	code, ok := models.ParseCode(p.Code)
	if !ok {
		p.Errors = []web.FieldError{{Field: "code", Text: say(p.Lang, "not_a_tracking_code", 0)}}
		return s.showAs(c, fiber.StatusUnprocessableEntity, p)
	}
	p.Code = code
	if of(ctx).Account != "" {
		_, err := s.mine(ctx, code)
		if err == nil {
			return s.goTo(c, "/my/"+code, "")
		}
		if !errors.Is(err, models.ErrNotFound) {
			return err
		}
	}
	_, err := s.publicAnswer(ctx, code)
	switch {
	case err == nil:
		return s.goTo(c, "/answers/"+code, "")
	case !errors.Is(err, models.ErrNotFound) && models.ErrorKindOf(err) != models.KindGone:
		return err
	}
	p.SignIn = "/signin?next=" + url.QueryEscape("/my/"+code)
	p.Asked = true
	return s.show(c, p)
}
