package handlers

import (
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
