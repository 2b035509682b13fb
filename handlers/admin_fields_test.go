package handlers

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// TestTheSameFieldAddedTwiceAtOnce: of several administrators who add the same field at the same
// time, each under a request of their own, one does and the others are told that it is there.
func TestTheSameFieldAddedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	tomorrow := h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	field := obj{"name": "New", "name_en": "New", "group": "an-ninh", "ministry": "bqp", "department": "qs-tinh", "cues": []string{}, "from": tomorrow}
	status := make([]int, 4)
	tokens := make([]string, len(status))
	for i := range status {
		tokens[i] = h.staff(fmt.Sprint("root", i), "vpcp", models.Admin)
	}
	var all sync.WaitGroup
	for i := range status {
		all.Go(func() {
			status[i] = h.call("POST", "/v1/admin/amendments", tokens[i], obj{"field": field}, "Idempotency-Key", fmt.Sprint("khoa-linh-vuc-", i)).status
		})
	}
	all.Wait()
	slices.Sort(status)
	if !slices.Equal(status, []int{201, 422, 422, 422}) {
		t.Errorf("answers %v", status)
	}
	stored, err := h.o.Store.Amendments(t.Context())
	if err != nil || len(stored) != 1 {
		t.Fatalf("%+v, %v", stored, err)
	}
	root := h.browser(tokens[0])
	root.get("/console/admin/fields/new").want(200).has(`value="New"`) // not the form of a new one
	root.get("/console/admin/new-field").want(200).hasNot(`value="New"`)
	root.headers["Accept-Language"] = "en"
	root.get("/console/admin/new-field").want(200).has("Military Command of the province or city").hasNot("của tỉnh, thành phố")
	root.get("/console/admin/fields").want(200).hasNot("của tỉnh, thành phố")
}

// TestFieldsChangeFromADay adds a field, renames one and retires one through the pages: each
// counts from its day on, and a case keeps the field that it has.
func TestFieldsChangeFromADay(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	adminToken, rootToken := h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	deskToken := h.staff("desk", "vpcp", models.Coordinator)
	root := h.browser(rootToken)
	h.browser(adminToken).get("/console/admin/fields/van-tai").want(403)
	h.browser(adminToken).post("/console/admin/fields/van-tai", url.Values{"what": {"retire"}}).want(403)
	f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
	case1 := "/v1/desk/feedback/" + f.ID
	h.step(deskToken, case1+"/classify", obj{"field": "dang-kiem"})

	tomorrow := h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	form := root.get("/console/admin/new-field").want(200).hidden()
	form.Set("name", "Máy bay <không người lái>")
	root.post("/console/admin/new-field", form).want(422).has(`href="#f-name_en"`, `href="#f-ministry"`, `href="#f-department"`, `href="#f-from"`, "Máy bay <không người lái>")
	for name, value := range map[string]string{"name_en": "Drones", "group": "an-ninh", "ministry": "bqp", "department": "qs-tinh", "cues": "flycam\r\ndrone", "from": tomorrow} {
		form.Set(name, value)
	}
	for range 2 { // pressed twice
		root.post("/console/admin/new-field", form).to("/console/admin/fields")
	}
	form = root.get("/console/admin/fields/van-tai").want(200).has("Vận tải, xe buýt, xe khách", "bến xe").hidden()
	rename := url.Values{"key": form["key"][:1], "name": {"Xe buýt"}, "name_en": {"Buses"}, "ministry": {"bca"}, "department": {"so-xd"}, "cues": {"xe buýt"}, "from": {tomorrow}}
	root.post("/console/admin/fields/van-tai", rename).to("/console/admin/fields")
	root.post("/console/admin/fields/dang-kiem", url.Values{"key": {"k"}, "what": {"retire"}, "retire.from": {""}}).want(422).has(`href="#f-retire-from"`)
	root.post("/console/admin/fields/dang-kiem", url.Values{"key": {"k"}, "what": {"retire"}, "retire.from": {tomorrow}}).to("/console/admin/fields")
	root.get("/console/admin/fields/none").want(404)
	root.post("/console/admin/fields/none", url.Values{"what": {"retire"}}).want(404)

	desk := h.browser(deskToken)
	options := func() string {
		h.t.Helper()
		return words(desk.get("/console/cases/" + f.Code).want(200).page().Find(`[name="classify.field"]`))
	}
	if got := options(); !strings.Contains(got, "Vận tải, xe buýt, xe khách") || strings.Contains(got, "không người lái") {
		t.Errorf("today one can choose from %s", got)
	}
	root.get("/console/admin/fields").want(200).has("thay đổi từ", "Gỡ bỏ").hasNot("Xe buýt</a>")

	desk.get("/console?view=all&field=dang-kiem").want(200).has(`<option value="dang-kiem" selected>Đăng kiểm xe</option>`)
	rootID, deskID := h.accountOf(rootToken), h.accountOf(deskToken)
	h.advance(24 * time.Hour)
	rootToken, deskToken = h.session(rootID, true), h.session(deskID, true)
	root, desk = h.browser(rootToken), h.browser(deskToken)
	root.get("/console/admin/fields").want(200).has("Xe buýt</a>", "Máy bay <không người lái>", "ngừng dùng")
	if got := options(); !strings.Contains(got, "Xe buýt") || !strings.Contains(got, "không người lái") || !strings.Contains(got, "Đăng kiểm") { // the case has it
		t.Errorf("tomorrow one can choose from %s", got)
	}
	h.step(deskToken, case1+"/classify", obj{"field": "dang-kiem", "province": "01"}) // what it has already is no new choice
	h.step(deskToken, case1+"/classify", obj{"field": "may-bay-khong-nguoi-lai"})
	if got := options(); strings.Contains(got, "Đăng kiểm") {
		t.Errorf("one can choose what is retired: %s", got)
	}
	desk.get("/console?view=all&field=dang-kiem").want(200).has(`<option value="dang-kiem" selected>Đăng kiểm xe (ngừng dùng)</option>`)

	var book api.FieldBook
	h.call("GET", "/v1/admin/fields", rootToken, nil).want(200).json(&book)
	last := book.Fields[len(book.Fields)-1]
	if len(book.Amendments) != 3 || last.From == nil || last.From.Format(time.DateOnly) != tomorrow {
		t.Errorf("%+v, %+v", book.Amendments, last)
	}
	var rules api.RuleBook
	h.call("GET", "/v1/admin/rules", rootToken, nil).want(200).json(&rules)
	if len(rules.Amendments) != 0 {
		t.Errorf("fields are among the terms: %+v", rules.Amendments)
	}
	for _, a := range book.Amendments { // they are in force
		root.post("/console/admin/fields/"+a.ID+"/repeal", nil).want(409)
	}
	root.get("/console/admin/fields").want(200).has("Xe buýt</a>").hasNot("Gỡ bỏ")
	day := h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	var made api.Amendment
	h.call("POST", "/v1/admin/amendments", rootToken, obj{"field": obj{"slug": "van-tai", "retired": true, "from": day}}).want(201).json(&made)
	if made.Field == nil || !made.Field.Retired || made.Field.Name != "Xe buýt" {
		t.Errorf("%+v", made)
	}
	root.post("/console/admin/fields/"+made.ID+"/repeal", nil).to("/console/admin/fields")
	log := h.auditLog()
	for _, want := range []string{"amend_rules vpcp may-bay-khong-nguoi-lai: Máy bay <không người lái> / Drones, bqp, qs-tinh, " + tomorrow, "amend_rules vpcp dang-kiem: –, " + tomorrow, "repeal_amendment vpcp van-tai: –, " + day} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
}
