package handlers

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// figures returns the figures as they were last counted, remembered for a while. Whoever
// gets them may not change them.
func (s *server) figures(ctx context.Context) (*models.Figures, error) {
	return s.counted.get("", func() (*models.Figures, error) { return store.Figures(ctx, s.Store) })
}

// yearsOf are the years that have figures, the last one first.
func yearsOf(x *models.Figures) []int {
	years := slices.Sorted(maps.Keys(x.Years))
	slices.Reverse(years)
	return years
}

// period returns the figures of a year, of the last one for 0.
func period(x *models.Figures, year int) (int, *models.Period, error) {
	years := yearsOf(x)
	if year == 0 && len(years) > 0 {
		year = years[0]
	}
	p := x.Years[year]
	if p == nil {
		return 0, nil, models.ErrNotFound
	}
	return year, p, nil
}

// namedTally is what belongs to one agency, field or province.
type namedTally struct {
	code, name string
	models.Tally
}

// namedTallies lists tallies with their names, the largest first.
func namedTallies(of map[string]*models.Tally, name func(code string) string) []namedTally {
	out := make([]namedTally, 0, len(of))
	for code, t := range of {
		out = append(out, namedTally{code, name(code), *t})
	}
	slices.SortFunc(out, func(a, b namedTally) int {
		if a.Received != b.Received {
			return b.Received - a.Received
		}
		return strings.Compare(a.code, b.code)
	})
	return out
}

// grounds lists why submissions were not accepted, the most frequent ground first.
func (s *server) grounds(p *models.Period, lang string) []api.FacetValue {
	out := []api.FacetValue{}
	for code, n := range p.Grounds {
		name := code
		for _, g := range s.Ref.Grounds {
			if g.Code == code {
				name = models.TextPair{VI: g.Text, EN: g.TextEN}.In(lang)
			}
		}
		out = append(out, api.FacetValue{Value: code, Name: name, Count: n})
	}
	slices.SortFunc(out, func(a, b api.FacetValue) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	return out
}

// GetFigures shows the figures of one year.
func (s *server) GetFigures(ctx context.Context, in api.GetFiguresRequestObject) (api.GetFiguresResponseObject, error) {
	x, err := s.figures(ctx)
	if err != nil {
		return nil, err
	}
	year := 0
	if in.Params.Year != nil {
		year = *in.Params.Year
	}
	year, p, err := period(x, year)
	if err != nil {
		return nil, err
	}
	lang := of(ctx).Lang
	named := func(of map[string]*models.Tally, name func(code, lang string) string) []api.NamedTally {
		out := []api.NamedTally{}
		for _, t := range namedTallies(of, func(code string) string { return name(code, lang) }) {
			out = append(out, api.NamedTally{Code: t.code, Name: t.name, Tally: tallyView(t.Tally)})
		}
		return out
	}
	v := api.Figures{Quarters: []api.Quarter{}, At: x.At, Year: year, Years: yearsOf(x), Total: tallyView(p.Total), Grounds: s.grounds(p, lang), Scores: p.Scores[:],
		Agencies: named(p.Agencies, s.agencyName), Fields: named(p.Fields, s.fieldName), Provinces: named(p.Provinces, s.provinceName)}
	for _, m := range p.Months {
		v.Months = append(v.Months, tallyView(m))
	}
	for _, q := range s.quarters(x, year) {
		v.Quarters = append(v.Quarters, api.Quarter{From: dateOf(q.first.Format(time.DateOnly)), To: dateOf(q.last.Format(time.DateOnly)), Tally: tallyView(q.Tally)})
	}
	return api.GetFigures200JSONResponse{Body: v, Headers: api.GetFigures200ResponseHeaders{CacheControl: cacheAnswers}}, nil
}

// quarter is a quarter as it is reported.
type quarter struct {
	first, last time.Time
	models.Tally
}

// quarters are those of a year that began when the figures were counted, none when they were not
// counted by quarters.
func (s *server) quarters(x *models.Figures, year int) (out []quarter) {
	for i := range 4 {
		end := time.Date(year, time.Month(3*i+3), 1, 0, 0, 0, 0, models.VietNam)
		term := models.ReportTermOn(s.Ref.Reports, end)
		if x.Quarters[year] == nil || term == nil {
			return nil
		}
		first, last := term.Quarter(year, i)
		if first.After(x.At) {
			break
		}
		out = append(out, quarter{first, last, x.Quarters[year][i]})
	}
	return out
}

func tallyView(t models.Tally) api.Tally {
	return api.Tally{Received: t.Received, Answered: t.Answered, OnTime: t.OnTime, OnTimeOriginal: t.OnTimeFirst, OnTimeExtended: t.OnTimeExtended, Open: t.Open, Overdue: t.Overdue, Refused: t.Refused,
		Withdrawn: t.Withdrawn, Undated: t.Undated, LateBefore: t.LateBefore, SortedLate: t.SortedLate, Rated: t.Rated, Stars: t.Stars}
}
