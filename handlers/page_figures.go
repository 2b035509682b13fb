package handlers

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

const (
	figureRows  = 50 // of a table
	figureBars  = 12 // of a chart
	fewestRated = 5  // ratings that a mean is shown of: fewer say more of the sender than of the agency
)

// figuresPage shows the figures of one year, by month, field, province or agency.
func (s *server) figuresPage(c *fiber.Ctx) error {
	p := &web.Figures{Frame: s.frame(c, "figures.title", "/figures")}
	p.URL = s.PublicURL + "/figures"
	x, err := s.figures(c.UserContext())
	if errors.Is(err, models.ErrNotFound) || err == nil && len(x.Years) == 0 {
		return s.show(c, p) // nothing was counted yet
	}
	if err != nil {
		return err
	}
	year, _ := strconv.Atoi(c.Query("year"))
	year, of, err := period(x, year)
	if err != nil {
		return err
	}
	t := func(key string, args ...any) string { return s.site.T(p.Lang, key, args...) }
	p.At, p.Year, p.Title = x.At, year, t("figures.title.year", strconv.Itoa(year))
	by := c.Query("by")
	if by != "field" && by != "province" && by != "agency" && by != "quarter" {
		by = "month"
	}
	at := func(year int, by string) string {
		return "/figures?" + url.Values{"year": {strconv.Itoa(year)}, "by": {by}}.Encode()
	}
	for _, y := range yearsOf(x) {
		p.Years = append(p.Years, web.Choice{Path: at(y, by), Text: strconv.Itoa(y), Now: y == year})
	}
	for _, view := range []string{"month", "quarter", "field", "province", "agency"} {
		if view == "quarter" && x.Quarters[year] == nil {
			continue
		}
		p.Views = append(p.Views, web.Choice{Path: at(year, view), Text: t("figures.by." + view), Now: view == by})
	}
	for _, k := range []struct {
		name string
		n    int
	}{{"received", of.Total.Received}, {"answered", of.Total.Answered}, {"open", of.Total.Open}, {"overdue", of.Total.Overdue}, {"late", of.Total.LateBefore}, {"sortedlate", of.Total.SortedLate}, {"refused", of.Total.Refused}} {
		p.Key = append(p.Key, web.Figure{Number: k.n, Text: t("figures." + k.name)})
	}
	p.OnTimeFirst, p.OnTimeExtended = percent(of.Total.OnTimeFirst, of.Total.Timed()), percent(of.Total.OnTimeExtended, of.Total.Timed())
	p.OnTime, p.Score, p.Rated = percent(of.Total.OnTime, of.Total.Timed()), score(of.Total, p.Lang), of.Total.Rated
	p.Undated = of.Total.Undated
	p.Data = "/v1/figures?year=" + strconv.Itoa(year)

	var rows []namedTally
	path := func(string) string { return "" }
	switch by {
	case "quarter":
		for _, q := range s.quarters(x, year) {
			rows = append(rows, namedTally{name: q.first.Format("02/01/2006") + "–" + q.last.Format("02/01/2006"), Tally: q.Tally})
		}
	case "field":
		rows = namedTallies(of.Fields, func(code string) string { return s.fieldName(code, p.Lang) })
		path = func(code string) string { return asked{field: code}.path() }
	case "province":
		rows = namedTallies(of.Provinces, func(code string) string { return s.provinceName(code, p.Lang) })
		path = func(code string) string { return asked{province: code}.path() }
	case "agency":
		rows = namedTallies(of.Agencies, func(code string) string { return s.agencyName(code, p.Lang) })
		path = func(code string) string { return "/agencies/" + code }
	default:
		rows = months(of, x.At, year, p.Lang)
		p.Grounds = s.groundTable(of, p.Lang)
		p.Scores = s.scoreTable(of, p.Lang)
	}
	p.By = s.figureTable("by-"+by, t("figures.table."+by), t("figures.first."+by), rows, path, p.Lang)
	return s.show(c, p)
}

// months are the months of a year up to now.
func months(of *models.Period, at time.Time, year int, lang string) []namedTally {
	var out []namedTally
	for i, m := range of.Months {
		first := time.Date(year, time.Month(i+1), 1, 0, 0, 0, 0, models.VietNam)
		if first.After(at) {
			break
		}
		name := "Tháng " + strconv.Itoa(i+1)
		if lang == "en" {
			name = first.Format("January")
		}
		out = append(out, namedTally{code: strconv.Itoa(i + 1), name: name, Tally: m})
	}
	return out
}

func (s *server) figureTable(id, title, first string, rows []namedTally, path func(code string) string, lang string) web.FigureTable {
	table := web.FigureTable{Title: title, First: first, Left: max(0, len(rows)-figureRows)}
	var bars []web.ChartRow
	for i, r := range rows {
		if i < figureRows {
			table.Rows = append(table.Rows, web.FigureRow{Name: r.name, Path: path(r.code), Tally: r.Tally, OnTime: percent(r.OnTime, r.Timed()), Score: score(r.Tally, lang)})
		}
		if i < figureBars {
			bars = append(bars, web.ChartRow{Label: r.name, Value: s.site.T(lang, "figures.bar", r.Received, r.Answered), Number: r.Received, Inside: r.Answered})
		}
	}
	table.Chart = web.BarChart(id, title, s.site.T(lang, "figures.chart"), bars)
	return table
}

// groundTable is why submissions were not accepted.
func (s *server) groundTable(of *models.Period, lang string) web.FigureTable {
	table := web.FigureTable{Title: s.site.T(lang, "figures.table.ground"), First: s.site.T(lang, "figures.first.ground")}
	var bars []web.ChartRow
	for _, g := range s.grounds(of, lang) {
		table.Rows = append(table.Rows, web.FigureRow{Name: g.Name, Number: g.Count})
		bars = append(bars, web.ChartRow{Label: g.Name, Value: s.site.T(lang, "figures.bar.number", g.Count), Number: g.Count})
	}
	table.Chart = web.BarChart("by-ground", table.Title, s.site.T(lang, "figures.chart.number"), bars)
	return table
}

// scoreTable is what senders think of the answers, the best first.
func (s *server) scoreTable(of *models.Period, lang string) web.FigureTable {
	table := web.FigureTable{Title: s.site.T(lang, "figures.table.score"), First: s.site.T(lang, "figures.first.score")}
	if of.Total.Rated == 0 {
		return table
	}
	var bars []web.ChartRow
	for i := 5; i >= 1; i-- {
		name := s.site.T(lang, "figures.score", i)
		table.Rows = append(table.Rows, web.FigureRow{Name: name, Number: of.Scores[i-1]})
		bars = append(bars, web.ChartRow{Label: name, Value: s.site.T(lang, "figures.bar.number", of.Scores[i-1]), Number: of.Scores[i-1]})
	}
	table.Chart = web.BarChart("by-score", table.Title, s.site.T(lang, "figures.chart.number"), bars)
	return table
}

// percent is a share, rounded down so that 100% is all; a dash of nothing.
func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	return strconv.Itoa(n*100/of) + "%"
}

// score is the mean of the ratings; a dash when there are few.
func score(t models.Tally, lang string) string {
	if t.Rated < fewestRated {
		return "–"
	}
	mean := strconv.FormatFloat(float64(t.Stars)/float64(t.Rated), 'f', 1, 64)
	if lang != "en" {
		mean = strings.Replace(mean, ".", ",", 1)
	}
	return mean
}

// agencyFigures are the figures of one agency over all years; none when nothing was counted.
func (s *server) agencyFigures(x *models.Figures, code, lang string) []web.Figure {
	var sum models.Tally
	for _, p := range x.Years {
		if t := p.Agencies[code]; t != nil {
			sum.Add(*t)
		}
	}
	return []web.Figure{{Number: sum.Received, Text: s.site.T(lang, "figures.received")}, {Number: sum.Answered, Text: s.site.T(lang, "figures.answered")},
		{Number: sum.OnTime, Text: s.site.T(lang, "figures.ontime.with")}}
}
