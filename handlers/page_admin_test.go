package handlers

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

func TestStaffPages(t *testing.T) {
	h := newHarness(t)
	adminToken := h.staff("admin", "ubnd-79", models.Admin)
	admin := h.browser(adminToken)
	h.browser(h.staff("boss", "ubnd-79", models.Supervisor)).get("/console/admin").want(403)
	admin.get("/console/admin").want(200).has("Cán bộ và vai trò", "Mẫu trả lời")
	admin.get("/console/admin/staff").want(200).has("Cán bộ admin")
	admin.get("/console/admin/staff?agency=bxd").want(422).has(`value="bxd"`)
	admin.get("/console/admin/staff?username=none").want(422)

	form := url.Values{"username": {"Trần Lan"}, "name": {""}, "agency": {"sở xây"}}
	admin.post("/console/admin/staff/new", form).want(422).has(`href="#f-agency"`, "sở xây", "trần lan")
	form.Set("agency", "so-xd-79")
	admin.post("/console/admin/staff/new", form).want(422).has(`href="#f-username"`, `href="#f-name"`, `href="#f-roles"`)
	form = url.Values{"username": {"lan.sxd"}, "name": {"Trần <b>Lan</b>"}, "agency": {"so-xd-79"}, "roles": {"handler", "approver"}}
	a := admin.post("/console/admin/staff/new", form).want(303)
	path := a.header.Get("Location")
	a = admin.get(path).want(200).has("Trần <b>Lan</b>", "Mật khẩu dùng một lần")
	password := words(a.page().Find("code.once"))
	admin.get(path).want(200).hasNot(password, "Mật khẩu dùng một lần") // shown this once
	if strings.Contains(h.log.String()+h.auditLog(), password) {
		t.Error("the password is in a log")
	}
	admin.get("/console/admin/staff?username=LAN.SXD").to(path)

	lan := h.browser()
	lan.post("/console/signin", url.Values{"username": {"lan.sxd"}, "password": {password}}).to("/console")
	lan.owner = "session " + strings.SplitN(lan.cookies[staffCookie], ".", 2)[0]
	lan.get("/console").to("/console/password")
	lan.get("/console/templates").to("/console/password")
	lan.get("/console/password").want(200).has("chỉ dùng một lần")
	lan.post("/console/password", url.Values{"old": {password}, "new": {"ngắn"}, "again": {"ngắn"}}).want(422).has(`href="#f-new"`).hasNot(password)
	lan.post("/console/password", url.Values{"old": {password}, "new": {"mat khau rat dai"}, "again": {"khac"}}).want(422).has(`href="#f-again"`)
	lan.post("/console/password", url.Values{"old": {"sai"}, "new": {"mat khau rat dai"}, "again": {"mat khau rat dai"}}).want(422).has(`href="#f-old"`)
	lan.post("/console/password", url.Values{"old": {password}, "new": {"mat khau rat dai"}, "again": {"mat khau rat dai"}}).to("/console/sessions")
	lan.get("/console").want(200)

	admin.post(path, url.Values{"name": {"Trần Thị Lan"}, "agency": {"ubnd-79"}, "roles": {"supervisor"}}).to(path)
	admin.post(path, url.Values{"name": {"Trần Thị Lan"}, "agency": {"ubnd-79"}}).want(422).has(`href="#f-roles"`)
	m, err := h.o.Store.StaffByUsername(context.Background(), "lan.sxd")
	if err != nil || m.Agency != "ubnd-79" || len(m.Roles) != 1 || m.Roles[0] != models.Supervisor {
		t.Errorf("%+v, %v", m, err)
	}
	admin.post(path+"/disable", nil).to(path)
	lan.get("/console").to("/console/signin?next=%2Fconsole")
	admin.get(path).want(200).has("đã khóa")
	admin.post(path+"/enable", nil).to(path)
	admin.post(path+"/password", nil).to(path)
	admin.get(path).want(200).has("Mật khẩu dùng một lần")
	admin.post(path+"/totp", nil).to(path)

	mine := "/console/admin/staff/" + h.accountOf(adminToken)
	admin.get(mine).want(200).has("Đây là tài khoản của anh/chị").hasNot("/disable")
	admin.post(mine+"/disable", nil).want(403).has(say("vi", "not_oneself", 0))
	admin.post(mine, url.Values{"name": {"Cán bộ admin"}, "agency": {"ubnd-79"}, "roles": {"handler"}}).want(403).has(say("vi", "not_oneself", 0))
	other := h.browser(h.staff("other", "bxd", models.Admin))
	other.get(path).want(404)
	other.post(path, url.Values{"name": {"x"}, "agency": {"bxd"}, "roles": {"admin"}}).want(404)
	other.post(path+"/password", nil).want(404)
}

func TestAgencyAndRulePages(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	adminToken, rootToken := h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	adminID, rootID := h.accountOf(adminToken), h.accountOf(rootToken)
	admin, root := h.browser(adminToken), h.browser(rootToken)
	admin.get("/console/admin/agencies").to("/console/admin/agencies/ubnd-79")
	admin.get("/console/admin/agencies/ubnd-79").want(200).has("Sở Xây dựng", "Thêm cơ quan trực thuộc").hasNot("/dissolve")
	admin.get("/console/admin/agencies/bxd").want(404)
	admin.get("/console/admin/agencies?q=so+xay+dung").want(303)
	admin.get("/console/admin/agencies?q=không+có+đâu").want(200).has("Không có cơ quan nào như")
	path := "/console/admin/agencies/so-xd-79"
	form := url.Values{"name": {"Sở Xây dựng"}, "phone": {"gọi <tôi>"}, "website": {"javascript:alert(1)"}, "address": {"60 Trương Định"}}
	admin.post(path, form).want(422).has(`href="#f-phone"`, `href="#f-website"`, "gọi <tôi>", "60 Trương Định")
	form.Set("phone", "(028) 3829 0000")
	form.Set("website", "https://sxd.example.vn")
	admin.post(path, form).to(path)
	admin.get(path).want(200).has("(028) 3829 0000")
	admin.get("/console/admin/agencies/new?parent=ubnd-79").want(200).has("sở, ban, ngành")
	fresh := url.Values{"parent": {"ubnd-79"}, "level": {"department"}, "code": {"Sở mới"}, "name": {"Sở Mới"}}
	admin.post("/console/admin/agencies/new", fresh).want(422).has(`href="#f-code"`)
	fresh.Set("code", "so-moi-79")
	admin.post("/console/admin/agencies/new", fresh).to("/console/admin/agencies/so-moi-79")
	fresh.Set("parent", "vpcp")
	admin.post("/console/admin/agencies/new", fresh).want(404)
	admin.post(path+"/dissolve", url.Values{"successor": {""}}).want(422).has(`href="#f-successor"`)
	admin.post(path+"/dissolve", url.Values{"successor": {"so-moi-79"}}).to(path)
	admin.get(path).want(200).has("Cơ quan này đã giải thể", "Sở Mới")

	admin.get("/console/admin/rules").want(200).has("Trả lời phản ánh, kiến nghị", "574/QĐ-TTg", "đã đọc văn bản", "chỉ quản trị viên của Văn phòng Chính phủ").hasNot(`value="holiday"`)
	form = root.get("/console/admin/rules").want(200).hidden()
	tomorrow := h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	rule := url.Values{"key": form["key"][:1], "what": {"rule"}, "rule.key": {"pakn.answer"}, "rule.term": {"0"}, "rule.unit": {"working_days"}, "rule.confidence": {"read"},
		"rule.legal_basis": {"Nghị định <mới>"}, "rule.valid_from": {tomorrow}}
	admin.post("/console/admin/rules", url.Values{"what": {"year"}}).want(403)
	root.post("/console/admin/rules", rule).want(422).has(`href="#f-rule-term"`, "Nghị định <mới>")
	rule.Set("rule.term", "10")
	for range 2 { // pressed twice
		root.post("/console/admin/rules", rule).to("/console/admin/rules")
	}
	a := root.get("/console/admin/rules").want(200).has("Nghị định <mới>", "Gỡ bỏ")
	repeal := a.page().Find(`form[action$="/repeal"]`)
	if repeal.Length() != 1 {
		t.Fatalf("%d additions", repeal.Length())
	}
	admin.post(repeal.AttrOr("action", ""), nil).want(403)
	root.post(repeal.AttrOr("action", ""), nil).to("/console/admin/rules")
	root.get("/console/admin/rules").want(200).hasNot("Nghị định <mới>")
	rule.Set("key", "again")
	root.post("/console/admin/rules", rule).to("/console/admin/rules")
	action := root.get("/console/admin/rules").want(200).page().Find(`form[action$="/repeal"]`).AttrOr("action", "")
	h.advance(24 * time.Hour)
	root, admin = h.browser(h.session(rootID, true)), h.browser(h.session(adminID, true))
	if root.get("/console/admin/rules").want(200).has("Nghị định <mới>").page().Find(`form[action$="/repeal"]`).Length() != 0 {
		t.Error("what is in force is offered to be taken back")
	}
	root.post(action, nil).want(409).has("đã có hiệu lực nên không gỡ bỏ được")
	root.get("/console/admin/rules").want(200).has("Nghị định <mới>")
	root.post("/console/admin/rules", url.Values{"what": {"x"}}).want(400)
	root.post("/console/admin/rules", url.Values{"what": {"year"}, "year.year": {"2028"}}).want(422)

	admin.get("/console/admin/fields").want(200).has("chỉ quản trị viên của Văn phòng Chính phủ").hasNot("/console/admin/new-field")
	admin.get("/console/admin/features").want(200).hasNot("<button class=\"button\">Lưu")
	root.post("/console/admin/features", url.Values{"auto_assign": {"rất chắc"}, "hide_names": {"1"}}).want(422).has("rất chắc", `href="#f-auto_assign"`)
	root.post("/console/admin/features", url.Values{"auto_assign": {"0,85"}, "route_error": {"2,5"}, "hide_names": {"1"}}).to("/console/admin/features")
	if f := h.o.Ref.Features(); !f.HideNames || f.AutoAssign == nil || *f.AutoAssign != 0.85 || f.RouteError == nil || *f.RouteError != 0.025 {
		t.Errorf("%+v", f)
	}
	root.get("/console/admin/features").want(200).has(`value="0.85"`, `value="2.5"`, "checked")
	root.post("/console/admin/features", url.Values{"route_error": {"25"}}).want(422).has("từ 0 đến 20 phần trăm")
	admin.post("/console/admin/features", url.Values{}).want(403)
}
