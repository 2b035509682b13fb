package handlers

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// TestOfficeHoursByAPI: hours and half-days are set by the administrators of an agency, of one
// above it and of the root, seen in the rule book, audited, and taken back by them.
func TestOfficeHoursByAPI(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	admin, root := h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	today := h.o.Now().In(models.VietNam)
	day := time.Date(today.Year(), today.Month(), today.Day()+1, 9, 0, 0, 0, models.VietNam)
	for working := false; !working; {
		if at, err := h.o.Ref.Rules.NextOpen("", day); err != nil {
			t.Fatal(err)
		} else if working = at.Format(time.DateOnly) == day.Format(time.DateOnly); !working {
			day = day.AddDate(0, 0, 1)
		}
	}
	date := day.Format(time.DateOnly)
	windows := []obj{{"from": "08:00", "to": "12:00"}, {"from": "13:00", "to": "17:00"}}
	hours := obj{"hours": obj{"agency": "so-xd-79", "from": date, "windows": windows, "source": "Quyết định 1"}}
	half := obj{"half_day": obj{"date": date, "name": "Nghỉ chiều", "agency": "so-yt-79", "windows": windows[:1], "source": "Thông báo 1"}}
	own := h.staff("own", "so-xd-79", models.Admin)
	everybodys := obj{"hours": obj{"from": date, "windows": windows, "source": "Quyết định 1"}}
	for agency, wants := range map[string][]obj{"ubnd-01": {hours, half, everybodys}, "so-yt-79": {hours, everybodys}, "so-xd-79": {half}} {
		for _, in := range wants {
			if got := h.call("POST", "/v1/admin/amendments", h.staff("admin-"+models.NewID()[:8], agency, models.Admin), in).want(422).fields(); got != "agency:not_administered" {
				t.Errorf("%s: %s", agency, got)
			}
		}
	}
	h.call("POST", "/v1/admin/amendments", h.staff("head", "so-xd-79", models.Supervisor), hours).want(403)
	h.call("POST", "/v1/admin/amendments", own, obj{"year": 2031}).want(403)
	h.call("POST", "/v1/admin/amendments", own, obj{"holiday": obj{"date": date, "name": "Nghỉ", "source": "x"}}).want(403)
	for key, in := range map[string]obj{"khoa-gio-lam": hours, "khoa-nua-buoi": half} {
		by := map[string]string{"khoa-gio-lam": own, "khoa-nua-buoi": admin}[key]
		for range 2 { // the lost answer is asked for again
			h.call("POST", "/v1/admin/amendments", by, in, "Idempotency-Key", key).want(201)
		}
	}
	if got := h.call("POST", "/v1/admin/amendments", root, hours).want(422).fields(); got != "from:hours_follow" {
		t.Error(got)
	}
	var book api.RuleBook
	h.call("GET", "/v1/admin/rules", admin, nil).want(200).json(&book)
	if len(book.Hours) != 2 || *book.Hours[1].Agency != "so-xd-79" || len(book.Hours[1].Windows) != 2 || len(book.HalfDays) != 1 || book.HalfDays[0].Name != "Nghỉ chiều" || len(book.Amendments) != 2 {
		t.Errorf("%+v, %+v, %+v", book.Hours, book.HalfDays, book.Amendments)
	}
	noon := time.Date(day.Year(), day.Month(), day.Day(), 11, 45, 0, 0, models.VietNam)
	if at, err := h.o.Ref.Rules.NextOpen("so-xd-79", noon); err != nil || !at.Equal(noon) {
		t.Errorf("%s, %v", at, err)
	}
	for _, a := range book.Amendments {
		if a.HalfDay != nil {
			h.call("DELETE", "/v1/admin/amendments/"+a.ID, own, nil).want(403)
			h.call("DELETE", "/v1/admin/amendments/"+a.ID, root, nil).want(204)
			continue
		}
		h.call("DELETE", "/v1/admin/amendments/"+a.ID, own, nil).want(204)
	}
	log := h.auditLog()
	for _, want := range []string{"amend_rules so-xd-79 so-xd-79 " + date + ": 08:00–12:00, 13:00–17:00 (Quyết định 1)", "amend_rules ubnd-79 so-yt-79 " + date + ": Nghỉ chiều, 08:00–12:00 (Thông báo 1)", "repeal_amendment so-xd-79 so-xd-79", "repeal_amendment vpcp so-yt-79"} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
}

// TestOfficeHoursPage: the same in the console, with what was typed when something is wrong.
func TestOfficeHoursPage(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	root := h.browser(h.staff("root", "vpcp", models.Admin))
	const path = "/console/admin/rules"
	key := root.get(path).want(200).has("Giờ làm việc", "07:30–11:30, 13:30–17:00", "mọi ngày làm việc").hidden()["key"][:1]
	form := url.Values{"key": key, "what": {"hours"}, "hours.agency": {"Sở Xây"}, "hours.windows": {"8 giờ"}, "hours.from": {"2020-01-01"}, "hours.source": {"Quyết định <1>"}}
	root.post(path, form).want(422).has(`href="#f-hours-windows"`, `href="#f-hours-from"`, "8 giờ", "Quyết định <1>")
	form.Set("hours.agency", "so-xd-79")
	form.Set("hours.windows", "8:00-12:00; 13:00-17:00")
	form.Set("hours.from", h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly))
	for range 2 { // pressed twice
		root.post(path, form).to(path)
	}
	root.get(path).want(200).has("08:00–12:00, 13:00–17:00", "Quyết định <1>")
	root.post(path, url.Values{"key": {"x"}, "what": {"half_day"}, "half_day.date": {"2031-01-02"}, "half_day.windows": {"8:00-12:00"}, "half_day.name": {"Nghỉ"}, "half_day.source": {"x"}}).
		want(422).has("Chưa có lịch nghỉ chính thức của năm 2031")
}

// TestOfficeHoursPageOfAnAgency: its administrator finds the own agency in the form, sets and takes
// back, and has no form for what is the country's.
func TestOfficeHoursPageOfAnAgency(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	own := h.browser(h.staff("own", "so-xd-79", models.Admin))
	const path = "/console/admin/rules"
	page := own.get(path).want(200)
	for _, what := range []string{"rule", "holiday", "workday", "year"} {
		if page.page().Find(`input[name=what][value=`+what+`]`).Length() != 0 {
			t.Errorf("there is a form for %s", what)
		}
	}
	if got := page.page().Find(`input[name="hours.agency"]`).AttrOr("value", ""); got != "so-xd-79" {
		t.Errorf("the form is for %q", got)
	}
	form := url.Values{"key": page.hidden()["key"][:1], "what": {"hours"}, "hours.agency": {"so-yt-79"}, "hours.windows": {"8:00-12:00; 13:00-17:00"}, "hours.source": {"Quyết định 1"},
		"hours.from": {h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)}}
	own.post(path, form).want(422).has("cơ quan mình và các cơ quan trực thuộc", "Quyết định 1")
	form.Set("hours.agency", "so-xd-79")
	own.post(path, form).to(path)
	all, err := h.o.Store.Amendments(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	repeal := path + "/" + all[0].ID + "/repeal"
	if h.browser(h.staff("other", "so-yt-79", models.Admin)).get(path).want(200).page().Find(`form[action="`+repeal+`"]`).Length() != 0 {
		t.Error("another agency's administrator is offered to take it back")
	}
	own.get(path).want(200).raw(repeal)
	own.post(repeal, url.Values{}).to(path)
}
