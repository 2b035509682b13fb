package handlers

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// routingPage shows how right the suggested agencies were, over time and by agency, what
// was mixed up, and the model that suggests them.
func (s *server) routingPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	agency := models.CleanLine(c.Query("agency"))
	v, err := s.routingView(ctx, agency)
	if err != nil {
		return err
	}
	p := &web.Routing{Frame: s.frame(c, "routing.title", "/console/routing"), Total: routingRow("", "", v.Total),
		Learnt: v.Model.Learnt, SwitchedOff: v.Model.SwitchedOff, MaySwitch: of(ctx).Staff.May(models.ActAdminister)}
	if v.At != nil {
		p.At = *v.At
	}
	if agency != "" {
		p.AgencyName = s.agencyName(agency, p.Lang)
	}
	if m := v.Model; m.Version != nil {
		p.Stored, p.LearntAt, p.Cases, p.Trial = true, *m.At, *m.Cases, trialShown(m.Trial)
	}
	if r := v.Model.Refused; r != nil {
		p.RefusedAt, p.RefusedCases, p.RefusedTrial = r.At, r.Cases, trialShown(&r.Trial)
		p.WorseCorpus, p.WorseCases = r.Trial.CorpusAfter < r.Trial.CorpusBefore, r.Trial.CasesAfter < r.Trial.CasesBefore
	}
	for _, m := range v.Months {
		p.Months = append(p.Months, routingRow(monthName(m.Month, p.Lang), "", m.Tally))
	}
	for _, a := range v.Agencies {
		p.Agencies = append(p.Agencies, routingRow(s.agencyName(a.Agency.Code, p.Lang), "/console/routing?agency="+url.QueryEscape(a.Agency.Code), a.Tally))
	}
	for _, pair := range v.Confusion {
		p.Confusion = append(p.Confusion, web.RoutingPair{Suggested: s.agencyName(pair.Suggested.Code, p.Lang), Agency: s.agencyName(pair.Agency.Code, p.Lang),
			OtherPlace: pair.OtherPlace, Cases: pair.Cases})
	}
	return s.show(c, p)
}

// monthName names a month like 2026-11.
func monthName(month, lang string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	if lang == "en" {
		return t.Format("January 2006")
	}
	return t.Format("01/2006")
}

func routingRow(name, path string, t api.RoutingTally) web.RoutingRow {
	return web.RoutingRow{Name: name, Path: path, Cases: t.Cases, Automatic: t.Automatic, Accepted: t.Accepted, Corrected: t.Corrected, Moved: t.Moved,
		Right: percent(t.Right, t.Cases)}
}

func trialShown(t *api.RoutingTrial) web.RoutingTrial {
	return web.RoutingTrial{CorpusBefore: t.CorpusBefore, CorpusAfter: t.CorpusAfter, CorpusOf: t.CorpusOf,
		CasesBefore: t.CasesBefore, CasesAfter: t.CasesAfter, CasesOf: t.CasesOf}
}
