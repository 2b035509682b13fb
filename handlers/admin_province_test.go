package handlers

import (
	"net/url"
	"reflect"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/knowledge"
	"kiennghi/models"
)

// TestTermsOfAProvince: its committee's administrators add one, for a field alone too, which leaves
// the broader ones in force; nobody else does, and what is the country's stays so.
func TestTermsOfAProvince(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	admin := h.staff("admin", "ubnd-79", models.Admin)
	from := h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	rule := func(more obj) obj {
		r := obj{"key": "hien_truong.normal", "term": 5, "unit": "working_days", "legal_basis": "Quyết định 5/2026/QĐ-UBND", "valid_from": from, "confidence": "read", "province": "79"}
		for name, value := range more {
			r[name] = value
		}
		return obj{"rule": r}
	}
	for agency, want := range map[string]int{"ubnd-01": 422, "so-xd-79": 422, "vpcp": 201} {
		h.call("POST", "/v1/admin/amendments", h.staff("x-"+agency, agency, models.Admin), rule(nil)).want(want)
	}
	h.call("POST", "/v1/admin/amendments", admin, rule(obj{"province": ""})).want(422)
	national := rule(nil)
	delete(national["rule"].(obj), "province")
	h.call("POST", "/v1/admin/amendments", admin, national).want(403)
	if got := h.call("POST", "/v1/admin/amendments", admin, rule(obj{"fields": []string{"khong-co"}})).want(422).fields(); got != "fields:unknown" {
		t.Error(got)
	}
	h.call("POST", "/v1/admin/amendments", admin, rule(obj{"progress": 61})).want(422)
	var a api.Amendment
	h.call("POST", "/v1/admin/amendments", admin, rule(obj{"term": 2, "fields": []string{"giao-thong"}, "levels": []string{"commune"}, "progress": 3})).want(201).json(&a)
	if r := a.Rule; r == nil || r.Progress != 3 || len(r.Fields) != 1 || len(r.Levels) != 1 || *r.Province != "79" {
		t.Fatalf("%+v", a.Rule)
	}
	if got := h.call("POST", "/v1/admin/amendments", admin, rule(nil)).want(422).fields(); got != "valid_from:rule_follows" {
		t.Errorf("the root's own of the same reach and day: %s", got)
	}

	later := h.o.Now().AddDate(0, 0, 3)
	rules := h.o.Ref.Rules
	if got, err := rules.RuleIn("hien_truong.normal", "79", later); err != nil || got.Term != 5 || len(got.Fields) != 0 {
		t.Errorf("of the province: %+v, %v", got, err)
	}
	before, _ := models.NewRules(knowledge.Rules(), knowledge.Calendar()).RuleIn("hien_truong.normal", "01", later)
	if got, _ := rules.RuleIn("hien_truong.normal", "01", later); !reflect.DeepEqual(got, before) {
		t.Errorf("of another province: %+v, and %+v before", got, before)
	}
	matter := models.Matter{Kind: models.Ordinary, Field: "giao-thong", Level: models.LevelCommune, Province: "79", Regime: models.FieldCase}
	for field, want := range map[string]int{"giao-thong": 2, "nuoc-sach": 5} {
		matter.Field = field
		if got, err := rules.For(matter, later); err != nil || got.Term != want {
			t.Errorf("%s: %+v, %v", field, got, err)
		}
	}
	h.call("DELETE", "/v1/admin/amendments/"+a.ID, h.staff("other", "ubnd-01", models.Admin), nil).want(403)
	h.call("DELETE", "/v1/admin/amendments/"+a.ID, admin, nil).want(204)
}

// TestTermsOfAProvincePage: the form is for the own province.
func TestTermsOfAProvincePage(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	b := h.browser(h.staff("admin", "ubnd-79", models.Admin))
	const path = "/console/admin/rules"
	page := b.get(path).want(200)
	if n := page.page().Find(`select[name="rule.province"] option`).Length(); n != 1 {
		t.Errorf("%d provinces to choose from", n)
	}
	if page.page().Find(`input[name=what][value=holiday]`).Length() != 0 {
		t.Error("there is a form for days off")
	}
	form := url.Values{"key": page.hidden()["key"][:1], "what": {"rule"}, "rule.key": {"hien_truong.normal"}, "rule.province": {"79"}, "rule.field": {"giao-thong"}, "rule.level": {"commune"},
		"rule.term": {"3"}, "rule.unit": {"working_days"}, "rule.progress": {"nhiều"}, "rule.legal_basis": {"Quyết định 6/2026/QĐ-UBND"}, "rule.confidence": {"read"},
		"rule.valid_from": {h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)}}
	b.post(path, form).want(422).has(`href="#f-rule-progress"`, "nhiều", "Quyết định 6/2026/QĐ-UBND")
	form.Set("rule.progress", "5")
	b.post(path, form).to(path)
	b.get(path).want(200).has("Quyết định 6/2026/QĐ-UBND", "giao-thong")
}
