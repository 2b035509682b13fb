package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// passwordTries bounds how often a member gives the old password for a new one.
var passwordTries = quota{5, failsShort.window}

// freeWithOnce are the operations of a member who signed in with the password of an
// administrator and has not chosen another one yet.
var freeWithOnce = []string{"changePassword", "getMe", "signOut"}

// choosesFirst refuses everything else to such a member.
func choosesFirst(operation string, r *request) error {
	if r.Staff != nil && r.Staff.PasswordOnce != nil && !slices.Contains(freeWithOnce, operation) {
		return models.Fail(models.KindForbidden, "password_once")
	}
	return nil
}

// changePassword gives the signed-in member another password and ends their other sessions.
func (s *server) changePassword(ctx context.Context, old, password string) error {
	r := of(ctx)
	if r.Staff == nil {
		return models.Fail(models.KindForbidden, "staff_only")
	}
	if err := models.CheckNewPassword("new", password); err != nil {
		return err
	}
	if err := s.limits.spend(ctx, "password "+r.Account, passwordTries); err != nil {
		return err
	}
	if !models.CheckPassword(r.Staff.PasswordHash, old) {
		return models.Invalid([]models.FieldError{{Field: "old", Code: "password_wrong"}})
	}
	if old == password {
		return models.Invalid([]models.FieldError{{Field: "new", Code: "password_same"}})
	}
	was, hash, now := r.Staff.PasswordHash, models.HashPassword(password), s.Now()
	_, err := s.Store.UpdateStaff(ctx, r.Account, func(m *models.Staff) error {
		if m.PasswordHash != was {
			return models.ErrConflict
		}
		m.PasswordHash, m.PasswordOnce, m.UpdatedAt = hash, nil, now
		return nil
	})
	if err != nil {
		return err
	}
	all, err := s.Store.ListSessions(ctx, r.Account)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.ID == r.Session {
			continue
		}
		if err := s.Store.DeleteSession(ctx, r.Account, x.ID); err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
	}
	return s.audit(ctx, models.NewID(), r.actor(), models.ActPassword, r.Account, "", now)
}

// ChangePassword gives the signed-in member another password.
func (s *server) ChangePassword(ctx context.Context, in api.ChangePasswordRequestObject) (api.ChangePasswordResponseObject, error) {
	return api.ChangePassword204Response{}, s.changePassword(ctx, in.Body.Old, in.Body.New)
}

// staffOf lists the members of an agency in the administrator's reach.
func (s *server) staffOf(ctx context.Context, agency string, limit int, next string) (store.Page[models.Staff], error) {
	if _, ok := s.Ref.Tree.Get(agency); !ok || !of(ctx).Staff.Administers(agency, s.Ref.Tree) {
		return store.Page[models.Staff]{}, models.ErrNotFound
	}
	return s.Store.ListStaff(ctx, agency, limit, next)
}

// activeStaff are all members of an agency who can sign in, by user name.
func (s *server) activeStaff(ctx context.Context, agency string) ([]models.Staff, error) {
	var active []models.Staff
	err := store.EachOn(func(next string) (store.Page[models.Staff], error) { return s.Store.ListStaff(ctx, agency, 100, next) }, func(m models.Staff) error {
		if !m.Disabled {
			active = append(active, m)
		}
		return nil
	})
	return active, err
}

// memberOf loads a member in the administrator's reach.
func (s *server) memberOf(ctx context.Context, id string) (*models.Staff, error) {
	m, err := s.Store.Staff(ctx, id)
	if err == nil && !of(ctx).Staff.Administers(m.Agency, s.Ref.Tree) {
		return nil, models.ErrNotFound
	}
	return m, err
}

// addStaff makes an account, and the password that it is opened with.
func (s *server) addStaff(ctx context.Context, username, name, agency string, roles []models.Role) (*models.Staff, string, error) {
	now := s.Now()
	m := &models.Staff{ID: models.NewID(), Username: strings.ToLower(strings.TrimSpace(username)), Name: name, Agency: agency, Roles: roles,
		Language: "vi", CreatedAt: now, UpdatedAt: now}
	if err := of(ctx).Staff.CheckStaff(m, s.Ref.Tree); err != nil {
		return nil, "", err
	}
	password := m.NewPassword(now)
	if err := s.Store.CreateStaff(ctx, m); errors.Is(err, models.ErrExists) {
		return nil, "", models.Invalid([]models.FieldError{{Field: "username", Code: "taken"}})
	} else if err != nil {
		return nil, "", err
	}
	return m, password, s.auditStaff(ctx, models.ActAddStaff, m, roleText(m.Roles))
}

func roleText(roles []models.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return strings.Join(names, ",")
}

// auditStaff records what was done to an account, at the agency of the account.
func (s *server) auditStaff(ctx context.Context, a models.Action, m *models.Staff, detail string) error {
	by := of(ctx).actor()
	by.Agency = m.Agency
	if detail != "" {
		detail = ": " + detail
	}
	return s.audit(ctx, models.NewID(), by, a, m.ID, m.Username+detail, s.Now())
}

// staffEdit is what is to change about a member; nil stays.
type staffEdit struct {
	name, agency *string
	roles        []models.Role
	disabled     *bool
}

// editStaff changes a member. A disabled one is signed out everywhere.
func (s *server) editStaff(ctx context.Context, id string, e staffEdit) (*models.Staff, error) {
	me, tree, now := of(ctx).Staff, s.Ref.Tree, s.Now()
	var was models.Staff
	m, err := s.Store.UpdateStaff(ctx, id, func(m *models.Staff) error {
		was = *m
		to := *m
		to.Name, to.Agency = cmp.Or(value(e.name), m.Name), cmp.Or(value(e.agency), m.Agency)
		if e.roles != nil {
			to.Roles = e.roles
		}
		if e.disabled != nil {
			to.Disabled = *e.disabled
		}
		if err := me.MayChange(m, &to, tree); err != nil {
			return err
		}
		if to.Agency != m.Agency || e.roles != nil || e.name != nil { // one of an agency that was dissolved can still be disabled
			if err := me.CheckStaff(&to, tree); err != nil {
				return err
			}
		}
		to.UpdatedAt = now
		*m = to
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.names.put(m.ID, m.Name)
	if m.Disabled && !was.Disabled {
		if err := s.Store.DeleteSessions(ctx, m.ID); err != nil {
			return nil, err
		}
	}
	for _, c := range staffChanges(&was, m) {
		if err := s.auditStaff(ctx, c.action, m, c.detail); err != nil {
			return nil, err
		}
	}
	return m, nil
}

type staffChange struct {
	action models.Action
	detail string
}

// staffChanges says what changed, one line of the log each.
func staffChanges(was, m *models.Staff) (out []staffChange) {
	if was.Disabled != m.Disabled {
		a := models.ActEnableStaff
		if m.Disabled {
			a = models.ActDisableStaff
		}
		out = append(out, staffChange{a, ""})
	}
	if was.Agency != m.Agency {
		out = append(out, staffChange{models.ActEditStaff, fmt.Sprintf("%s → %s", was.Agency, m.Agency)})
	}
	if !slices.Equal(was.Roles, m.Roles) {
		out = append(out, staffChange{models.ActEditStaff, fmt.Sprintf("%s → %s", roleText(was.Roles), roleText(m.Roles))})
	}
	if was.Name != m.Name {
		out = append(out, staffChange{models.ActEditStaff, fmt.Sprintf("%s → %s", was.Name, m.Name)})
	}
	return out
}

// resetPassword gives a member a password that is good once, and signs them out everywhere.
func (s *server) resetPassword(ctx context.Context, id string) (m *models.Staff, password string, err error) {
	if err := s.otherThanOneself(ctx, id); err != nil {
		return nil, "", err
	}
	m, err = s.Store.UpdateStaff(ctx, id, func(m *models.Staff) error {
		password = m.NewPassword(s.Now())
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	if err := s.Store.DeleteSessions(ctx, id); err != nil {
		return nil, "", err
	}
	return m, password, s.auditStaff(ctx, models.ActPassword, m, "")
}

// resetTOTP takes the authenticator app away from a member who lost it.
func (s *server) resetTOTP(ctx context.Context, id string) (*models.Staff, error) {
	if err := s.otherThanOneself(ctx, id); err != nil {
		return nil, err
	}
	m, err := s.Store.UpdateStaff(ctx, id, func(m *models.Staff) error {
		m.TOTP, m.TOTPPending, m.TOTPUsed, m.UpdatedAt = nil, nil, 0, s.Now()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return m, s.auditStaff(ctx, models.ActResetTOTP, m, "")
}

// otherThanOneself answers nil for a member in the administrator's reach who is somebody else.
func (s *server) otherThanOneself(ctx context.Context, id string) error {
	m, err := s.memberOf(ctx, id)
	if err == nil && m.ID == of(ctx).Account {
		err = models.Fail(models.KindForbidden, "not_oneself")
	}
	return err
}

func (s *server) staffView(m *models.Staff) api.Staff {
	v := api.Staff{ID: m.ID, Username: m.Username, Name: m.Name, Agency: *s.agencyRef(m.Agency), Roles: []api.StaffRole{}, Disabled: m.Disabled,
		Totp: len(m.TOTP) > 0, PasswordOnce: m.PasswordOnce, CreatedAt: m.CreatedAt}
	for _, r := range m.Roles {
		v.Roles = append(v.Roles, api.StaffRole(r))
	}
	return v
}

func rolesOf(list []api.StaffRole) []models.Role {
	var out []models.Role
	for _, r := range list {
		out = append(out, models.Role(r))
	}
	return out
}

// AdminListStaff lists the members of an agency.
func (s *server) AdminListStaff(ctx context.Context, in api.AdminListStaffRequestObject) (api.AdminListStaffResponseObject, error) {
	page, err := s.staffOf(ctx, cmp.Or(value(in.Params.Agency), of(ctx).Staff.Agency), limitOf(in.Params.Limit), value(in.Params.Next))
	if err != nil {
		return nil, err
	}
	list := api.StaffList{Items: []api.Staff{}, Next: optional(page.Next)}
	for i := range page.Items {
		list.Items = append(list.Items, s.staffView(&page.Items[i]))
	}
	return api.AdminListStaff200JSONResponse(list), nil
}

// AdminGetStaff shows one member.
func (s *server) AdminGetStaff(ctx context.Context, in api.AdminGetStaffRequestObject) (api.AdminGetStaffResponseObject, error) {
	m, err := s.memberOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return api.AdminGetStaff200JSONResponse(s.staffView(m)), nil
}

// AdminCreateStaff adds a member.
func (s *server) AdminCreateStaff(ctx context.Context, in api.AdminCreateStaffRequestObject) (api.AdminCreateStaffResponseObject, error) {
	m, password, err := s.addStaff(ctx, in.Body.Username, in.Body.Name, in.Body.Agency, rolesOf(in.Body.Roles))
	if err != nil {
		return nil, err
	}
	return api.AdminCreateStaff201JSONResponse{Staff: s.staffView(m), Password: password}, nil
}

// AdminEditStaff changes a member.
func (s *server) AdminEditStaff(ctx context.Context, in api.AdminEditStaffRequestObject) (api.AdminEditStaffResponseObject, error) {
	m, err := s.editStaff(ctx, in.ID, staffEdit{in.Body.Name, in.Body.Agency, rolesOf(in.Body.Roles), in.Body.Disabled})
	if err != nil {
		return nil, err
	}
	return api.AdminEditStaff200JSONResponse(s.staffView(m)), nil
}

// AdminResetPassword makes a new password.
func (s *server) AdminResetPassword(ctx context.Context, in api.AdminResetPasswordRequestObject) (api.AdminResetPasswordResponseObject, error) {
	m, password, err := s.resetPassword(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return api.AdminResetPassword200JSONResponse{Staff: s.staffView(m), Password: password}, nil
}

// AdminResetTotp takes the authenticator app away.
func (s *server) AdminResetTotp(ctx context.Context, in api.AdminResetTotpRequestObject) (api.AdminResetTotpResponseObject, error) {
	m, err := s.resetTOTP(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return api.AdminResetTotp200JSONResponse(s.staffView(m)), nil
}
