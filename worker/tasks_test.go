package worker

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// askedAgency is the case of climbing, in which so-yt-79 is asked to contribute within a day; it has
// a handler, gop, and its heir has one, moi.
func askedAgency(t *testing.T) (*env, *models.Feedback) {
	t.Helper()
	e, f := climbing(t)
	all, err := e.st.Agencies(t.Context())
	e.must(err)
	e.must(e.st.PutAgencies(t.Context(), append(all, models.Agency{Code: "so-moi-79", Name: "Sở mới", Level: models.LevelDepartment, Parent: "ubnd-79", Province: "79"})))
	for id, agency := range map[string]string{"gop": "so-yt-79", "moi": "so-moi-79"} {
		e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: id, Username: id, Agency: agency, Roles: []models.Role{models.Handler}}))
	}
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.AddTask(lanActs, "t1", "so-yt-79", "Có ảnh hưởng sức khỏe không?", e.o.Now().AddDate(0, 0, 1), e.o.Now())
	})
	e.steps()
	return e, f
}

var gopActs = models.Actor{ID: "gop", Staff: true, Agency: "so-yt-79"}

func (e *env) wantTold(want map[string]string) {
	e.t.Helper()
	for who, events := range want {
		if got := e.told(who); got != events {
			e.t.Errorf("%s was told %q, want %q", who, got, events)
		}
	}
}

// TestAgenciesLearnOfTasks: who contributes for an agency is told that it is asked, who has the
// case that it did or that it is not its business.
func TestAgenciesLearnOfTasks(t *testing.T) {
	e, f := askedAgency(t)
	e.wantTold(map[string]string{"gop": "coordinate", "lan": "", "khac": "", "tinh": ""})
	page, err := e.st.ListNotifications(t.Context(), "gop", 1, "")
	e.must(err)
	if n := page.Items[0]; n.Code != f.Code || n.DueAt == nil || !n.DueAt.Equal(e.o.Now().AddDate(0, 0, 1)) {
		t.Errorf("%+v", n)
	}
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.Contribute(gopActs, "t1", "Không.", nil, e.o.Now())
	})
	e.steps()
	e.wantTold(map[string]string{"gop": "coordinate", "lan": "contribute", "minh": "", "hoa": ""})
	e.pass(time.Minute)
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.AddTask(lanActs, "t2", "so-yt-79", "Chắc chưa?", time.Time{}, e.o.Now())
	})
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.ReturnTask(gopActs, "t2", "Việc của sở khác", e.o.Now())
	})
	e.steps() // both: it is not asked any more
	e.wantTold(map[string]string{"gop": "coordinate", "lan": "return_task contribute"})
	e.pass(3 * 24 * time.Hour)
	e.w.climb(t.Context())
	e.steps()
	if got := e.told("gop"); got != "coordinate" {
		t.Errorf("reminded of what it answered: %q", got)
	}
}

// TestLateContributorIsReminded once, and who has the case learns of it, also while the lead's own
// clock stands still; not when the case is over.
func TestLateContributorIsReminded(t *testing.T) {
	e, f := askedAgency(t)
	at := e.o.Now()
	e.change(f, func(f *models.Feedback) ([]models.Work, error) { f.PausedAt = &at; return nil, nil })
	e.w.climb(t.Context())
	e.steps()
	e.wantTold(map[string]string{"gop": "coordinate", "lan": ""})
	e.pass(25 * time.Hour)
	for range 2 {
		e.w.climb(t.Context())
		e.steps()
	}
	e.wantTold(map[string]string{"gop": "remind_task coordinate", "lan": "remind_task", "minh": "", "tinh": ""})
	if x := e.load(f.ID); x.LookAt() != nil || x.Timeline[len(x.Timeline)-1].Event != models.ActRemindTask {
		t.Errorf("looked at again %v", x.LookAt())
	}

	over, g := askedAgency(t)
	over.change(g, func(f *models.Feedback) ([]models.Work, error) {
		return f.Withdraw(models.Actor{ID: f.SenderID}, "", over.o.Now())
	})
	over.pass(25 * time.Hour)
	over.w.climb(t.Context())
	over.steps()
	over.wantTold(map[string]string{"gop": "coordinate", "lan": ""})
}

// TestTasksOfADissolvedAgency go to its heir, whose staff are told, and no further.
func TestTasksOfADissolvedAgency(t *testing.T) {
	e, f := askedAgency(t)
	all, err := e.st.Agencies(t.Context())
	e.must(err)
	i := slices.IndexFunc(all, func(a models.Agency) bool { return a.Code == "so-yt-79" })
	all[i].Successor = "so-moi-79"
	e.must(e.st.PutAgencies(t.Context(), all))
	e.pass(2 * time.Minute)
	for range 2 {
		e.w.handOver(t.Context())
		e.steps()
	}
	x := e.load(f.ID)
	if x.Agency != "so-xd-79" || x.Tasks[0].Agency != "so-moi-79" || !slices.Equal(x.Contributors, []string{"so-moi-79"}) {
		t.Fatalf("%s, %+v", x.Agency, x.Tasks)
	}
	e.wantTold(map[string]string{"moi": "coordinate", "gop": "coordinate", "lan": ""})
	e.pass(25 * time.Hour)
	e.w.climb(t.Context())
	e.steps()
	if got := e.told("moi"); got != "remind_task coordinate" {
		t.Errorf("moi was told %q", got)
	}
}

// TestProgressIsAskedFor: who has an overdue case is reminded to tell the sender how far it is,
// once for each time, seven days after the due date and after each time that they were told.
func TestProgressIsAskedFor(t *testing.T) {
	e, f := climbing(t)
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		f.Due.Term, f.Due.Unit, f.Due.Progress = 20, models.CalendarDays, 7
		return nil, nil
	})
	days := func(n int) {
		for range 4 * n {
			e.w.climb(t.Context())
			e.steps()
			e.pass(6 * time.Hour)
		}
	}
	asked := func() int { return strings.Count(e.told("lan"), "remind_progress") }
	days(12) // until 30 March, 8:00; due on the 23rd, progress until 17:00 of the 30th
	if asked() != 0 {
		t.Fatalf("asked for too early: %q", e.told("lan"))
	}
	days(5)
	if asked() != 1 || strings.Contains(e.told("minh")+e.told("tinh"), "progress") {
		t.Fatalf("lan was told %q", e.told("lan"))
	}
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.Progress(lanActs, "Chờ vật tư.", e.o.Now())
	}) // 4 April
	days(6)
	if asked() != 1 {
		t.Errorf("asked for again before seven days: %q", e.told("lan"))
	}
	days(14) // nobody tells anything
	if asked() != 2 {
		t.Errorf("lan was told %q", e.told("lan"))
	}
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.Withdraw(models.Actor{ID: f.SenderID}, "", e.o.Now())
	})
	days(14)
	if asked() != 2 {
		t.Errorf("of an ended case: %q", e.told("lan"))
	}
}
