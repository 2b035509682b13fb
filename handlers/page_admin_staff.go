package handlers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// adminPage leads to what administrators do.
func (s *server) adminPage(c *fiber.Ctx) error {
	return s.show(c, &web.Admin{Frame: s.frame(c, "admin.title", "/console/admin"), Agency: of(c.UserContext()).Staff.Agency})
}

const staffPath = "/console/admin/staff"

// adminStaffPage lists the members of an agency, or goes to the one who was looked for.
func (s *server) adminStaffPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	me := of(ctx).Staff
	p := &web.AdminStaff{Frame: s.frame(c, "staff.title", "/console/admin"), Agency: models.CleanLine(c.Query("agency")), Username: models.CleanLine(c.Query("username")), Code: me.Agency}
	var wrong error
	if p.Username != "" {
		m, err := s.Store.StaffByUsername(ctx, strings.ToLower(p.Username))
		switch {
		case err == nil && me.Administers(m.Agency, s.Ref.Tree):
			return s.goTo(c, staffPath+"/"+m.ID, "")
		case err == nil || errors.Is(err, models.ErrNotFound):
			wrong = models.Invalid([]models.FieldError{{Field: "username", Code: "no_such_member"}})
		default:
			return err
		}
	}
	if p.Agency != "" && wrong == nil {
		code, choices := s.findAnyAgency(p.Agency, p.Lang)
		if code == "" {
			p.Agencies, wrong = choices, unknownAgency(p.Agency, choices)
		} else if p.Code = code; !me.Administers(code, s.Ref.Tree) {
			p.Code, wrong = me.Agency, models.Invalid([]models.FieldError{{Field: "agency", Code: "unknown"}})
		}
	}
	next := c.Query("next")
	page, err := s.staffOf(ctx, p.Code, 50, next)
	if err != nil {
		return err
	}
	a, _ := s.Ref.Tree.Get(p.Code)
	p.AgencyName = agencyIn(a, p.Lang)
	if wrong == nil {
		p.Agency = agencyLabel(a, p.Lang)
	}
	if next != "" {
		p.First = staffPath + "?agency=" + url.QueryEscape(p.Code)
	}
	if page.Next != "" {
		p.Next = staffPath + "?agency=" + url.QueryEscape(p.Code) + "&next=" + url.QueryEscape(page.Next)
	}
	for i := range page.Items {
		p.Rows = append(p.Rows, s.memberRow(&page.Items[i], p.Lang))
	}
	if wrong != nil {
		return s.showAgain(c, wrong, p)
	}
	return s.show(c, p)
}

// findAnyAgency is findAgency that knows the codes of dissolved agencies too: their members
// are still to be moved.
func (s *server) findAnyAgency(typed, lang string) (code string, choices []web.Option) {
	last := strings.TrimSuffix(typed[strings.LastIndexByte(typed, '(')+1:], ")")
	for _, code := range []string{typed, last} {
		if _, ok := s.Ref.Tree.Get(code); ok {
			return code, nil
		}
	}
	return s.findAgency(typed, lang)
}

func (s *server) memberRow(m *models.Staff, lang string) web.Member {
	return web.Member{ID: m.ID, Path: staffPath + "/" + m.ID, Username: m.Username, Name: m.Name, Roles: m.Roles, Disabled: m.Disabled, TOTP: len(m.TOTP) > 0,
		PasswordOnce: m.PasswordOnce, Created: m.CreatedAt, Agency: s.agencyName(m.Agency, lang)}
}

func (s *server) memberForm(c *fiber.Ctx, m *models.Staff) *web.AdminMember {
	frame := s.frame(c, "staff.new", "/console/admin")
	p := &web.AdminMember{Frame: frame, Member: s.memberRow(m, frame.Lang), New: m.ID == "", Oneself: m.ID == of(c.UserContext()).Account}
	if a, ok := s.Ref.Tree.Get(m.Agency); ok {
		p.AgencyTyped = agencyLabel(a, p.Lang)
	}
	if !p.New {
		p.Title = m.Name
	}
	for _, r := range models.Roles {
		p.Chosen = append(p.Chosen, web.RoleChoice{Role: r, Hint: s.site.T(p.Lang, "staff.role."+string(r)), Chosen: slices.Contains(m.Roles, r)})
	}
	return p
}

// newMemberPage asks for a new member.
func (s *server) newMemberPage(c *fiber.Ctx) error {
	m := &models.Staff{Agency: c.Query("agency")}
	if m.Agency == "" {
		m.Agency = of(c.UserContext()).Staff.Agency
	}
	return s.show(c, s.memberForm(c, m))
}

// typedMember is what was typed of a member. An agency that is not found is wrong.
func (s *server) typedMember(c *fiber.Ctx, m *models.Staff) (agency string, choices []web.Option, wrong error) {
	m.Username, m.Name, m.Roles = strings.ToLower(typedLine(c, "username")), typedLine(c, "name"), nil
	for _, r := range c.Context().PostArgs().PeekMulti("roles") {
		m.Roles = append(m.Roles, models.Role(r))
	}
	agency = typedLine(c, "agency")
	if m.Agency, choices = s.findAgency(agency, of(c.UserContext()).Lang); m.Agency == "" {
		wrong = unknownAgency(agency, choices)
	}
	return agency, choices, wrong
}

// addMemberPage makes the account, and shows its password once.
func (s *server) addMemberPage(c *fiber.Ctx) error {
	var m models.Staff
	agency, choices, err := s.typedMember(c, &m)
	if err == nil {
		made, password, failed := s.addStaff(c.UserContext(), m.Username, m.Name, m.Agency, m.Roles)
		if failed == nil {
			return s.showOnce(c, made.ID, password, "said.staff_added")
		}
		err = failed
	}
	p := s.memberForm(c, &m)
	p.AgencyTyped, p.Agencies = agency, choices
	return s.showAgain(c, err, p)
}

// onceCookie carries a new password to the page that shows it, sealed and for a minute.
const onceCookie = "__Host-once"

type once struct{ ID, Password string }

func (s *server) showOnce(c *fiber.Ctx, id, password, said string) error {
	b, err := json.Marshal(once{id, password})
	if err != nil {
		return err
	}
	setCookie(c, onceCookie, base64.RawURLEncoding.EncodeToString(s.Keyring.Seal(string(b))), 60)
	return s.goTo(c, staffPath+"/"+id, said)
}

// takeOnce returns the password that is to be shown of a member, and forgets it.
func (s *server) takeOnce(c *fiber.Ctx, id string) string {
	b, err := base64.RawURLEncoding.DecodeString(c.Cookies(onceCookie))
	if err != nil || len(b) == 0 {
		return ""
	}
	dropCookie(c, onceCookie)
	var o once
	if text, err := s.Keyring.Open(b); err != nil || json.Unmarshal([]byte(text), &o) != nil || o.ID != id {
		return ""
	}
	return o.Password
}

// memberPage shows one member.
func (s *server) memberPage(c *fiber.Ctx) error {
	m, err := s.memberOf(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	p := s.memberForm(c, m)
	p.Once = s.takeOnce(c, m.ID)
	return s.show(c, p)
}

// saveMemberPage changes name, agency and roles.
func (s *server) saveMemberPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	m, err := s.memberOf(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	to := *m
	agency, choices, err := s.typedMember(c, &to)
	to.Username = m.Username
	if err != nil && agency == m.Agency { // of one that was dissolved it may stay
		err, to.Agency = nil, m.Agency
	}
	if err == nil {
		e := staffEdit{name: &to.Name, roles: to.Roles}
		if to.Roles == nil {
			e.roles = []models.Role{}
		}
		if to.Name == "" {
			err = models.Invalid([]models.FieldError{{Field: "name", Code: "required"}})
		}
		if to.Agency != m.Agency {
			e.agency = &to.Agency
		}
		if err == nil {
			_, err = s.editStaff(ctx, m.ID, e)
		}
		if err == nil {
			return s.goTo(c, staffPath+"/"+m.ID, "said.staff")
		}
	}
	p := s.memberForm(c, &to)
	p.AgencyTyped, p.Agencies = agency, choices
	return s.showAgain(c, err, p)
}

// memberDoPage does one of what needs no more than a press.
func memberDoPage(what string) func(*server, *fiber.Ctx) error {
	return func(s *server, c *fiber.Ctx) error {
		ctx, id := c.UserContext(), c.Params("id")
		m, err := s.memberOf(ctx, id)
		if err != nil {
			return err
		}
		switch what {
		case "password":
			var password string
			if _, password, err = s.resetPassword(ctx, id); err == nil {
				return s.showOnce(c, id, password, "said.password_reset")
			}
		case "totp":
			_, err = s.resetTOTP(ctx, id)
		case "disable", "enable":
			err = s.switchMember(ctx, id, what == "disable")
		}
		if err != nil {
			return s.showAgain(c, err, s.memberForm(c, m))
		}
		return s.goTo(c, staffPath+"/"+id, "said.staff")
	}
}

func (s *server) switchMember(ctx context.Context, id string, off bool) error {
	_, err := s.editStaff(ctx, id, staffEdit{disabled: &off})
	return err
}
