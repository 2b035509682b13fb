package handlers

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// templatesPage lists the texts that the member's replies can begin from.
func (s *server) templatesPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	all, err := s.replyTemplates(ctx)
	if err != nil {
		return err
	}
	p := &web.ReplyTemplates{Frame: s.frame(c, "template.title", "/console/templates")}
	for _, owner := range []string{"own", "agency", "all"} {
		p.Groups = append(p.Groups, web.TemplateGroup{Owner: owner, Title: s.site.T(p.Lang, "template.owner."+owner), None: s.site.T(p.Lang, "template.none."+owner)})
	}
	for i := range all {
		t := &all[i]
		row := web.TemplateRow{ID: t.ID, Title: t.Title, Body: t.Body, UpdatedAt: t.UpdatedAt}
		if s.mayWriteTemplate(of(ctx).Staff, t) == nil {
			row.Path = "/console/templates/" + t.ID
		}
		g := &p.Groups[map[string]int{"own": 0, "agency": 1, "all": 2}[ownerOf(t)]]
		g.Rows = append(g.Rows, row)
	}
	return s.show(c, p)
}

func ownerOf(t *models.ReplyTemplate) string {
	switch {
	case t.Staff != "":
		return "own"
	case t.Agency != "":
		return "agency"
	}
	return "all"
}

// templateForm is the form of a template, with what its fields stand for.
func (s *server) templateForm(c *fiber.Ctx, t *models.ReplyTemplate) *web.ReplyTemplate {
	ctx := c.UserContext()
	me := of(ctx).Staff
	p := &web.ReplyTemplate{Frame: s.frame(c, "template.new", "/console/templates"), ID: t.ID, Owner: ownerOf(t), TemplateTitle: t.Title, Body: t.Body}
	if t.ID != "" {
		p.Title = s.site.T(p.Lang, "template.edit")
	}
	p.Whose = s.site.T(p.Lang, "template.owner."+p.Owner)
	p.Agency = s.agencyName(t.Agency, p.Lang)
	for _, o := range []struct {
		owner string
		t     models.ReplyTemplate
	}{{"own", models.ReplyTemplate{Staff: me.ID}}, {"agency", models.ReplyTemplate{Agency: me.Agency}}, {"all", models.ReplyTemplate{}}} {
		if s.mayWriteTemplate(me, &o.t) == nil {
			p.Owners = append(p.Owners, web.Option{Value: o.owner, Text: s.site.T(p.Lang, "template.owner."+o.owner)})
		}
	}
	for _, f := range models.TemplateFields {
		name := f.Name
		if p.Lang == "en" {
			name = f.NameEN
		}
		p.Fields = append(p.Fields, web.Option{Value: "{" + name + "}", Text: s.site.T(p.Lang, "template.field."+f.NameEN)})
	}
	if t.Body != "" {
		p.Example = t.Fill(s.exampleCase(me), s.Ref, s.Now())
	}
	return p
}

// exampleCase is a made-up case that a template is shown with.
func (s *server) exampleCase(me *models.Staff) *models.Feedback {
	now := s.Now()
	f := &models.Feedback{Code: "KN-7F3K-92QX", Title: "Đường trước trường học hư hỏng", Place: "trước cổng trường", Agency: me.Agency, CreatedAt: now.Add(-5 * 24 * time.Hour)}
	if fields := s.Ref.Fields.On(now); len(fields) > 0 {
		f.Field = fields[0].Slug
	}
	if due, err := s.Ref.Rules.Due("pakn.answer", f.CreatedAt); err == nil {
		f.Due = &due
	}
	return f
}

// newTemplatePage asks for a new template.
func (s *server) newTemplatePage(c *fiber.Ctx) error {
	p := s.templateForm(c, &models.ReplyTemplate{Staff: of(c.UserContext()).Account})
	p.Key = models.NewID()
	return s.show(c, p)
}

// addTemplatePage stores it.
func (s *server) addTemplatePage(c *fiber.Ctx) error {
	ctx, owner, title, body := c.UserContext(), typedLine(c, "owner"), typedLine(c, "title"), typed(c, "body")
	key := typedLine(c, "key")
	_, err := s.createTemplate(ctx, models.DeriveID(of(ctx).Account, "template", key), owner, "", title, body)
	if err == nil {
		return s.goTo(c, "/console/templates", "said.template")
	}
	p := s.templateForm(c, &models.ReplyTemplate{Title: title, Body: body})
	p.Key, p.Owner = key, owner
	return s.showAgain(c, err, p)
}

// templatePage shows a template to change it.
func (s *server) templatePage(c *fiber.Ctx) error {
	t, err := s.writableTemplate(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return s.show(c, s.templateForm(c, t))
}

// saveTemplatePage changes it.
func (s *server) saveTemplatePage(c *fiber.Ctx) error {
	ctx, title, body := c.UserContext(), typedLine(c, "title"), typed(c, "body")
	t, err := s.writableTemplate(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	if _, err = s.editTemplate(ctx, t.ID, title, body); err == nil {
		return s.goTo(c, "/console/templates", "said.template")
	}
	t.Title, t.Body = title, body
	return s.showAgain(c, err, s.templateForm(c, t))
}

// deleteTemplatePage removes it.
func (s *server) deleteTemplatePage(c *fiber.Ctx) error {
	if err := s.deleteTemplate(c.UserContext(), c.Params("id")); err != nil {
		return err
	}
	return s.goTo(c, "/console/templates", "said.template_gone")
}

// withTemplate adds the text of a template, filled in for the case.
func (s *server) withTemplate(ctx context.Context, body, id string, f *models.Feedback) (string, error) {
	all, err := s.replyTemplates(ctx)
	if err != nil {
		return body, err
	}
	for i := range all {
		if all[i].ID != id {
			continue
		}
		text := all[i].Fill(f, s.Ref, s.Now())
		if body == "" {
			return text, nil
		}
		return body + "\n\n" + text, nil
	}
	return body, nil
}

// templateOptions are the templates that the member can begin from.
func (s *server) templateOptions(ctx context.Context) ([]web.Option, error) {
	if !of(ctx).Staff.May(models.ActTemplates) {
		return nil, nil
	}
	all, err := s.replyTemplates(ctx)
	var out []web.Option
	for i := range all {
		out = append(out, web.Option{Value: all[i].ID, Text: all[i].Title + " – " + s.site.T(of(ctx).Lang, "template.owner."+ownerOf(&all[i]))})
	}
	return out, err
}
