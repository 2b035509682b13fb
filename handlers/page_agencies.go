package handlers

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/web"
)

const agenciesOnPage = 50

// levels are the levels of agencies in the order in which pages show them.
var levels = []models.Level{models.LevelMinistry, models.LevelGovernment, models.LevelVertical, models.LevelProvince, models.LevelDepartment,
	models.LevelCommune, models.LevelOutside}

// agenciesPage shows the agencies at the top of the tree, or those that a name finds.
func (s *server) agenciesPage(c *fiber.Ctx) error {
	p := &web.Agencies{Frame: s.frame(c, "agencies.title", "/agencies"), Q: models.CleanLine(c.Query("q"))}
	if r := []rune(p.Q); len(r) > maxAsked {
		p.Q = string(r[:maxAsked])
	}
	if p.Q == "" {
		p.URL = s.PublicURL + "/agencies"
		var top []models.Agency
		for _, a := range s.Ref.Tree.All() {
			if a.Level != models.LevelDepartment && a.Level != models.LevelCommune && a.Successor == "" {
				top = append(top, a)
			}
		}
		p.Groups = s.agencyGroups(top, p.Lang)
		return s.show(c, p)
	}
	p.Title = s.site.T(p.Lang, "agencies.title.for", p.Q)
	found := s.findAgencies(p.Q)
	p.Total = len(found)
	page, _ := strconv.Atoi(c.Query("page"))
	pages := max(1, (len(found)+agenciesOnPage-1)/agenciesOnPage)
	page = min(max(page, 1), pages)
	for _, a := range found[(page-1)*agenciesOnPage : min(page*agenciesOnPage, len(found))] {
		row := s.agencyRow(a, p.Lang)
		row.Was = s.formerly(a)
		p.Found = append(p.Found, row)
	}
	at := func(page int) string {
		return "/agencies?" + url.Values{"q": {p.Q}, "page": {strconv.Itoa(page)}}.Encode()
	}
	if pages > 1 {
		p.Place = s.site.T(p.Lang, "answers.place", page, pages)
	}
	if page > 1 {
		p.Prev = at(page - 1)
	}
	if page < pages {
		p.Next = at(page + 1)
	}
	return s.show(c, p)
}

// findAgencies returns the agencies that a name finds, and before them the provinces that
// a province of that name was merged into.
func (s *server) findAgencies(name string) []models.Agency {
	found := s.Ref.Tree.Find(name)
	asked := strings.Join(models.Words(name), " ")
	for _, p := range s.Ref.Places.Provinces() {
		for _, was := range strings.Split(p.MergedFrom, ";") {
			if was = strings.Join(models.Words(was), " "); was == "" || !strings.HasSuffix(asked, was) || was == models.Fold(p.Name) {
				continue
			}
			if a, ok := s.Ref.Tree.Get("ubnd-" + p.Code); ok && !slices.ContainsFunc(found, func(b models.Agency) bool { return a.Code == b.Code }) {
				found = slices.Insert(found, 0, a)
			}
		}
	}
	return found
}

// formerly lists the provinces that a province was merged from, when it was.
func (s *server) formerly(a models.Agency) string {
	p, ok := s.Ref.Places.Province(a.Province)
	if !ok || a.Level != models.LevelProvince || !strings.Contains(p.MergedFrom, ";") {
		return ""
	}
	return strings.ReplaceAll(p.MergedFrom, ";", ",")
}

func (s *server) agencyRow(a models.Agency, lang string) web.AgencyRow {
	row := web.AgencyRow{Path: "/agencies/" + a.Code, Name: agencyIn(a, lang), Dissolved: a.Successor != ""}
	if a.Parent != "" && a.Parent != models.RootAgency {
		row.Above = s.agencyName(a.Parent, lang)
	}
	return row
}

// agencyGroups puts agencies together by level, those of a place in the order of its name.
func (s *server) agencyGroups(agencies []models.Agency, lang string) []web.AgencyGroup {
	var out []web.AgencyGroup
	for _, level := range levels {
		g := web.AgencyGroup{ID: string(level), Name: s.site.T(lang, "agencies.level."+string(level))}
		var of []models.Agency
		for _, a := range agencies {
			if a.Level == level {
				of = append(of, a)
			}
		}
		if level == models.LevelProvince || level == models.LevelCommune {
			slices.SortStableFunc(of, func(a, b models.Agency) int { return strings.Compare(s.foldedPlace(a), s.foldedPlace(b)) })
		}
		for _, a := range of {
			row := s.agencyRow(a, lang)
			if level != models.LevelVertical {
				row.Above = ""
			}
			g.Rows = append(g.Rows, row)
		}
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// foldedPlace is the folded name of the place that a local agency is of, without "xã" and the like.
func (s *server) foldedPlace(a models.Agency) string {
	if c, ok := s.Ref.Places.Commune(a.Commune); ok {
		name := models.Fold(c.Name)
		for _, kind := range []string{"phuong ", "xa ", "dac khu "} {
			name = strings.TrimPrefix(name, kind)
		}
		return name
	}
	p, _ := s.Ref.Places.Province(a.Province)
	return models.Fold(p.Name)
}

// remitOf lists what an agency answers for. What follows in a province's is its history.
func remitOf(a models.Agency) []string {
	var out []string
	for _, part := range strings.Split(a.Remit, ";") {
		if part = strings.TrimSpace(part); part != "" && (a.Level != models.LevelProvince || len(out) == 0) {
			out = append(out, part)
		}
	}
	return out
}

// agencyPage shows one agency: what it answers for, how to reach it, what it did lately
// and what is beneath it.
func (s *server) agencyPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	a, ok := s.Ref.Tree.Get(c.Params("code"))
	if !ok {
		return models.ErrNotFound
	}
	p := &web.Agency{Frame: s.frame(c, "agencies.title", "/agencies"), Phone: a.Phone, Email: a.Email, Address: a.Address, Website: a.Website,
		Outside: a.Level == models.LevelOutside, Answers: asked{agency: a.Code}.path()}
	p.Name, p.Level, p.URL = agencyIn(a, p.Lang), s.site.T(p.Lang, "agency.level."+string(a.Level)), s.PublicURL+"/agencies/"+a.Code
	p.Name = strings.Replace(p.Name, "UBND", "Ủy ban nhân dân", 1) // written out once
	p.Title = p.Name
	if p.Foreign = a.NameEN; p.Lang == "en" {
		p.Foreign = a.Name
	}
	if p.Foreign == p.Name {
		p.Foreign = ""
	}
	for _, code := range s.Ref.Tree.Path(a.Parent) {
		if above, ok := s.Ref.Tree.Get(code); ok && code != models.RootAgency {
			p.Above = slices.Insert(p.Above, 0, s.agencyRow(above, p.Lang))
		}
	}
	p.Submit = "/submit"
	if a.Assignable() {
		p.Submit += "?" + url.Values{"agency": {a.Code}}.Encode()
	}
	p.Remit, p.Was = remitOf(a), s.formerly(a)
	if heir, ok := s.Ref.Tree.Get(s.Ref.Tree.Heir(a.Code)); ok && heir.Code != a.Code {
		p.Successor = s.agencyRow(heir, p.Lang)
		p.Dissolved, _ = time.ParseInLocation(time.DateOnly, a.Dissolved, models.VietNam)
	}
	latest, err := s.listed(ctx, answerQuery{agency: a.Code, sort: search.Newest, limit: 5})
	if err != nil && models.ErrorKindOf(err) != models.KindUnavailable { // the rest does not need the search engine
		return err
	}
	if latest != nil {
		p.Figures = append(p.Figures, web.Figure{Number: latest.list.Total, Text: s.site.T(p.Lang, "agency.figures.published")})
		p.Latest = s.answerRows(latest.answers, p.Lang)
	}
	if counted, err := s.figures(ctx); err == nil && !p.Outside {
		p.Figures = append(s.agencyFigures(counted, a.Code, p.Lang), p.Figures...)
	} else if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	var beneath []models.Agency
	for _, code := range s.Ref.Tree.Children(a.Code) {
		if child, ok := s.Ref.Tree.Get(code); ok && child.Successor == "" {
			beneath = append(beneath, child)
		}
	}
	if a.Code != models.RootAgency { // beneath which everything is: see /agencies
		p.Beneath = s.agencyGroups(beneath, p.Lang)
	}
	return s.show(c, p)
}
