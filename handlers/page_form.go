package handlers

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"mime"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

var errOldForm = models.Fail(models.KindForbidden, "form_expired")

// csrfOwner is what the tokens of this browser are bound to: the session, before one the
// cookie of a visitor, empty when there is none yet.
func csrfOwner(c *fiber.Ctx, r *request) string {
	if r.Session != "" {
		return "session " + r.Session
	}
	if v := c.Cookies(visitorCookie); len(v) == 32 {
		return "visitor " + v
	}
	return ""
}

// token returns the CSRF token for a form. Each time it looks different, so that the
// compression of pages tells nothing about it.
func (s *server) token(c *fiber.Ctx, r *request) string {
	owner := csrfOwner(c, r)
	if owner == "" {
		visitor := models.NewID()
		setCookie(c, visitorCookie, visitor, 0)
		c.Request().Header.SetCookie(visitorCookie, visitor) // for the next token of this page
		owner = "visitor " + visitor
	}
	mask := make([]byte, 16)
	rand.Read(mask)
	return hex.EncodeToString(mask) + hex.EncodeToString(masked(mask, s.csrfSecret(owner)))
}

func (s *server) csrfSecret(owner string) []byte {
	secret, _ := hex.DecodeString(s.Keyring.Index("csrf " + owner))
	return secret[:16]
}

func masked(mask, secret []byte) []byte {
	out := make([]byte, len(secret))
	for i := range secret {
		out[i] = secret[i] ^ mask[i]
	}
	return out
}

// rightToken reports whether what was posted carries this browser's token, in the form or,
// sent by a script, in the header X-CSRF-Token, and does not come from another site.
func (s *server) rightToken(c *fiber.Ctx, r *request) bool {
	given := c.Get("X-CSRF-Token")
	if given == "" {
		given = c.FormValue("csrf")
	}
	return s.rightTokenIn(c, r, given)
}

// rightTokenIn is rightToken for a token that is in hand.
func (s *server) rightTokenIn(c *fiber.Ctx, r *request, given string) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	owner := csrfOwner(c, r)
	b, err := hex.DecodeString(given)
	if owner == "" || err != nil || len(b) != 32 {
		return false
	}
	return hmac.Equal(masked(b[:16], b[16:]), s.csrfSecret(owner))
}

// formInMemory reads a posted form up to the limit of a JSON body.
func formInMemory(c *fiber.Ctx) error {
	if c.Context().RequestBodyStream() != nil {
		if err := bodyInMemory(c); err != nil {
			return err
		}
	}
	media, _, _ := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if len(c.Body()) > 0 && media != fiber.MIMEApplicationForm {
		return models.Fail(models.KindUnsupported, "")
	}
	return nil
}

// typed returns a text of the posted form in the form in which it is kept, its lines and all.
func typed(c *fiber.Ctx, name string) string {
	return models.Clean(string(c.Context().PostArgs().Peek(name)))
}

// typedLine is typed for a text of one line.
func typedLine(c *fiber.Ctx, name string) string {
	return models.CleanLine(string(c.Context().PostArgs().Peek(name)))
}
