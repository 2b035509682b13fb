package handlers

import (
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

const privacyPath = "/console/privacy"

// privacyDeskPage is the desk of the data protection officer: open requests, and the
// register of breaches.
func (s *server) privacyDeskPage(c *fiber.Ctx) error {
	p, err := s.privacyDesk(c)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

func (s *server) privacyDesk(c *fiber.Ctx) (*web.PrivacyDesk, error) {
	ctx := c.UserContext()
	p := &web.PrivacyDesk{Frame: s.frame(c, "privacy.title", "/console/admin"), Key: models.NewID()}
	open, err := s.openDataRequests(ctx, dataRequests, c.Query("requests"))
	if err != nil {
		return nil, err
	}
	if p.Requests, err = s.dataRows(open.Items, p.Lang); err != nil {
		return nil, err
	}
	list, err := s.Store.Breaches(ctx, breaches, c.Query("register"))
	if c.Query("requests") != "" || c.Query("register") != "" {
		p.First = privacyPath
	}
	p.NextRequests, p.NextBreaches = nextPage(privacyPath, "requests", open.Next), nextPage(privacyPath, "register", list.Next)
	for i := range list.Items {
		b := &list.Items[i]
		p.Breaches = append(p.Breaches, web.BreachRow{ID: b.ID, What: b.What, Affected: b.Affected, Measures: b.Measures, DetectedAt: b.DetectedAt,
			Due: s.whyDue(&models.Feedback{Due: b.Due}, p.Lang), Late: b.Overdue(s.Now()), NotifiedAt: b.NotifiedAt, Notified: b.Notified})
	}
	return p, err
}

// nextPage is the address of the page behind a token, empty without one.
func nextPage(path, name, token string) string {
	if token == "" {
		return ""
	}
	return path + "?" + url.Values{name: {token}}.Encode()
}

// decideDataPage grants or refuses a request.
func (s *server) decideDataPage(c *fiber.Ctx) error {
	ground := typed(c, "ground")
	_, err := s.decideDataRequest(c.UserContext(), c.Params("id"), typedLine(c, "do") == "grant", ground)
	return s.privacyDone(c, err, "said.data_decided", func(p *web.PrivacyDesk) { p.Shown, p.Ground = c.Params("id"), ground })
}

// extendDataPage gives more time to decide on a request.
func (s *server) extendDataPage(c *fiber.Ctx) error {
	term, reason := typedLine(c, "term"), typed(c, "reason")
	more, _ := strconv.Atoi(term)
	_, err := s.extendDataRequest(c.UserContext(), c.Params("id"), more, reason)
	return s.privacyDone(c, err, "said.data_extended", func(p *web.PrivacyDesk) { p.Extending, p.Term, p.Reason = c.Params("id"), term, reason })
}

// enterBreachPage enters a breach.
func (s *server) enterBreachPage(c *fiber.Ctx) error {
	what, affected, measures, at, key := typed(c, "what"), typed(c, "affected"), typed(c, "measures"), typedLine(c, "detected_at"), typedLine(c, "key")
	detected, err := localTime("detected_at", at)
	if err == nil {
		_, err = s.enterBreach(c.UserContext(), &models.Breach{What: what, Affected: affected, Measures: measures, DetectedAt: detected}, &key)
	}
	return s.privacyDone(c, err, "said.breach_entered", func(p *web.PrivacyDesk) {
		p.Shown, p.What, p.Affected, p.Measures, p.DetectedAt = "breach", what, affected, measures, at
	})
}

// notifyBreachPage records that the authority was told.
func (s *server) notifyBreachPage(c *fiber.Ctx) error {
	whom, at := typedLine(c, "notified"), typedLine(c, "notified_at")
	told, err := localTime("notified_at", at)
	if err == nil {
		_, err = s.notifyBreach(c.UserContext(), c.Params("id"), whom, told)
	}
	return s.privacyDone(c, err, "said.breach_notified", func(p *web.PrivacyDesk) { p.Shown, p.Notified, p.NotifiedAt = c.Params("id"), whom, at })
}

func (s *server) privacyDone(c *fiber.Ctx, err error, said string, typed func(*web.PrivacyDesk)) error {
	if err == nil {
		return s.goTo(c, privacyPath, said)
	}
	p, loading := s.privacyDesk(c)
	if loading != nil {
		return loading
	}
	typed(p)
	return s.showAgain(c, err, p)
}

// localTime reads day/month/year hour:minute as it is written in Viet Nam.
func localTime(field, text string) (time.Time, error) {
	t, err := time.ParseInLocation("2/1/2006 15:04", text, models.VietNam)
	if err != nil {
		return t, models.Invalid([]models.FieldError{{Field: field, Code: "not_a_moment"}})
	}
	return t, nil
}
