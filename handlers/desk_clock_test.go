package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// provincialTerm puts a term of Ho Chi Minh City's own in force that can be extended.
func (h *harness) provincialTerm() {
	h.t.Helper()
	day := h.o.Now().In(models.VietNam).AddDate(0, 0, -1).Format(time.DateOnly)
	h.o.Ref.Rules.Amend([]models.Amendment{{ID: "x", Rule: &models.Rule{Key: "pakn.answer", Term: 8, Unit: models.WorkingDays, Starts: "receipt", Answers: true, Regime: models.General,
		Province: "79", LegalBasis: "Quy chế 79", LegalBasisEN: "Rules of 79", ValidFrom: day, Confidence: "read", Extension: &models.Extension{Times: 1, Term: 5, Approver: true}}}})
}

func TestClockOfACaseAtTheDesk(t *testing.T) {
	h := newHarness(t)
	h.provincialTerm()
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	lan, boss, root := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver), h.staff("root", "ubnd-79", models.Coordinator)
	path := "/v1/desk/feedback/" + f.ID
	if f.Due.LegalBasis != "Quy chế 79" {
		t.Fatalf("%+v", f.Due)
	}
	h.step(lan, path+"/request-info", obj{"question": "Đoạn đường nào?"})
	var mine api.Feedback
	h.call("GET", "/v1/feedback/"+f.Code, sender, nil, "Accept-Language", "en").want(200).json(&mine)
	if mine.Due == nil || mine.Due.PausedSince == nil || mine.DueAt != nil || !strings.Contains(strings.Join(mine.Due.Steps, "\n"), "Standing still since") {
		t.Errorf("asked: %+v", mine.Due)
	}
	ids := []string{h.accountOf(sender), h.accountOf(lan), h.accountOf(boss), h.accountOf(root)}
	h.advance(5 * 24 * time.Hour)
	sender, lan, boss, root = h.session(ids[0], false), h.session(ids[1], true), h.session(ids[2], true), h.session(ids[3], true)
	h.call("POST", "/v1/feedback/"+f.Code+"/messages", sender, obj{"body": "Trước cổng trường."}, "Idempotency-Key", "khoa-tra-loi").want(201)
	var v api.DeskFeedback
	h.call("GET", path, lan, nil).want(200).json(&v)
	if v.Due.PausedSince != nil || len(v.Due.Pauses) != 1 || v.DueAt == nil || !v.DueAt.After(f.Due.At) || v.Due.OriginalAt == nil || !v.Due.OriginalAt.Equal(f.Due.At) {
		t.Errorf("answered: %+v", v.Due)
	}
	tag := h.call("GET", path, lan, nil).want(200).header.Get("ETag")
	more := obj{"term": 5, "reason": "Chờ kiểm định"}
	if a := h.call("POST", path+"/extend", lan, more, "If-Match", tag).want(403); a.detail() != say("vi", "approver_extends", 0) {
		t.Errorf("%s", a.body)
	}
	h.call("POST", path+"/extend", boss, obj{"term": 6, "reason": "Chờ kiểm định"}, "If-Match", tag).want(422)
	v = h.step(boss, path+"/extend", more)
	if len(v.Due.Extensions) != 1 || !strings.Contains(strings.Join(v.Due.Steps, "\n"), "Chờ kiểm định") {
		t.Errorf("extended: %+v", v.Due)
	}
	tag = h.call("GET", path, boss, nil).want(200).header.Get("ETag")
	if a := h.call("POST", path+"/extend", boss, more, "If-Match", tag).want(409); a.detail() != say("vi", "extended_enough", 0) {
		t.Errorf("%s", a.body)
	}
	v = h.step(root, path+"/forward", obj{"agency": "bxd", "note": "Quốc lộ"})
	if len(v.Due.Stopped) != 1 || v.Due.Stopped[0].Agency.Code != "so-xd-79" || v.Due.Rule != "pakn.answer" || v.Due.LegalBasis == "Quy chế 79" || len(v.Due.Pauses) != 0 {
		t.Errorf("forwarded: %+v", v.Due)
	}
	h.call("GET", "/v1/feedback/"+f.Code, sender, nil).want(200).json(&mine)
	told := strings.Join(mine.Due.Steps, "\n")
	if !strings.Contains(told, "Thời hạn trước, của Sở Xây dựng") || mine.Due.Convention == "" {
		t.Errorf("%s", told)
	}
	notes := func(e string) (n int) {
		for _, x := range mine.Timeline {
			if x.Event == e && x.Note != nil {
				n++
			}
		}
		return n
	}
	if notes("extend") != 1 {
		t.Error("the sender is not told why it was extended")
	}
}

func TestNationalRuleHasProgressInsteadOfExtension(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	lan, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver)
	path := "/v1/desk/feedback/" + f.ID
	tag := h.call("GET", path, lan, nil).want(200).header.Get("ETag")
	if a := h.call("POST", path+"/extend", boss, obj{"term": 5, "reason": "Chờ kiểm định"}, "If-Match", tag).want(409); a.detail() != say("vi", "no_extension", 0) {
		t.Errorf("%s", a.body)
	}
	if a := h.call("POST", path+"/progress", lan, obj{"note": "Đang chờ"}, "If-Match", tag).want(409); a.detail() != say("vi", "not_overdue", 0) {
		t.Errorf("%s", a.body)
	}
	id := h.accountOf(lan)
	h.advance(f.Due.At.Add(time.Hour).Sub(h.o.Now()))
	lan = h.session(id, true)
	var v api.DeskFeedback
	h.call("GET", path, lan, nil).want(200).json(&v)
	first := v.ProgressDue
	if !v.Overdue || first == nil || first.Sub(f.Due.At) < 6*24*time.Hour {
		t.Fatalf("progress by %v", first)
	}
	h.advance(24 * time.Hour)
	lan = h.session(id, true)
	v = h.step(lan, path+"/progress", obj{"note": "Đã khảo sát, đang chờ dự toán."})
	if v.ProgressDue == nil || !v.ProgressDue.After(*first) {
		t.Errorf("the next by %v, the first by %v", v.ProgressDue, first)
	}
}

func TestClassifiedAsReportFromTheScene(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	day := h.o.Now().In(models.VietNam).AddDate(0, 0, -1).Format(time.DateOnly)
	h.o.Ref.Rules.Amend([]models.Amendment{{ID: "x", Rule: &models.Rule{Key: "hien_truong.urgent", Term: 2, Unit: models.WorkingDays, Starts: "receipt", Answers: true,
		Regime: models.UrgentCase, Province: "79", LegalBasis: "Quy chế 79", ValidFrom: day, Confidence: "read"}}})
	desk := h.staff("desk", "so-xd-79", models.Coordinator)
	v := h.step(desk, "/v1/desk/feedback/"+f.ID+"/classify", obj{"regime": "hien_truong_urgent"})
	if v.Regime != "hien_truong_urgent" || v.Due.Rule != "hien_truong.urgent" || !v.Due.At.Before(f.Due.At) {
		t.Errorf("%s: %+v", v.Regime, v.Due)
	}
	tag := h.call("GET", "/v1/desk/feedback/"+f.ID, desk, nil).want(200).header.Get("ETag")
	h.call("POST", "/v1/desk/feedback/"+f.ID+"/classify", desk, obj{"regime": "khac"}, "If-Match", tag).want(422)
}

func TestClockOnThePages(t *testing.T) {
	h := newHarness(t)
	h.provincialTerm()
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	lan, boss := h.browser(h.staff("lan", "so-xd-79", models.Handler)), h.browser(h.staff("boss", "so-xd-79", models.Approver))
	page := "/console/cases/" + f.Code
	lan.get(page).want(200).has("Quy chế 79", "Cách tính", say("vi", "approver_extends", 0)).hasNot(`action="` + page + `/extend"`)
	version := strconv.FormatInt(h.feedback(f.ID).Version, 10)
	boss.get(page).want(200).has(`action="`+page+`/extend"`, "Tối đa 5 ngày làm việc")
	boss.post(page+"/extend", url.Values{"version": {version}, "extend.term": {"9"}, "extend.reason": {"Chờ kiểm định"}}).want(422).has(`href="#f-extend-term"`, "Chờ kiểm định")
	lan.post(page+"/extend", url.Values{"version": {version}, "extend.term": {"5"}, "extend.reason": {"Chờ kiểm định"}}).want(403)
	boss.post(page+"/extend", url.Values{"version": {version}, "extend.term": {"5"}, "extend.reason": {"Chờ kiểm định"}}).to(page)
	if x := h.feedback(f.ID); len(x.Clock.Extensions) != 1 {
		t.Fatalf("%+v", x.Clock)
	}
	own := h.browser(sender)
	own.get("/my/"+f.Code).want(200).has("Gia hạn lúc", "Chờ kiểm định", "Hạn ban đầu", "gia hạn trả lời")
	own.headers["Accept-Language"] = "en"
	own.get("/my/"+f.Code).want(200).has("Extended at", "Rules of 79", "Counted from", "counting starts with the next working day").hasNot("Hạn ban đầu")

	version = strconv.FormatInt(h.feedback(f.ID).Version, 10)
	lan.post(page+"/ask", url.Values{"version": {version}, "ask.question": {"Đoạn nào?"}}).to(page)
	lan.get(page).want(200).has("Thời hạn đang tạm dừng")
	own.get("/my/" + f.Code).want(200).has("The term stands still since")

	h.o.Ref.Rules.Amend(nil)
	national := h.shelve(sender, "Đèn đường hỏng", func(f *models.Feedback) {
		d, err := h.o.Ref.Rules.Due("pakn.answer", h.o.Now().AddDate(0, 0, -40))
		if err != nil {
			t.Fatal(err)
		}
		f.Due, f.Agency, f.Status = &d, "so-xd-79", models.Assigned
		f.Scope = h.o.Ref.Tree.Path("so-xd-79")
	})
	page = "/console/cases/" + national.Code
	lan.get(page).want(200).has("Phải cập nhật tình hình", `action="`+page+`/progress"`, say("vi", "no_extension", 0))
	version = strconv.FormatInt(national.Version, 10)
	lan.post(page+"/progress", url.Values{"version": {version}}).want(422)
	lan.post(page+"/progress", url.Values{"version": {version}, "progress.note": {"Đang chờ dự toán"}}).to(page)
	head := h.browser(h.staff("head", "ubnd-79", models.Supervisor))
	head.get("/console/overdue").want(200).has(national.Code, "Cập nhật cho người gửi trước")
	if e := h.feedback(national.ID).Timeline; !slices.ContainsFunc(e, func(e models.Event) bool { return e.Event == models.ActProgress && e.Note == "Đang chờ dự toán" }) {
		t.Errorf("%+v", e)
	}
}

func TestProvincesOwnTermIsAddedOnThePage(t *testing.T) {
	h := newHarness(t, withAgencies(t))
	root := h.browser(h.staff("root", "vpcp", models.Admin))
	tomorrow := h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	root.get("/console/admin/rules").want(200).has("rule.province", "Mẫu: chỉ tính cho tỉnh đã áp dụng", "không gia hạn", "quá hạn thì cứ 7 ngày cập nhật một lần")
	form := url.Values{"what": {"rule"}, "key": {models.NewID()}, "rule.key": {"hien_truong.normal"}, "rule.province": {"79"}, "rule.term": {"6"}, "rule.unit": {"working_days"},
		"rule.valid_from": {tomorrow}, "rule.legal_basis": {"Quy chế 79"}, "rule.confidence": {"read"}, "rule.extension.times": {"1"}, "rule.extension.term": {"3"}}
	form.Set("rule.province", "99")
	root.post("/console/admin/rules", form).want(422).has(`href="#f-rule-province"`)
	form.Set("rule.province", "79")
	root.post("/console/admin/rules", form).to("/console/admin/rules")
	at := h.o.Now().AddDate(0, 0, 2)
	for province, want := range map[string]int{"79": 6, "48": 10} {
		r, err := h.o.Ref.Rules.For(models.Matter{Kind: models.Ordinary, Province: province, Regime: models.FieldCase}, at)
		if err != nil || r.Term != want {
			t.Errorf("%s: %+v, %v", province, r, err)
		}
	}
	if r, err := h.o.Ref.Rules.For(models.Matter{Kind: models.Ordinary, Province: "01", Regime: models.FieldCase}, at); err != nil || r.Key != "pakn.answer" {
		t.Errorf("Hà Nội: %+v, %v", r, err)
	}
	root.get("/console/admin/rules").want(200).has("gia hạn 1 lần, mỗi lần tối đa 3 ngày làm việc", "ubnd-79: 6 working_days")
}
