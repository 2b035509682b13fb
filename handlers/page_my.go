package handlers

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/web"
)

const (
	myRows    = 20
	noticesOf = 100 // newest notifications that are looked through for those of a case
	inboxRows = 30
)

// myPage lists the sender's own cases.
func (s *server) myPage(c *fiber.Ctx) error {
	ctx, r := c.UserContext(), of(c.UserContext())
	next := c.Query("next")
	p := &web.My{Frame: s.frame(c, "my.title", "/my"), Later: next != ""}
	page, err := s.Store.ListFeedback(ctx, store.FeedbackQuery{Sender: r.Account, Limit: myRows, Next: next})
	if err != nil {
		return err
	}
	news, unread, err := s.unseen(ctx)
	if err != nil {
		return err
	}
	p.Unread = unread
	person, err := s.Store.Person(ctx, r.Account)
	if err != nil {
		return err
	}
	p.Ask, p.Version = s.asksNotice(person), s.Ref.Notice(s.Now())
	for _, f := range page.Items {
		row := web.MyRow{Path: "/my/" + f.Code, Code: f.Code, Title: f.Title, Agency: s.agencyName(f.Agency, r.Lang), Sent: f.CreatedAt, Unread: news[f.Code],
			State: s.myState(f.Status, f.DueAt, r.Lang)}
		p.Cases = append(p.Cases, row)
	}
	p.Next = nextPage("/my", "next", page.Next)
	return s.show(c, p)
}

// unseen returns the codes of cases of which something was told that was not looked at,
// and how much that is, among what was told last.
func (s *server) unseen(ctx context.Context) (codes map[string]bool, n int, err error) {
	page, err := s.Store.ListNotifications(ctx, of(ctx).Account, noticesOf, "")
	codes = map[string]bool{}
	for _, x := range page.Items {
		if x.ReadAt == nil {
			codes[x.Code] = true
			n++
		}
	}
	return codes, n, err
}

// myState says where a case stands to its sender.
func (s *server) myState(status models.Status, due *time.Time, lang string) web.MyState {
	st := web.MyState{Text: s.site.T(lang, "my.status."+string(status))}
	switch status {
	case models.NeedsInfo:
		st.Look = "warn"
	case models.Answered, models.Closed:
		st.Look = "ok"
	case models.Refused, models.Withdrawn:
	default:
		st.Look = "now"
	}
	if status.Open() && due != nil {
		st.Due, st.Late = due, s.Now().After(*due)
	}
	return st
}

// seen marks what was told of a case as read, once its sender looks at it. It returns the
// ID of the newest thing that was told of any case.
func (s *server) seen(ctx context.Context, code string) (newest string, err error) {
	account := of(ctx).Account
	page, err := s.Store.ListNotifications(ctx, account, noticesOf, "")
	if err != nil {
		return "", err
	}
	for i, x := range page.Items {
		if i == 0 {
			newest = eventID(x.At, x.ID)
		}
		if x.Code != code || x.ReadAt != nil {
			continue
		}
		if err := s.Store.ReadNotification(ctx, account, x.ID, s.Now()); err != nil {
			return "", err
		}
	}
	return newest, nil
}
