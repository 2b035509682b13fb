package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// noticesPage is the inbox of what the sender was told.
func (s *server) noticesPage(c *fiber.Ctx) error {
	ctx, r := c.UserContext(), of(c.UserContext())
	next := c.Query("next")
	p := &web.MyNotices{Frame: s.frame(c, "my.notices", "/my"), Later: next != ""}
	page, err := s.Store.ListNotifications(ctx, r.Account, inboxRows, next)
	if err != nil {
		return err
	}
	if _, p.Unread, err = s.unseen(ctx); err != nil {
		return err
	}
	for _, n := range page.Items {
		v := notificationView(n, r.Lang)
		path := "/my/" + n.Code
		if n.Code == "" { // of no case
			path = "/my/data"
		}
		p.Items = append(p.Items, web.MyNotice{Path: path, Title: v.Title, Body: v.Body, At: n.At, Unread: n.ReadAt == nil})
	}
	if page.Next != "" {
		p.Next = "/my/notifications?next=" + url.QueryEscape(page.Next)
	}
	return s.show(c, p)
}

// readNoticesPage marks what was told last as read.
func (s *server) readNoticesPage(c *fiber.Ctx) error {
	ctx, account := c.UserContext(), of(c.UserContext()).Account
	page, err := s.Store.ListNotifications(ctx, account, noticesOf, "")
	if err != nil {
		return err
	}
	for _, n := range page.Items {
		if n.ReadAt != nil {
			continue
		}
		if err := s.Store.ReadNotification(ctx, account, n.ID, s.Now()); err != nil {
			return err
		}
	}
	return s.goTo(c, "/my/notifications", "said.read")
}

// settingsPage shows who the sender is and how they are told.
func (s *server) settingsPage(c *fiber.Ctx) error {
	p, me, err := s.settings(c)
	if err != nil {
		return err
	}
	p.Name, p.Email, p.Address, p.Organisation = me.Name, value(me.Email), value(me.Address), value(me.Organisation)
	p.Kind, p.Language = string(*me.Kind), string(me.Language)
	return s.show(c, p)
}

// settings makes the page but for what the sender types on it.
func (s *server) settings(c *fiber.Ctx) (*web.MySettings, api.Me, error) {
	ctx, r := c.UserContext(), of(c.UserContext())
	p := &web.MySettings{Frame: s.frame(c, "my.settings", "/my"), PushKey: s.WebPushKey,
		Kinds: []web.Option{{Value: string(api.SenderKindCitizen), Text: s.site.T(r.Lang, "my.kind.citizen")},
			{Value: string(api.SenderKindBusiness), Text: s.site.T(r.Lang, "my.kind.business")}},
		Languages: []web.Option{{Value: "vi", Text: "Tiếng Việt"}, {Value: "en", Text: "English"}},
	}
	person, err := s.Store.Person(ctx, r.Account)
	if err != nil {
		return nil, api.Me{}, err
	}
	me, err := s.personMe(person)
	if err != nil {
		return nil, me, err
	}
	if phone := value(me.Phone); phone != "" {
		p.Phone = "0" + strings.TrimPrefix(phone, "+84")
	}
	if _, p.Unread, err = s.unseen(ctx); err != nil {
		return nil, me, err
	}
	devices, err := s.Store.ListDevices(ctx, r.Account)
	var known []string
	for _, d := range devices {
		if sub, err := models.ParseSubscription(d.Token); err == nil && d.Platform == models.WebPlatform {
			sum := sha256.Sum256([]byte(sub.Endpoint))
			known = append(known, hex.EncodeToString(sum[:]))
		}
	}
	p.Browsers, p.Known = len(known), strings.Join(known, " ")
	return p, me, err
}

// mostOf is how many characters the contract lets the parts of an account have.
var mostOf = []struct {
	field string
	most  int
}{{"name", 200}, {"email", 254}, {"address", 500}, {"organisation", 300}}

// saveSettingsPage changes what the sender says of themselves.
func (s *server) saveSettingsPage(c *fiber.Ctx) error {
	p, me, err := s.settings(c)
	if err != nil {
		return err
	}
	p.Name, p.Email, p.Address, p.Organisation = typedLine(c, "name"), typedLine(c, "email"), typedLine(c, "address"), typedLine(c, "organisation")
	p.Kind, p.Language = typedLine(c, "kind"), typedLine(c, "language")
	kind, language := api.SenderKind(p.Kind), api.Language(p.Language)
	change := &api.MePatch{Name: &p.Name, Email: &p.Email, Address: &p.Address, Organisation: &p.Organisation, Kind: &kind, Language: &language}
	if p.Name == "" && me.Name == "" { // it is asked for when something is sent
		change.Name = nil
	}
	var wrong []models.FieldError
	for _, x := range mostOf {
		if models.Length(typedLine(c, x.field)) > x.most {
			wrong = append(wrong, models.FieldError{Field: x.field, Code: "too_long", Limit: x.most})
		}
	}
	if !kind.Valid() {
		wrong = append(wrong, models.FieldError{Field: "kind", Code: "required"})
	}
	if !language.Valid() {
		wrong = append(wrong, models.FieldError{Field: "language", Code: "required"})
	}
	if err = models.Invalid(append(wrong, checkMe(change)...)); err == nil {
		_, err = s.patchPerson(c.UserContext(), of(c.UserContext()).Account, change)
	}
	if err != nil {
		return s.showAgain(c, err, p)
	}
	setCookie(c, langCookie, p.Language, 365*24*3600)
	return s.goTo(c, "/my/settings", "said.saved")
}

// startPushPage keeps where this browser is pushed to; a script posts it.
func (s *server) startPushPage(c *fiber.Ctx) error {
	r := of(c.UserContext())
	if s.WebPushKey == "" {
		return models.ErrNotFound
	}
	sub := models.Subscription{Endpoint: typedLine(c, "endpoint"), P256dh: typedLine(c, "p256dh"), Auth: typedLine(c, "auth")}
	if err := sub.Check(); err != nil {
		return err
	}
	err := s.keepDevice(c.UserContext(), &models.Device{ID: browserID(r.Account, sub.Endpoint), Account: r.Account, Token: sub.Token(),
		Platform: models.WebPlatform, Language: r.Lang, UpdatedAt: s.Now()})
	if err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// browserID is the ID of a browser's Device.
func browserID(account, endpoint string) string {
	return models.DeriveID(account, "web push", endpoint)
}

// stopPushPage forgets one browser, which its script names, or every one of the account.
func (s *server) stopPushPage(c *fiber.Ctx) error {
	ctx, account := c.UserContext(), of(c.UserContext()).Account
	if endpoint := typedLine(c, "endpoint"); endpoint != "" {
		if err := s.forgetDevice(ctx, account, browserID(account, endpoint)); err != nil {
			return err
		}
		return c.SendStatus(fiber.StatusNoContent)
	}
	devices, err := s.Store.ListDevices(ctx, account)
	if err != nil {
		return err
	}
	for _, d := range devices {
		if d.Platform != models.WebPlatform {
			continue
		}
		if err := s.forgetDevice(ctx, account, d.ID); err != nil {
			return err
		}
	}
	return s.goTo(c, "/my/settings", "said.push_stopped")
}
