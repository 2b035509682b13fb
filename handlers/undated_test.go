package handlers

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// december2027 brings the program into the last weeks of which the calendar is known.
func december2027(t *testing.T, day int) *harness {
	h := newHarness(t)
	h.advance(time.Date(2027, 12, day, 2, 0, 0, 0, time.UTC).Sub(h.o.Now()))
	return h
}

// TestNoDueDateIsSaidInWords: who sent, who handles and who administers read why a case has
// no date, in both languages, and find all that have none.
func TestNoDueDateIsSaidInWords(t *testing.T) {
	h := december2027(t, 20)
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	lan := h.staff("lan", "so-xd-79", models.Handler)
	path := "/v1/desk/feedback/" + f.ID
	vi, en := "Chưa có hạn trả lời: chưa có lịch nghỉ lễ năm 2028", "No due date yet: the public holidays of 2028 are not known"

	var mine api.Feedback
	h.call("GET", "/v1/feedback/"+f.Code, sender, nil, "Accept-Language", "en").want(200).json(&mine)
	if u := mine.Undated; mine.Due != nil || mine.DueAt != nil || u == nil || u.Year == nil || *u.Year != 2028 || !strings.HasPrefix(u.Explanation, en) || u.LegalBasis == "" || !u.Start.Equal(f.CreatedAt) {
		t.Errorf("%+v, %+v", mine.Due, mine.Undated)
	}
	var v api.DeskFeedback
	h.call("GET", path, lan, nil).want(200).json(&v)
	if v.Undated == nil || !strings.HasPrefix(v.Undated.Explanation, vi) {
		t.Errorf("%+v", v.Undated)
	}
	var list api.DeskList
	h.call("GET", "/v1/desk/feedback?view=undated", lan, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].Code != f.Code || list.Items[0].DueAt != nil {
		t.Errorf("%+v", list.Items)
	}

	b := h.browser(sender)
	b.get("/my/"+f.Code).want(200).has(vi, "20 ngày", "ông/bà được báo ngay")
	b.get("/submit/sent?code=" + f.Code).want(200).has(vi)
	b.headers["Accept-Language"] = "en"
	b.get("/my/"+f.Code).want(200).has(en, "20 days")
	desk := h.browser(lan)
	desk.get("/console/cases/"+f.Code).want(200).has(vi, "Chưa có hạn").hasNot("Không có hạn")
	desk.get("/console?view=undated").want(200).has("Chưa có hạn", f.Code)
	h.browser(h.staff("admin", models.RootAgency, models.Admin)).get("/console/admin/rules").want(200).has("1 vụ việc đang mở chưa có hạn trả lời").hasNot("view=undated")
	h.browser(h.staff("both", models.RootAgency, models.Admin, models.Supervisor)).get("/console/admin/rules").want(200).has("view=undated")

	// While the sender is asked the clock stands still, and nobody waits for a date.
	h.step(lan, path+"/request-info", obj{"question": "Đoạn đường nào?"})
	h.advance(3 * time.Second) // counts may be so old
	h.call("GET", "/v1/desk/feedback?view=undated", lan, nil).want(200).json(&list)
	if len(list.Items) != 0 {
		t.Errorf("asked, and still listed: %+v", list.Items)
	}
	b.get("/my/"+f.Code).want(200).has(en, "Standing still since")
	desk.get("/console?view=info").want(200).has("Tạm dừng tính hạn").hasNot(`tag">Chưa có hạn`)
}

// TestForwardedWithoutADate: the date of the agency before is gone, and with the calendar of
// the year the next one's is there.
func TestForwardedWithoutADate(t *testing.T) {
	h := december2027(t, 6)
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	if f.Due == nil {
		t.Fatal("no date within the year")
	}
	sender, root, lan := h.accountOf(sender), h.accountOf(h.staff("root", "ubnd-79", models.Coordinator)), h.accountOf(h.staff("lan", "bxd", models.Handler))
	h.advance(9 * 24 * time.Hour)
	path := "/v1/desk/feedback/" + f.ID
	v := h.step(h.session(root, true), path+"/forward", obj{"agency": "bxd", "note": "Quốc lộ"})
	if v.Due != nil || v.DueAt != nil || v.Overdue || v.Undated == nil || len(v.Undated.Steps) != 1 || !strings.Contains(v.Undated.Steps[0], "Thời hạn trước, của Sở Xây dựng") {
		t.Fatalf("%+v, %+v", v.Due, v.Undated)
	}
	h.advance(60 * 24 * time.Hour)
	boss := h.session(lan, true)
	h.browser(boss).get("/console/cases/"+f.Code).want(200).has("chưa có lịch nghỉ lễ năm 2028", "Thời hạn trước, của Sở Xây dựng")
	tag := h.call("GET", path, boss, nil).want(200).header.Get("ETag")
	if a := h.call("POST", path+"/progress", boss, obj{"note": "Đang làm"}, "If-Match", tag).want(409); a.detail() == "" {
		t.Errorf("%s", a.body)
	}

	h.o.Ref.Rules.Amend([]models.Amendment{{ID: "y", Year: 2028}})
	if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		_, work := f.Date(h.o.Ref.Rules, h.o.Ref.Tree, h.o.Now())
		return work, nil
	}); err != nil {
		t.Fatal(err)
	}
	var mine api.Feedback
	token := h.session(sender, false)
	h.call("GET", "/v1/feedback/"+f.Code, token, nil).want(200).json(&mine)
	if want := time.Date(2028, 1, 4, 10, 0, 0, 0, time.UTC); mine.DueAt == nil || !mine.DueAt.Equal(want) || mine.Undated != nil {
		t.Errorf("due %v, want %v", mine.DueAt, want)
	}
	if last := mine.Timeline[len(mine.Timeline)-1]; last.Event != string(models.ActSetDue) {
		t.Errorf("%+v", last)
	}
	h.browser(token).get("/my/"+f.Code).want(200).has("Hạn trả lời nay đã tính được", "04/01/2028")
}

// TestRepeatedSubmissionAfterDating answers why the case has no date, the date that it first
// got once it has one, whatever the clock does then; of a case that is over neither.
func TestRepeatedSubmissionAfterDating(t *testing.T) {
	h := december2027(t, 20)
	token := h.citizen("Nguyễn Thị Gửi")
	submit := func() (f api.Feedback) {
		h.call("POST", "/v1/feedback", token, obj{"title": "Đèn đường hỏng", "body": "Đèn đường trước nhà không sáng.", "agency": "bxd"}, "Idempotency-Key", "khoa-lap-lai").want(201).json(&f)
		return f
	}
	first := submit()
	if again := submit(); again.Undated == nil || *again.Undated.Year != 2028 || again.ID != first.ID {
		t.Errorf("not dated yet: %+v", again)
	}
	h.o.Ref.Rules.Amend([]models.Amendment{{ID: "y", Year: 2028}})
	change := func(do func(*models.Feedback) []models.Work) {
		t.Helper()
		if _, err := h.o.Store.UpdateFeedback(t.Context(), first.ID, func(f *models.Feedback) ([]models.Work, error) {
			work := do(f)
			f.RunClock(h.o.Ref.Rules, h.o.Ref.Tree, h.o.Now())
			return work, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	change(func(f *models.Feedback) []models.Work {
		_, work := f.Date(h.o.Ref.Rules, h.o.Ref.Tree, h.o.Now())
		return work
	})
	h.advance(time.Minute)
	want := time.Date(2028, 1, 10, 10, 0, 0, 0, time.UTC)
	if again := submit(); again.DueAt == nil || !again.DueAt.Equal(want) || again.Due == nil || again.Undated != nil || again.UpdatedAt != first.UpdatedAt {
		t.Errorf("dated: %v, %+v", again.DueAt, again.Undated)
	}
	handler := models.Actor{ID: models.NewID(), Agency: "bxd"}
	change(func(f *models.Feedback) []models.Work {
		work, err := f.RequestInfo(handler, models.NewID(), "Đoạn nào?", nil, h.o.Now())
		if err != nil {
			t.Fatal(err)
		}
		return work
	})
	if again := submit(); again.DueAt == nil || !again.DueAt.Equal(want) {
		t.Errorf("while the sender is asked: %v, %+v", again.DueAt, again.Due)
	}
	change(func(f *models.Feedback) []models.Work {
		f.Due, f.Undated, f.PausedAt, f.Status = nil, &models.Undated{Year: 2028}, nil, models.Withdrawn
		return nil
	})
	if again := submit(); again.DueAt != nil || again.Undated != nil {
		t.Errorf("over: %v, %+v", again.DueAt, again.Undated)
	}
}

// TestDataRequestWithoutACalendar says so to who asked and to who decides.
func TestDataRequestWithoutACalendar(t *testing.T) {
	h := december2027(t, 27)
	hoa := h.citizen("Nguyễn Thị Hoa")
	if v := h.ask(hoa, "khoa-rut-lai", obj{"right": "withdraw"}); v.Due != nil {
		t.Fatalf("a date was guessed: %+v", v.Due)
	}
	h.browser(hoa).get("/my/data").want(200).has("Chưa có hạn giải quyết")
	h.browser(h.staff("dpo", models.RootAgency, models.Admin)).get("/console/privacy").want(200).has("Chưa có hạn giải quyết")
}

// TestCheckPageWithoutACalendar: before it is sent nobody is promised a date either.
func TestCheckPageWithoutACalendar(t *testing.T) {
	h := december2027(t, 20)
	b := h.browser(h.citizen("Nguyễn Thị Gửi"))
	h.write(b, holeText)
	b.post("/submit/who", url.Values{"name": {"Nguyễn Thị Gửi"}, "publish_name": {"no"}}).to("/submit/check")
	b.get("/submit/check").want(200).has("chưa có lịch nghỉ lễ năm 2028")
}
