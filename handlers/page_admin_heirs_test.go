package handlers

import (
	"fmt"
	"net/url"
	"testing"

	"kiennghi/models"
)

// TestAccountsOfADissolvedAgency: its page names those that still belong to it and moves them to
// the agency that goes on, for who administers both.
func TestAccountsOfADissolvedAgency(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	admin, lan := h.staff("admin", "ubnd-79", models.Admin), h.staff("lan", "so-xd-79", models.Handler)
	other, behind := h.staff("khac", "bxd", models.Admin), h.staff("lai", "so-xd-79", models.Admin)
	id := h.accountOf(lan)
	b, path := h.browser(admin), "/console/admin/agencies/so-xd-79"
	b.get(path).want(200).hasNot("/move-staff")
	h.call("POST", "/v1/admin/agencies/so-xd-79/dissolve", admin, obj{"successor": "so-ct-79"}).want(200)
	b.get(path).want(200).has("Cán bộ lan", path+"/move-staff", "vẫn thuộc cơ quan đã giải thể")
	h.browser(behind).get(path).want(200).has("Cán bộ lan", "Nay là Sở Công Thương").hasNot("/move-staff") // does not administer the heir
	b.headers["Accept-Language"] = "en"
	b.get(path).want(200).has("It is now", "Department of Industry and Trade").hasNot("Sở Công Thương")
	delete(b.headers, "Accept-Language")
	x := h.browser(other)
	x.get("/console/admin")
	x.post(path+"/move-staff", url.Values{"csrf": {x.csrf()}}).want(404)
	b.post(path+"/move-staff", url.Values{"csrf": {b.csrf()}}).to(path)
	m, err := h.o.Store.Staff(t.Context(), id)
	if err != nil || m.Agency != "so-ct-79" {
		t.Fatalf("%+v, %v", m, err)
	}
	b.get(path).want(200).hasNot("Cán bộ lan", "/move-staff")
	b.post(path+"/move-staff", url.Values{"csrf": {b.csrf()}}).to(path) // pressed twice
}

// TestAccountsPastThePage: of an agency with more members than a page of the store holds, some of
// them disabled, all who work on cases are offered, and all who can sign in are moved.
func TestAccountsPastThePage(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	admin := h.staff("admin", "ubnd-79", models.Admin)
	const members = 215
	for i := range members {
		m := &models.Staff{ID: models.NewID(), Username: fmt.Sprintf("can-bo-%03d", i), Name: fmt.Sprintf("Cán bộ số %03d", i), Agency: "so-xd-79",
			Roles: []models.Role{models.Handler}, PasswordHash: staffHash(), Language: "vi", Disabled: i < 105, CreatedAt: h.o.Now(), UpdatedAt: h.o.Now()}
		if err := h.o.Store.CreateStaff(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	h.browser(h.staff("dieu-phoi", "so-xd-79", models.Coordinator)).get("/console").want(200).
		has("Cán bộ số 105", "Cán bộ số 214").hasNot("Cán bộ số 104")
	h.call("POST", "/v1/admin/agencies/so-xd-79/dissolve", admin, obj{"successor": "so-ct-79"}).want(200)
	b, path := h.browser(admin), "/console/admin/agencies/so-xd-79"
	b.get(path).want(200).has("Cán bộ số 105", "Cán bộ số 214").hasNot("Cán bộ số 104")
	b.post(path+"/move-staff", url.Values{"csrf": {b.csrf()}}).to(path)
	b.get(path).want(200).hasNot("Cán bộ số", "/move-staff")
	moved := 0
	err := h.o.Store.EachStaff(t.Context(), func(m *models.Staff) error {
		if m.Agency == "so-ct-79" {
			moved++
		}
		return nil
	})
	if want := members - 105 + 1; err != nil || moved != want { // and the coordinator
		t.Fatalf("%d of %d were moved, %v", moved, want, err)
	}
}
