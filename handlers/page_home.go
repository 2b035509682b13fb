package handlers

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/web"
)

// homePage is the start: the search, the main action, the latest answers, today's figures.
func (s *server) homePage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	latest, err := s.listed(ctx, answerQuery{sort: search.Newest, limit: 5})
	if err != nil && models.ErrorKindOf(err) != models.KindUnavailable { // without the search engine one can still submit
		return err
	}
	return s.showShared(c, latest, func() (web.Page, error) {
		p := &web.Home{Frame: s.frame(c, "home.title", "/")}
		p.URL = s.PublicURL + "/"
		if err := s.homeFigures(ctx, p); err != nil {
			return nil, err
		}
		if latest != nil {
			p.Latest = s.answerRows(latest.answers, p.Lang)
		}
		return p, nil
	})
}

// answerRows are published answers as lists of pages show them.
func (s *server) answerRows(answers []found, lang string) []web.AnswerRow {
	rows := make([]web.AnswerRow, 0, len(answers))
	for _, a := range answers {
		rows = append(rows, web.AnswerRow{Path: "/answers/" + a.Code, Title: a.Title, Agency: s.agencyName(a.Agency, lang),
			Field: s.fieldName(a.Field, lang), At: a.PublishedAt})
	}
	return rows
}

// homeFigures are those of the year so far; none when nothing was counted yet.
func (s *server) homeFigures(ctx context.Context, p *web.Home) error {
	x, err := s.figures(ctx)
	if errors.Is(err, models.ErrNotFound) || err == nil && len(x.Years) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	year, of, err := period(x, 0)
	if err != nil {
		return err
	}
	p.Year, p.OnTime = strconv.Itoa(year), percent(of.Total.OnTime, of.Total.Timed())
	p.Figures = []web.Figure{{Number: of.Total.Received, Text: s.site.T(p.Lang, "home.figures.received")},
		{Number: of.Total.Answered, Text: s.site.T(p.Lang, "home.figures.answered")}}
	return nil
}
