package models_test

import (
	"reflect"
	"testing"
	"time"

	"kiennghi/models"
)

// TestOfficeHoursAdded: an administrator sets an agency's hours from a day on and a half-day;
// terms of office hours and reminders go by them, and what was counted before does not change.
func TestOfficeHoursAdded(t *testing.T) {
	known := ref()
	hours := func(edit func(*models.OfficeHours)) models.Amendment {
		h := &models.OfficeHours{Agency: "bxd", From: "2026-03-02", Windows: models.ReadWindows("8:00-12:00, 13:00–17:00"), Source: "Quyết định 1"}
		edit(h)
		return models.Amendment{ID: "h", Hours: h}
	}
	half := func(edit func(*models.HalfDay)) models.Amendment {
		d := &models.HalfDay{Date: "2026-03-03", Name: "Nghỉ chiều", Windows: models.ReadWindows("07:30–11:30"), Source: "Thông báo 1"}
		edit(d)
		return models.Amendment{ID: "d", HalfDay: d}
	}
	for _, c := range []struct {
		want string
		a    models.Amendment
	}{
		{"agency:unknown", hours(func(h *models.OfficeHours) { h.Agency = "none" })},
		{"from:required", hours(func(h *models.OfficeHours) { h.From = "" })},
		{"from:in_the_past", hours(func(h *models.OfficeHours) { h.From = "2026-02-13" })}, // today
		{"source:required", hours(func(h *models.OfficeHours) { h.Source = " " })},
		{"windows:required", hours(func(h *models.OfficeHours) { h.Windows = nil })},
		{"windows:not_windows", hours(func(h *models.OfficeHours) { h.Windows = models.ReadWindows("07:30") })},
		{"windows:not_windows", hours(func(h *models.OfficeHours) { h.Windows = models.ReadWindows("11:30-07:30") })},
		{"windows:not_windows", hours(func(h *models.OfficeHours) { h.Windows = models.ReadWindows("07:30-11:30, 11:00-17:00") })},
		{"windows:not_windows", hours(func(h *models.OfficeHours) { h.Windows = models.ReadWindows("07:30-25:00") })},
		{"windows:too_many", hours(func(h *models.OfficeHours) {
			h.Windows = models.ReadWindows("1:00-2:00,3:00-4:00,5:00-6:00,7:00-8:00,9:00-10:00")
		})},
		{"date:not_a_workday", half(func(d *models.HalfDay) { d.Date = "2026-02-17" })}, // Tết
		{"date:not_a_workday", half(func(d *models.HalfDay) { d.Date = "2026-03-07" })}, // a Saturday
		{"date:year_unknown", half(func(d *models.HalfDay) { d.Date = "2031-03-03" })},
		{"date:in_the_past", half(func(d *models.HalfDay) { d.Date = "2026-02-12" })},
		{"name:required", half(func(d *models.HalfDay) { d.Name = "" })},
	} {
		if got := why(c.a.Check(known, now)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}

	all := []models.Amendment{hours(func(h *models.OfficeHours) { h.From, h.Windows = "2026-03-09", models.ReadWindows("09:00-11:00") }), hours(func(*models.OfficeHours) {}), half(func(*models.HalfDay) {})}
	for _, i := range []int{1, 2, 0} { // in the order in which they may be added; the store has them in another
		if err := all[i].Check(known, now); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		if i == 1 {
			known.Rules.Amend(all[1:2])
		}
	}
	known.Rules.Amend(all)
	for want, a := range map[string]models.Amendment{"from:hours_follow": hours(func(h *models.OfficeHours) { h.From = "2026-03-05" }), "date:half_day_known": half(func(*models.HalfDay) {})} {
		if got := why(a.Check(known, now)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, models.VietNam)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		agency, start string
		hours         int
		want, opens   string
	}{
		{"bxd", "2026-02-27 11:00", 1, "2026-02-27 14:00", "2026-02-27 11:00"}, // before they begin: as for all
		{"bxd", "2026-03-02 11:45", 1, "2026-03-02 13:45", "2026-03-02 11:45"},
		{"", "2026-03-02 11:45", 1, "2026-03-02 14:30", "2026-03-02 13:30"},
		{"bxd", "2026-03-03 11:00", 1, "2026-03-04 08:30", "2026-03-03 11:00"}, // the half-day of all
		{"", "2026-03-03 12:00", 1, "2026-03-04 08:30", "2026-03-04 07:30"},
		{"bxd", "2026-03-09 08:00", 3, "2026-03-10 10:00", "2026-03-09 09:00"},
	} {
		due, err := known.Rules.Count(models.Rule{Term: c.hours, Unit: models.OpenHours}, c.agency, at(c.start))
		if err != nil || !due.At.Equal(at(c.want)) {
			t.Errorf("%s %s + %d: %s, want %s, %v", c.agency, c.start, c.hours, due.Explanation, c.want, err)
		}
		if open, err := known.Rules.NextOpen(c.agency, at(c.start)); err != nil || !open.Equal(at(c.opens)) {
			t.Errorf("%s %s opens %s, want %s, %v", c.agency, c.start, open.In(models.VietNam), c.opens, err)
		}
	}
	known.Rules.Amend(nil)
	if cal := known.Rules.Calendar(); len(cal.HalfDays) != 0 || len(cal.Hours) != 1 {
		t.Errorf("taken back: %+v, %+v", cal.HalfDays, cal.Hours)
	}
	if got, want := models.ReadWindows(models.WindowsText(all[1].Hours.Windows)), all[1].Hours.Windows; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
