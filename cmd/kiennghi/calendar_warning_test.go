package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// TestWarnOfCalendar: the missing calendar is told of before a case needs it.
func TestWarnOfCalendar(t *testing.T) {
	rules := models.NewRules(knowledge.Rules(), knowledge.Calendar())
	for day, year := range map[string]string{"2026-12-31": "", "2027-10-02": "", "2027-10-03": "year=2028", "2028-01-01": "year=2028"} {
		at, err := time.ParseInLocation(time.DateOnly, day, models.VietNam)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		warnOfCalendar(slog.New(slog.NewTextHandler(&out, nil)), rules, at)
		if got := out.String(); (got == "") != (year == "") || !strings.Contains(got, year) {
			t.Errorf("%s: %q", day, got)
		}
	}
}
