package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// workPage lists side effects that failed too often.
func (s *server) workPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if err := s.atRoot(ctx); err != nil {
		return err
	}
	next := c.Query("next")
	page, err := s.Store.ParkedWork(ctx, 50, next)
	if err != nil {
		return err
	}
	n, err := s.Store.CountWork(ctx)
	if err != nil {
		return err
	}
	p := &web.Work{Frame: s.frame(c, "work.title", "/console/work"), Waiting: n.Pending, Parked: n.Parked}
	if next != "" {
		p.First = "/console/work"
	}
	p.Next = nextPage("/console/work", "next", page.Next)
	var ids []string
	for _, w := range page.Items {
		ids = append(ids, w.OwnerID)
	}
	cases, err := s.Store.Summaries(ctx, ids)
	if err != nil {
		return err
	}
	codes := map[string]string{}
	for _, f := range cases {
		codes[f.ID] = f.Code
	}
	for _, w := range page.Items {
		p.Rows = append(p.Rows, web.ParkedWork{ID: w.ID, What: s.site.T(p.Lang, "work.kind."+string(w.Kind)), Code: codes[w.OwnerID], Reason: w.Reason, Attempts: w.Attempts, Created: w.CreatedAt, Parked: w.DueAt})
	}
	return s.show(c, p)
}

// retryWorkPage puts one piece of parked work, or all, back in line. What somebody else put
// back meanwhile is in line too.
func (s *server) retryWorkPage(c *fiber.Ctx) error {
	if err := s.retryWork(c.UserContext(), c.Params("id")); err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	return s.goTo(c, "/console/work", "said.retried")
}
