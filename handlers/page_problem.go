package handlers

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// wantsPage reports whether an error is to be told to a person in a browser.
func wantsPage(c *fiber.Ctx, r *request) bool {
	return r.Page || !strings.HasPrefix(c.Path(), "/v1") && strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML)
}

// logged writes an error of our own to the log, and returns the status of its kind.
func (s *server) logged(c *fiber.Ctx, kind models.ErrorKind, err error) int {
	if kind == models.KindInternal || kind == models.KindUnavailable {
		s.Log.Error("request failed", "id", of(c.UserContext()).ID, "route", c.Route().Path, "kind", string(kind), "error", err.Error())
	}
	if status := statusOf[kind]; status != 0 {
		return status
	}
	return fiber.StatusInternalServerError
}

// explain says to a person what happened and what to do.
func (s *server) explain(lang string, kind models.ErrorKind, code string, err error) string {
	var wait *waitError
	switch {
	case errors.As(err, &wait):
		return s.site.T(lang, "problem.too_many", int(wait.after.Minutes())+1)
	case code != "" && s.site.Has("problem."+code):
		return s.site.T(lang, "problem."+code)
	case code != "":
		return say(lang, code, 0)
	case s.site.Has("problem." + string(kind)):
		return s.site.T(lang, "problem."+string(kind))
	}
	return say(lang, "kind."+string(kind), 0)
}

// problemPage sends the page of an error.
func (s *server) problemPage(c *fiber.Ctx, kind models.ErrorKind, code string, fields []models.FieldError, err error) error {
	r := of(c.UserContext())
	s.pageHeaders(c)
	c.Set(fiber.HeaderCacheControl, "no-store")
	retryAfter(c, kind, err)
	if !r.Page { // no gate was passed: the language is not known yet
		if kept := c.Cookies(langCookie); known(kept) {
			r.Lang = kept
		}
	}
	p := web.Problem{Frame: s.frame(c, "frame.site", ""), Status: statusOf[kind], RequestID: r.ID, Home: "/", Detail: s.explain(r.Lang, kind, code, err)}
	p.Title = say(r.Lang, "kind."+string(kind), 0)
	for _, f := range fields {
		p.Fields = append(p.Fields, web.FieldError{Text: say(r.Lang, f.Code, f.Limit)})
	}
	if isConsole(c.Path()) {
		p.Home = "/console"
		return s.showAs(c, p.Status, &web.ConsoleProblem{Problem: p})
	}
	return s.showAs(c, p.Status, &p)
}
