package handlers

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/web"
)

// adminRulesPage shows legal terms and the calendar.
func (s *server) adminRulesPage(c *fiber.Ctx) error {
	p, err := s.rulesForm(c)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

func (s *server) rulesForm(c *fiber.Ctx) (*web.AdminRules, error) {
	ctx := c.UserContext()
	p := &web.AdminRules{Frame: s.frame(c, "rules.title", "/console/admin"), Key: models.NewID(), MayChange: s.atRoot(ctx) == nil,
		Typed: map[string]string{}}
	rules := slices.Clone(s.Ref.Rules.All())
	slices.SortStableFunc(rules, func(a, b models.Rule) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(b.ValidFrom, a.ValidFrom))
	})
	cal := s.Ref.Rules.Calendar()
	p.Next = slices.Max(cal.Years) + 1
	p.Years = calendarYears(cal, p.Lang)
	p.Hours = s.hoursRows(cal, p.Lang)
	for i, r := range rules {
		p.Rules = append(p.Rules, s.ruleRow(r, p.Lang))
		if i == 0 || rules[i-1].Key != r.Key {
			p.Keys = append(p.Keys, web.Option{Value: r.Key, Text: s.site.T(p.Lang, "rules.key."+r.Key)})
		}
	}
	p.Provinces = s.provinceOptions(p.Lang, web.Option{Text: s.site.T(p.Lang, "rules.province.all")})
	p.MayAddRule = p.MayChange
	if mine, ok := s.Ref.Tree.Get(of(ctx).Staff.Agency); ok && mine.Level == models.LevelProvince {
		p.MayAddRule = true
		p.Provinces = slices.DeleteFunc(p.Provinces, func(o web.Option) bool { return o.Value != mine.Province })
	}
	as := web.Option{Text: s.site.T(p.Lang, "rules.province.all")}
	p.Fields, p.Levels = s.fieldOptions(p.Lang, "", as), []web.Option{as}
	for _, l := range models.AnsweringLevels {
		p.Levels = append(p.Levels, web.Option{Value: string(l), Text: s.site.T(p.Lang, "rules.level."+string(l))})
	}
	for _, u := range models.Units {
		p.Units = append(p.Units, web.Option{Value: string(u), Text: s.site.T(p.Lang, "rules.unit."+string(u))})
	}
	for _, sure := range []string{"read", "secondary", "unconfirmed"} {
		p.Sure = append(p.Sure, web.Option{Value: sure, Text: s.site.T(p.Lang, "rules.sure."+sure)})
	}
	q := store.FeedbackQuery{All: true}
	deskViewOf("undated").narrow(&q, nil, s.Now())
	undated, err := s.countByStatus(ctx, q)
	if err != nil {
		return nil, err
	}
	p.MayList = of(ctx).Staff.May(models.ActList)
	for _, n := range undated {
		p.Undated += n
	}
	if !p.MayChange { // whose hours they are here to set
		p.Typed["hours.agency"], p.Typed["half_day.agency"] = of(ctx).Staff.Agency, of(ctx).Staff.Agency
	}
	p.Added, err = s.added(ctx, (*models.Amendment).OfRules)
	return p, err
}

// added is what administrators added of a kind, the newest first.
func (s *server) added(ctx context.Context, shown func(*models.Amendment) bool) ([]web.Added, error) {
	all, err := s.Store.Amendments(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b models.Amendment) int { return b.At.Compare(a.At) })
	var out []web.Added
	for i := range all {
		if !shown(&all[i]) {
			continue
		}
		who, err := s.person(ctx, all[i].By)
		if err != nil {
			return nil, err
		}
		out = append(out, web.Added{ID: all[i].ID, Text: amendmentText(&all[i]), By: who.Name, At: all[i].At, May: s.mayAmend(ctx, &all[i]) == nil && !all[i].Began(s.Now())})
	}
	return out, nil
}

// ruleRow is a term in words.
func (s *server) ruleRow(r models.Rule, lang string) web.RuleRow {
	x := web.RuleRow{Key: r.Key, For: s.site.T(lang, "rules.key."+r.Key), Term: fmt.Sprint(r.Term, " ", s.site.T(lang, "rules.unit."+string(r.Unit))),
		Starts: s.site.T(lang, "rules.starts."+string(r.Starts)), Applies: s.agencyName(r.AppliesTo, lang), Basis: models.TextPair{VI: r.LegalBasis, EN: r.LegalBasisEN}.In(lang), Note: r.Note,
		From: plainDate(r.ValidFrom), To: plainDate(r.ValidTo), Sure: s.site.T(lang, "rules.sure."+r.Confidence),
		SureTag: map[string]string{"read": "ok", "unconfirmed": "warn"}[r.Confidence]}
	if key := "rules.applies." + r.AppliesTo; s.site.Has(key) {
		x.Applies = s.site.T(lang, key)
	}
	if r.Extension != nil {
		key := "rules.extension.by"
		if r.Extension.Approver {
			key = "rules.extension.approver"
		}
		x.Reach = append(x.Reach, s.site.T(lang, key, r.Extension.Times, r.Extension.Term, s.site.T(lang, "rules.unit."+string(r.Unit))))
	} else if r.Answers {
		x.Reach = append(x.Reach, s.site.T(lang, "rules.extension.none"))
	}
	if r.Adopted && !r.Answers {
		x.Reach = append(x.Reach, s.site.T(lang, "rules.adopted"))
	}
	if r.Progress > 0 {
		x.Reach = append(x.Reach, s.site.T(lang, "rules.progress", r.Progress))
	}
	for _, k := range r.Kinds {
		x.Kinds = append(x.Kinds, s.site.T(lang, "kind."+string(k)))
	}
	for _, f := range r.Fields {
		x.Fields = append(x.Fields, s.fieldName(f, lang))
	}
	for _, l := range r.Levels {
		x.Levels = append(x.Levels, s.site.T(lang, "rules.level."+string(l)))
	}
	return x
}

// plainDate is a date as a time in Viet Nam, zero for none.
func plainDate(date string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, date, models.VietNam)
	return t
}

// calendarYears sorts the days of a calendar by year, the newest first, with names in a language.
func calendarYears(cal models.Calendar, lang string) []web.CalendarYear {
	years := map[string]*web.CalendarYear{}
	of := func(date string) *web.CalendarYear {
		y, _, _ := strings.Cut(date, "-")
		if years[y] == nil {
			n, _ := strconv.Atoi(y)
			years[y] = &web.CalendarYear{Year: n, Known: slices.Contains(cal.Years, n)}
		}
		return years[y]
	}
	for _, y := range cal.Years {
		of(fmt.Sprint(y))
	}
	for _, h := range cal.Holidays {
		y := of(h.Date)
		h.Name = h.Names().In(lang)
		y.Holidays = append(y.Holidays, h)
	}
	for _, w := range cal.Workdays {
		y := of(w.Date)
		y.Workdays = append(y.Workdays, w)
	}
	var out []web.CalendarYear
	for _, y := range years {
		slices.SortFunc(y.Holidays, func(a, b models.Holiday) int { return cmp.Compare(a.Date, b.Date) })
		out = append(out, *y)
	}
	slices.SortFunc(out, func(a, b web.CalendarYear) int { return b.Year - a.Year })
	return out
}

// amendPage adds a term, a day off, a day that is worked, a half-day, office hours, or a complete year. The inputs of
// each form are called after it: rule.term.
func (s *server) amendPage(c *fiber.Ctx) error {
	what := typedLine(c, "what")
	in := map[string]string{}
	for _, name := range []string{"key", "term", "unit", "legal_basis", "legal_basis_en", "valid_from", "confidence", "note", "province", "extension.times", "extension.term", "extension.approver", "date", "name", "name_en", "source", "for", "year", "swap", "agency", "windows", "from", "field", "level", "progress"} {
		in[name] = typedLine(c, what+"."+name)
	}
	a := models.Amendment{ID: models.DeriveID(of(c.UserContext()).Account, "amendment", typedLine(c, "key"))}
	agency, windows, choices := s.typedHours(c, what)
	switch what {
	case "rule":
		term, _ := strconv.Atoi(in["term"])
		a.Rule = &models.Rule{Key: in["key"], Term: term, Unit: models.Unit(in["unit"]), LegalBasis: in["legal_basis"], LegalBasisEN: in["legal_basis_en"],
			ValidFrom: in["valid_from"], Confidence: in["confidence"], Note: in["note"], Province: in["province"]}
		if in["field"] != "" {
			a.Rule.Fields = []string{in["field"]}
		}
		if in["level"] != "" {
			a.Rule.Levels = []models.Level{models.Level(in["level"])}
		}
		if in["progress"] != "" {
			if a.Rule.Progress, _ = strconv.Atoi(in["progress"]); a.Rule.Progress == 0 {
				a.Rule.Progress = -1 // what is no number is refused
			}
		}
		if in["extension.times"] != "" || in["extension.term"] != "" {
			times, _ := strconv.Atoi(in["extension.times"])
			most, _ := strconv.Atoi(in["extension.term"])
			a.Rule.Extension = &models.Extension{Times: times, Term: most, Approver: in["extension.approver"] != ""}
		}
	case "holiday":
		a.Holiday = &models.Holiday{Date: in["date"], Name: in["name"], NameEN: in["name_en"], Source: in["source"], Swap: in["swap"] != ""}
	case "workday":
		a.Workday = &models.Workday{Date: in["date"], For: in["for"], Source: in["source"]}
	case "half_day":
		a.HalfDay = &models.HalfDay{Date: in["date"], Name: in["name"], Agency: agency, Windows: windows, Source: in["source"]}
	case "hours":
		a.Hours = &models.OfficeHours{Agency: agency, From: in["from"], Windows: windows, Source: in["source"]}
	case "year":
		a.Year, _ = strconv.Atoi(in["year"])
	default:
		return models.Fail(models.KindMalformed, "malformed")
	}
	_, err := s.amend(c.UserContext(), a)
	if err == nil {
		return s.goTo(c, "/console/admin/rules", "said.amended")
	}
	p, failed := s.rulesForm(c)
	if failed != nil {
		return failed
	}
	p.Adding = what
	if what == "hours" {
		p.HoursOf = choices
	} else {
		p.HalfOf = choices
	}
	for name, value := range in {
		p.Typed[what+"."+name] = value
	}
	return s.showAgain(c, inForm(what, err), p)
}

// repealPage takes an addition back and returns to its page.
func repealPage(page string) func(*server, *fiber.Ctx) error {
	return func(s *server, c *fiber.Ctx) error {
		if err := s.repeal(c.UserContext(), c.Params("id")); err != nil {
			return err
		}
		return s.goTo(c, page, "said.repealed")
	}
}

// adminFeaturesPage shows the feature switches.
func (s *server) adminFeaturesPage(c *fiber.Ctx) error {
	f := s.Ref.Features()
	p := s.featuresForm(c)
	if f.AutoAssign != nil {
		p.Threshold = strconv.FormatFloat(*f.AutoAssign, 'f', -1, 64)
	}
	if f.RouteError != nil {
		p.RouteError = strconv.FormatFloat(math.Round(*f.RouteError*1e4)/100, 'f', -1, 64)
	}
	p.HideNames, p.BuiltInModel = f.HideNames, f.BuiltInModel
	return s.show(c, p)
}

func (s *server) featuresForm(c *fiber.Ctx) *web.AdminFeatures {
	return &web.AdminFeatures{Frame: s.frame(c, "features.title", "/console/admin"), MayChange: s.atRoot(c.UserContext()) == nil}
}

// saveFeaturesPage sets the feature switches.
func (s *server) saveFeaturesPage(c *fiber.Ctx) error {
	p := s.featuresForm(c)
	p.Threshold, p.RouteError, p.HideNames = typedLine(c, "auto_assign"), typedLine(c, "route_error"), typedLine(c, "hide_names") != ""
	p.BuiltInModel = typedLine(c, "built_in_model") != ""
	f := models.Features{AutoAssign: typedNumber(p.Threshold, 1), RouteError: typedNumber(p.RouteError, 100), HideNames: p.HideNames, BuiltInModel: p.BuiltInModel}
	if err := s.setFeatures(c.UserContext(), f); err != nil {
		return s.showAgain(c, err, p)
	}
	return s.goTo(c, "/console/admin/features", "said.features")
}

// typedNumber reads a number with a comma or a point and divides it; nil when nothing was
// typed, -1 when it is none.
func typedNumber(text string, by float64) *float64 {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
	if err != nil {
		n = -by
	}
	n /= by
	return &n
}
