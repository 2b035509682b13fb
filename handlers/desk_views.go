package handlers

import (
	"context"
	"fmt"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// soon is how long before its due time a case counts as urgent.
const soon = 72 * time.Hour

// deskView is one of the saved views of the inbox. Its select narrows a query to it.
type deskView struct {
	name   string // also the key of its text
	key    string // on the keyboard, after g
	sort   string // one of inboxSorts
	narrow func(q *store.FeedbackQuery, me *models.Staff, now time.Time)
}

// deskViews are all views, in the order in which they are shown. The last one is what a
// search looks through.
var deskViews = []deskView{
	{"new", "m", "due", func(q *store.FeedbackQuery, _ *models.Staff, _ time.Time) {
		q.Statuses = []models.Status{models.Received, models.Assigned}
	}},
	{"unsorted", "l", "due", func(q *store.FeedbackQuery, _ *models.Staff, _ time.Time) { q.SortsLate = true }},
	{"soon", "s", "due", func(q *store.FeedbackQuery, _ *models.Staff, now time.Time) {
		q.DueFrom, q.OverdueAt = now, now.Add(soon)
	}},
	{"late", "q", "due", func(q *store.FeedbackQuery, _ *models.Staff, now time.Time) { q.OverdueAt = now }},
	{"undated", "k", "due", func(q *store.FeedbackQuery, _ *models.Staff, _ time.Time) { // not those that wait for the sender
		q.Statuses, q.Undated = []models.Status{models.Received, models.Assigned, models.InProgress}, true
	}},
	{"mine", "c", "due", func(q *store.FeedbackQuery, me *models.Staff, _ time.Time) {
		q.Statuses, q.Handler = openStatuses, me.ID
	}},
	{"waiting", "d", "due", func(q *store.FeedbackQuery, _ *models.Staff, _ time.Time) { q.Waiting = true }},
	{"back", "t", "due", func(q *store.FeedbackQuery, me *models.Staff, _ time.Time) {
		q.Back = true
		if me.May(models.ActEdit) && !me.May(models.ActAssign) && !me.May(models.ActApprove) { // those to be corrected by the member
			q.Handler = me.ID
		}
	}},
	{"info", "b", "due", func(q *store.FeedbackQuery, _ *models.Staff, _ time.Time) {
		q.Statuses = []models.Status{models.NeedsInfo}
	}},
	{"helping", "p", "due", func(q *store.FeedbackQuery, me *models.Staff, _ time.Time) { // those of other agencies
		q.Scope, q.All, q.Statuses, q.Contributor = "", true, openStatuses, me.Agency
	}},
	{"all", "a", "-received", func(*store.FeedbackQuery, *models.Staff, time.Time) {}},
}

var openStatuses = []models.Status{models.Received, models.NeedsInfo, models.Assigned, models.InProgress}

func deskViewOf(name string) *deskView {
	for i := range deskViews {
		if deskViews[i].name == name {
			return &deskViews[i]
		}
	}
	return nil
}

// viewCounts counts the cases of each view but the last one. Each count is looked up, or
// made from the index entries of exactly those that are overdue or will be soon.
func (s *server) viewCounts(ctx context.Context) (map[string]int, error) {
	me := of(ctx).Staff
	return s.views.get(viewsKey(me), func() (map[string]int, error) {
		now, scope := s.Now(), store.FeedbackQuery{Scope: me.Agency}
		counts := map[string]int{}
		status, err := s.Store.CountByStatus(ctx, scope)
		if err != nil {
			return nil, err
		}
		counts["new"], counts["info"] = status[models.Received]+status[models.Assigned], status[models.NeedsInfo]
		late, err := s.Store.CountDue(ctx, []string{me.Agency}, now)
		if err != nil {
			return nil, err
		}
		until, err := s.Store.CountDue(ctx, []string{me.Agency}, now.Add(soon))
		if err != nil {
			return nil, err
		}
		counts["late"], counts["soon"] = late[me.Agency], max(0, until[me.Agency]-late[me.Agency])
		for _, name := range []string{"unsorted", "undated", "mine", "waiting", "back", "helping"} {
			q := scope
			deskViewOf(name).narrow(&q, me, now)
			if name == "mine" { // the cases that a member has are within reach
				q.Scope, q.All = "", true
			}
			byStatus, err := s.Store.CountByStatus(ctx, q)
			if err != nil {
				return nil, err
			}
			for _, n := range byStatus {
				counts[name] += n
			}
		}
		return counts, nil
	})
}

func viewsKey(me *models.Staff) string { return fmt.Sprint(me.ID, " ", me.Agency, " ", me.Roles) }
