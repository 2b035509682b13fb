package handlers

import (
	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// passwordPage asks for another password.
func (s *server) passwordPage(c *fiber.Ctx) error { return s.show(c, s.passwordForm(c)) }

func (s *server) passwordForm(c *fiber.Ctx) *web.Password {
	r := of(c.UserContext())
	return &web.Password{Frame: s.frame(c, "password.title", "/console/sessions"), Must: r.Staff != nil && r.Staff.PasswordOnce != nil}
}

// savePasswordPage makes it count. Passwords are taken as they were typed.
func (s *server) savePasswordPage(c *fiber.Ctx) error {
	in := c.Context().PostArgs()
	old, password, again := string(in.Peek("old")), string(in.Peek("new")), string(in.Peek("again"))
	var wrong []models.FieldError
	if old == "" {
		wrong = append(wrong, models.FieldError{Field: "old", Code: "required"})
	}
	if password != again {
		wrong = append(wrong, models.FieldError{Field: "again", Code: "password_differs"})
	}
	err := models.Invalid(wrong)
	if err == nil {
		err = s.changePassword(c.UserContext(), old, password)
	}
	if err != nil {
		return s.showAgain(c, err, s.passwordForm(c))
	}
	return s.goTo(c, "/console/sessions", "said.password")
}
