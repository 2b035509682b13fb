package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"kiennghi/api"
	"kiennghi/models"
)

// passed is two agencies that cases went to and fro between.
type passed struct {
	a, b string
	models.Passed
}

// helper is what an agency was asked to contribute.
type helper struct {
	agency string
	models.HelpTally
}

// between is what went to and fro between an agency, or one beneath it, and others in one
// year. An agency out of the member's reach does not exist for them.
func (s *server) between(ctx context.Context, agency string, x *models.Figures, year int) (int, []passed, []helper, error) {
	if _, ok := s.Ref.Tree.Get(agency); !ok || !s.within(ctx, agency) {
		return 0, nil, nil, models.ErrNotFound
	}
	years := x.BetweenYears()
	if year == 0 && len(years) > 0 {
		year = years[0]
	}
	if !slices.Contains(years, year) {
		return 0, nil, nil, models.ErrNotFound
	}
	p := x.Years[year]
	covers := func(code string) bool { return code == agency || s.Ref.Tree.Covers(agency, code) }
	var pairs []passed
	for key, one := range p.Between.Passed {
		if a, b := models.OfPair(key); covers(a) || covers(b) {
			pairs = append(pairs, passed{a, b, *one})
		}
	}
	slices.SortFunc(pairs, func(a, b passed) int {
		return cmp.Or(b.Cases-a.Cases, b.Times-a.Times, strings.Compare(a.a, b.a), strings.Compare(a.b, b.b))
	})
	var helpers []helper
	for code, one := range p.Between.Helpers {
		if covers(code) {
			helpers = append(helpers, helper{code, *one})
		}
	}
	slices.SortFunc(helpers, func(a, b helper) int {
		return cmp.Or(b.AnsweredLate+b.OpenLate-a.AnsweredLate-a.OpenLate, b.Asked-a.Asked, strings.Compare(a.agency, b.agency))
	})
	return year, pairs[:min(len(pairs), figureRows)], helpers[:min(len(helpers), figureRows)], nil
}

// latestOf are the cases of a pair that the member may see.
func (s *server) latestOf(ctx context.Context, p passed) ([]string, error) {
	var codes []string
	for _, one := range p.Latest {
		f, err := s.Store.Feedback(ctx, one.ID)
		switch {
		case err == nil && of(ctx).Staff.MayOn(models.ActView, f) == nil:
			codes = append(codes, f.Code)
		case err != nil && !errors.Is(err, models.ErrNotFound):
			return nil, err
		}
	}
	return codes, nil
}

// DeskBetween shows what went to and fro between agencies in one year.
func (s *server) DeskBetween(ctx context.Context, in api.DeskBetweenRequestObject) (api.DeskBetweenResponseObject, error) {
	x, err := s.figures(ctx)
	if err != nil {
		return nil, err
	}
	agency := cmp.Or(value(in.Params.Agency), of(ctx).Staff.Agency)
	year := 0
	if in.Params.Year != nil {
		year = *in.Params.Year
	}
	year, pairs, helpers, err := s.between(ctx, agency, x, year)
	if err != nil {
		return nil, err
	}
	v := api.BetweenView{At: x.At, Year: year, Years: x.BetweenYears(), Agency: *s.agencyRef(agency), Passed: []api.PassedRow{}, Helpers: []api.HelperRow{}}
	for _, p := range pairs {
		codes, err := s.latestOf(ctx, p)
		if err != nil {
			return nil, err
		}
		row := api.PassedRow{Agencies: []api.AgencyRef{*s.agencyRef(p.a), *s.agencyRef(p.b)}, Cases: p.Cases, Back: p.Back, Times: p.Times, Latest: []string{}}
		row.Latest = append(row.Latest, codes...)
		v.Passed = append(v.Passed, row)
	}
	for _, h := range helpers {
		v.Helpers = append(v.Helpers, api.HelperRow{Agency: *s.agencyRef(h.agency), Asked: h.Asked, Answered: h.Answered, Returned: h.Returned, Missed: h.Missed, Late: h.AnsweredLate,
			Open: h.Open, OpenLate: h.OpenLate})
	}
	return api.DeskBetween200JSONResponse(v), nil
}
