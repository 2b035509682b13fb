package handlers

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"kiennghi/api"
	"kiennghi/models"
)

func TestHandlerAsksForMoreTime(t *testing.T) {
	h := newHarness(t)
	h.provincialTerm()
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	lan, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver)
	path := "/v1/desk/feedback/" + f.ID
	tag := func(who string) string { return h.call("GET", path, who, nil).want(200).header.Get("ETag") }
	ask, decide := path+"/extension-request", path+"/extension-request/decision"
	if a := h.call("POST", decide, boss, obj{"granted": true}, "If-Match", tag(boss)).want(409); a.detail() != say("vi", "extension_not_asked", 0) {
		t.Errorf("%s", a.body)
	}
	h.call("POST", ask, boss, obj{"term": 3, "reason": "Chờ"}, "If-Match", tag(boss)).want(403)
	h.call("POST", ask, lan, obj{"term": 6, "reason": "Chờ"}, "If-Match", tag(lan)).want(422)
	v := h.step(lan, ask, obj{"term": 3, "reason": "Chờ kiểm định"})
	if x := v.ExtensionRequests; len(x) != 1 || x[0].Status != "open" || x[0].By.Name != "Cán bộ lan" || x[0].Reason != "Chờ kiểm định" || len(v.Due.Extensions) != 0 {
		t.Errorf("%+v", x)
	}
	if a := h.call("POST", ask, lan, obj{"term": 3, "reason": "Chờ nữa"}, "If-Match", tag(lan)).want(409); a.detail() != say("vi", "extension_asked", 0) {
		t.Errorf("%s", a.body)
	}
	h.call("POST", decide, lan, obj{"granted": true}, "If-Match", tag(lan)).want(403)
	var list api.DeskList
	h.call("GET", "/v1/desk/feedback?view=waiting", boss, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].RepliesWaiting != 1 {
		t.Errorf("the approver does not find it: %+v", list.Items)
	}
	h.call("POST", decide, boss, obj{"granted": false}, "If-Match", tag(boss)).want(422)
	v = h.step(boss, decide, obj{"granted": false, "remark": "Còn đủ thời gian"})
	if x := v.ExtensionRequests; x[0].Status != "refused" || *x[0].Remark != "Còn đủ thời gian" || x[0].EndedAt == nil || !v.Due.At.Equal(f.Due.At) {
		t.Errorf("%+v", x)
	}
	h.step(lan, ask, obj{"term": 2, "reason": "Thiết bị kiểm định hỏng"})
	v = h.step(boss, decide, obj{"granted": true, "remark": "Lần cuối"})
	if x := v.ExtensionRequests; len(x) != 2 || x[1].Status != "granted" || len(v.Due.Extensions) != 1 || v.Due.Extensions[0].Term != 2 || !v.Due.At.After(f.Due.At) {
		t.Errorf("%+v", v.Due)
	}
	if note := v.Timeline[len(v.Timeline)-1].Note; note == nil || !strings.HasSuffix(*note, "Thiết bị kiểm định hỏng\nLần cuối") {
		t.Errorf("%+v", v.Timeline)
	}
	h.settle()
	h.browser(h.staff("sep", "so-xd-79", models.Supervisor)).get("/console/audit?action=extend").want(200).has("<td>Gia hạn trả lời", "Lần cuối").hasNot("<td>việc khác")
	h.call("GET", "/v1/desk/feedback?view=waiting", boss, nil).want(200).json(&list)
	if len(list.Items) != 0 {
		t.Error("decided, and it still waits")
	}
	mine := string(h.call("GET", "/v1/feedback/"+f.Code, sender, nil).want(200).body)
	if !strings.Contains(mine, "Thiết bị kiểm định hỏng") {
		t.Error("the sender is not told why it was extended")
	}
	for _, inner := range []string{"Chờ kiểm định", "Còn đủ thời gian", "Lần cuối", "ask_extension", "deny_extension"} {
		if strings.Contains(mine, inner) {
			t.Errorf("the sender reads %q", inner)
		}
	}
	audited := map[models.Action]int{}
	for _, e := range h.feedback(f.ID).Timeline {
		audited[e.Event]++
	}
	if audited[models.ActAskExtension] != 2 || audited[models.ActDenyExtension] != 1 || audited[models.ActExtend] != 1 {
		t.Errorf("%v", audited)
	}
	h.call("POST", ask, lan, obj{"term": 1, "reason": "Chờ"}, "If-Match", tag(lan)).want(409)
}

func TestMoreTimeOnThePages(t *testing.T) {
	h := newHarness(t)
	h.provincialTerm()
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	lan, boss := h.browser(h.staff("lan", "so-xd-79", models.Handler)), h.browser(h.staff("boss", "so-xd-79", models.Approver))
	page := "/console/cases/" + f.Code
	version := func() string { return strconv.FormatInt(h.feedback(f.ID).Version, 10) }
	boss.get(page).want(200).hasNot("Xin gia hạn")
	lan.get(page).want(200).has(`action="` + page + `/askextension"`)
	lan.post(page+"/askextension", url.Values{"version": {version()}, "askextension.term": {"9"}, "askextension.reason": {"Chờ kiểm định"}}).want(422).has(`href="#f-askextension-term"`, "Chờ kiểm định")
	lan.post(page+"/askextension", url.Values{"version": {version()}, "askextension.term": {"4"}, "askextension.reason": {"Chờ kiểm định"}}).to(page)
	lan.get(page).want(200).has("Thêm 4 ngày làm việc", "Chờ quyết định", say("vi", "extension_asked", 0)).hasNot("/grantextension", `action="`+page+`/askextension"`)
	boss.get(page).want(200).has("/grantextension", "/denyextension", "Cán bộ lan")
	boss.get("/console?view=waiting").want(200).has(f.Code, "Chờ duyệt")
	boss.post(page+"/denyextension", url.Values{"version": {version()}}).want(422).has(`href="#f-denyextension-remark"`)
	seen := version()
	boss.post(page+"/grantextension", url.Values{"version": {seen}, "grantextension.remark": {"Đồng ý"}}).to(page)
	boss.post(page+"/grantextension", url.Values{"version": {seen}, "grantextension.remark": {"Đồng ý"}}).to(page) // pressed twice
	if x := h.feedback(f.ID).Clock; len(x.Extensions) != 1 || x.Extensions[0].Term != 4 || !x.Asks[0].Granted {
		t.Errorf("%+v", x)
	}
	lan.headers["Accept-Language"] = "en"
	lan.get(page).want(200).has("Granted", "The approver: Đồng ý", "4 working days more")
}
