package handlers

import (
	"context"
	"errors"
	"net/mail"

	"kiennghi/api"
	"kiennghi/models"
)

// GetMe shows the account behind the token.
func (s *server) GetMe(ctx context.Context, _ api.GetMeRequestObject) (api.GetMeResponseObject, error) {
	r := of(ctx)
	if r.Staff != nil {
		return api.GetMe200JSONResponse(s.staffMe(r.Staff)), nil
	}
	p, err := s.Store.Person(ctx, r.Account)
	if errors.Is(err, models.ErrNotFound) {
		return nil, errToken // the account is gone, the token not yet
	}
	if err != nil {
		return nil, err
	}
	me, err := s.personMe(p)
	return api.GetMe200JSONResponse(me), err
}

func (s *server) staffMe(m *models.Staff) api.Me {
	p := &api.StaffProfile{Username: m.Username, Roles: []api.Role{}, TotpEnabled: len(m.TOTP) > 0}
	if a := s.agencyRef(m.Agency); a != nil {
		p.Agency = *a
	}
	for _, role := range m.Roles {
		p.Roles = append(p.Roles, api.Role(role))
	}
	return api.Me{ID: m.ID, Name: m.Name, Language: languageOf(m.Language), Staff: p, CreatedAt: m.CreatedAt}
}

func (s *server) personMe(p *models.Person) (api.Me, error) {
	kind := senderKind(p)
	me := api.Me{ID: p.ID, Kind: &kind, Language: languageOf(p.Language), CreatedAt: p.CreatedAt}
	name, err := s.Keyring.Open(p.Name)
	if err != nil {
		return me, models.Wrap(models.KindInternal, err)
	}
	me.Name = name
	for to, sealed := range map[**string]models.Sealed{&me.Phone: p.Phone, &me.Email: p.Email, &me.Address: p.Address, &me.Organisation: p.Organisation} {
		text, err := s.Keyring.Open(sealed)
		if err != nil {
			return me, models.Wrap(models.KindInternal, err)
		}
		*to = optional(text)
	}
	return me, nil
}

func languageOf(s string) api.Language {
	if s == "en" {
		return api.LanguageEn
	}
	return api.LanguageVi
}

// PatchMe changes what is given. Staff change their language only: the rest is their
// agency's business.
func (s *server) PatchMe(ctx context.Context, in api.PatchMeRequestObject) (api.PatchMeResponseObject, error) {
	r, b := of(ctx), in.Body
	if r.Staff != nil {
		return s.patchStaff(ctx, r.Staff.ID, b)
	}
	p, err := s.patchPerson(ctx, r.Account, b)
	if err != nil {
		return nil, err
	}
	me, err := s.personMe(p)
	return api.PatchMe200JSONResponse(me), err
}

// patchPerson changes what is given of a citizen or business.
func (s *server) patchPerson(ctx context.Context, account string, b *api.MePatch) (*models.Person, error) {
	if err := models.Invalid(checkMe(b)); err != nil {
		return nil, err
	}
	p, err := s.Store.UpdatePerson(ctx, account, func(p *models.Person) error {
		for sealed, text := range map[*models.Sealed]*string{&p.Name: b.Name, &p.Email: b.Email, &p.Address: b.Address, &p.Organisation: b.Organisation} {
			if text != nil {
				*sealed = s.Keyring.Seal(models.CleanLine(*text))
			}
		}
		if b.Language != nil {
			p.Language = string(*b.Language)
		}
		if b.Kind != nil {
			p.Business = *b.Kind == api.SenderKindBusiness
		}
		p.UpdatedAt = s.Now()
		return nil
	})
	if errors.Is(err, models.ErrNotFound) {
		return nil, errToken
	}
	return p, err
}

func (s *server) patchStaff(ctx context.Context, id string, b *api.MePatch) (api.PatchMeResponseObject, error) {
	var fields []models.FieldError
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"name", b.Name != nil}, {"email", b.Email != nil}, {"address", b.Address != nil},
		{"kind", b.Kind != nil}, {"organisation", b.Organisation != nil},
	} {
		if f.given {
			fields = append(fields, models.FieldError{Field: f.name, Code: "kept_by_agency"})
		}
	}
	if err := models.Invalid(fields); err != nil {
		return nil, err
	}
	m, err := s.Store.UpdateStaff(ctx, id, func(m *models.Staff) error {
		if b.Language != nil {
			m.Language, m.UpdatedAt = string(*b.Language), s.Now()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return api.PatchMe200JSONResponse(s.staffMe(m)), nil
}

// checkMe checks what the contract cannot say: lengths once cleaned, and mail addresses.
func checkMe(b *api.MePatch) []models.FieldError {
	var fields []models.FieldError
	if b.Name != nil {
		switch n := models.Length(models.CleanLine(*b.Name)); {
		case n == 0:
			fields = append(fields, models.FieldError{Field: "name", Code: "required"})
		case n < 2:
			fields = append(fields, models.FieldError{Field: "name", Code: "too_short", Limit: 2})
		}
	}
	if b.Email != nil {
		if text := models.CleanLine(*b.Email); text != "" {
			a, err := mail.ParseAddress(text)
			if err != nil || a.Address != text {
				fields = append(fields, models.FieldError{Field: "email", Code: "not_an_email"})
			}
		}
	}
	return fields
}
