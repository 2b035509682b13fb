package models_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// TestReportedQuarters: a quarter is reported until the 14th of its last month, and what comes in
// later with the next one; the year until 14 December.
func TestReportedQuarters(t *testing.T) {
	terms := knowledge.Reports()
	for at, want := range map[string][2]int{
		"2025-12-14 23:59": {2025, 3}, "2025-12-15 00:00": {2026, 0}, "2026-01-31 08:00": {2026, 0}, "2026-03-14 23:59": {2026, 0}, "2026-03-15 00:00": {2026, 1},
		"2026-06-14 12:00": {2026, 1}, "2026-06-15 12:00": {2026, 2}, "2026-09-14 17:00": {2026, 2}, "2026-09-30 17:00": {2026, 3}, "2026-12-14 08:00": {2026, 3}, "2026-12-31 08:00": {2027, 0},
	} {
		year, quarter := models.ReportTermOn(terms, vn(t, at)).QuarterOf(vn(t, at))
		if year != want[0] || quarter != want[1] {
			t.Errorf("%s is reported in %d, quarter %d, want %v", at, year, quarter, want)
		}
	}
	x := models.ReportTermOn(terms, vn(t, "2026-03-02 08:00"))
	for q, want := range []string{"2025-12-15 2026-03-14", "2026-03-15 2026-06-14", "2026-06-15 2026-09-14", "2026-09-15 2026-12-14"} {
		if a, b := x.Quarter(2026, q); a.Format(time.DateOnly)+" "+b.Format(time.DateOnly) != want {
			t.Errorf("quarter %d is from %s to %s", q, a, b)
		}
	}
	if models.ReportTermOn(terms, vn(t, "2010-01-01 08:00")) != nil {
		t.Error("a term before it was in force")
	}
	rapid.Check(t, func(r *rapid.T) {
		at := vn(t, "2024-01-01 00:00").Add(time.Duration(rapid.IntRange(0, 3_000_000).Draw(r, "minutes")) * time.Minute)
		first, last := x.Quarter(x.QuarterOf(at))
		if at.Before(first) || !at.Before(last.AddDate(0, 0, 1)) {
			r.Fatalf("%s is not from %s to %s", at, first, last)
		}
	})
}

func TestFiguresByReportedQuarter(t *testing.T) {
	x := models.NewFigures(vn(t, "2026-04-01 08:00"), knowledge.Reports()...)
	for _, at := range []string{"2025-12-20 08:00", "2026-01-10 08:00", "2026-03-20 08:00"} {
		x.Count(&models.Feedback{Kind: models.Ordinary, Status: models.Received, CreatedAt: vn(t, at)})
	}
	if q := x.Quarters[2026]; q == nil || q[0].Received != 2 || q[1].Received != 1 || q[0].Open != 2 || x.Years[2026].Total.Received != 2 || x.Years[2025].Total.Received != 1 || len(x.Quarters) != 1 {
		t.Errorf("%+v", x.Quarters[2026])
	}
	if y := models.NewFigures(x.At); y.Quarters != nil {
		t.Error("reported without a term")
	}
}
