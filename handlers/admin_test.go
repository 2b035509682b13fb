package handlers

import (
	"context"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

func TestStaffIsAddedChangedAndSentAway(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	admin, other := h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	rootID := h.accountOf(other)
	add := func(token, username, agency string, roles ...string) *answer {
		return h.call("POST", "/v1/admin/staff", token, obj{"username": username, "name": "Trần Lan", "agency": agency, "roles": roles})
	}
	for want, a := range map[string]*answer{
		"username:bad_username": add(admin, "Trần Lan", "so-xd-79", "handler"),
		"username:taken":        add(admin, "ADMIN", "so-xd-79", "handler"),
		"agency:unknown":        add(admin, "lan", "bxd", "handler"),
		"roles:too_few":         add(admin, "lan", "so-xd-79"),
	} {
		if got := a.want(422).fields(); got != want && want != "roles:too_few" {
			t.Errorf("%s, want %s", got, want)
		}
	}
	var made api.StaffPassword
	add(admin, "lan", "so-xd-79", "handler").want(201).json(&made)
	path := "/v1/admin/staff/" + made.Staff.ID

	var tokens api.Tokens
	signIn := func(password string) *answer {
		return h.call("POST", "/v1/auth/staff", "", obj{"username": "lan", "password": password})
	}
	signIn(made.Password).want(200).json(&tokens)
	lan := tokens.AccessToken
	if a := h.call("GET", "/v1/desk/feedback", lan, nil).want(403); a.detail() != say("vi", "password_once", 0) {
		t.Errorf("%s", a.body)
	}
	h.call("GET", "/v1/me", lan, nil).want(200)
	for want, b := range map[string]obj{
		"new:too_short":      {"old": made.Password, "new": "ngắn"},
		"old:password_wrong": {"old": "sai", "new": "mat-khau-moi-rat-dai"},
		"new:password_same":  {"old": made.Password, "new": made.Password},
	} {
		if got := h.call("POST", "/v1/me/password", lan, b).want(422).fields(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	signIn(made.Password).want(200).json(&tokens)
	h.call("POST", "/v1/me/password", lan, obj{"old": made.Password, "new": "mat-khau-moi-rat-dai"}).want(204)
	h.call("GET", "/v1/desk/feedback", lan, nil).want(200)
	h.call("GET", "/v1/me", tokens.AccessToken, nil).want(401) // the other session ended
	signIn(made.Password).want(401)
	signIn("mat-khau-moi-rat-dai").want(200)

	var m api.Staff
	h.call("PATCH", path, admin, obj{"roles": []string{"approver"}, "name": "Trần Thị Lan"}).want(200).json(&m)
	if m.Name != "Trần Thị Lan" || len(m.Roles) != 1 || m.Roles[0] != "approver" || m.PasswordOnce != nil {
		t.Errorf("%+v", m)
	}
	h.call("PATCH", path, admin, obj{"agency": "bxd"}).want(422)
	h.call("PATCH", path, h.staff("bxd", "bxd", models.Admin), obj{"name": "x"}).want(404)
	h.call("PATCH", path, admin, obj{"disabled": true}).want(200)
	h.call("GET", "/v1/me", lan, nil).want(401)
	signIn("mat-khau-moi-rat-dai").want(401)
	h.call("PATCH", path, admin, obj{"disabled": false}).want(200)
	signIn("mat-khau-moi-rat-dai").want(200)

	h.call("POST", path+"/password", admin, nil).want(200).json(&made)
	h.advance(8 * 24 * time.Hour)
	if signIn(made.Password).want(401).detail() != say("vi", "sign_in_wrong", 0) {
		t.Error("a password of last week is good")
	}

	other = h.session(rootID, true)
	me := "/v1/admin/staff/" + h.accountOf(other)
	for _, b := range []obj{{"disabled": true}, {"roles": []string{"handler"}}, {"agency": "bxd"}} {
		if a := h.call("PATCH", me, other, b).want(403); a.detail() != say("vi", "not_oneself", 0) {
			t.Errorf("%v: %s", b, a.body)
		}
	}
	h.call("POST", me+"/password", other, nil).want(403)
	h.call("POST", me+"/totp/reset", other, nil).want(403)
	h.call("PATCH", me, other, obj{"name": "Tên mới"}).want(200)
	_, err := h.o.Store.UpdateStaff(context.Background(), m.ID, func(m *models.Staff) error { m.TOTP = h.o.Keyring.Seal("x"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	h.call("POST", path+"/totp/reset", other, nil).want(200).json(&m)
	if m.Totp {
		t.Error("the app is still there")
	}

	var list api.StaffList
	h.call("GET", "/v1/admin/staff?agency=so-xd-79", other, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].Username != "lan" {
		t.Errorf("%+v", list)
	}
	h.call("GET", "/v1/admin/staff?agency=none", other, nil).want(404)
	log := h.auditLog()
	for _, want := range []string{"add_staff so-xd-79 lan: handler", "edit_staff so-xd-79 lan: handler → approver", "edit_staff so-xd-79 lan: Trần Lan → Trần Thị Lan",
		"disable_staff so-xd-79 lan", "enable_staff so-xd-79 lan", "reset_password so-xd-79 lan", "reset_totp so-xd-79 lan"} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
	if strings.Contains(log+h.log.String(), made.Password) {
		t.Error("a password is in a log")
	}
}

func TestAgenciesChangeWhileRunning(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	second := h.start() // another process has the same store, and here even the same reference
	admin, root := h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	new := obj{"code": "so-moi-79", "name": "Sở Mới", "level": "department", "parent": "ubnd-79", "remit": "Việc mới"}
	h.call("POST", "/v1/admin/agencies", admin, new).want(201)
	if got := h.call("POST", "/v1/admin/agencies", admin, new).want(422).fields(); got != "code:taken" {
		t.Error(got)
	}
	new["parent"], new["code"] = "bxd", "so-khac"
	if got := h.call("POST", "/v1/admin/agencies", admin, new).want(422).fields(); got != "parent:unknown" {
		t.Error(got)
	}
	var a api.Agency
	h.callAt(second, "GET", "/v1/agencies/so-moi-79", "", nil).want(200).json(&a)
	h.call("PATCH", "/v1/admin/agencies/so-moi-79", admin, obj{"name": "Sở Rất Mới", "phone": "028 3829 0000"}).want(200).json(&a)
	if a.Name != "Sở Rất Mới" || a.Remit != "Việc mới" {
		t.Errorf("%+v", a)
	}
	h.call("PATCH", "/v1/admin/agencies/bxd", admin, obj{"name": "x"}).want(404)
	h.call("POST", "/v1/admin/agencies/ubnd-79/dissolve", admin, obj{"successor": "so-yt-79"}).want(403)
	h.call("POST", "/v1/admin/agencies/so-xd-79/dissolve", admin, obj{"successor": "bxd"}).want(422)
	h.call("POST", "/v1/admin/agencies/so-xd-79/dissolve", admin, obj{"successor": "so-moi-79"}).want(200)
	h.call("POST", "/v1/admin/agencies/so-xd-79/dissolve", admin, obj{"successor": "so-yt-79"}).want(409)
	h.call("POST", "/v1/admin/agencies/vpcp/dissolve", root, obj{"successor": "bxd"}).want(403)

	hoa := h.citizen("Nguyễn Thị Hoa")
	var f api.Feedback
	h.call("POST", "/v1/feedback", hoa, obj{"title": "Đèn đường hỏng", "body": "Đèn đường trước nhà không sáng.", "agency": "so-xd-79"}, "Idempotency-Key", "khoa-co-quan").want(201).json(&f)
	if f.Agency == nil || f.Agency.Code != "so-moi-79" {
		t.Errorf("%+v", f.Agency)
	}
	all, err := h.o.Store.Agencies(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if stored, _ := models.NewTree(all).Get("so-moi-79"); stored.Phone != "028 3829 0000" || stored.EditedAt == nil {
		t.Errorf("%+v", stored)
	}
	for _, want := range []string{"add_agency so-moi-79 Sở Mới", "edit_agency so-moi-79 name: Sở Mới → Sở Rất Mới", "dissolve_agency so-xd-79 Sở Xây dựng"} {
		if log := h.auditLog(); !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
}

// TestOtherProcessesNotice: what one process changed counts in another one too.
func TestOtherProcessesNotice(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	root := h.staff("root", "vpcp", models.Admin)
	there := h.o
	withAgencies(t)(&there)
	s := &server{Options: there}
	h.call("POST", "/v1/admin/agencies", root, obj{"code": "cuc-moi", "name": "Cục Mới", "level": "vertical", "parent": "bxd"}).want(201)
	h.call("PUT", "/v1/admin/features", root, obj{"hide_names": true}).want(200)
	if err := s.reload(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, ok := there.Ref.Tree.Get("cuc-moi"); !ok || !there.Ref.Features().HideNames {
		t.Error("it did not notice")
	}
}

func TestRulesAndSwitches(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	admin, root := h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	adminID, rootID := h.accountOf(admin), h.accountOf(root)
	var book api.RuleBook
	h.call("GET", "/v1/admin/rules", admin, nil).want(200).json(&book)
	rules, holidays := len(book.Rules), len(book.Holidays)
	if rules == 0 || holidays == 0 || len(book.Amendments) != 0 {
		t.Fatalf("%d rules, %d holidays", rules, holidays)
	}
	tomorrow := h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	rule := obj{"rule": obj{"key": "pakn.answer", "term": 7, "unit": "calendar_days", "legal_basis": "Quyết định mới", "valid_from": tomorrow, "confidence": "read"}}
	h.call("POST", "/v1/admin/amendments", admin, rule).want(403)
	var a api.Amendment
	for range 2 { // the lost answer is asked for again
		h.call("POST", "/v1/admin/amendments", root, rule, "Idempotency-Key", "khoa-quy-dinh").want(201).json(&a)
	}
	if got := h.call("POST", "/v1/admin/amendments", root, rule).want(422).fields(); got != "valid_from:rule_follows" {
		t.Error(got)
	}
	rule["year"] = 2028
	if got := h.call("POST", "/v1/admin/amendments", root, rule).want(422).fields(); got != "rule:one_of" {
		t.Error(got)
	}
	h.call("POST", "/v1/admin/amendments", root, obj{"holiday": obj{"date": "2100-01-04", "name": "Ngày nghỉ", "source": "Thông báo 1"}}).want(201)
	h.call("GET", "/v1/admin/rules", root, nil).want(200).json(&book)
	if len(book.Rules) != rules+1 || len(book.Holidays) != holidays+1 || len(book.Amendments) != 2 || book.Amendments[0].By != "Cán bộ root" {
		t.Errorf("%+v", book.Amendments)
	}
	due := func() int {
		h.t.Helper()
		f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
		return int(f.Due.At.Sub(f.CreatedAt).Hours() / 24)
	}
	if n := due(); n < 19 {
		t.Errorf("today it is due in %d days", n)
	}
	h.advance(24 * time.Hour)
	root = h.session(rootID, true)
	if n := due(); n > 12 {
		t.Errorf("tomorrow it is due in %d days", n)
	}
	admin = h.session(adminID, true)
	h.call("DELETE", "/v1/admin/amendments/"+a.ID, admin, nil).want(403)
	if got := h.call("DELETE", "/v1/admin/amendments/"+a.ID, root, nil, "Accept-Language", "en").want(409).detail(); got != say("en", "amendment_in_force", 0) {
		t.Error(got)
	}
	delete(rule, "year")
	rule["rule"].(obj)["term"], rule["rule"].(obj)["valid_from"] = 9, h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	h.call("POST", "/v1/admin/amendments", root, rule).want(201).json(&a)
	h.call("DELETE", "/v1/admin/amendments/"+a.ID, root, nil).want(204) // it begins tomorrow
	h.call("DELETE", "/v1/admin/amendments/"+a.ID, root, nil).want(404)
	if n := due(); n > 12 {
		t.Errorf("what was in force is gone: it is due in %d days", n)
	}

	h.call("PUT", "/v1/admin/features", admin, obj{"hide_names": true}).want(403)
	if got := h.call("PUT", "/v1/admin/features", root, obj{"hide_names": true, "auto_assign": 0.3}).want(422).fields(); got != "auto_assign:bad_threshold" {
		t.Error(got)
	}
	h.call("PUT", "/v1/admin/features", root, obj{"hide_names": true, "auto_assign": 0.9}).want(200)
	var f api.Features
	h.call("GET", "/v1/admin/features", admin, nil).want(200).json(&f)
	if !f.HideNames || f.AutoAssign == nil || *f.AutoAssign != 0.9 {
		t.Errorf("%+v", f)
	}
	var c api.Feedback
	h.call("POST", "/v1/feedback", h.citizen("Nguyễn Thị Hoa"), obj{"title": "Đèn đường hỏng", "body": "Đèn đường trước nhà không sáng.", "publish_name": true}, "Idempotency-Key", "khoa-an-ten").want(201).json(&c)
	if c.PublishName {
		t.Error("the name is to be published")
	}
	log := h.auditLog()
	for _, want := range []string{"amend_rules vpcp pakn.answer: 7 calendar_days", "repeal_amendment vpcp pakn.answer: 9 calendar_days", `set_features vpcp  → {"auto_assign":0.9,"hide_names":true}`} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
}
