package handlers

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/knowledge"
	"kiennghi/models"
)

// withAgencies is for tests that change agencies: they are in the store, too.
func withAgencies(t *testing.T) func(*Options) {
	return func(o *Options) {
		if err := o.Store.PutAgencies(t.Context(), knowledge.Agencies()); err != nil {
			t.Fatal(err)
		}
	}
}

// auditLog is the actions of the audit log with what they were done to and their details.
func (h *harness) auditLog() string {
	h.t.Helper()
	var lines []string
	err := h.o.Store.EachAudit(context.Background(), 1<<40, func(e models.AuditEntry) error {
		lines = append(lines, string(e.Action)+" "+e.Agency+" "+e.Detail)
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// settle appends the audit entries that wait as work.
func (h *harness) settle() {
	h.t.Helper()
	ctx := context.Background()
	works, err := h.o.Store.ClaimWork(ctx, h.o.Now().Add(time.Second), time.Minute, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, w := range works {
		if w.Kind == models.WorkAudit {
			at, _ := time.Parse(time.RFC3339, w.Data["at"])
			e := models.AuditEntry{ID: w.ID, At: models.Moment(at), Actor: w.Data["actor"], Action: models.Action(w.Data["action"]), Object: w.Data["object"],
				Agency: w.Data["agency"], Detail: w.Data["detail"]}
			err := h.o.Store.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry { return e.Chain(head, h.o.Keyring.AuditKey()) })
			if err != nil {
				h.t.Fatal(err)
			}
		}
		if err := h.o.Store.FinishWork(ctx, w); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestOverdueCountsAndUrging(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	h.advance(f.Due.At.Add(time.Hour).Sub(h.o.Now()))
	boss, country, other := h.staff("boss", "ubnd-79", models.Supervisor), h.staff("root", "vpcp", models.Coordinator), h.staff("bxd", "bxd", models.Supervisor)
	var v api.OverdueView
	h.call("GET", "/v1/desk/overdue", boss, nil).want(200).json(&v)
	if v.Agency.Code != "ubnd-79" || v.Overdue != 1 || len(v.Items) != 1 || v.Items[0].Agency.Code != "so-xd-79" || v.Items[0].Overdue != 1 {
		t.Errorf("%+v", v)
	}
	h.call("GET", "/v1/desk/overdue", country, nil).want(200).json(&v)
	if v.Overdue != 1 || v.Items[0].Agency.Code != "ubnd-79" {
		t.Errorf("%+v", v)
	}
	h.call("GET", "/v1/desk/overdue?agency=ubnd-79", country, nil).want(200)
	for _, code := range []string{"vpcp", "bxd", "none", "x%00"} {
		if a := h.call("GET", "/v1/desk/overdue?agency="+code, boss, nil); a.status != 404 && a.status != 400 {
			t.Errorf("%s: %d", code, a.status)
		}
	}
	h.call("GET", "/v1/desk/overdue", other, nil).want(200).json(&v)
	if v.Overdue != 0 || len(v.Items) != 0 {
		t.Errorf("%+v", v)
	}

	path := "/v1/desk/feedback/" + f.ID
	tag := h.call("GET", path, boss, nil).want(200).header.Get("ETag")
	h.call("POST", path+"/nudge", other, nil, "If-Match", tag).want(404)
	h.call("POST", path+"/nudge", boss, nil).want(428)
	h.call("POST", path+"/nudge", boss, obj{"note": "Dân hỏi nhiều lần"}, "If-Match", tag).want(200)
	h.call("POST", path+"/nudge", boss, nil, "If-Match", tag).want(412)
	tag = h.call("GET", path, boss, nil).want(200).header.Get("ETag")
	if a := h.call("POST", path+"/nudge", boss, nil, "If-Match", tag).want(409); a.detail() != say("vi", "nudged_today", 0) {
		t.Errorf("%s", a.body)
	}
	h.call("POST", path+"/escalate", boss, obj{"reason": ""}, "If-Match", tag).want(422)
	h.call("POST", path+"/escalate", boss, obj{"reason": "đã đôn đốc"}, "If-Match", tag).want(200)
	h.settle()
	if log := h.auditLog(); !strings.Contains(log, "nudge so-xd-79 Dân hỏi nhiều lần") || !strings.Contains(log, "escalate ubnd-79 đã đôn đốc") {
		t.Error(log)
	}
	for _, e := range h.feedback(f.ID).Timeline[3:] {
		if !e.Private {
			t.Errorf("the sender sees %s", e.Event)
		}
	}
}

func TestAuditSearchKeepsToTheReach(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	lan := h.staff("lan", "so-xd-79", models.Handler)
	h.staff("far", "bxd", models.Handler)
	h.step(lan, "/v1/desk/feedback/"+f.ID+"/unseal", obj{"reason": "cần hẹn khảo sát hiện trường"})
	h.settle()
	boss, root, admin, elsewhere := h.staff("boss", "ubnd-79", models.Supervisor), h.staff("root", "vpcp", models.Admin), h.staff("admin", "so-xd-79", models.Admin), h.staff("else", "bxd", models.Supervisor)
	list := func(token, query string) api.AuditList {
		t.Helper()
		var l api.AuditList
		h.call("GET", "/v1/desk/audit"+query, token, nil).want(200).json(&l)
		return l
	}
	for who, token := range map[string]string{"boss": boss, "root": root, "admin": admin} {
		l := list(token, "?code="+strings.ToLower(f.Code)+"&action=unseal")
		if len(l.Items) != 1 || l.Items[0].Feedback == nil || l.Items[0].Feedback.Code != f.Code || l.Items[0].Actor != "Cán bộ lan" || !l.Items[0].Intact ||
			value(l.Items[0].Detail) != "cần hẹn khảo sát hiện trường" || l.Head.Seq < 1 {
			t.Errorf("%s: %+v", who, l)
		}
		if l := list(token, "?actor=lan"); len(l.Items) == 0 {
			t.Errorf("%s finds nothing of lan", who)
		}
	}
	if l := list(elsewhere, ""); len(l.Items) != 0 {
		t.Errorf("elsewhere sees %+v", l)
	}
	if l := list(admin, ""); len(l.Items) == 0 || l.Items[0].Agency.Code != "so-xd-79" {
		t.Errorf("of the own agency: %+v", l)
	}
	for query, want := range map[string]string{"?code=" + f.Code: "code:no_such_case", "?code=x": "code:no_such_case", "?actor=lan": "actor:no_such_member",
		"?actor=cli": "actor:no_such_member", "?agency=ubnd-79": "agency:unknown", "?next=x": "next:invalid"} {
		if got := h.call("GET", "/v1/desk/audit"+query, elsewhere, nil).want(400).fields(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	h.call("GET", "/v1/desk/audit?actor=cli", root, nil).want(200)
	day := h.o.Now().In(models.VietNam)
	for query, want := range map[string]bool{
		"?action=unseal&from=" + day.Format(time.DateOnly) + "&to=" + day.Format(time.DateOnly): true,
		"?action=unseal&to=" + day.AddDate(0, 0, -1).Format(time.DateOnly):                      false,
		"?action=unseal&from=" + day.AddDate(0, 0, 1).Format(time.DateOnly):                     false,
		"?action=sign_in&code=" + f.Code:                                                        false,
	} {
		if l := list(root, query); (len(l.Items) > 0) != want {
			t.Errorf("%s: %d entries", query, len(l.Items))
		}
	}
	l := list(root, "?limit=1")
	if l.Next == nil {
		t.Fatal("no second page")
	}
	if l = list(root, "?limit=1&next="+url.QueryEscape(*l.Next)); len(l.Items) != 1 {
		t.Errorf("second page: %+v", l)
	}
}

func TestTemplatesBelongToSomebody(t *testing.T) {
	h := newHarness(t)
	lan, hung := h.staff("lan", "so-xd-79", models.Handler), h.staff("hung", "so-xd-79", models.Approver)
	far, admin, root := h.staff("far", "bxd", models.Handler), h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	add := func(token, owner, agency string, status int) (x api.Template) {
		t.Helper()
		body := obj{"owner": owner, "title": "Mẫu " + owner, "body": "Về phản ánh {mã}"}
		if agency != "" {
			body["agency"] = agency
		}
		a := h.call("POST", "/v1/desk/templates", token, body).want(status)
		if status == 201 {
			a.json(&x)
		}
		return x
	}
	own := add(lan, "own", "", 201)
	add(lan, "agency", "", 403)
	add(lan, "all", "", 403)
	add(hung, "all", "", 403)
	ofAgency := add(hung, "agency", "", 201)
	add(hung, "agency", "bxd", 422)
	ofAbove := add(admin, "agency", "so-xd-79", 201)
	add(admin, "agency", "vpcp", 422)
	ofAll := add(root, "all", "", 201)
	names := func(token string) string {
		var l api.TemplateList
		h.call("GET", "/v1/desk/templates", token, nil).want(200).json(&l)
		var out []string
		for _, x := range l.Items {
			out = append(out, string(x.Owner))
		}
		return strings.Join(out, " ")
	}
	for token, want := range map[string]string{lan: "own agency agency all", hung: "agency agency all", far: "all"} {
		if got := names(token); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	edit := obj{"title": "Mới", "body": "Nội dung"}
	for _, c := range []struct {
		token, id string
		status    int
	}{{lan, own.ID, 200}, {hung, own.ID, 404}, {root, own.ID, 404}, {lan, ofAgency.ID, 403}, {hung, ofAbove.ID, 200}, {far, ofAgency.ID, 404}, {root, ofAgency.ID, 200},
		{admin, ofAll.ID, 403}, {root, ofAll.ID, 200}} {
		h.call("PUT", "/v1/desk/templates/"+c.id, c.token, edit).want(c.status)
	}
	if got := h.call("PUT", "/v1/desk/templates/"+own.ID, lan, obj{"title": "x", "body": "Kính gửi {họ tên}"}).want(422).fields(); got != "body:unknown_template_field" {
		t.Error(got)
	}
	h.call("DELETE", "/v1/desk/templates/"+ofAll.ID, admin, nil).want(403)
	h.call("DELETE", "/v1/desk/templates/"+ofAll.ID, root, nil).want(204)
	h.call("DELETE", "/v1/desk/templates/"+own.ID, lan, nil).want(204)
	h.call("DELETE", "/v1/desk/templates/"+own.ID, lan, nil).want(404)
	if got := names(lan); got != "agency agency" {
		t.Error(got)
	}
	log := h.auditLog()
	for _, want := range []string{"edit_template so-xd-79 agency:so-xd-79: Mẫu agency", "delete_template vpcp all: Mới"} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
	if strings.Contains(log, "own") || strings.Contains(log, "staff:") {
		t.Errorf("one's own is nobody's business:\n%s", log)
	}
	body := obj{"owner": "own", "title": "Một lần", "body": "Nội dung"}
	for range 2 {
		h.call("POST", "/v1/desk/templates", lan, body, "Idempotency-Key", "khoa-mau-0001").want(201)
	}
	body["title"] = "Khác"
	h.call("POST", "/v1/desk/templates", lan, body, "Idempotency-Key", "khoa-mau-0001").want(422)
	if got := names(lan); got != "own agency agency" {
		t.Error(got)
	}
}

// TestTasksOfSeveralAgencies: the lead asks, the other agency finds the case and answers in
// API and console, and the sender learns nothing of it.
func TestTasksOfSeveralAgencies(t *testing.T) {
	h := newHarness(t)
	sender := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(sender)
	lead, help, other := h.staff("lead", "so-xd-79", models.Handler), h.staff("help", "so-yt-79", models.Handler), h.staff("other", "bxd", models.Handler)
	path := "/v1/desk/feedback/" + f.ID
	h.call("GET", path, help, nil).want(404)
	var v api.DeskFeedback
	h.call("POST", path+"/tasks", lead, obj{"agency": "so-yt-79", "ask": "Cho ý kiến chuyên môn"}, "If-Match", versionText(h.again(f).Version)).want(200).json(&v)
	if len(v.Tasks) != 1 || v.Tasks[0].Status != api.TaskStatusOpen || v.Tasks[0].Agency.Code != "so-yt-79" {
		t.Fatalf("tasks %+v", v.Tasks)
	}
	task := path + "/tasks/" + v.Tasks[0].ID
	h.call("GET", path, help, nil).want(200).json(&v)
	h.call("GET", path, other, nil).want(404)
	h.call("POST", task+"/contribution", lead, obj{"body": "tự ý"}, "If-Match", versionText(h.again(f).Version)).want(403)
	h.call("POST", path+"/replies", help, obj{"body": "Trả lời thay"}, "If-Match", versionText(h.again(f).Version), "Idempotency-Key", models.NewID()).want(403)

	b := h.browser(help)
	a := b.get(casePath(f.Code)).want(200).has("Cho ý kiến chuyên môn", "Gửi ý kiến").hasNot("Mở danh tính")
	b.post(casePath(f.Code)+"/contribute", sheet(a, "contribute.task", v.Tasks[0].ID, "contribute.body", "Ý kiến của Sở Y tế")).to(casePath(f.Code))
	h.browser(lead).get(casePath(f.Code)).want(200).has("Ý kiến của Sở Y tế", "đã có ý kiến")
	h.call("POST", task+"/cancel", lead, obj{"reason": "không cần nữa"}, "If-Match", versionText(h.again(f).Version)).want(409)
	if got := h.call("GET", "/v1/feedback/"+f.Code, sender, nil).want(200).body; strings.Contains(string(got), "Ý kiến") || strings.Contains(string(got), "so-yt-79") {
		t.Errorf("the sender reads %s", got)
	}
}
