package handlers

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image/png"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/pquerna/otp"

	"kiennghi/models"
	"kiennghi/web"
)

// staffSignInPage asks for user name, password and digits.
func (s *server) staffSignInPage(c *fiber.Ctx) error {
	next := ownPath(c.Query("next"), "/console")
	if of(c.UserContext()).Account != "" {
		return s.goTo(c, next, "")
	}
	return s.show(c, &web.StaffSignIn{Frame: s.frame(c, "signin.staff.title", ""), Next: next})
}

// enterStaffPage signs a member of staff in.
func (s *server) enterStaffPage(c *fiber.Ctx) error {
	p := &web.StaffSignIn{Frame: s.frame(c, "signin.staff.title", ""), Username: typedLine(c, "username"), Next: ownPath(typedLine(c, "next"), "/console"), Carry: carried(c)}
	password, digits := string(c.Context().PostArgs().Peek("password")), strings.ReplaceAll(typedLine(c, "totp"), " ", "")
	var wrong []models.FieldError
	if p.Username == "" {
		wrong = append(wrong, models.FieldError{Field: "username", Code: "required"})
	}
	if password == "" {
		wrong = append(wrong, models.FieldError{Field: "password", Code: "required"})
	}
	if digits != "" && !codePattern.MatchString(digits) {
		wrong = append(wrong, models.FieldError{Field: "totp", Code: "not_six_digits"})
	}
	err := models.Invalid(wrong)
	if len(p.Username) > 200 || len(password) > 1000 { // nobody's, and not worth hashing
		err = errSignIn
	}
	if err == nil {
		err = s.checkStaff(c.UserContext(), p.Username, password, digits, func(m *models.Staff) error { return s.beginVisit(c, m.ID, true) })
	}
	if err != nil {
		return s.showAgain(c, err, p)
	}
	if p.Carry != "" {
		return s.resendPage(c, p.Carry)
	}
	return s.goTo(c, p.Next, "")
}

// actAsPage narrows what a member may do to one of their roles, or takes that back.
func (s *server) actAsPage(c *fiber.Ctx) error {
	r, as := of(c.UserContext()), models.Role(typedLine(c, "as"))
	if as != "" && !slices.Contains(r.Roles, as) {
		return models.Fail(models.KindForbidden, "role_missing")
	}
	_, err := s.Store.UpdateSession(c.UserContext(), r.Session, func(x *models.Session) error {
		x.ActingAs = as
		return nil
	})
	if err != nil {
		return err
	}
	return s.goTo(c, "/console/sessions", "said.acting")
}

// startTOTPPage shows a new secret for an authenticator app.
func (s *server) startTOTPPage(c *fiber.Ctx) error {
	key, err := s.startTOTP(c.UserContext())
	if err != nil {
		return err
	}
	p, err := s.totpPage(c, key)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

// confirmTOTPPage makes the secret count once the digits are right; else it is shown again.
func (s *server) confirmTOTPPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	wrong := s.confirmTOTP(ctx, strings.ReplaceAll(typedLine(c, "code"), " ", ""))
	if wrong == nil {
		return s.goTo(c, "/console/sessions", "said.totp")
	}
	key, err := s.pendingTOTP(ctx)
	if err != nil || key == nil {
		return wrong
	}
	p, err := s.totpPage(c, key)
	if err != nil {
		return err
	}
	return s.showAgain(c, wrong, p)
}

func (s *server) totpPage(c *fiber.Ctx, key *otp.Key) (*web.TOTP, error) {
	picture, err := key.Image(220, 220)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, err
	}
	return &web.TOTP{Frame: s.frame(c, "totp.title", "/console/sessions"), Secret: key.Secret(),
		Image: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()))}, nil
}
