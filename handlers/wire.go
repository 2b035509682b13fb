package handlers

import (
	"bytes"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// strictHeaders sets what every answer has, also one to what is not a request.
func (s *server) strictHeaders(c *fiber.Ctx, id string) {
	h := &c.Response().Header
	h.Set(fiber.HeaderXRequestID, id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage) // compress adds Accept-Encoding
	if strings.HasPrefix(s.PublicURL, "https:") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// wellFramed refuses a request whose end a proxy may see elsewhere than we do: with a
// header that is folded, has no name, a space in its name, or a stray CR or NUL. After
// one in chunks the connection is closed in any case, for it may name a length as well.
func wellFramed(c *fiber.Ctx) error {
	if c.Request().Header.ContentLength() == -1 {
		c.Context().SetConnectionClose()
	}
	for rest := c.Request().Header.RawHeaders(); len(rest) > 0; {
		line, next, _ := bytes.Cut(rest, []byte("\n"))
		rest = next
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			continue
		}
		name := bytes.IndexByte(line, ':')
		if name <= 0 || bytes.ContainsAny(line[:name], " \t") || bytes.IndexByte(line, '\r') >= 0 || bytes.IndexByte(line, 0) >= 0 {
			c.Context().SetConnectionClose()
			return models.Fail(models.KindMalformed, "malformed")
		}
	}
	return nil
}

const (
	maxDepth  = 16   // of a JSON body
	maxValues = 2000 // in it
)

// simple reports whether a JSON body is no larger in structure than any request of the
// contract can be. It is asked before anything is decoded: lists and errors of a hundred
// thousand entries cost more than they look.
func simple(body []byte) bool {
	depth, values, quoted := 0, 0, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case quoted:
			if b == '\\' {
				i++
			} else if b == '"' {
				quoted = false
			}
		case b == '"':
			quoted = true
		case b == '{' || b == '[':
			depth++
			values++
		case b == '}' || b == ']':
			depth--
		case b == ',':
			values++
		}
		if depth > maxDepth || values > maxValues {
			return false
		}
	}
	return true
}
