package handlers

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

func betweenPath(agency string, year int) string {
	q := url.Values{"agency": {agency}}
	if year != 0 {
		q.Set("year", strconv.Itoa(year))
	}
	return "/console/between?" + q.Encode()
}

// betweenPage shows which agencies pass cases to and fro, and which contribute late.
func (s *server) betweenPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	agency := cmp.Or(c.Query("agency"), of(ctx).Staff.Agency)
	if _, ok := s.Ref.Tree.Get(agency); !ok || !s.within(ctx, agency) {
		return models.ErrNotFound
	}
	p := &web.Between{Frame: s.frame(c, "between.title", "/console/overdue"), Overdue: overduePath(agency, false, "")}
	p.AgencyName = s.agencyName(agency, p.Lang)
	x, err := s.figures(ctx)
	if errors.Is(err, models.ErrNotFound) || err == nil && len(x.BetweenYears()) == 0 {
		return s.show(c, p) // nothing was counted yet
	}
	if err != nil {
		return err
	}
	year, _ := strconv.Atoi(c.Query("year"))
	year, pairs, helpers, err := s.between(ctx, agency, x, year)
	if err != nil {
		return err
	}
	p.At = x.At
	for _, y := range x.BetweenYears() {
		p.Years = append(p.Years, web.Choice{Path: betweenPath(agency, y), Text: strconv.Itoa(y), Now: y == year})
	}
	for _, code := range s.Ref.Tree.Path(agency)[1:] {
		if !s.within(ctx, code) {
			break
		}
		p.Above = append([]web.AgencyLink{{Name: s.agencyName(code, p.Lang), Path: betweenPath(code, year)}}, p.Above...)
	}
	for _, pair := range pairs {
		row := web.PassedRow{A: s.agencyName(pair.a, p.Lang), B: s.agencyName(pair.b, p.Lang), Number: pair.Cases, Back: pair.Back, Times: pair.Times}
		codes, err := s.latestOf(ctx, pair)
		if err != nil {
			return err
		}
		for _, code := range codes {
			row.Cases = append(row.Cases, web.CodeLink{Code: code, Path: casePath(code)})
		}
		p.Passed = append(p.Passed, row)
	}
	for _, h := range helpers {
		p.Helpers = append(p.Helpers, web.HelperRow{Name: s.agencyName(h.agency, p.Lang), HelpTally: h.HelpTally})
	}
	return s.show(c, p)
}
