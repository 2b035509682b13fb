package handlers

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// ask makes a request about own data and returns it.
func (h *harness) ask(token, key string, in obj) api.DataRequest {
	h.t.Helper()
	var v api.DataRequest
	h.call("POST", "/v1/me/data-requests", token, in, "Idempotency-Key", key).want(201).json(&v)
	return v
}

func TestDataRequestsRunTheirOwnClocks(t *testing.T) {
	h := newHarness(t)
	hoa, lan := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Lân")
	dpo := h.staff("dpo", models.RootAgency, models.Admin)
	for _, right := range models.DataRights {
		in := obj{"right": string(right), "text": "Lời của Hoa"}
		if right == models.RightCorrect {
			h.call("POST", "/v1/me/data-requests", hoa, in).want(422)
			in["name"] = "Nguyễn Thị Hòa"
		}
		v := h.ask(hoa, "khoa-"+string(right), in)
		due, err := h.o.Ref.Rules.Due(right.Rule(), v.CreatedAt)
		if err != nil || v.Due == nil || !v.Due.At.Equal(due.At) || value(v.Text) != "Lời của Hoa" {
			t.Errorf("%s: %+v %v", right, v, err)
		}
		if again := h.ask(hoa, "khoa-"+string(right), in); again.ID != v.ID {
			t.Errorf("%s asked again is another request", right)
		}
		in["text"] = "khác"
		h.call("POST", "/v1/me/data-requests", hoa, in, "Idempotency-Key", "khoa-"+string(right)).want(422)
	}
	var mine, others, open api.DataRequestList
	h.call("GET", "/v1/me/data-requests", hoa, nil).want(200).json(&mine)
	h.call("GET", "/v1/me/data-requests", lan, nil).want(200).json(&others)
	h.call("GET", "/v1/desk/data-requests", dpo, nil).want(200).json(&open)
	var english api.DataRequestList
	h.call("GET", "/v1/me/data-requests", hoa, nil, "Accept-Language", "en").want(200).json(&english)
	if told := english.Items[0].Due; !strings.Contains(told.Explanation, "requested ") || strings.Contains(strings.Join(told.Steps, "\n"), "Nhận") {
		t.Errorf("in English: %+v", told)
	}
	if len(mine.Items) != 5 || len(others.Items) != 0 || len(open.Items) != 4 { // access is done at once
		t.Errorf("%d, %d and %d requests", len(mine.Items), len(others.Items), len(open.Items))
	}
	h.call("GET", "/v1/desk/data-requests", h.staff("quan", "so-xd-79", models.Admin), nil).want(403)
	id := open.Items[0].ID
	h.call("POST", "/v1/desk/data-requests/"+id+"/decision", dpo, obj{"grant": false}).want(422) // without a ground
	var refused api.DataRequest
	h.call("POST", "/v1/desk/data-requests/"+id+"/decision", dpo, obj{"grant": false, "ground": "Luật 91/2025/QH15, Điều 19"}).want(200).json(&refused)
	h.call("POST", "/v1/desk/data-requests/"+id+"/decision", dpo, obj{"grant": true, "ground": "Luật 91/2025/QH15, Điều 19"}).want(409)
	if refused.Status != "refused" || value(refused.Ground) == "" {
		t.Errorf("refused: %+v", refused)
	}
	h.call("GET", "/v1/notifications", hoa, nil).want(200).has("data_rights")
	h.advance(40 * 24 * time.Hour)
	late, err := h.o.Store.OpenDataRequests(t.Context(), 10, "")
	if err != nil || len(late.Items) != 3 || !late.Items[0].Overdue(h.o.Now()) {
		t.Errorf("after 40 days: %v %v", late, err)
	}
}

// TestDataRequestIsExtended: once, before it is due and by at most what the rule of its term
// allows, with a reason that the person reads beside the new date; what has no extension is refused.
func TestDataRequestIsExtended(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		hoa, dpo := h.citizen("Nguyễn Thị Hoa"), h.staff("dpo", models.RootAgency, models.Admin)
		v, late := h.ask(hoa, "khoa-rut-lai", obj{"right": "withdraw"}), h.ask(hoa, "khoa-han-che", obj{"right": "restrict"})
		const reason = "Chờ bên lưu trữ xác nhận"
		at := func(r api.DataRequest) string { return "/v1/desk/data-requests/" + r.ID + "/extension" }
		in := obj{"term": 15, "reason": reason}
		h.call("POST", at(v), h.staff("quan", "so-xd-79", models.Admin), in).want(403)
		for want, bad := range map[string]obj{"term:out_of_range": {"term": 16, "reason": reason}, "reason:required": {"term": 15, "reason": " "}} {
			if got := h.call("POST", at(v), dpo, bad).want(422).fields(); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		if got := h.call("POST", at(h.ask(hoa, "khoa-sua", obj{"right": "correct", "name": "Nguyễn Thị Hòa"})), dpo, in, "Accept-Language", "en").want(409).detail(); got != say("en", "request_no_extension", 0) {
			t.Error(got)
		}

		h.call("POST", at(v), dpo, in).want(200).json(&v)
		whole, err := h.o.Ref.Rules.Due("pdp.withdraw", v.CreatedAt)
		if err != nil {
			t.Fatal(err)
		}
		if whole, err = h.o.Ref.Rules.Extend(whole, 15); err != nil || !v.Due.At.Equal(whole.At) || !v.Due.OriginalAt.Before(whole.At) {
			t.Errorf("due %s, not %s: %v", v.Due.At, whole.At, err)
		}
		for lang, want := range map[string]string{"vi": "thêm 15 ngày, vì: " + reason, "en": "by 15 days, because: " + reason} {
			var mine api.DataRequestList
			h.call("GET", "/v1/me/data-requests", hoa, nil, "Accept-Language", lang).want(200).json(&mine)
			i := slices.IndexFunc(mine.Items, func(r api.DataRequest) bool { return r.ID == v.ID })
			if due := mine.Items[i].Due; len(due.Extensions) != 1 || due.Extensions[0].Reason != reason || !strings.Contains(strings.Join(due.Steps, "\n"), want) {
				t.Errorf("%s: %+v", lang, due)
			}
		}
		h.call("GET", "/v1/notifications", hoa, nil).want(200).has("data_extended", say("vi", "event.data_extended", 0))
		if log := h.auditLog(); strings.Count(log, "data_rights vpcp withdraw: gia hạn giải quyết đến "+whole.At.In(models.VietNam).Format("02/01/2006")+". "+reason) != 1 {
			t.Error(log)
		}
		if kept, err := h.o.Store.(*store.Sealing).Store.DataRequest(t.Context(), v.ID); err != nil || len(kept.Extensions) != 1 || strings.Contains(kept.Extensions[0].Reason, "lưu trữ") {
			t.Errorf("stored: %+v, %v", kept, err)
		}
		if got := h.call("POST", at(v), dpo, obj{"term": 1, "reason": reason}).want(409).detail(); got != say("vi", "request_extended", 0) {
			t.Error(got)
		}

		dpoID := h.accountOf(dpo)
		h.advance(late.Due.At.Sub(h.o.Now()) + time.Minute)
		dpo = h.session(dpoID, true)
		if got := h.call("POST", at(late), dpo, in).want(409).detail(); got != say("vi", "request_too_late", 0) {
			t.Error(got)
		}
		open, err := h.o.Store.OpenDataRequests(t.Context(), 10, "")
		if err != nil || len(open.Items) != 3 || open.Items[2].ID != v.ID || open.Items[2].Overdue(h.o.Now()) {
			t.Errorf("the extended one is no longer the last due: %+v, %v", open, err)
		}
		h.call("POST", "/v1/desk/data-requests/"+v.ID+"/decision", dpo, obj{"grant": true}).want(200)
		if got := h.call("POST", at(v), dpo, in).want(409).detail(); got != say("vi", "request_decided", 0) {
			t.Error(got)
		}
	})
}

// TestDataRequestIsExtendedOnThePage: without scripts, with what was typed when it is wrong.
func TestDataRequestIsExtendedOnThePage(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	v, other := h.ask(hoa, "khoa-rut-lai", obj{"right": "withdraw"}), h.ask(hoa, "khoa-xoa", obj{"right": "erase"})
	dpo, b := h.browser(h.staff("dpo", models.RootAgency, models.Admin)), h.browser(hoa)
	at := "/console/privacy/requests/" + v.ID + "/extension"
	dpo.get("/console/privacy").want(200).raw(`action="` + at + `"`).has("Tối đa 15 ngày")
	if dpo.get("/console/privacy").page().Find(`form[action$="/extension"]`).Length() != 1 {
		t.Error("what has no extension is offered one")
	}
	dpo.post(at, fields("term", "hai tuần", "reason", "Chờ <lưu trữ>")).want(422).has("hai tuần", "Chờ <lưu trữ>")
	dpo.post("/console/privacy/requests/"+other.ID+"/extension", fields("term", "5", "reason", "Chờ")).want(409).has("không cho gia hạn")
	dpo.post(at, fields("term", "10", "reason", "Chờ <lưu trữ>")).to("/console/privacy")
	dpo.get("/console/privacy").want(200).has("thêm 10 ngày, vì: Chờ <lưu trữ>").hasNot("Tối đa 15 ngày")
	b.get("/my/data").want(200).has("Vì sao là ngày này?", "thêm 10 ngày, vì: Chờ <lưu trữ>")
	b.get("/my/notifications").want(200).has("Gia hạn giải quyết yêu cầu về dữ liệu cá nhân")
}

func TestWithdrawalRestrictionAndCorrection(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Sai")
	dpo, lan := h.staff("dpo", models.RootAgency, models.Admin), h.staff("lan", "so-xd-79", models.Handler)
	f := h.caseOf(hoa)
	h.call("PUT", "/v1/devices/may-1", hoa, obj{"fcm_token": "token-1", "platform": "android", "language": "vi"}).want(204)
	version := h.o.Ref.Notice(h.o.Now())
	var notices api.NoticeList
	h.call("PUT", "/v1/me/notice", hoa, obj{"version": "của năm nào"}).want(422)
	h.call("PUT", "/v1/me/notice", hoa, obj{"version": version}).want(200)
	h.call("PUT", "/v1/me/notice", hoa, obj{"version": version}).want(200).json(&notices)
	if len(notices.Items) != 1 || notices.Asked || notices.Items[0].Where != "web" {
		t.Errorf("notices: %+v", notices)
	}
	h.step(lan, "/v1/desk/feedback/"+f.ID+"/unseal", obj{"reason": "cần gọi điện hẹn khảo sát"})
	for _, in := range []obj{{"right": "withdraw"}, {"right": "restrict"}, {"right": "correct", "name": "Nguyễn Thị Đúng", "email": "dung@example.vn"}} {
		v := h.ask(hoa, "khoa-"+in["right"].(string), in)
		h.call("POST", "/v1/desk/data-requests/"+v.ID+"/decision", dpo, obj{"grant": true}).want(200).has(`"done"`)
	}
	p, err := h.o.Store.Person(t.Context(), h.accountOf(hoa))
	if err != nil || p.RestrictedAt == nil || p.AgreesTo(version) || len(p.Notices) != 1 {
		t.Errorf("person: %+v %v", p, err)
	}
	if devices, _ := h.o.Store.ListDevices(t.Context(), p.ID); len(devices) != 0 {
		t.Error("still pushed to after consent was withdrawn")
	}
	h.call("GET", "/v1/me", hoa, nil).want(200).has("Nguyễn Thị Đúng", "dung@example.vn")
	if a := h.call("GET", "/v1/desk/feedback/"+f.ID, lan, nil).want(200); bytes.Contains(a.body, []byte("Nguyễn Thị")) {
		t.Error("the identity is open though that is restricted")
	}
	hung := h.staff("hung", "so-xd-79", models.Handler)
	etag := h.call("GET", "/v1/desk/feedback/"+f.ID, hung, nil).want(200).header.Get("ETag")
	h.call("POST", "/v1/desk/feedback/"+f.ID+"/unseal", hung, obj{"reason": "cần gọi điện hẹn khảo sát"}, "If-Match", etag).want(409)
	h.call("PUT", "/v1/me/notice", hoa, obj{"version": version}).want(200) // asked again, and given again
}

func TestErasureSeversTheIdentityAndKeepsTheCase(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Bí Mật")
	account := h.accountOf(hoa)
	dpo := h.staff("dpo", models.RootAgency, models.Admin)
	f := h.caseOf(hoa)
	v := h.ask(hoa, "khoa-xoa-1", obj{"right": "erase"})
	at := "/v1/desk/data-requests/" + v.ID + "/decision"
	h.call("POST", at, dpo, obj{"grant": true}).want(422) // what is kept, and why, has to be said
	before, err := h.o.Store.Person(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	h.call("POST", at, dpo, obj{"grant": true, "ground": "Hồ sơ lưu 10 năm theo Luật Lưu trữ 33/2024/QH15"}).want(200).has(`"done"`)
	p, err := h.o.Store.Person(t.Context(), account)
	if err != nil || p.SeveredAt == nil || p.PhoneIndex != "" || len(p.Phone)+len(p.Name)+len(p.Email)+len(p.Address)+len(p.Organisation) != 0 {
		t.Errorf("person: %+v %v", p, err)
	}
	if _, err := h.o.Store.PersonByPhone(t.Context(), before.PhoneIndex); err == nil {
		t.Error("still found by phone")
	}
	if sessions, _ := h.o.Store.ListSessions(t.Context(), account); len(sessions) != 0 {
		t.Error("still signed in")
	}
	kept, err := h.o.Store.Feedback(t.Context(), f.ID)
	if err != nil || kept.Body == "" || kept.SenderName != "" {
		t.Errorf("the case: %+v %v", kept, err)
	}
	told := ""
	work, err := h.o.Store.ClaimWork(t.Context(), h.o.Now().Add(time.Hour), time.Minute, 100)
	for _, w := range work {
		if w.Kind == models.WorkMessage {
			text, _ := h.o.Keyring.Open(w.Sealed)
			told += text
		}
	}
	if err != nil || !strings.Contains(told, "Luật Lưu trữ 33/2024/QH15") {
		t.Errorf("told %q, %v", told, err)
	}
}

// A process that was killed after a request was granted leaves it granted: carrying it out
// again, from any point, ends in the same state.
func TestGrantedRequestIsCarriedOn(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	account := h.accountOf(hoa)
	v := h.ask(hoa, "khoa-xoa-1", obj{"right": "erase"})
	now := h.o.Now()
	_, err := h.o.Store.UpdateDataRequest(t.Context(), v.ID, func(r *models.DataRequest) error {
		return r.Decide(models.Actor{ID: "dpo", Staff: true}, true, "Luật Lưu trữ 33/2024/QH15", now)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Sever(t.Context(), h.o.Store, account, h.seal, now); err != nil { // killed here
		t.Fatal(err)
	}
	for range 2 {
		if err := store.CarryOut(t.Context(), h.o.Store, v.ID, h.seal, now); err != nil {
			t.Fatal(err)
		}
	}
	r, err := h.o.Store.DataRequest(t.Context(), v.ID)
	if err != nil || r.Status != models.DataDone {
		t.Errorf("%+v %v", r, err)
	}
}

func TestExportIsWholeAndOnlyMine(t *testing.T) {
	h := newHarness(t)
	hoa, lan := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Lân")
	f, other := h.caseOf(hoa), h.caseOf(lan)
	h.ask(hoa, "khoa-han-che", obj{"right": "restrict", "text": "đừng mở"})
	a := h.call("GET", "/v1/me/data", hoa, nil).want(200).has(f.Code, "Nguyễn Thị Hoa", "đừng mở", f.Title)
	if bytes.Contains(a.body, []byte(other.Code)) || bytes.Contains(a.body, []byte("Lân")) {
		t.Error("the export has somebody else's data")
	}
	page, err := h.o.Store.ListAudit(t.Context(), store.AuditQuery{Action: models.ActExport})
	if err != nil || len(page.Items) != 1 || page.Items[0].Actor != h.accountOf(hoa) {
		t.Errorf("audit: %+v %v", page, err)
	}
}

func TestBreachRegisterCounts72Hours(t *testing.T) {
	h := newHarness(t)
	dpo := h.staff("dpo", models.RootAgency, models.Admin)
	detected := h.o.Now().Add(-time.Hour)
	in := obj{"what": "Một bản sao lưu bị lấy khỏi máy chủ.", "affected": "120 người gửi", "detected_at": detected}
	var b, again api.Breach
	h.call("POST", "/v1/desk/breaches", dpo, in, "Idempotency-Key", "khoa-vi-pham").want(201).json(&b)
	h.call("POST", "/v1/desk/breaches", dpo, in, "Idempotency-Key", "khoa-vi-pham").want(201).json(&again)
	if b.ID != again.ID || b.Due == nil || !b.Due.At.Equal(b.DetectedAt.Add(72*time.Hour)) || b.Overdue {
		t.Errorf("%+v", b)
	}
	h.call("POST", "/v1/desk/breaches", dpo, obj{"what": in["what"], "affected": "x", "detected_at": h.o.Now().Add(time.Hour)}).want(422)
	told := "/v1/desk/breaches/" + b.ID + "/notified"
	h.call("POST", told, dpo, obj{"notified": "A05, công văn 12", "notified_at": detected.Add(-time.Minute)}).want(422)
	h.call("POST", told, dpo, obj{"notified": "A05, công văn 12", "notified_at": h.o.Now()}).want(200)
	h.call("POST", told, dpo, obj{"notified": "A05, công văn 12", "notified_at": h.o.Now()}).want(409)
	late := &models.Breach{DetectedAt: detected, Due: &models.Due{At: detected.Add(72 * time.Hour)}}
	if late.Overdue(detected.Add(72*time.Hour)) || !late.Overdue(detected.Add(73*time.Hour)) {
		t.Error("overdue is not counted from the 72nd hour")
	}
}

func TestDataPagesWorkWithoutScripts(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	b.get("/my").want(200).has("Tôi đã đọc và đồng ý")
	b.post("/my/data/notice", fields("version", h.o.Ref.Notice(h.o.Now()))).to("/my/data")
	b.get("/my").want(200).hasNot("Tôi đã đọc và đồng ý")
	b.get("/my/data").want(200).has("Phiên bản "+h.o.Ref.Notice(h.o.Now()), "Tải toàn bộ dữ liệu")
	b.post("/my/data", fields("key", models.NewID(), "right", "correct")).want(422)
	b.post("/my/data", fields("key", models.NewID(), "right", "erase", "text", "xóa giúp tôi")).to("/my/data")
	b.get("/my/data").want(200).has("Đang xem xét", "xóa giúp tôi", "Hạn giải quyết")
	b.get("/my/data.json").want(200).has("Nguyễn Thị Hoa")

	dpo := h.browser(h.staff("dpo", models.RootAgency, models.Admin))
	dpo.get("/console/privacy").want(200).has("xóa giúp tôi", "Chưa ghi nhận vi phạm nào")
	open, err := h.o.Store.OpenDataRequests(t.Context(), 1, "")
	if err != nil || len(open.Items) != 1 {
		t.Fatal(open, err)
	}
	at := "/console/privacy/requests/" + open.Items[0].ID
	dpo.post(at, fields("do", "refuse", "ground", "ngắn")).want(422).has("ngắn")
	dpo.post(at, fields("do", "refuse", "ground", "Luật 91/2025/QH15, Điều 19")).to("/console/privacy")
	b.get("/my/data").want(200).has("Từ chối", "Điều 19")
	b.get("/my/notifications").want(200).has(`href="/my/data"`)
	when := h.o.Now().Add(-100 * time.Hour).In(models.VietNam).Format("2/1/2006 15:04")
	dpo.post("/console/privacy/breaches", fields("key", models.NewID(), "what", "Mất một máy tính xách tay", "affected", "3 người", "detected_at", "hôm qua")).want(422).has("hôm qua")
	dpo.post("/console/privacy/breaches", fields("key", models.NewID(), "what", "Mất một máy tính xách tay", "affected", "3 người", "detected_at", when)).to("/console/privacy")
	dpo.get("/console/privacy").want(200).has("Mất một máy tính xách tay", "Quá hạn")
	all, err := h.o.Store.Breaches(t.Context(), 1, "")
	if err != nil || len(all.Items) != 1 {
		t.Fatal(all, err)
	}
	dpo.post("/console/privacy/breaches/"+all.Items[0].ID, fields("notified", "A05, số 1", "notified_at", h.o.Now().In(models.VietNam).Format("2/1/2006 15:04"))).to("/console/privacy")
	dpo.get("/console/privacy").want(200).has("A05, số 1")
}

func fields(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}
