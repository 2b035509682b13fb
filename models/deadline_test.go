package models_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kiennghi/models"
)

// TestDueByHand compares with dates counted by hand on the calendar.
func TestDueByHand(t *testing.T) {
	rules := ref().Rules
	for _, c := range []struct{ key, start, want string }{
		{"pakn.answer", "2026-02-13 16:50", "2026-03-05 17:00"},                  // 20 days over Tết, a Thursday
		{"pakn.answer", "2026-02-13 23:59", "2026-03-05 17:00"},                  // the day counts, not the hour
		{"pakn.answer", "2026-04-07 08:00", "2026-04-28 17:00"},                  // 27/4 is the day off for Giỗ Tổ
		{"pakn.answer", "2026-11-04 08:00", "2026-11-25 17:00"},                  // 24/11 is a public holiday
		{"pakn.forward_wrong_authority", "2026-02-13 09:00", "2026-02-27 17:00"}, // 5 working days over Tết 16–20/2
		{"pakn.forward_wrong_authority", "2026-08-21 09:00", "2026-08-27 17:00"}, // Saturday 22/8 is worked
		{"pakn.forward_wrong_authority", "2026-01-02 09:00", "2026-01-09 17:00"}, // received on a day off
		{"hien_truong.urgent", "2026-02-13 16:50", "2026-02-23 17:00"},           // one working day over Tết
		{"pdp.breach", "2026-02-14 03:30", "2026-02-17 03:30"},                   // hours are hours
	} {
		start, err := time.ParseInLocation("2006-01-02 15:04", c.start, models.VietNam)
		if err != nil {
			t.Fatal(err)
		}
		due, err := rules.Due(c.key, start)
		if err != nil {
			t.Errorf("%s from %s: %v", c.key, c.start, err)
			continue
		}
		if got := due.At.In(models.VietNam).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%s from %s: got %s, want %s (%s)", c.key, c.start, got, c.want, due.Explanation)
		}
	}
}

func TestDueExplainsItself(t *testing.T) {
	due, err := ref().Rules.Due("pakn.answer", now)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"13/02/2026 16:50", "14/02/2026", "20 ngày", "thứ Năm, 05/03/2026"} {
		if !strings.Contains(due.Explanation, part) {
			t.Errorf("%q does not say %q", due.Explanation, part)
		}
	}
	if due.LegalBasis == "" {
		t.Error("no legal basis")
	}
}

func TestDueRefusesAYearWithoutCalendar(t *testing.T) {
	if due, err := ref().Rules.Due("pakn.answer", time.Date(2027, 12, 28, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Errorf("guessed %s", due.At)
	}
}

func TestDueIsLaterForALaterStart(t *testing.T) {
	rules := ref().Rules
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.IntRange(0, 2*365*24*60)
		a := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minutes.Draw(t, "a")) * time.Minute)
		b := a.Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "b")) * time.Minute)
		for _, key := range []string{"pakn.answer", "pakn.forward_wrong_authority"} {
			x, err := rules.Due(key, a)
			y, err2 := rules.Due(key, b)
			if err != nil || err2 != nil {
				t.Skip("outside the calendar")
			}
			if y.At.Before(x.At) {
				t.Fatalf("%s: from %s due %s, from %s due %s", key, a, x.At, b, y.At)
			}
			if d := x.At.In(models.VietNam); d.Weekday() == time.Sunday || d.Hour() != 17 {
				t.Fatalf("%s ends %s", key, d)
			}
		}
	})
}
