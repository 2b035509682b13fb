package handlers

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

const fieldsPath = "/console/admin/fields"

// adminFieldsPage shows the subject fields.
func (s *server) adminFieldsPage(c *fiber.Ctx) error {
	ctx, now := c.UserContext(), s.Now()
	p := &web.AdminFields{Frame: s.frame(c, "fields.title", "/console/admin"), MayChange: s.atRoot(ctx) == nil}
	changes := map[string]time.Time{}
	for _, v := range s.Ref.Fields.Versions() {
		if day := plainDate(v.From); changes[v.Slug].IsZero() && day.After(now) {
			changes[v.Slug] = day
		}
	}
	for _, g := range s.Ref.Fields.Groups() {
		group := web.FieldGroup{Name: models.TextPair{VI: g.Name, EN: g.NameEN}.In(p.Lang)}
		for _, f := range s.Ref.Fields.Ever(now) {
			if f.Group == g.Slug {
				group.Open = group.Open || f.From != "" || !changes[f.Slug].IsZero()
				group.Rows = append(group.Rows, web.FieldRow{Slug: f.Slug, Name: models.TextPair{VI: f.Name, EN: f.NameEN}.In(p.Lang),
					Ministry: s.agencyName(f.Ministry, p.Lang), Department: s.agencyName(f.Department, p.Lang), Cues: strings.Join(f.Cues, ", "),
					Retired: f.Retired, Changes: changes[f.Slug]})
			}
		}
		p.Groups = append(p.Groups, group)
	}
	var err error
	if p.Added, err = s.added(ctx, func(a *models.Amendment) bool { return a.Field != nil }); err != nil {
		return err
	}
	return s.show(c, p)
}

// fieldForm is the form with a field in it.
func (s *server) fieldForm(c *fiber.Ctx, f models.Field) *web.AdminField {
	p := &web.AdminField{Frame: s.frame(c, "fields.new", "/console/admin"), New: f.Slug == "", Key: models.NewID(), Slug: f.Slug, Retired: f.Retired,
		Name: f.Name, NameEN: f.NameEN, Group: f.Group, Ministry: f.Ministry, Department: f.Department, Cues: strings.Join(f.Cues, "\n")}
	if !p.New {
		p.Title = models.TextPair{VI: f.Name, EN: f.NameEN}.In(p.Lang)
	}
	for _, g := range s.Ref.Fields.Groups() {
		p.Groups = append(p.Groups, web.Option{Value: g.Slug, Text: models.TextPair{VI: g.Name, EN: g.NameEN}.In(p.Lang)})
		if g.Slug == f.Group {
			p.GroupName = p.Groups[len(p.Groups)-1].Text
		}
	}
	none := web.Option{Text: s.site.T(p.Lang, "fields.choose")}
	p.Ministries, p.Departments = []web.Option{none}, []web.Option{none}
	seen := map[string]bool{}
	for _, a := range s.Ref.Tree.All() {
		switch {
		case a.Central() && a.Assignable():
			p.Ministries = append(p.Ministries, web.Option{Value: a.Code, Text: agencyIn(a, p.Lang)})
		case a.Level == models.LevelDepartment && a.Template != "" && !seen[a.Template]:
			seen[a.Template] = true
			p.Departments = append(p.Departments, web.Option{Value: a.Template, Text: s.agencyName(a.Template, p.Lang)})
		}
	}
	return p
}

// newFieldPage asks for a field in a group.
func (s *server) newFieldPage(c *fiber.Ctx) error {
	if err := s.atRoot(c.UserContext()); err != nil {
		return err
	}
	return s.show(c, s.fieldForm(c, models.Field{Group: c.Query("group")}))
}

// fieldPage shows a field as it will be last, to change it.
func (s *server) fieldPage(c *fiber.Ctx) error {
	if err := s.atRoot(c.UserContext()); err != nil {
		return err
	}
	f, ok := s.Ref.Fields.Last(c.Params("slug"))
	if !ok {
		return models.ErrNotFound
	}
	return s.show(c, s.fieldForm(c, f))
}

// saveFieldPage adds a field, changes one from a day on, or retires it.
func (s *server) saveFieldPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f := models.Field{Name: typedLine(c, "name"), NameEN: typedLine(c, "name_en"), Group: typedLine(c, "group"), Ministry: typedLine(c, "ministry"),
		Department: typedLine(c, "department"), Cues: strings.Split(typed(c, "cues"), "\n"), From: typedLine(c, "from")}
	was := models.Field{Group: f.Group}
	if slug := c.Params("slug"); slug != "" {
		var ok bool
		if was, ok = s.Ref.Fields.Last(slug); !ok {
			return models.ErrNotFound
		}
		f.Slug = was.Slug
	}
	retire := typedLine(c, "what") == "retire"
	if retire {
		f = was
		f.From, f.Retired = typedLine(c, "retire.from"), true
	}
	kept := f // what the check makes of it is not what was typed
	_, err := s.amend(ctx, models.Amendment{ID: models.DeriveID(of(ctx).Account, "amendment", typedLine(c, "key")), Field: &kept})
	if err == nil {
		return s.goTo(c, fieldsPath, "said.field")
	}
	p := s.fieldForm(c, was)
	p.Retiring = retire
	if retire {
		p.From = f.From
		return s.showAgain(c, inForm("retire", err), p)
	}
	p.Name, p.NameEN, p.Ministry, p.Department, p.Cues, p.From = f.Name, f.NameEN, f.Ministry, f.Department, typed(c, "cues"), f.From
	return s.showAgain(c, err, p)
}
