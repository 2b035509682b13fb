package handlers

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/web"
)

const (
	answersOnPage = 20
	maxAsked      = 200 // characters of a search
	facetShown    = 7   // values of a facet that are shown at once
)

// asked is a search as the address of a page says it. Its zero value asks for everything.
type asked struct {
	q, agency, field, province, year string
	sort                             search.Sort
	page                             int // from 1
}

var (
	filterPattern = regexp.MustCompile(`^[a-z0-9-]{1,80}$`)
	yearPattern   = regexp.MustCompile(`^20[0-9]{2}$`)
)

// askedIn reads the address of a page. What cannot be a filter is left out.
func askedIn(c *fiber.Ctx) asked {
	fit := func(name string, pattern *regexp.Regexp) string {
		if v := c.Query(name); pattern.MatchString(v) {
			return v
		}
		return ""
	}
	a := asked{q: models.CleanLine(c.Query("q")), agency: fit("agency", filterPattern), field: fit("field", filterPattern),
		province: fit("province", filterPattern), year: fit("year", yearPattern), sort: answerSort(c.Query("sort"))}
	if r := []rune(a.q); len(r) > maxAsked {
		a.q = string(r[:maxAsked])
	}
	if a.q == "" && a.sort == search.Newest {
		a.sort = search.ByRelevance // which is the same without words
	}
	a.page, _ = strconv.Atoi(c.Query("page"))
	a.page = min(max(a.page, 1), search.MaxDepth/answersOnPage)
	return a
}

// query is what the search is asked.
func (a asked) query() answerQuery {
	q := answerQuery{q: a.q, agency: a.agency, field: a.field, province: a.province, sort: a.sort, offset: (a.page - 1) * answersOnPage, limit: answersOnPage, facets: true}
	if year, err := strconv.Atoi(a.year); err == nil {
		q.from = time.Date(year, 1, 1, 0, 0, 0, 0, models.VietNam)
		q.to = q.from.AddDate(1, 0, 0)
	}
	return q
}

// values is the search as an address says it, without the page.
func (a asked) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": a.q, "agency": a.agency, "field": a.field, "province": a.province, "year": a.year, "sort": string(a.sort)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// at is the address of the search on that page.
func (a asked) at(path string, page int) string {
	v := a.values()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// path is the address of the search on its first page.
func (a asked) path() string { return a.at("/answers", 1) }

// feed is the address of the Atom feed of the search.
func (a asked) feed() string {
	v := a.values()
	v.Del("sort")
	v.Del("year")
	if a.year != "" {
		v.Set("from", a.year+"-01-01")
		v.Set("to", a.year+"-12-31")
	}
	if len(v) == 0 {
		return "/v1/feeds/answers.atom"
	}
	return "/v1/feeds/answers.atom?" + v.Encode()
}

// filter is one property that a search can be narrowed down by.
type filter struct {
	name  string                             // in an address
	value func(*asked) *string               // of a search
	facet func(*api.Facets) []api.FacetValue // how often each value is found
	say   func(s *server, value, lang string) string
}

var filters = []filter{
	{"agency", func(a *asked) *string { return &a.agency }, func(f *api.Facets) []api.FacetValue { return f.Agency }, (*server).agencyName},
	{"field", func(a *asked) *string { return &a.field }, func(f *api.Facets) []api.FacetValue { return f.Field }, (*server).fieldName},
	{"province", func(a *asked) *string { return &a.province }, func(f *api.Facets) []api.FacetValue { return f.Province }, (*server).provinceName},
	{"year", func(a *asked) *string { return &a.year }, func(f *api.Facets) []api.FacetValue { return f.Year }, func(_ *server, v, _ string) string { return v }},
}

// with is the search with another value of the filter, without it when it is empty, on
// its first page.
func (a asked) with(f filter, value string) asked {
	*f.value(&a) = value
	a.page = 1
	return a
}

// agencyName is what an agency, or a kind of local ones, is called in a language; empty
// for none.
func (s *server) agencyName(code, lang string) string {
	return cmp.Or(agencyIn(s.Ref.Agency(code), lang), code)
}

func agencyIn(a models.Agency, lang string) string {
	if lang == "en" && a.NameEN != "" {
		return a.NameEN
	}
	return a.Name
}

// provinceName is what a province is called in a language; empty for none.
func (s *server) provinceName(code, lang string) string {
	p, ok := s.Ref.Places.Province(code)
	if !ok {
		return code
	}
	return models.TextPair{VI: p.Name, EN: p.NameEN}.In(lang)
}

// communeName is what a commune is called in a language; empty for none.
func (s *server) communeName(code, lang string) string {
	x, _ := s.Ref.Places.Commune(code)
	return models.TextPair{VI: x.Name, EN: x.NameEN}.In(lang)
}

// answersPage shows a search in the published answers.
func (s *server) answersPage(c *fiber.Ctx) error {
	ctx, a := c.UserContext(), askedIn(c)
	r, err := s.listed(ctx, a.query())
	if err != nil {
		return err
	}
	pages := (min(r.list.Total, search.MaxDepth) + answersOnPage - 1) / answersOnPage
	if a.page > max(pages, 1) {
		return s.goTo(c, a.at("/answers", pages), "")
	}
	return s.showShared(c, r, func() (web.Page, error) { return s.answersFound(c, a, r, pages) })
}

// answersFound fills the page of a search.
func (s *server) answersFound(c *fiber.Ctx, a asked, r *answersPage, pages int) (web.Page, error) {
	p := &web.Answers{Frame: s.frame(c, "answers.title", "/answers"), Total: r.list.Total, Clear: asked{q: a.q, sort: a.sort}.path(),
		Feed: a.feed(), CSV: a.at("/answers.csv", 1), CSVRows: csvRows, Q: a.q, Quoted: len(search.Parse(a.q).Phrases) > 0}
	if a.path() == "/answers" && a.page == 1 {
		p.URL = s.PublicURL + "/answers"
	}
	t := func(key string, args ...any) string { return s.site.T(p.Lang, key, args...) }
	p.Summary = t("answers.count", p.Total)
	if a.q != "" {
		p.Title = t("answers.title.for", a.q)
		p.Summary = t("answers.count.for", p.Total, a.q)
	}
	for name, v := range a.values() {
		if name != "q" {
			p.Kept = append(p.Kept, web.Pair{Name: name, Value: v[0]})
		}
	}
	for _, x := range r.answers {
		p.Results = append(p.Results, s.answerFound(x, p.Lang))
	}
	p.Sorts = s.sorts(a, p.Lang)
	for _, f := range filters {
		if v := *f.value(&a); v != "" {
			p.Chosen = append(p.Chosen, web.Chosen{Name: t("answers.by." + f.name), Value: f.say(s, v, p.Lang), Path: a.with(f, "").path()})
		} else if x := s.facet(a, f, f.facet(r.list.Facets), p.Lang); len(x.Items) > 1 {
			p.Facets = append(p.Facets, x)
		}
	}
	if pages > 1 {
		p.Place = t("answers.place", a.page, pages)
	}
	if a.page > 1 {
		p.Prev = a.at("/answers", a.page-1)
	}
	if a.page < pages {
		p.Next = a.at("/answers", a.page+1)
	}
	if p.Total == 0 {
		if err := s.nothingFound(c.UserContext(), a, p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (s *server) answerFound(x found, lang string) web.AnswerFound {
	row := web.AnswerFound{Path: "/answers/" + x.Code, Title: template.HTML(x.Marked), Snippet: template.HTML(x.Snippet), // both are escaped but for <mark>
		Agency: s.agencyName(x.Agency, lang), At: x.PublishedAt}
	if x.Field != "" {
		row.Field = s.fieldName(x.Field, lang)
	}
	if x.Province != "" {
		row.Province = s.provinceName(x.Province, lang)
	}
	return row
}

// sorts are the orders that the search can be shown in. Without words there is nothing
// that could fit better.
func (s *server) sorts(a asked, lang string) []web.Choice {
	orders := []search.Sort{search.ByRelevance, search.Newest, search.Oldest}
	if a.q == "" {
		orders = []search.Sort{search.ByRelevance, search.Oldest}
	}
	var out []web.Choice
	for _, by := range orders {
		name := string(by)
		switch {
		case by == search.ByRelevance && a.q != "":
			name = "best"
		case by == search.ByRelevance:
			name = string(search.Newest)
		}
		other := a
		other.sort, other.page = by, 1
		out = append(out, web.Choice{Path: other.path(), Text: s.site.T(lang, "answers.sort."+name), Now: by == a.sort})
	}
	return out
}

// facet lists the values of one property; years from the last one.
func (s *server) facet(a asked, f filter, values []api.FacetValue, lang string) web.Facet {
	x := web.Facet{Name: s.site.T(lang, "answers.by."+f.name)}
	for _, v := range values {
		if v.Value != "" {
			x.Items = append(x.Items, web.Choice{Path: a.with(f, v.Value).path(), Text: f.say(s, v.Value, lang), Count: v.Count})
		}
	}
	if f.name == "year" {
		slices.SortFunc(x.Items, func(a, b web.Choice) int { return strings.Compare(b.Text, a.Text) })
	}
	if len(x.Items) > facetShown+1 {
		x.Items, x.More = x.Items[:facetShown], x.Items[facetShown:]
	}
	return x
}

// nothingFound fills in what may help: the same search with a filter less, where that
// finds something, and the latest answers.
func (s *server) nothingFound(ctx context.Context, a asked, p *web.Answers) error {
	try := func(other asked, text string) error {
		q := other.query()
		q.limit, q.facets = 1, false
		r, err := s.listed(ctx, q)
		if err == nil && r.list.Total > 0 {
			p.Wider = append(p.Wider, web.Choice{Path: other.path(), Text: text, Count: r.list.Total})
		}
		return err
	}
	for _, f := range filters {
		if *f.value(&a) != "" && len(p.Chosen) > 1 {
			if err := try(a.with(f, ""), s.site.T(p.Lang, "answers.wider.without", s.site.T(p.Lang, "answers.by."+f.name), f.say(s, *f.value(&a), p.Lang))); err != nil {
				return err
			}
		}
	}
	if len(p.Chosen) > 0 {
		if err := try(asked{q: a.q, sort: a.sort, page: 1}, s.site.T(p.Lang, "answers.wider.all")); err != nil {
			return err
		}
	}
	latest, err := s.listed(ctx, answerQuery{sort: search.Newest, limit: 5})
	if err == nil {
		p.Latest = s.answerRows(latest.answers, p.Lang)
	}
	return err
}
