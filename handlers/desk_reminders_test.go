package handlers

import (
	"context"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

func TestReminders(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	open := func(at time.Time) time.Time {
		at, err := h.o.Ref.Rules.NextOpen("", at)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	h.advance(open(f.Due.At.AddDate(0, 0, 3)).Sub(h.o.Now()))
	worker, other := h.staff("worker", "so-xd-79", models.Handler), h.staff("other", "so-xd-79", models.Handler)
	f, err := h.o.Store.UpdateFeedback(ctx, f.ID, func(f *models.Feedback) ([]models.Work, error) {
		_, work, err := f.Climb(h.o.Ref.Ladders, h.o.Ref.Rules, h.o.Ref.Tree, h.o.Now())
		return work, err
	})
	if err != nil || f.Climbed == nil || len(f.Climbed.Taken) < 3 {
		t.Fatalf("%v: %+v", err, f.Climbed)
	}
	taken := f.Climbed.Taken[len(f.Climbed.Taken)-1].Step
	n := &models.Notification{ID: models.NewID(), Account: h.accountOf(worker), FeedbackID: f.ID, Code: f.Code, Event: models.ActRemind, Step: taken, DueAt: &f.Due.At, At: h.o.Now()}
	if err := h.o.Store.AddNotification(ctx, n); err != nil {
		t.Fatal(err)
	}
	name := models.StepName(h.o.Ref.Ladders, taken, "vi")

	var list api.ReminderList
	h.call("GET", "/v1/desk/reminders", worker, nil).want(200).json(&list)
	if x := list.Items[0]; list.Unread != 1 || x.Name != name || x.Code != f.Code || x.DueAt == nil || x.ReadAt != nil {
		t.Errorf("%+v", list)
	}
	h.call("POST", "/v1/desk/reminders/"+n.ID+"/read", other, nil).want(404)
	b := h.browser(worker)
	b.get("/console/reminders").want(200).has(f.Code, name, "Đánh dấu đã đọc")
	b.post("/console/reminders", nil).to("/console/reminders")
	h.call("GET", "/v1/desk/reminders", worker, nil, "Accept-Language", "en").want(200).json(&list)
	if x := list.Items[0]; list.Unread != 0 || x.ReadAt == nil || x.Name == name {
		t.Errorf("%+v", list)
	}
	h.call("POST", "/v1/desk/reminders/"+n.ID+"/read", worker, nil).want(204)
	asked := &models.Notification{ID: models.NewID(), Account: h.accountOf(worker), FeedbackID: f.ID, Code: f.Code, Event: models.ActAskExtension, At: h.o.Now()}
	if err := h.o.Store.AddNotification(ctx, asked); err != nil {
		t.Fatal(err)
	}
	h.call("GET", "/v1/desk/reminders", worker, nil).want(200).json(&list)
	if x := list.Items[0]; x.Step != "ask_extension" || x.Name != "Có đề nghị gia hạn chờ duyệt" || x.DueAt != nil {
		t.Errorf("%+v", x)
	}
	b.get("/console/reminders").want(200).has(f.Code, "Có đề nghị gia hạn chờ duyệt")
	list = api.ReminderList{}
	h.call("GET", "/v1/desk/reminders", other, nil).want(200).json(&list)
	if len(list.Items) != 0 {
		t.Errorf("others see %+v", list)
	}

	var v api.DeskFeedback
	h.call("GET", "/v1/desk/feedback/"+f.ID, worker, nil).want(200).json(&v)
	states := map[string]api.LadderStepState{}
	for _, x := range v.Ladder {
		states[x.Step] = x.State
	}
	if states["before.3"] != "skipped" || states[taken] != "told" || states["late.10"] != "pending" {
		t.Errorf("%v", states)
	}
	boss := h.browser(h.staff("boss", "ubnd-79", models.Supervisor))
	boss.get("/console/overdue").want(200).has("Đã nhắc: "+name, "Sắp nhắc: ")
	boss.get("/console/cases/"+f.Code).want(200).has("Các bậc nhắc thời hạn", "đã nhắc ở bậc cao hơn", name)
	if strings.Contains(h.log.String(), "Nguyễn Thị Gửi") {
		t.Error("the sender is in the log")
	}
}

// TestReminderOfADataRequest: who decides on data requests sees no case, but what they were told
// of, in both languages, and where to go.
func TestReminderOfADataRequest(t *testing.T) {
	h := newHarness(t)
	dpo := h.staff("dpo", models.RootAgency, models.Admin)
	due := h.o.Now()
	if err := h.o.Store.AddNotification(t.Context(), &models.Notification{ID: models.NewID(), Account: h.accountOf(dpo), Event: models.ActDataDated, DueAt: &due, At: due}); err != nil {
		t.Fatal(err)
	}
	var list api.ReminderList
	h.call("GET", "/v1/desk/reminders", dpo, nil, "Accept-Language", "en").want(200).json(&list)
	if x := list.Items; len(x) != 1 || x[0].Step != "data_dated" || x[0].Code != "" || x[0].Name != "A request about personal data has a due date now" {
		t.Fatalf("%+v", x)
	}
	b := h.browser(dpo)
	b.get("/console/reminders").want(200).has(`<a href="/console/privacy">Yêu cầu về dữ liệu cá nhân nay đã có hạn giải quyết</a>`, `href="/console/reminders"`)
	b.post("/console/reminders", nil).to("/console/reminders")
	h.call("GET", "/v1/desk/reminders", dpo, nil).want(200).json(&list)
	if list.Unread != 0 {
		t.Errorf("%d unread", list.Unread)
	}
	h.call("GET", "/v1/desk/feedback", dpo, nil).want(403)
}
