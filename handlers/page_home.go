package handlers

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
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
		if p.Figures, err = s.homeFigures(ctx, p.Lang); err != nil {
			return nil, err
		}
		if latest != nil {
			p.Latest = s.answerRows(latest.answers, p.Lang)
			p.Figures = append(p.Figures, web.Figure{Number: latest.list.Total, Text: s.site.T(p.Lang, "home.figures.public")})
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

// homeFigures counts all cases; the count is remembered for a while.
func (s *server) homeFigures(ctx context.Context, lang string) ([]web.Figure, error) {
	counts, err := s.totals.get("", func() (map[models.Status]int, error) {
		return s.Store.CountByStatus(ctx, store.FeedbackQuery{All: true})
	})
	if err != nil {
		return nil, err
	}
	open := 0
	for status, n := range counts {
		if status.Open() {
			open += n
		}
	}
	return []web.Figure{
		{Number: counts[models.Answered] + counts[models.Closed], Text: s.site.T(lang, "home.figures.answered")},
		{Number: open, Text: s.site.T(lang, "home.figures.open")},
	}, nil
}
