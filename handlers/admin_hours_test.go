package handlers

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// TestOfficeHoursByAPI: hours and half-days are set by the root's administrators, seen in the
// rule book, audited, and taken back.
func TestOfficeHoursByAPI(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	admin, root := h.staff("admin", "ubnd-79", models.Admin), h.staff("root", "vpcp", models.Admin)
	day := h.o.Now().In(models.VietNam).AddDate(0, 0, 1)
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
	for key, in := range map[string]obj{"khoa-gio-lam": hours, "khoa-nua-buoi": half} {
		h.call("POST", "/v1/admin/amendments", admin, in).want(403)
		for range 2 { // the lost answer is asked for again
			h.call("POST", "/v1/admin/amendments", root, in, "Idempotency-Key", key).want(201)
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
		h.call("DELETE", "/v1/admin/amendments/"+a.ID, root, nil).want(204)
	}
	log := h.auditLog()
	for _, want := range []string{"amend_rules vpcp so-xd-79 " + date + ": 08:00–12:00, 13:00–17:00 (Quyết định 1)", "amend_rules vpcp so-yt-79 " + date + ": Nghỉ chiều, 08:00–12:00 (Thông báo 1)", "repeal_amendment vpcp so-xd-79"} {
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
