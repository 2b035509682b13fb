package handlers

import (
	"errors"
	"io"
	"slices"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// A letter that was finished without network waits on the device; a script of the pages
// sends it when the network is back. The cookie alone authorises nothing here: like every
// form these take the CSRF token, which the script asks for first (another site cannot
// read the answer), in the header X-CSRF-Token. The script made the key when the letter
// was finished, so however often it is sent there is one case.

// tokenPage tells the script who is signed in, as a mark that opens nothing, and gives it
// the token.
func (s *server) tokenPage(c *fiber.Ctx) error {
	r := of(c.UserContext())
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(struct {
		Owner string `json:"owner"` // empty: nobody is signed in
		Token string `json:"token"`
	}{s.senderMark(r.Account), s.token(c, r)})
}

// takeQueuedPage receives a letter from the device.
func (s *server) takeQueuedPage(c *fiber.Ctx) error {
	ctx, r := c.UserContext(), of(c.UserContext())
	r.Page = false
	l, err := s.letterIn(c)
	if err != nil {
		return err
	}
	me, err := s.me(ctx, r.Account)
	if err != nil {
		return err
	}
	if name := typedLine(c, "name"); me.Name == "" && name != "" {
		if err := s.nameAccount(ctx, r.Account, name); err != nil {
			return err
		}
	}
	if l.Where != "" && l.Commune == "" {
		s.resolveWhere(l)
	}
	f, err := s.send(c, l)
	if err != nil && !errors.Is(err, errSentBefore) {
		return err
	}
	if err := s.agreeOffline(c); err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(struct {
		Code string `json:"code"`
	}{f.Code})
}

// agreeOffline records the version of the privacy notice that was shown where the letter was
// finished, also when it is not in force any more: its sender is asked about the new one later.
func (s *server) agreeOffline(c *fiber.Ctx) error {
	version, now := typedLine(c, "notice"), s.Now()
	if !slices.ContainsFunc(s.Ref.NoticesUntil(now), func(n models.Notice) bool { return n.Version == version }) {
		return nil
	}
	_, err := s.Store.UpdatePerson(c.UserContext(), of(c.UserContext()).Account, func(p *models.Person) error {
		p.Agree(version, models.NoticeOffline, now)
		return nil
	})
	return err
}

// takeFilePage receives a file for the account: of such a letter, or of anything else that
// is being written and names it when it is sent.
func (s *server) takeFilePage(c *fiber.Ctx) error {
	r := of(c.UserContext())
	r.Page = false
	take := fileTaker{s: s, c: c, owner: r.Account, room: 1}
	var got []*models.Upload
	err := readBody(c, func(in io.Reader) error {
		var wrong []models.FieldError
		var err error
		if got, wrong, err = take.all(in); err == nil {
			err = models.Invalid(wrong)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(got) == 0 {
		return fileError("required")
	}
	return c.Status(fiber.StatusCreated).JSON(fileTaken{got[0].ID, got[0].Name, got[0].Size, got[0].Named})
}
