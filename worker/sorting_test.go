package worker

import (
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// TestWhoHasToSortIsReminded: of a case that nobody took up, whose answer is not due for long; who
// hands out cases at the agency, then those above them; not once somebody took it.
func TestWhoHasToSortIsReminded(t *testing.T) {
	e, f := climbing(t)
	e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: "phan", Username: "phan", Agency: "so-xd-79", Roles: []models.Role{models.Coordinator}}))
	start := e.now
	_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Handler, f.Status, f.Due.At = "", models.Assigned, start.AddDate(0, 2, 0)
		f.Sorting = &models.Sorting{Agency: "so-xd-79", Due: models.Due{Start: start}}
		f.RunClock(e.o.Rules, models.NewTree(nil), start) // 19, 20, 23, 24, 25 March
		return nil, nil
	})
	e.must(err)
	listed := func() int {
		t.Helper()
		page, err := e.st.ListFeedback(t.Context(), store.FeedbackQuery{Scope: "so-xd-79", SortsLate: true})
		e.must(err)
		return len(page.Items)
	}
	for end := time.Date(2026, 3, 25, 9, 0, 0, 0, time.UTC); e.o.Now().Before(end); e.pass(6 * time.Hour) {
		e.w.climb(t.Context())
		e.steps()
	}
	if listed() != 0 {
		t.Error("listed as late before the term is over")
	}
	for end := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC); e.o.Now().Before(end); e.pass(6 * time.Hour) {
		e.w.climb(t.Context())
		e.steps()
	}
	for who, want := range map[string]string{"phan": "sorting.3 sorting.1 sorting.before", "minh": "sorting.3 sorting.1", "hoa": "sorting.3", "tinh": "", "lan": ""} {
		if got := e.reminders(who); got != want {
			t.Errorf("%s was told %q, want %q", who, got, want)
		}
	}
	if listed() != 1 {
		t.Error("not listed as late")
	}
	now := e.o.Now()
	_, err = e.st.UpdateFeedback(t.Context(), f.ID, models.Clocked(e.o.Rules, models.NewTree(nil), now, func(f *models.Feedback) ([]models.Work, error) {
		return f.Take(models.Actor{ID: "lan", Staff: true, Agency: "so-xd-79"}, now)
	}))
	e.must(err)
	if listed() != 0 {
		t.Error("listed as late once somebody took it")
	}
	for end := time.Date(2026, 4, 8, 0, 0, 0, 0, time.UTC); e.o.Now().Before(end); e.pass(6 * time.Hour) {
		e.w.climb(t.Context())
		e.steps()
	}
	if got := e.reminders("tinh"); got != "" {
		t.Errorf("the agency above was told %q of a case that was taken", got)
	}
}
