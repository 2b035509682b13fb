package handlers

import (
	"context"
	"errors"
	"slices"

	"kiennghi/api"
	"kiennghi/models"
)

// replyTemplates returns the texts that the member can begin a reply from: their own, those
// of their agency and those of everyone.
func (s *server) replyTemplates(ctx context.Context) ([]models.ReplyTemplate, error) {
	me := of(ctx).Staff
	var all []models.ReplyTemplate
	for _, owner := range []string{models.TemplatesOfStaff(me.ID), models.TemplatesOfAgency(me.Agency), models.TemplatesForAll} {
		some, err := s.Store.ListTemplates(ctx, owner)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// mayWriteTemplate answers nil when the member may add, change or remove such a template.
// One that the member cannot see does not exist for them.
func (s *server) mayWriteTemplate(me *models.Staff, t *models.ReplyTemplate) error {
	switch {
	case t.Staff != "":
		if t.Staff != me.ID {
			return models.ErrNotFound
		}
	case t.Agency != "":
		administers := me.Administers(t.Agency, s.Ref.Tree)
		if !administers && t.Agency != me.Agency {
			return models.ErrNotFound
		}
		if !administers && !slices.Contains(me.Roles, models.Approver) {
			return models.Fail(models.KindForbidden, "template_of_agency")
		}
	case me.Agency != models.RootAgency || !me.May(models.ActAdminister):
		return models.Fail(models.KindForbidden, "template_of_all")
	}
	return nil
}

// createTemplate adds a template of that owner. The same id again finds the first one.
func (s *server) createTemplate(ctx context.Context, id, owner, agency, title, body string) (*models.ReplyTemplate, error) {
	me, now := of(ctx).Staff, s.Now()
	t := &models.ReplyTemplate{ID: id, CreatedAt: now}
	switch owner {
	case "own":
		t.Staff = me.ID
	case "agency":
		if t.Agency = agency; agency == "" {
			t.Agency = me.Agency
		}
	case "all":
	default:
		return nil, models.Invalid([]models.FieldError{{Field: "owner", Code: "required"}})
	}
	if err := s.mayWriteTemplate(me, t); errors.Is(err, models.ErrNotFound) {
		return nil, models.Invalid([]models.FieldError{{Field: "agency", Code: "unknown"}})
	} else if err != nil {
		return nil, err
	}
	if err := t.Write(title, body, me.ID, now); err != nil {
		return nil, err
	}
	have, err := s.Store.ListTemplates(ctx, t.Owner())
	if err != nil {
		return nil, err
	}
	if len(have) >= models.MaxTemplates {
		return nil, models.Fail(models.KindWrongState, "too_many_templates")
	}
	if err := s.Store.CreateTemplate(ctx, t); errors.Is(err, models.ErrExists) {
		first, err := s.Store.Template(ctx, id)
		if err == nil && (first.Title != t.Title || first.Body != t.Body || first.Owner() != t.Owner()) {
			err = models.Fail(models.KindInvalid, "idempotency_mismatch")
		}
		return first, err
	} else if err != nil {
		return nil, err
	}
	return t, s.auditTemplate(ctx, models.ActEditTemplate, t)
}

func (s *server) auditTemplate(ctx context.Context, a models.Action, t *models.ReplyTemplate) error {
	if t.Staff != "" { // nobody else sees it
		return nil
	}
	return s.audit(ctx, models.NewID(), of(ctx).actor(), a, t.ID, t.Owner()+": "+t.Title, s.Now())
}

// writableTemplate loads a template that the member may change.
func (s *server) writableTemplate(ctx context.Context, id string) (*models.ReplyTemplate, error) {
	t, err := s.Store.Template(ctx, id)
	if err != nil {
		return nil, err
	}
	return t, s.mayWriteTemplate(of(ctx).Staff, t)
}

func (s *server) editTemplate(ctx context.Context, id, title, body string) (*models.ReplyTemplate, error) {
	if _, err := s.writableTemplate(ctx, id); err != nil {
		return nil, err
	}
	t, err := s.Store.UpdateTemplate(ctx, id, func(t *models.ReplyTemplate) error { return t.Write(title, body, of(ctx).Account, s.Now()) })
	if err != nil {
		return nil, err
	}
	return t, s.auditTemplate(ctx, models.ActEditTemplate, t)
}

func (s *server) deleteTemplate(ctx context.Context, id string) error {
	t, err := s.writableTemplate(ctx, id)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteTemplate(ctx, id); err != nil {
		return err
	}
	return s.auditTemplate(ctx, models.ActDeleteTemplate, t)
}

func (s *server) templateView(t *models.ReplyTemplate) api.Template {
	v := api.Template{ID: t.ID, Owner: api.TemplateOwnerAll, Title: t.Title, Body: t.Body, UpdatedAt: t.UpdatedAt}
	switch {
	case t.Staff != "":
		v.Owner = api.TemplateOwnerOwn
	case t.Agency != "":
		v.Owner, v.Agency = api.TemplateOwnerAgency, s.agencyRef(t.Agency)
	}
	return v
}

// DeskListTemplates lists the texts that replies can begin from.
func (s *server) DeskListTemplates(ctx context.Context, _ api.DeskListTemplatesRequestObject) (api.DeskListTemplatesResponseObject, error) {
	all, err := s.replyTemplates(ctx)
	if err != nil {
		return nil, err
	}
	list := api.TemplateList{Items: []api.Template{}}
	for i := range all {
		list.Items = append(list.Items, s.templateView(&all[i]))
	}
	return api.DeskListTemplates200JSONResponse(list), nil
}

// DeskCreateTemplate adds one.
func (s *server) DeskCreateTemplate(ctx context.Context, in api.DeskCreateTemplateRequestObject) (api.DeskCreateTemplateResponseObject, error) {
	t, err := s.createTemplate(ctx, madeID(of(ctx).Account, "template", in.Params.IdempotencyKey), string(in.Body.Owner), value(in.Body.Agency), in.Body.Title, in.Body.Body)
	if err != nil {
		return nil, err
	}
	return api.DeskCreateTemplate201JSONResponse(s.templateView(t)), nil
}

// DeskEditTemplate changes one.
func (s *server) DeskEditTemplate(ctx context.Context, in api.DeskEditTemplateRequestObject) (api.DeskEditTemplateResponseObject, error) {
	t, err := s.editTemplate(ctx, in.ID, in.Body.Title, in.Body.Body)
	if err != nil {
		return nil, err
	}
	return api.DeskEditTemplate200JSONResponse(s.templateView(t)), nil
}

// DeskDeleteTemplate removes one.
func (s *server) DeskDeleteTemplate(ctx context.Context, in api.DeskDeleteTemplateRequestObject) (api.DeskDeleteTemplateResponseObject, error) {
	return api.DeskDeleteTemplate204Response{}, s.deleteTemplate(ctx, in.ID)
}
