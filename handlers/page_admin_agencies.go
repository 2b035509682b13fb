package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

const agenciesPath = "/console/admin/agencies"

func agencyAdminPath(code string) string { return agenciesPath + "/" + url.PathEscape(code) }

// adminAgenciesPage finds an agency by its name; without one it goes to the member's own.
func (s *server) adminAgenciesPage(c *fiber.Ctx) error {
	p := &web.AdminAgencies{Frame: s.frame(c, "agencyadmin.title", "/console/admin"), Search: models.Shorten(models.CleanLine(c.Query("q")), 200)}
	me := of(c.UserContext()).Staff
	if p.Search == "" {
		return s.goTo(c, agencyAdminPath(me.Agency), "")
	}
	p.Searched = true
	for _, a := range s.agencies.find(s.Ref.Tree, p.Search, 50) {
		if me.Administers(a.Code, s.Ref.Tree) {
			p.Found = append(p.Found, web.AgencyLink{Name: agencyIn(a, p.Lang), Path: agencyAdminPath(a.Code)})
		}
	}
	if len(p.Found) == 1 {
		return s.goTo(c, p.Found[0].Path, "")
	}
	return s.show(c, p)
}

func (s *server) agencyForm(c *fiber.Ctx, a models.Agency) *web.AdminAgency {
	me := of(c.UserContext()).Staff
	p := &web.AdminAgency{Frame: s.frame(c, "agencyadmin.new", "/console/admin"), Code: a.Code, Level: string(a.Level), ParentCode: a.Parent, Name: a.Name, NameEN: a.NameEN,
		Remit: a.Remit, Phone: a.Phone, Email: a.Email, Address: a.Address, Website: a.Website, Dissolved: a.Dissolved, Own: a.Code == me.Agency}
	if a.Level != "" {
		p.LevelText = s.site.T(p.Lang, "agencyadmin.level."+string(a.Level))
	}
	if parent, ok := s.Ref.Tree.Get(a.Parent); ok {
		p.Parent.Name = agencyIn(parent, p.Lang)
		if me.Administers(parent.Code, s.Ref.Tree) {
			p.Parent.Path = agencyAdminPath(parent.Code)
		}
	}
	if heir, ok := s.Ref.Tree.Get(a.Successor); ok {
		p.Heir.Name = agencyIn(heir, p.Lang)
		if me.Administers(heir.Code, s.Ref.Tree) {
			p.Heir.Path = agencyAdminPath(heir.Code)
		}
	}
	return p
}

func (s *server) agencyAdmin(c *fiber.Ctx, a models.Agency) *web.AdminAgency {
	p := s.agencyForm(c, a)
	p.Title, p.Members = agencyIn(a, p.Lang), staffPath+"?agency="+url.QueryEscape(a.Code)
	living := false
	for _, code := range s.Ref.Tree.Children(a.Code) {
		child, _ := s.Ref.Tree.Get(code)
		living = living || child.Assignable()
		p.Children = append(p.Children, web.AgencyLink{Name: agencyIn(child, p.Lang), Path: agencyAdminPath(code)})
	}
	p.Key = s.sealKeyShown(a.Code)
	p.MayDissolve = !p.Own && a.Successor == "" && a.Code != models.RootAgency && !living
	return p
}

// sealKeyShown is what an agency signs with now and next.
func (s *server) sealKeyShown(agency string) web.SealKey {
	keys := s.Ref.SealKeys().Of(agency)
	k := web.SealKey{Set: "/v1/agencies/" + url.PathEscape(agency) + "/jwks"}
	for len(keys) > 1 && keys[0].From.After(s.Now()) {
		k.Next, k.Begins, keys = keys[0].KeyID, keys[0].From, keys[1:]
	}
	k.ID, k.From, k.Earlier = keys[0].KeyID, keys[0].From, len(keys)-1
	return k
}

// rotateSealKeyPage gives an agency its next signing key.
func (s *server) rotateSealKeyPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	a, err := s.administered(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	reason := typed(c, "reason")
	if _, err = s.rotateSealKey(ctx, a.Code, reason); err == nil {
		return s.goTo(c, agencyAdminPath(a.Code), "said.seal_key")
	}
	p := s.agencyAdmin(c, a)
	p.Reason = reason
	return s.showAgain(c, err, p)
}

// agencyAdminPage shows an agency to change it.
func (s *server) agencyAdminPage(c *fiber.Ctx) error {
	a, err := s.administered(c.UserContext(), c.Params("code"))
	if err != nil {
		return err
	}
	return s.showAgency(c, a)
}

// saveAgencyPage changes names, remit and contacts.
func (s *server) saveAgencyPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	a, err := s.administered(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	var in [7]string
	for i, name := range []string{"name", "name_en", "remit", "phone", "email", "address", "website"} {
		in[i] = typedLine(c, name)
	}
	_, err = s.editAgency(ctx, a.Code, models.AgencyEdit{Name: &in[0], NameEN: &in[1], Remit: &in[2], Phone: &in[3], Email: &in[4], Address: &in[5], Website: &in[6]})
	if err == nil {
		return s.goTo(c, agencyAdminPath(a.Code), "said.agency")
	}
	p := s.agencyAdmin(c, a)
	p.Name, p.NameEN, p.Remit, p.Phone, p.Email, p.Address, p.Website = in[0], in[1], in[2], in[3], in[4], in[5], in[6]
	return s.showAgain(c, err, p)
}

// dissolveAgencyPage ends an agency in favour of another.
func (s *server) dissolveAgencyPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	a, err := s.administered(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	typed := typedLine(c, "successor")
	code, choices := s.findAgency(typed, of(c.UserContext()).Lang)
	if code == "" {
		why := "unknown"
		if typed == "" {
			why = "required"
		} else if len(choices) > 0 {
			why = "several_agencies"
		}
		err = models.Invalid([]models.FieldError{{Field: "successor", Code: why}})
	} else if _, err = s.dissolveAgency(ctx, a.Code, code); err == nil {
		return s.goTo(c, agencyAdminPath(a.Code), "said.dissolved")
	}
	p := s.agencyAdmin(c, a)
	p.Successor, p.Agencies = typed, choices
	return s.showAgain(c, err, p)
}

func (s *server) newAgencyForm(c *fiber.Ctx, a models.Agency) *web.AdminAgency {
	p := s.agencyForm(c, a)
	p.New = true
	parent, _ := s.Ref.Tree.Get(a.Parent)
	for _, l := range models.LevelsBeneath(parent.Level) {
		p.Levels = append(p.Levels, web.Option{Value: string(l), Text: s.site.T(p.Lang, "agencyadmin.level."+string(l))})
	}
	return p
}

// newAgencyPage asks for an agency beneath another.
func (s *server) newAgencyPage(c *fiber.Ctx) error {
	parent, err := s.administered(c.UserContext(), c.Query("parent", of(c.UserContext()).Staff.Agency))
	if err != nil {
		return err
	}
	return s.show(c, s.newAgencyForm(c, models.Agency{Parent: parent.Code}))
}

// addAgencyPage adds it.
func (s *server) addAgencyPage(c *fiber.Ctx) error {
	a := models.Agency{Code: typedLine(c, "code"), Name: typedLine(c, "name"), NameEN: typedLine(c, "name_en"), Level: models.Level(typedLine(c, "level")),
		Parent: typedLine(c, "parent"), Remit: typedLine(c, "remit")}
	if _, err := s.administered(c.UserContext(), a.Parent); err != nil {
		return err
	}
	made, err := s.addAgency(c.UserContext(), a)
	if err != nil {
		return s.showAgain(c, err, s.newAgencyForm(c, a))
	}
	return s.goTo(c, agencyAdminPath(made.Code), "said.agency_added")
}
