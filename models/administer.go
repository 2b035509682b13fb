package models

import (
	"crypto/rand"
	"regexp"
	"slices"
	"time"
)

// What administrators do to staff and agencies. An administrator's reach is their own
// agency and all beneath it; the root's is everything.

// passwordOnce is how long a password that an administrator made is good.
const passwordOnce = 7 * 24 * time.Hour

// Administers reports whether the agency is in the member's reach.
func (s *Staff) Administers(agency string, tree *Tree) bool {
	return s.May(ActAdminister) && (s.Agency == RootAgency || tree.Covers(s.Agency, agency))
}

// Usernames are what members of staff sign in with.
var Usernames = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// MaxName is the longest name of a member or an agency.
const MaxName = 200

// CheckStaff checks what an administrator enters of a member. The name is cleaned.
func (s *Staff) CheckStaff(m *Staff, tree *Tree) error {
	m.Name = CleanLine(m.Name)
	var c fieldCheck
	if !Usernames.MatchString(m.Username) {
		c.add("username", "bad_username", 0)
	}
	c.text("name", m.Name, 1, MaxName)
	if a, ok := tree.Get(m.Agency); !ok || !a.Assignable() || !s.Administers(m.Agency, tree) {
		c.add("agency", "unknown", 0)
	}
	if len(m.Roles) == 0 {
		c.add("roles", "required", 0)
	}
	for _, r := range m.Roles {
		if !slices.Contains(Roles, r) {
			c.add("roles", "unknown", 0)
			break
		}
	}
	return Invalid(c)
}

// MayChange answers nil when the administrator may make m what it is to be. Nobody locks
// themselves out: not their own account, their right to administer or their agency.
func (s *Staff) MayChange(m, to *Staff, tree *Tree) error {
	switch {
	case !s.Administers(m.Agency, tree):
		return ErrNotFound
	case s.ID == m.ID && (to.Disabled || to.Agency != m.Agency || slices.Contains(m.Roles, Admin) && !slices.Contains(to.Roles, Admin)):
		return Fail(KindForbidden, "not_oneself")
	}
	return nil
}

// NewPassword gives the member a password that is good once, to choose another, and for a
// week. It returns it; it is kept nowhere.
func (s *Staff) NewPassword(now time.Time) string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789" // 32, without those that look alike
	b := make([]byte, 16)
	rand.Read(b)
	out := make([]byte, 0, 19)
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, letters[x%32])
	}
	until := now.Add(passwordOnce)
	s.PasswordHash, s.PasswordOnce, s.UpdatedAt = HashPassword(string(out)), &until, now
	return string(out)
}

// CheckNewPassword checks a password that a member chooses.
func CheckNewPassword(field, password string) error {
	return checkText(field, password, MinPassword, MaxName)
}

// AgencyEdit is what an administrator changes about an agency. Nil stays.
type AgencyEdit struct{ Name, NameEN, Remit, Phone, Email, Address, Website *string }

var websites = regexp.MustCompile(`^https?://[^\s<>"]+$`)
var emails = regexp.MustCompile(`^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$`)
var phones = regexp.MustCompile(`^[0-9+(). -]{3,40}$`)

// Edit changes the agency.
func (a *Agency) Edit(e AgencyEdit, now time.Time) error {
	for to, v := range map[*string]*string{&a.Name: e.Name, &a.NameEN: e.NameEN, &a.Remit: e.Remit, &a.Phone: e.Phone, &a.Email: e.Email, &a.Address: e.Address, &a.Website: e.Website} {
		if v != nil {
			*to = CleanLine(*v)
		}
	}
	a.EditedAt = &now
	return a.check()
}

func (a *Agency) check() error {
	var c fieldCheck
	c.text("name", a.Name, 1, MaxName)
	c.text("name_en", a.NameEN, 0, MaxName)
	c.text("remit", a.Remit, 0, MaxReason)
	c.text("address", a.Address, 0, MaxPlace)
	for _, x := range []struct {
		field, value, code string
		form               *regexp.Regexp
	}{{"phone", a.Phone, "bad_phone", phones}, {"email", a.Email, "not_an_email", emails}, {"website", a.Website, "bad_website", websites}} {
		if x.value != "" && (!x.form.MatchString(x.value) || Length(x.value) > MaxPlace) {
			c.add(x.field, x.code, 0)
		}
	}
	return Invalid(c)
}

var agencyCodes = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,59}$`)

// levelBeneath is what kind of agency stands beneath one of that level.
var levelBeneath = map[Level][]Level{
	LevelMinistry: {LevelVertical, LevelGovernment, LevelMinistry}, LevelGovernment: {LevelVertical}, LevelVertical: {LevelVertical},
	LevelProvince: {LevelDepartment, LevelCommune}, LevelDepartment: {LevelDepartment},
}

// LevelsBeneath lists the kinds of agencies that stand beneath one of that level.
func LevelsBeneath(l Level) []Level { return levelBeneath[l] }

// NewAgency checks a new agency beneath its parent.
func NewAgency(a Agency, tree *Tree, now time.Time) (Agency, error) {
	a.Name, a.NameEN, a.Remit, a.EditedAt = CleanLine(a.Name), CleanLine(a.NameEN), CleanLine(a.Remit), &now
	var c fieldCheck
	if !agencyCodes.MatchString(a.Code) {
		c.add("code", "bad_agency_code", 0)
	} else if _, taken := tree.Get(a.Code); taken {
		c.add("code", "taken", 0)
	}
	parent, ok := tree.Get(a.Parent)
	if !ok || !parent.Assignable() {
		c.add("parent", "unknown", 0)
	} else if !slices.Contains(levelBeneath[parent.Level], a.Level) {
		c.add("level", "bad_level", 0)
	}
	a.Province = parent.Province
	if err := Invalid(c); err != nil {
		return a, err
	}
	return a, a.check()
}

// Dissolve ends the agency: the successor goes on with its cases.
func (a *Agency) Dissolve(successor string, tree *Tree, now time.Time) error {
	heir, ok := tree.Get(successor)
	switch {
	case a.Code == RootAgency:
		return Fail(KindWrongState, "root_stays")
	case a.Successor != "":
		return Fail(KindWrongState, "dissolved_already")
	case !ok || !heir.Assignable() || tree.Covers(a.Code, successor):
		return Invalid([]FieldError{{Field: "successor", Code: "unknown"}})
	}
	for _, code := range tree.Children(a.Code) {
		if child, _ := tree.Get(code); child.Assignable() {
			return Fail(KindWrongState, "has_children")
		}
	}
	a.Successor, a.Dissolved, a.EditedAt = successor, now.In(VietNam).Format(time.DateOnly), &now
	return nil
}
