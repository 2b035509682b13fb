package handlers

import (
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// The sessions of pages. Citizens and staff have a cookie each, so that an officer who
// looks at the public site is nobody there. A cookie is good for pages only, never for /v1.
const (
	citizenCookie = "__Host-citizen"
	staffCookie   = "__Host-staff"
	// touchEvery is how exactly a session knows when it was last used.
	touchEvery = time.Hour
)

func sessionCookie(console bool) string {
	if console {
		return staffCookie
	}
	return citizenCookie
}

// newCookie returns the secret of a page's session, made as a refresh token is but for
// another purpose, so that neither can be used as the other.
func (s *server) newCookie(session string) string { return s.newSecret(pageCookie, session) }

// beginVisit begins a session of pages and sets its cookie.
func (s *server) beginVisit(c *fiber.Ctx, account string, staff bool) error {
	x, cookie, err := s.newSession(c.UserContext(), account, staff, s.newCookie)
	if err != nil {
		return err
	}
	seconds := int(x.ExpiresAt.Sub(s.Now()).Seconds())
	if staff {
		seconds = 0 // an office's computer forgets it when the browser is closed
	}
	setCookie(c, sessionCookie(staff), cookie, seconds)
	dropCookie(c, visitorCookie)
	r := of(c.UserContext())
	r.Account, r.Session = account, x.ID
	return nil
}

// identifyByCookie fills in whose session the cookie of this part of the site is. One that
// is no good is as none.
func (s *server) identifyByCookie(c *fiber.Ctx, r *request, console bool) error {
	cookie := c.Cookies(sessionCookie(console))
	if cookie == "" {
		return nil
	}
	x, err := s.visit(c, cookie, console)
	if err != nil || x == nil {
		return err
	}
	if console {
		m, err := s.Store.Staff(c.UserContext(), x.Account)
		if errors.Is(err, models.ErrNotFound) || err == nil && m.Disabled {
			return nil
		}
		if err != nil {
			return err
		}
		r.Roles = m.Roles
		if slices.Contains(m.Roles, x.ActingAs) {
			r.ActingAs = x.ActingAs
			m.Roles = []models.Role{x.ActingAs}
		}
		r.Staff = m
	}
	r.Account, r.Session = x.Account, x.ID
	return nil
}

// visit returns the session of a cookie, nil when it is none or has ended. A citizen's
// goes on for as long as it is used.
func (s *server) visit(c *fiber.Ctx, cookie string, staff bool) (*models.Session, error) {
	ctx := c.UserContext()
	id, ok := s.sessionOf(pageCookie, cookie)
	if !ok {
		return nil, nil
	}
	x, err := s.Store.Session(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	now := s.Now()
	if x.Staff != staff || !now.Before(x.ExpiresAt) || subtle.ConstantTimeCompare([]byte(x.TokenHash), []byte(models.Hash(cookie))) != 1 {
		return nil, nil
	}
	if now.Sub(x.RefreshedAt) >= touchEvery {
		x, err = s.Store.UpdateSession(ctx, id, func(x *models.Session) error {
			x.RefreshedAt = now
			if !x.Staff {
				x.ExpiresAt = now.Add(s.Ref.KeptFor(models.KeptSession, now))
			}
			return nil
		})
		if errors.Is(err, models.ErrNotFound) {
			return nil, nil
		}
		if err == nil && !staff {
			setCookie(c, citizenCookie, cookie, int(s.Ref.KeptFor(models.KeptSession, now).Seconds()))
		}
	}
	return x, err
}
