package handlers

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// leftBehind are the accounts of a dissolved agency that still sign in for it.
func (s *server) leftBehind(ctx context.Context, a models.Agency) ([]models.Staff, error) {
	if a.Successor == "" {
		return nil, nil
	}
	return s.activeStaff(ctx, a.Code)
}

// showAgency shows an agency to change it, and who has to be moved when it is no more.
func (s *server) showAgency(c *fiber.Ctx, a models.Agency) error {
	p := s.agencyAdmin(c, a)
	left, err := s.leftBehind(c.UserContext(), a)
	if err != nil {
		return err
	}
	for _, m := range left {
		p.Left = append(p.Left, web.AgencyLink{Name: m.Name, Path: staffPath + "/" + m.ID})
	}
	return s.show(c, p)
}

// moveStaffPage moves the accounts of a dissolved agency to the one that goes on with its cases.
func (s *server) moveStaffPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	a, err := s.administered(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	left, err := s.leftBehind(ctx, a)
	if err != nil {
		return err
	}
	heir := s.Ref.Tree.Heir(a.Code)
	for _, m := range left {
		if _, err := s.editStaff(ctx, m.ID, staffEdit{agency: &heir}); err != nil {
			return err
		}
	}
	return s.goTo(c, agencyAdminPath(a.Code), "said.staff_moved")
}
