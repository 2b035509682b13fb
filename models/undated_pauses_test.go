package models_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// everyUnit are references with terms in every unit, some of which can be extended; of the
// calendar of 2028 the first knows from the beginning, the second not.
func everyUnit() (knows, waits *models.Reference) {
	rule := func(province string, term int, unit models.Unit) models.Rule {
		return models.Rule{Key: "pakn.answer", Term: term, Unit: unit, Answers: true, Starts: models.Receipt, Regime: models.General, Province: province, LegalBasis: "Quy chế " + province,
			ValidFrom: "2025-07-01", Extension: &models.Extension{Times: 2, Term: 5}}
	}
	rules := append(slices.Clone(knowledge.Rules()), rule("79", 8, models.WorkingDays), rule("48", 100, models.Hours), rule("01", 20, models.OpenHours))
	knows, waits = ref(), ref()
	knows.Rules, waits.Rules = models.NewRules(rules, knowledge.Calendar()), models.NewRules(rules, knowledge.Calendar())
	know2028(knows)
	return knows, waits
}

// TestPausesCountAsIfDated: two cases are asked about, extended and forwarded at the same times,
// of which one has no date until the calendar is known. Whenever both have one, they have
// the same clock; also where the sender was asked when the term was over already.
func TestPausesCountAsIfDated(t *testing.T) {
	agencies := []string{"bxd", "so-xd-79", "so-xd-48", "so-xd-01"}
	rapid.Check(t, func(t *rapid.T) {
		knows, waits := everyUnit()
		in, at := submission(), models.Moment(time.Date(2027, 12, rapid.IntRange(1, 31).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, models.VietNam))
		in.Agency = rapid.SampledFrom(agencies).Draw(t, "agency")
		want, _, err := models.NewFeedback(in, knows, at)
		if err != nil {
			t.Fatal(err)
		}
		f, _, err := models.NewFeedback(in, waits, at)
		if err != nil {
			t.Fatal(err)
		}
		both := func(change func(*models.Feedback, *models.Reference) error) {
			err, wantErr := change(f, waits), change(want, knows)
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("%v, with a date %v", err, wantErr)
			}
			f.RunClock(waits.Rules, waits.Tree, at)
			want.RunClock(knows.Rules, knows.Tree, at)
		}
		same := func() {
			if f.Due == nil {
				return
			}
			if d := cmp.Diff(want.Due, f.Due) + cmp.Diff(want.Clock, f.Clock) + cmp.Diff(want.PausedAt, f.PausedAt) + cmp.Diff(want.Stopped(knows.Rules), f.Stopped(knows.Rules)); d != "" {
				t.Fatalf("another clock than with a date all the time (-) : %s", d)
			}
		}
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 12*24*60).Draw(t, "minutes")) * time.Minute)
			desk := officer("a", f.Agency, models.Handler, models.Coordinator, models.Approver).Actor()
			switch id := models.NewID(); rapid.SampledFrom([]string{"ask", "ask", "answer", "answer", "extend", "forward", "know", "date"}).Draw(t, "step") {
			case "ask":
				both(func(f *models.Feedback, _ *models.Reference) error {
					_, err := f.RequestInfo(desk, id, "?", nil, at)
					return err
				})
			case "answer":
				both(func(f *models.Feedback, _ *models.Reference) error {
					_, err := f.AddMessage(sender, id, "!", nil, at)
					return err
				})
			case "extend":
				if _, err := f.Extend(desk, 3, "x", waits.Rules, at); err == nil {
					if _, err = want.Extend(desk, 3, "x", knows.Rules, at); err != nil {
						t.Fatal(err)
					}
				}
			case "forward":
				to := rapid.SampledFrom(agencies).Draw(t, "to")
				both(func(f *models.Feedback, r *models.Reference) error {
					_, err := f.Forward(desk, r.Tree.Path(to), "x", at)
					return err
				})
			case "know":
				know2028(waits)
			case "date":
				f.Date(waits.Rules, waits.Tree, at)
			}
			same()
		}
		know2028(waits)
		f.Date(waits.Rules, waits.Tree, at)
		if f.Due == nil && want.Due != nil {
			t.Fatalf("no date: %+v", f.Undated)
		}
		same()
	})
}

// TestAskedWhenLateWithoutADate: whoever asks when the term is over does not move its end,
// although nobody could know then that it was.
func TestAskedWhenLateWithoutADate(t *testing.T) {
	desk := officer("h", "bxd", models.Handler).Actor()
	for _, c := range []struct {
		asked, answered, due string
		stands               bool
	}{
		{"2028-01-10 17:00", "2028-01-12 08:00", "2028-01-11 17:00", false}, // in the last minute: 9 January and 2 days
		{"2028-01-11 08:00", "2028-01-13 08:00", "2028-01-10 17:00", false},
		{"2028-01-10 16:00", "", "2028-01-10 17:00", true},
		{"2028-01-10 18:00", "", "2028-01-10 17:00", false}, // late, and still is while it is asked
	} {
		r := ref()
		f := undatedCase(t, r)
		ok(t)(f.RequestInfo(desk, "q", "Đoạn nào?", nil, day(t, c.asked)))
		f.RunClock(r.Rules, r.Tree, day(t, c.asked))
		if c.answered != "" {
			ok(t)(f.AddMessage(sender, "a", "Trước cổng.", nil, day(t, c.answered)))
			f.RunClock(r.Rules, r.Tree, day(t, c.answered))
		}
		know2028(r)
		dated(t, f, r, c.due)
		if late := f.Overdue(day(t, "2028-02-01 08:00")); (f.PausedAt != nil) != c.stands || late == c.stands {
			t.Errorf("asked %s: stands still since %v, late %v", c.asked, f.PausedAt, late)
		}
	}
}
