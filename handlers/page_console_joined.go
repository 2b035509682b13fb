package handlers

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// joinForm is a form of the case page about this case and others. Its inputs are called
// after it: merge.into.
type joinForm struct {
	said         string
	lines, texts []string // inputs of one line and of several
	do           func(s *server, ctx context.Context, f *models.Feedback, seen string, in map[string]string) error
}

var joinForms = map[string]joinForm{
	"merge": {"said.merged", []string{"into"}, []string{"reason"}, func(s *server, ctx context.Context, f *models.Feedback, seen string, in map[string]string) error {
		return s.merge(ctx, f.ID, &seen, in["into"], in["reason"])
	}},
	"unmerge": {"said.unmerged", nil, nil, func(s *server, ctx context.Context, f *models.Feedback, seen string, _ map[string]string) error {
		return s.unmerge(ctx, f.ID, &seen)
	}},
	"link": {"said.linked", []string{"code"}, []string{"reason"}, func(s *server, ctx context.Context, f *models.Feedback, seen string, in map[string]string) error {
		return s.link(ctx, f.ID, &seen, in["code"], in["reason"])
	}},
	"unlink": {"said.unlinked", []string{"code"}, nil, func(s *server, ctx context.Context, f *models.Feedback, seen string, in map[string]string) error {
		return s.unlink(ctx, f.ID, &seen, in["code"])
	}},
	"split": {"said.split", []string{"title", "agency", "key"}, []string{"body"}, func(s *server, ctx context.Context, f *models.Feedback, seen string, in map[string]string) error {
		id := madeID(of(ctx).Account, f.ID+" split", optional(in["key"]))
		err := s.split(ctx, f.ID, &seen, id, []models.PartText{{Title: in["title"], Body: in["body"], Agency: in["agency"]}})
		return partFields(err)
	}},
	"unsplit": {"said.unsplit", nil, nil, func(s *server, ctx context.Context, f *models.Feedback, seen string, _ map[string]string) error {
		return s.unsplit(ctx, f.ID, &seen)
	}},
}

// partFields calls what is wrong with the one part of the form as its inputs are called.
func partFields(err error) error {
	var e *models.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	out := &models.Error{Kind: e.Kind, Code: e.Code}
	for _, x := range e.Fields {
		const first = "parts.0."
		if len(x.Field) > len(first) {
			x.Field = x.Field[len(first):]
		}
		out.Fields = append(out.Fields, x)
	}
	return out
}

// joinFormPage does what such a form says.
func joinFormPage(name string) func(*server, *fiber.Ctx) error {
	return func(s *server, c *fiber.Ctx) error {
		ctx, form := c.UserContext(), joinForms[name]
		f, err := s.visibleCase(ctx, c.Params("code"))
		if err != nil {
			return err
		}
		in := map[string]string{}
		for _, x := range form.lines {
			in[x] = typedLine(c, name+"."+x)
		}
		for _, x := range form.texts {
			in[x] = typed(c, name+"."+x)
		}
		as := in["agency"]
		if as != "" {
			code, choices := s.findAgency(as, of(ctx).Lang)
			if code == "" {
				return s.caseAgain(c, f, name, in, unknownAgency(as, choices), choices)
			}
			in["agency"] = code
		}
		err = form.do(s, ctx, f, typedLine(c, "version"), in)
		if err == nil {
			return s.goTo(c, casePath(f.Code), form.said)
		}
		if errors.Is(err, models.ErrConflict) {
			if f, err = s.visibleCase(ctx, f.Code); err != nil {
				return err
			}
			err = models.ErrConflict
		}
		if as != "" {
			in["agency"] = as
		}
		return s.caseAgain(c, f, name, in, err, nil)
	}
}

// caseJoined fills in which other cases the case has to do with.
func (s *server) caseJoined(p *web.Case, me *models.Staff, f *models.Feedback) {
	now := s.Now()
	may := func(a models.Action) bool { return me.MayOn(a, f) == nil }
	other := func(code, reason string) web.CaseOther {
		return web.CaseOther{Code: code, Path: casePath(code), Reason: reason}
	}
	if m := f.Merged; m != nil {
		x := other(m.Code, m.Reason)
		p.Merged, p.MayUnmerge = &x, f.MayUnmerge(now) && may(models.ActUnmerge)
	}
	if q := f.Proposed; q != nil && f.Status.Open() {
		p.Proposed = &web.CaseOther{Code: q.Code, Path: casePath(q.Code), Reason: q.Reason}
		p.ProposedBy = s.agencyName(q.By.Agency, p.Lang)
	}
	if f.PartOf != nil {
		x := other(f.PartOf.Code, "")
		p.PartOf = &x
	}
	for _, d := range f.Duplicates {
		if !d.Pending {
			p.Duplicates = append(p.Duplicates, other(d.Code, d.Reason))
		}
	}
	for _, l := range f.Links {
		p.Links = append(p.Links, other(l.Code, l.Reason))
	}
	for _, x := range f.Parts {
		p.Parts = append(p.Parts, other(x.Code, x.Title))
	}
	p.MayUnlink, p.MayUnsplit = may(models.ActUnlink), f.MayUnsplit(now) && may(models.ActUnsplit)
}
