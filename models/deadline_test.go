package models_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// TestDueByHand compares with dates worked out by hand on the calendar.
func TestDueByHand(t *testing.T) {
	table, err := os.ReadFile("testdata/deadlines.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rules, n := ref().Rules, 0
	for line := range strings.Lines(string(table)) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if c[0] == "key" {
			continue
		}
		n++
		start, err := time.Parse(time.RFC3339, c[1])
		if err != nil {
			t.Fatal(err)
		}
		due, err := rules.Due(c[0], start)
		if c[2] == "refused" {
			if missing := (*models.NoCalendarError)(nil); !errors.As(err, &missing) {
				t.Errorf("%s from %s: guessed %s", c[0], c[1], due.At)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s from %s: %v", c[0], c[1], err)
			continue
		}
		if want, err := time.Parse(time.RFC3339, c[2]); err != nil || !due.At.Equal(want) {
			t.Errorf("%s from %s: got %s, want %s, %s (%s)", c[0], c[1], due.At.In(models.VietNam), c[2], c[3], due.Explanation)
		}
	}
	if n < 60 {
		t.Errorf("%d dates", n)
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

// TestStepsOfHours: what runs from the minute does not say that the day of receipt is not counted.
func TestStepsOfHours(t *testing.T) {
	for key, counted := range map[string]bool{"pdp.breach": true, "pakn.answer": false, "pakn.classify": false} {
		due, err := ref().Rules.Due(key, now)
		if err != nil {
			t.Fatal(err)
		}
		for lang, words := range map[string]string{"vi": "Ngày nhận không tính", "en": "day of receipt is not counted"} {
			if first := ref().Rules.Steps(&due, lang)[0]; strings.Contains(first, words) == counted {
				t.Errorf("%s: %s", key, first)
			}
		}
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

// someTime is a time of which due dates of a few weeks can be counted.
func someTime(t *rapid.T, name string) time.Time {
	return time.Date(2025, 1, 1, 0, 0, 0, 0, models.VietNam).Add(time.Duration(rapid.IntRange(0, 900*24*60).Draw(t, name)) * time.Minute)
}

func someRule(t *rapid.T) models.Rule {
	return models.Rule{Key: "test", Term: rapid.IntRange(1, 40).Draw(t, "term"), Unit: rapid.SampledFrom(models.Units).Draw(t, "unit"), LegalBasis: "Luật"}
}

// TestDueOfEveryUnit: a later start is never due earlier; days end on a working day at
// 17:00; and no term is shorter than it says.
func TestDueOfEveryUnit(t *testing.T) {
	rules := ref().Rules
	off := map[string]bool{}
	worked := map[string]bool{}
	cal := rules.Calendar()
	for _, h := range cal.Holidays {
		off[h.Date] = true
	}
	for _, w := range cal.Workdays {
		worked[w.Date] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		rule, start := someRule(t), someTime(t, "start")
		due, err := rules.Count(rule, "", start)
		if err != nil {
			t.Fatal(err)
		}
		later, err := rules.Count(rule, "", start.Add(time.Duration(rapid.IntRange(0, 60*24*30).Draw(t, "later"))*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if later.At.Before(due.At) {
			t.Fatalf("due %s, from a later start %s", due.At, later.At)
		}
		at := due.At.In(models.VietNam)
		date := at.Format(time.DateOnly)
		weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
		if rule.Unit != models.Hours && (off[date] || weekend && !worked[date]) {
			t.Fatalf("ends on a day off: %s", due.Explanation)
		}
		switch rule.Unit {
		case models.CalendarDays, models.WorkingDays:
			if at.Hour() != 17 || at.Minute() != 0 {
				t.Fatalf("ends at %s", at)
			}
			if at.Sub(start) < time.Duration(rule.Term-1)*24*time.Hour {
				t.Fatalf("too short: %s", due.Explanation)
			}
		case models.Hours:
			if at.Sub(start) != time.Duration(rule.Term)*time.Hour {
				t.Fatalf("not %d hours: %s", rule.Term, at.Sub(start))
			}
		}
	})
}

// TestPause: a pause of nothing changes nothing, one moves nothing back, and two in a row
// are as one over both.
func TestPause(t *testing.T) {
	rules := ref().Rules
	rapid.Check(t, func(t *rapid.T) {
		rule, start := someRule(t), someTime(t, "start")
		due, err := rules.Count(rule, "", start)
		if err != nil {
			t.Fatal(err)
		}
		from := start.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "from")) * time.Minute)
		between := from.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "between")) * time.Minute)
		to := between.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "to")) * time.Minute)
		pause := func(d models.Due, from, to time.Time) models.Due {
			p, err := rules.Pause(d, from, to)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if p := pause(due, from, from); p != due {
			t.Fatalf("a pause of nothing: %s, was %s", p.Explanation, due.Explanation)
		}
		once, twice := pause(due, from, to), pause(pause(due, from, between), between, to)
		if once != twice {
			t.Fatalf("one pause %s, two %s", once.Explanation, twice.Explanation)
		}
		if once.At.Before(due.At) {
			t.Fatalf("a pause moved it back: %s, was %s", once.Explanation, due.Explanation)
		}
	})
}

// TestPauseByHand: asked on a Wednesday, answered the Monday after.
func TestPauseByHand(t *testing.T) {
	rules := ref().Rules
	for _, c := range []struct {
		key, start, from, to, want string
	}{
		{"pakn.answer", "2026-03-02 08:00", "2026-03-04 10:00", "2026-03-09 09:00", "2026-03-27 17:00"},                  // 22/3 + 5 days
		{"pakn.forward_wrong_authority", "2026-03-02 08:00", "2026-03-04 10:00", "2026-03-09 09:00", "2026-03-12 17:00"}, // 9/3 + 3 working days: 5, 6, 9/3
		{"pdp.breach", "2026-03-02 08:00", "2026-03-04 10:00", "2026-03-04 11:30", "2026-03-05 09:30"},
	} {
		at := func(s string) time.Time {
			x, err := time.ParseInLocation("2006-01-02 15:04", s, models.VietNam)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		due, err := rules.Due(c.key, at(c.start))
		if err != nil {
			t.Fatal(err)
		}
		due, err = rules.Pause(due, at(c.from), at(c.to))
		if err != nil || !due.At.Equal(at(c.want)) {
			t.Errorf("%s: %s, want %s, %v", c.key, due.Explanation, c.want, err)
		}
	}
}

// TestOpenHours: eight office hours a day but half an hour, and a half-day that is data.
func TestOpenHours(t *testing.T) {
	cal := *knowledge.Calendar()
	cal.HalfDays = []models.HalfDay{{Date: "2026-03-03", Name: "Nghỉ chiều", Windows: []models.Window{{From: "07:30", To: "11:30"}}, Source: "x"}}
	cal.Hours = append(slices.Clone(cal.Hours), models.OfficeHours{Agency: "bxd", Windows: []models.Window{{From: "08:00", To: "12:00"}, {From: "13:00", To: "17:00"}}, Source: "x"})
	rules := models.NewRules(knowledge.Rules(), &cal)
	for _, c := range []struct {
		agency, start string
		hours         int
		want          string
	}{
		{"", "2026-03-02 08:00", 2, "2026-03-02 10:00"},
		{"", "2026-03-02 10:30", 2, "2026-03-02 14:30"},    // over lunch
		{"", "2026-03-02 16:00", 2, "2026-03-03 08:30"},    // over night
		{"", "2026-03-02 16:00", 6, "2026-03-04 08:30"},    // 1 hour, the half-day's 4, 1 hour
		{"", "2026-02-13 16:00", 2, "2026-02-23 08:30"},    // over Tết
		{"bxd", "2026-03-02 16:00", 2, "2026-03-03 08:30"}, // the half-day holds for all
		{"bxd", "2026-03-04 10:30", 2, "2026-03-04 13:30"},
	} {
		start, _ := time.ParseInLocation("2006-01-02 15:04", c.start, models.VietNam)
		due, err := rules.Count(models.Rule{Term: c.hours, Unit: models.OpenHours}, c.agency, start)
		if got := due.At.In(models.VietNam).Format("2006-01-02 15:04"); err != nil || got != c.want {
			t.Errorf("%s %s + %d: %s, want %s, %v", c.agency, c.start, c.hours, got, c.want, err)
		}
	}
}

func TestDueInEnglish(t *testing.T) {
	due, err := ref().Rules.Due("pakn.answer", time.Date(2026, 11, 4, 1, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	const want = "received 04/11/2026 08:00 → counted from 05/11/2026; 20 days → Wednesday, 25/11/2026 17:00 (24/11 is a day off (Viet Nam Culture Day), so it ends on the next working day)"
	if got := due.Line("en"); got != want {
		t.Errorf("%s", got)
	}
	if got := due.Line("vi"); !strings.Contains(got, "Ngày Văn hóa Việt Nam") {
		t.Errorf("%s", got)
	}
	due.DayOffEN = "" // of a record of before
	if got := due.Line("en"); !strings.Contains(got, "(Ngày Văn hóa Việt Nam)") {
		t.Errorf("%s", got)
	}
	tet, err := ref().Rules.Due("pakn.classify", time.Date(2026, 2, 13, 1, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ref().Rules.Steps(&tet, "en"), "\n"); !strings.Contains(got, "16/02–20/02/2026 (Lunar New Year 2026)") || !strings.Contains(got, "(weekend)") {
		t.Errorf("%s", got)
	}
}
