package handlers

import (
	"context"

	"kiennghi/api"
	"kiennghi/models"
)

// administered returns an agency in the administrator's reach.
func (s *server) administered(ctx context.Context, code string) (models.Agency, error) {
	a, ok := s.Ref.Tree.Get(code)
	if !ok || !of(ctx).Staff.Administers(code, s.Ref.Tree) {
		return a, models.ErrNotFound
	}
	return a, nil
}

// putAgency stores an agency, makes it count, and records what was done.
func (s *server) putAgency(ctx context.Context, act models.Action, a models.Agency, detail string) error {
	if err := s.Store.PutAgencies(ctx, []models.Agency{a}); err != nil {
		return err
	}
	if err := s.changed(ctx); err != nil {
		return err
	}
	by := of(ctx).actor()
	by.Agency = a.Code
	return s.audit(ctx, models.NewID(), by, act, a.Code, detail, s.Now())
}

// addAgency adds one beneath another in the administrator's reach.
func (s *server) addAgency(ctx context.Context, a models.Agency) (models.Agency, error) {
	if !of(ctx).Staff.Administers(a.Parent, s.Ref.Tree) {
		a.Parent = ""
	}
	a, err := models.NewAgency(a, s.Ref.Tree, s.Now())
	if err != nil {
		return a, err
	}
	return a, s.putAgency(ctx, models.ActAddAgency, a, a.Name)
}

// editAgency changes names, remit and contacts.
func (s *server) editAgency(ctx context.Context, code string, e models.AgencyEdit) (models.Agency, error) {
	a, err := s.administered(ctx, code)
	if err != nil {
		return a, err
	}
	was := a
	if err := a.Edit(e, s.Now()); err != nil {
		return a, err
	}
	detail := ""
	for _, x := range []struct{ name, was, is string }{{"name", was.Name, a.Name}, {"name_en", was.NameEN, a.NameEN}, {"remit", was.Remit, a.Remit},
		{"phone", was.Phone, a.Phone}, {"email", was.Email, a.Email}, {"address", was.Address, a.Address}, {"website", was.Website, a.Website}} {
		if x.was != x.is {
			detail += x.name + ": " + models.Shorten(x.was, 200) + " → " + models.Shorten(x.is, 200) + "\n"
		}
	}
	if detail == "" {
		return was, nil
	}
	return a, s.putAgency(ctx, models.ActEditAgency, a, models.Clean(detail))
}

// dissolveAgency ends an agency in favour of another; both are in the administrator's reach,
// and nobody dissolves the agency that they administer from.
func (s *server) dissolveAgency(ctx context.Context, code, successor string) (models.Agency, error) {
	a, err := s.administered(ctx, code)
	if err != nil {
		return a, err
	}
	me := of(ctx).Staff
	if code == me.Agency {
		return a, models.Fail(models.KindForbidden, "not_oneself")
	}
	if !me.Administers(successor, s.Ref.Tree) {
		successor = ""
	}
	if err := a.Dissolve(successor, s.Ref.Tree, s.Now()); err != nil {
		return a, err
	}
	return a, s.putAgency(ctx, models.ActDissolve, a, a.Name+" → "+successor)
}

func (s *server) agencyView(a models.Agency) api.Agency {
	return api.Agency{Code: a.Code, Name: a.Name, Level: string(a.Level), Parent: s.agencyRef(a.Parent), Remit: a.Remit,
		Province: optional(a.Province), Commune: optional(a.Commune)}
}

// AdminAddAgency adds an agency.
func (s *server) AdminAddAgency(ctx context.Context, in api.AdminAddAgencyRequestObject) (api.AdminAddAgencyResponseObject, error) {
	b := in.Body
	a, err := s.addAgency(ctx, models.Agency{Code: b.Code, Name: b.Name, NameEN: value(b.NameEn), Level: models.Level(b.Level), Parent: b.Parent, Remit: value(b.Remit)})
	if err != nil {
		return nil, err
	}
	return api.AdminAddAgency201JSONResponse(s.agencyView(a)), nil
}

// AdminEditAgency changes an agency.
func (s *server) AdminEditAgency(ctx context.Context, in api.AdminEditAgencyRequestObject) (api.AdminEditAgencyResponseObject, error) {
	b := in.Body
	a, err := s.editAgency(ctx, in.Code, models.AgencyEdit{Name: b.Name, NameEN: b.NameEn, Remit: b.Remit, Phone: b.Phone, Email: b.Email, Address: b.Address, Website: b.Website})
	if err != nil {
		return nil, err
	}
	return api.AdminEditAgency200JSONResponse(s.agencyView(a)), nil
}

// AdminDissolveAgency dissolves an agency.
func (s *server) AdminDissolveAgency(ctx context.Context, in api.AdminDissolveAgencyRequestObject) (api.AdminDissolveAgencyResponseObject, error) {
	a, err := s.dissolveAgency(ctx, in.Code, in.Body.Successor)
	if err != nil {
		return nil, err
	}
	return api.AdminDissolveAgency200JSONResponse(s.agencyView(a)), nil
}
