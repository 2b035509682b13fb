package handlers

import (
	"strings"
	"testing"

	"kiennghi/api"
	"kiennghi/models"
)

func TestMeOfCitizen(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("")
	var me api.Me
	h.call("GET", "/v1/me", hoa, nil).want(200).json(&me)
	if me.Name != "" || me.Staff != nil || me.Phone == nil || !strings.HasPrefix(*me.Phone, "+849") || me.Email != nil {
		t.Errorf("a new account: %+v", me)
	}
	h.call("PATCH", "/v1/me", hoa, map[string]any{
		"name": "  Nguyễn\u0000 Thị   Hoa ", "email": "hoa@example.vn", "address": "12 ngõ 34 Láng Hạ", "language": "en",
		"kind": "business", "organisation": "Công ty TNHH Hoa Sen",
	}).want(200).json(&me)
	if me.Name != "Nguyễn Thị Hoa" || *me.Email != "hoa@example.vn" || me.Language != "en" || *me.Kind != "business" || *me.Organisation != "Công ty TNHH Hoa Sen" {
		t.Errorf("after the change: %+v", me)
	}
	h.call("PATCH", "/v1/me", hoa, map[string]any{"email": ""}).want(200).json(&me)
	if me.Email != nil || me.Name != "Nguyễn Thị Hoa" {
		t.Errorf("an empty mail address clears it and nothing else: %+v", me)
	}
	p, err := h.o.Store.Person(t.Context(), h.accountOf(hoa))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(p.Name), "Hoa") {
		t.Error("the name is readable at rest")
	}
}

func TestMeRefusesWrongFields(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	for want, body := range map[string]map[string]any{
		"name:too_short email:not_an_email": {"name": " Ế ", "email": "<hoa@x.vn>"},
		"name:required":                     {"name": "   "},
		"email:not_an_email":                {"email": "hoa@.vn"},
		"body:invalid":                      {},
	} {
		if got := h.call("PATCH", "/v1/me", hoa, body).want(422).fields(); got != want {
			t.Errorf("%v: %q, want %q", body, got, want)
		}
	}
	h.call("PATCH", "/v1/me", hoa, map[string]any{"phone": "0912345678"}).want(422)
	h.call("GET", "/v1/me", "", nil).want(401)
}

func TestMeOfStaff(t *testing.T) {
	h := newHarness(t)
	lan := h.staff("lan", "so-xd-79", models.Handler, models.Approver)
	var me api.Me
	h.call("GET", "/v1/me", lan, nil).want(200).json(&me)
	if me.Kind != nil || me.Phone != nil || me.Staff == nil || me.Staff.Agency.Code != "so-xd-79" || len(me.Staff.Roles) != 2 || me.Staff.TotpEnabled {
		t.Errorf("staff: %+v %+v", me, me.Staff)
	}
	h.call("PATCH", "/v1/me", lan, map[string]any{"language": "en"}).want(200).json(&me)
	if me.Language != "en" {
		t.Errorf("language %q", me.Language)
	}
	if got := h.call("PATCH", "/v1/me", lan, map[string]any{"name": "Lan", "email": "l@x.vn"}).want(422).fields(); got != "name:kept_by_agency email:kept_by_agency" {
		t.Errorf("staff fields: %q", got)
	}
}
