package handlers

import (
	"github.com/gofiber/fiber/v2"

	"kiennghi/web"
)

// offlinePage is kept on devices and shown without network. It is the same for everybody:
// nothing of who asks for it is in it.
func (s *server) offlinePage(c *fiber.Ctx) error {
	p := &web.Offline{Frame: s.frame(c, "offline.title", "")}
	p.SignedIn, p.Token, p.Path = false, nil, "/offline"
	p.Notice, p.PrivacyText = s.Ref.Notice(s.Now()), s.privacyText(p.Lang)
	p.Provinces = s.whereOf(c, &letter{}).Provinces
	return s.show(c, p)
}

// workerPage is the service worker: it is asked for at this address so that it serves the
// whole site, and differs whenever any file of the pages does.
func (s *server) workerPage(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.Send(s.site.Worker())
}

// manifestPage lets the site be installed.
func (s *server) manifestPage(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/manifest+json")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	b, err := s.site.Manifest(of(c.UserContext()).Lang)
	if err != nil {
		return err
	}
	return c.Send(b)
}
