package worker

import (
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// climbing is a worker that reminds staff, on the morning of Wednesday 18 March 2026 in Viet
// Nam, three working days before a case of so-xd-79 is due. The agency above has a mailbox.
func climbing(t *testing.T) (*env, *models.Feedback) {
	t.Helper()
	e := newEnv(t, func(o *Options) {
		o.Ladders, o.Rules = knowledge.Ladders(), models.NewRules(knowledge.Rules(), knowledge.Calendar())
	})
	e.now = time.Date(2026, 3, 18, 1, 0, 0, 0, time.UTC)
	e.must(e.st.PutAgencies(t.Context(), []models.Agency{
		{Code: "vpcp", Name: "Văn phòng Chính phủ", Level: models.LevelMinistry},
		{Code: "ubnd-79", Name: "UBND Thành phố Hồ Chí Minh", Level: models.LevelProvince, Parent: "vpcp", Province: "79", Email: "ubnd@example.vn"},
		{Code: "so-xd-79", Name: "Sở Xây dựng", Level: models.LevelDepartment, Parent: "ubnd-79", Province: "79"},
		{Code: "so-yt-79", Name: "Sở Y tế", Level: models.LevelDepartment, Parent: "ubnd-79", Province: "79"},
	}))
	for id, m := range map[string]struct {
		agency string
		role   models.Role
	}{"lan": {"so-xd-79", models.Handler}, "minh": {"so-xd-79", models.Approver}, "hoa": {"so-xd-79", models.Supervisor},
		"tinh": {"ubnd-79", models.Coordinator}, "to": {"vpcp", models.Supervisor}, "khac": {"so-yt-79", models.Supervisor}} {
		e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: id, Username: id, Agency: m.agency, Roles: []models.Role{m.role}}))
	}
	f := e.feedback(e.person("", ""), "Mặt đường nhiều ổ gà")
	_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Agency, f.Scope, f.Handler, f.Status = "so-xd-79", []string{"so-xd-79", "ubnd-79", "vpcp"}, "lan", models.InProgress
		f.Due = &models.Due{Rule: "pakn.answer", Start: e.now.AddDate(0, 0, -20), At: time.Date(2026, 3, 23, 10, 0, 0, 0, time.UTC)}
		return nil, nil
	})
	e.must(err)
	return e, f
}

// reminders are the steps that the member was told of, the newest first.
func (e *env) reminders(account string) string {
	e.t.Helper()
	page, err := e.st.ListNotifications(e.t.Context(), account, 100, "")
	e.must(err)
	var steps []string
	for _, n := range page.Items {
		if n.Event != models.ActRemind || n.DueAt == nil {
			e.t.Errorf("%+v", n)
		}
		steps = append(steps, n.Step)
	}
	return strings.Join(steps, " ")
}

func TestStaffAreRemindedOnce(t *testing.T) {
	e, f := climbing(t)
	other := e.o
	other.Metrics = nil
	others := []*Worker{New(other), New(other), e.w}
	for end := time.Date(2026, 4, 8, 0, 0, 0, 0, time.UTC); e.o.Now().Before(end); e.pass(6 * time.Hour) {
		var all sync.WaitGroup
		for _, w := range others { // processes at once, each twice
			all.Go(func() { w.climb(t.Context()) })
			all.Go(func() { w.climb(t.Context()) })
		}
		all.Wait()
		e.steps()
	}
	for who, want := range map[string]string{
		"lan": "late.10 late.5 late.3 late.1 before.1 before.3", "minh": "late.10 late.5 late.3 late.1 before.1", "hoa": "late.10 late.5 late.3",
		"tinh": "late.10 late.5", "to": "late.10", "khac": "",
	} {
		if got := e.reminders(who); got != want {
			t.Errorf("%s was told %q, want %q", who, got, want)
		}
	}
	var mails []string
	for _, m := range e.outbox() {
		if strings.Contains(m.Title+m.Body, "ổ gà") || !strings.Contains(m.Title, f.Code) {
			t.Errorf("mail %q %q", m.Title, m.Body)
		}
		mails = append(mails, m.To)
	}
	if got := strings.Join(mails, " "); got != "ubnd@example.vn ubnd@example.vn" {
		t.Errorf("mails to %s", got)
	}
	f, err := e.st.Feedback(t.Context(), f.ID)
	e.must(err)
	if len(f.Climbed.Taken) != 6 || f.Escalated != "ubnd-79" {
		t.Errorf("%+v, reported to %s", f.Climbed, f.Escalated)
	}
}

// A worker that dies between the step and the telling, or between the telling and its end,
// leaves work that is done again: nobody is told twice.
func TestReminderOfADeadWorkerIsToldOnce(t *testing.T) {
	e, _ := climbing(t)
	e.w.climb(t.Context())
	claimed, err := e.st.ClaimWork(t.Context(), e.o.Now(), time.Minute, 100)
	e.must(err)
	for _, x := range claimed {
		if x.Kind == models.WorkRemind {
			e.must(e.w.attempt(t.Context(), []models.Work{x})[0]) // and never settled
		}
	}
	e.pass(2 * time.Minute)
	e.w.climb(t.Context())
	e.steps()
	if got := e.reminders("lan"); got != "before.3" {
		t.Errorf("told %q", got)
	}
}

func TestReminderThatHoldsNoMoreIsNotTold(t *testing.T) {
	for name, change := range map[string]func(*models.Feedback){
		"answered":       func(f *models.Feedback) { f.Status = models.Answered },
		"extended":       func(f *models.Feedback) { f.Due.At = f.Due.At.AddDate(0, 0, 14) },
		"waits for more": func(f *models.Feedback) { f.PausedAt = &f.UpdatedAt },
	} {
		t.Run(name, func(t *testing.T) {
			e, f := climbing(t)
			e.w.climb(t.Context())
			_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) { change(f); return nil, nil })
			e.must(err)
			e.steps()
			if got := e.reminders("lan"); got != "" || e.count().Pending != 0 {
				t.Errorf("told %q, %+v", got, e.count())
			}
		})
	}
}

func TestReminderWaitsForTheMorning(t *testing.T) {
	e, _ := climbing(t)
	e.w.climb(t.Context())
	e.pass(12 * time.Hour) // 20:00: nobody did the work by day
	e.step()
	if got := e.reminders("lan"); got != "" {
		t.Errorf("told at night: %q", got)
	}
	e.pass(14 * time.Hour)
	e.steps()
	if got := e.reminders("lan"); got != "before.3" {
		t.Errorf("told %q", got)
	}
}
