package handlers

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"kiennghi/models"
)

// TestNamesInEnglish: whoever reads English is proposed agencies and places by their English
// names, may type those, and reads them of a case; the Vietnamese ones find them all the same.
func TestNamesInEnglish(t *testing.T) {
	h := newHarness(t)
	staff := h.staff("clerk", "ubnd-79", models.Intake, models.Coordinator)
	b := h.browser(staff)
	b.headers["Accept-Language"] = "en"
	for typed, want := range map[string]string{"department of construction ho chi minh": "(so-xd-79)", "so xay dung ho chi minh": "(so-xd-79)", "peop com sai gon ward": "", "people's committee sai gon war": "(xa-26740)"} {
		var names []string
		b.get("/console/agencies?q=" + url.QueryEscape(typed)).want(200).json(&names)
		i := slices.IndexFunc(names, func(n string) bool { return want != "" && strings.HasSuffix(n, want) })
		if want == "" && len(names) > 0 || want != "" && (i < 0 || !strings.Contains(names[i], " of ")) {
			t.Errorf("%s: %v", typed, names)
		}
	}
	var places []placeFound
	b.get("/submit/places?q=sai+gon+ward").want(200).json(&places)
	i := slices.IndexFunc(places, func(x placeFound) bool { return x.Code == "26740" })
	if i < 0 || places[i].Text != "Sai Gon Ward, Ho Chi Minh City" {
		t.Errorf("places %+v", places)
	}
	form := b.get("/console/new").want(200).has("Ho Chi Minh City").hidden()
	for name, value := range map[string]string{"source": "paper", "kind": "citizen", "title": "Đường hỏng", "body": "Đoạn đường trước cổng trường có nhiều ổ gà.", "name": "Trần Văn Giấy",
		"where": "Sai Gon Ward, Ho Chi Minh City", "agency": "Department of Construction of Ho Chi Minh City"} {
		form.Set(name, value)
	}
	at := b.postForm("/console/new", form).want(303).header.Get("Location")
	f, err := h.o.Store.FeedbackByCode(t.Context(), at[strings.LastIndex(at, "/")+1:])
	if err != nil || f.Commune != "26740" || f.Agency != "so-xd-79" {
		t.Fatalf("%+v, %v", f, err)
	}
	b.get(at).want(200).has("Sai Gon Ward, Ho Chi Minh City")
	b.headers["Accept-Language"] = "vi"
	b.get(at).want(200).has("Phường Sài Gòn, Hồ Chí Minh")
}
