package handlers

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// sessionsPage shows a citizen where they are signed in.
func (s *server) sessionsPage(c *fiber.Ctx) error {
	p := &web.Sessions{Frame: s.frame(c, "session.title", "/my"), End: "/my/sessions"}
	var err error
	if p.Items, err = s.sessionRows(c); err != nil {
		return err
	}
	return s.show(c, p)
}

// staffSessionsPage shows a member of staff that, and what they act as.
func (s *server) staffSessionsPage(c *fiber.Ctx) error {
	r := of(c.UserContext())
	if r.Staff == nil {
		return models.ErrForbidden
	}
	p := &web.ConsoleSessions{Sessions: web.Sessions{Frame: s.frame(c, "session.account", "/console/sessions"), End: "/console/sessions"},
		Username: r.Staff.Username, Roles: r.Roles, As: r.ActingAs, TOTP: len(r.Staff.TOTP) > 0}
	var err error
	if p.Items, err = s.sessionRows(c); err != nil {
		return err
	}
	return s.show(c, p)
}

func (s *server) sessionRows(c *fiber.Ctx) ([]web.Session, error) {
	r := of(c.UserContext())
	all, err := s.sessions(c.UserContext())
	if err != nil {
		return nil, err
	}
	var rows []web.Session
	for _, x := range all {
		row := web.Session{ID: x.ID, Began: x.CreatedAt, Used: x.RefreshedAt, Current: x.ID == r.Session}
		if row.Browser, row.System = device(x.UserAgent); row.Browser == appName {
			row.Browser = s.site.T(r.Lang, "session.app")
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// endSessionPage ends one session of the account, or with "all" every one.
func (s *server) endSessionPage(c *fiber.Ctx) error {
	r, id := of(c.UserContext()), c.Params("id")
	if err := s.endSession(c.UserContext(), r.Account, id); err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if id == "all" || id == r.Session {
		dropCookie(c, sessionCookie(isConsole(c.Path())))
		if isConsole(c.Path()) {
			return s.goTo(c, "/console/signin", "said.signed_out")
		}
		return s.goTo(c, "/", "said.signed_out")
	}
	return s.goTo(c, strings.TrimSuffix(c.Path(), "/"+id), "said.session_ended")
}

const appName = "Mgov"

// device names browser and system of a User-Agent, as far as they can be told. The order
// matters: most browsers claim to be several.
func device(agent string) (browser, system string) {
	first := func(known [][2]string) string {
		for _, k := range known {
			if strings.Contains(agent, k[0]) {
				return k[1]
			}
		}
		return ""
	}
	browser = first([][2]string{{"Mgov/", appName}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"coc_coc", "Cốc Cốc"}, {"SamsungBrowser", "Samsung Internet"},
		{"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}})
	system = first([][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}})
	return browser, system
}
