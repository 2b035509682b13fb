package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// hanoi is a time of 2026 in Viet Nam, "03-02 08:00".
func hanoi(t *testing.T, s string) time.Time {
	t.Helper()
	x, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, models.VietNam)
	if err != nil {
		t.Fatal(err)
	}
	return models.Moment(x)
}

// clockCase is a case of the ministry of construction, received then.
func clockCase(t *testing.T, r *models.Reference, agency, at string) *models.Feedback {
	t.Helper()
	in := submission()
	in.Agency = agency
	f, _, err := models.NewFeedback(in, r, hanoi(t, at))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func wantDue(t *testing.T, f *models.Feedback, want string) {
	t.Helper()
	if !f.Due.At.Equal(hanoi(t, want)) {
		t.Errorf("due %s, want %s (%s)", f.Due.At.In(models.VietNam).Format("01-02 15:04"), want, f.Due.Explanation)
	}
}

// TestClockStandsStill while the sender is asked, and goes on when they answer.
func TestClockStandsStill(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "bxd", "03-02 08:00")
	wantDue(t, f, "03-23 17:00") // 22 March is a Sunday
	desk := officer("h", "bxd", models.Handler).Actor()
	at := hanoi(t, "03-04 10:00")
	ok(t)(f.RequestInfo(desk, "q", "Đoạn nào?", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	if f.PausedAt == nil || f.Overdue(hanoi(t, "04-30 08:00")) || f.Summary().DueAt != nil {
		t.Fatal("the clock runs while the sender is asked")
	}
	f.RunClock(r.Rules, r.Tree, hanoi(t, "03-05 10:00")) // of something else that happened meanwhile
	at = hanoi(t, "03-09 09:00")
	ok(t)(f.AddMessage(sender, "a", "Trước cổng.", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	wantDue(t, f, "03-27 17:00") // 22 March and 5 days
	if f.PausedAt != nil || len(f.Clock.Pauses) != 1 || f.Summary().DueAt == nil {
		t.Errorf("%+v", f.Clock)
	}
	if original, extended, paused := f.Due.OnTime(hanoi(t, "03-26 08:00")); original || extended || !paused {
		t.Errorf("on time: at first %v, extended %v, paused %v", original, extended, paused)
	}

	late := clockCase(t, r, "bxd", "03-02 08:00")
	at = hanoi(t, "03-24 08:00")
	ok(t)(late.RequestInfo(desk, "q", "Đoạn nào?", nil, at))
	late.RunClock(r.Rules, r.Tree, at)
	if late.PausedAt != nil || !late.Overdue(at) {
		t.Error("asking makes a late case one in time")
	}
}

// TestNextAgencyHasItsOwnClock: forwarding stops the clock, handing down within an agency
// and the heir of a dissolved one do not.
func TestNextAgencyHasItsOwnClock(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "ubnd-79", "03-02 08:00")
	boss := officer("b", "ubnd-79", models.Coordinator).Actor()
	at := hanoi(t, "03-04 08:00")
	ok(t)(f.Assign(boss, r.Tree.Path("so-xd-79"), "", at))
	f.RunClock(r.Rules, r.Tree, at)
	wantDue(t, f, "03-23 17:00")
	if len(f.Clocks) != 0 {
		t.Error("handing down stopped the clock")
	}
	at = hanoi(t, "03-10 08:00")
	ok(t)(f.RequestInfo(boss, "q", "Đoạn nào?", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	at = hanoi(t, "03-12 08:00")
	ok(t)(f.Forward(boss, r.Tree.Path("bxd"), "Quốc lộ", at))
	f.RunClock(r.Rules, r.Tree, at)
	wantDue(t, f, "04-01 17:00")
	if len(f.Clocks) != 1 || f.PausedAt != nil || len(f.Clock.Pauses) != 0 {
		t.Fatalf("%+v", f)
	}
	c := f.Clocks[0]
	if c.Agency != "so-xd-79" || !c.At.Equal(at) || len(c.Log.Pauses) != 1 || !c.Due.At.Equal(hanoi(t, "03-24 17:00")) {
		t.Errorf("the stopped clock: %+v", c)
	}
	// Given back and taken again by the same agency: one clock.
	ok(t)(f.Return(boss, "không phải", r.Tree, hanoi(t, "03-13 08:00")))
	f.RunClock(r.Rules, r.Tree, hanoi(t, "03-13 08:00"))
	ok(t)(f.Assign(models.Actor{}, r.Tree.Path("bxd"), "", hanoi(t, "03-14 08:00")))
	f.RunClock(r.Rules, r.Tree, hanoi(t, "03-14 08:00"))
	wantDue(t, f, "04-01 17:00")
	if len(f.Clocks) != 1 {
		t.Errorf("%d stopped clocks", len(f.Clocks))
	}

	var after []models.Agency
	for _, a := range r.Tree.All() {
		if a.Code == "bxd" {
			a.Successor = "bct"
		}
		after = append(after, a)
	}
	r.Tree.Set(after)
	ok(t)(f.Forward(models.Actor{}, r.Tree.Path("bct"), "giải thể", hanoi(t, "03-16 08:00")))
	f.RunClock(r.Rules, r.Tree, hanoi(t, "03-16 08:00"))
	wantDue(t, f, "04-01 17:00")
	if len(f.Clocks) != 1 || f.ClockOf != "bct" {
		t.Errorf("the heir got a new clock: %+v", f.Clocks)
	}
}

// provincial are rules with terms of their own in Ho Chi Minh City.
func provincial(t *testing.T) *models.Reference {
	t.Helper()
	r := ref()
	rules := append(slices.Clone(knowledge.Rules()),
		models.Rule{Key: "pakn.answer", Term: 8, Unit: models.WorkingDays, Answers: true, Starts: models.Receipt, Regime: models.General, Province: "79", LegalBasis: "Quy chế 79",
			LegalBasisEN: "Rules of 79", ValidFrom: "2025-07-01", ValidTo: "2026-03-31", Extension: &models.Extension{Times: 1, Term: 5, Approver: true}},
		models.Rule{Key: "pakn.answer", Term: 3, Unit: models.WorkingDays, Answers: true, Starts: models.Receipt, Regime: models.General, Province: "79", LegalBasis: "Quy chế mới 79",
			LegalBasisEN: "New rules of 79", ValidFrom: "2026-04-01"},
		models.Rule{Key: "dien.answer", Term: 2, Unit: models.WorkingDays, Answers: true, Starts: models.Receipt, Regime: models.General, Fields: []string{"dien-luc"}, LegalBasis: "Điện",
			ValidFrom: "2025-07-01"})
	r.Rules = models.NewRules(rules, knowledge.Calendar())
	return r
}

// TestRuleOfTheProvince: it goes before the country's, by the day on which the clock started.
func TestRuleOfTheProvince(t *testing.T) {
	r := provincial(t)
	wantDue(t, clockCase(t, r, "bxd", "03-02 08:00"), "03-23 17:00")
	f := clockCase(t, r, "so-xd-79", "03-02 08:00")
	wantDue(t, f, "03-12 17:00")
	if f.OriginalDue != nil || f.Due.LegalBasis != "Quy chế 79" {
		t.Errorf("%+v", f.Due)
	}
	// Routed after the rule changed, but the clock started before.
	in := submission()
	late, _, err := models.NewFeedback(in, r, hanoi(t, "03-31 08:00"))
	if err != nil {
		t.Fatal(err)
	}
	ok(t)(late.Assign(models.Actor{}, r.Tree.Path("so-xd-79"), "", hanoi(t, "04-02 08:00")))
	late.RunClock(r.Rules, r.Tree, hanoi(t, "04-02 08:00"))
	if late.Due.LegalBasis != "Quy chế 79" || late.Due.Term != 8 {
		t.Errorf("by %s, want the rule of the start", late.Due.LegalBasis)
	}
}

// TestClassifiedCaseHasTheRuleOfItsRegime: counted from the same start.
func TestClassifiedCaseHasTheRuleOfItsRegime(t *testing.T) {
	r := provincial(t)
	f := clockCase(t, r, "so-xd-48", "03-02 08:00")
	boss := officer("b", "ubnd-48", models.Coordinator).Actor()
	f.Clock.Asks = []models.ExtensionAsk{{Term: 5, Reason: "Chờ"}}
	for _, step := range []struct {
		c    models.Classification
		want string
	}{
		{models.Classification{Regime: models.FieldCase}, "03-16 17:00"},
		{models.Classification{Regime: models.UrgentCase}, "03-03 17:00"},
		{models.Classification{Regime: models.LegalText}, "03-23 17:00"}, // of ministries only: the general rule
		{models.Classification{Regime: models.General, Field: "dien-luc"}, "03-04 17:00"},
	} {
		ok(t)(f.Classify(boss, step.c, r, hanoi(t, "03-02 09:00")))
		wantDue(t, f, step.want)
	}
	if f.Clock.Asked() != nil {
		t.Error("more time was asked for under another rule, and it still waits")
	}
	_, err := f.Classify(boss, models.Classification{Regime: "khac"}, r, hanoi(t, "03-02 09:00"))
	if why := fields(err); !slices.Contains(why, "regime unknown") {
		t.Errorf("%v", err)
	}
	elsewhere := clockCase(t, r, "so-xd-01", "03-02 08:00")
	ok(t)(elsewhere.Classify(boss, models.Classification{Regime: models.UrgentCase}, r, hanoi(t, "03-02 09:00")))
	wantDue(t, elsewhere, "03-23 17:00") // Hà Nội has no rule of its own here
}

// TestAskedLateUnderAShorterRule: what was asked when a term was over does not move it, but
// moves the longer one that turns out to be right; also while the sender is asked still.
func TestAskedLateUnderAShorterRule(t *testing.T) {
	r := provincial(t)
	f := clockCase(t, r, "so-xd-48", "03-02 08:00")
	boss := officer("b", "ubnd-48", models.Coordinator).Actor()
	desk := officer("h", "so-xd-48", models.Handler).Actor()
	regime := func(to models.Regime, at, want string) {
		t.Helper()
		ok(t)(f.Classify(boss, models.Classification{Regime: to}, r, hanoi(t, at)))
		f.RunClock(r.Rules, r.Tree, hanoi(t, at))
		wantDue(t, f, want)
	}
	ask := func(id, at string) {
		ok(t)(f.RequestInfo(desk, id, "Đoạn nào?", nil, hanoi(t, at)))
		f.RunClock(r.Rules, r.Tree, hanoi(t, at))
	}
	answer := func(id, at string) {
		ok(t)(f.AddMessage(sender, id, "Trước cổng.", nil, hanoi(t, at)))
		f.RunClock(r.Rules, r.Tree, hanoi(t, at))
	}
	regime(models.UrgentCase, "03-02 09:00", "03-03 17:00")
	ask("q1", "03-04 09:00") // late
	answer("a1", "03-06 09:00")
	wantDue(t, f, "03-03 17:00")
	regime(models.LegalText, "03-06 10:00", "03-24 17:00") // 20 days end on Sunday the 22nd; and those two
	regime(models.UrgentCase, "03-06 11:00", "03-03 17:00")
	regime(models.LegalText, "03-06 12:00", "03-24 17:00")
	regime(models.UrgentCase, "03-06 13:00", "03-03 17:00")
	ask("q2", "03-09 09:00")
	if f.PausedAt != nil || !f.Overdue(hanoi(t, "03-10 09:00")) {
		t.Error("a late case stands still")
	}
	regime(models.LegalText, "03-10 09:00", "03-24 17:00")
	if f.PausedAt == nil || !f.PausedAt.Equal(hanoi(t, "03-09 09:00")) {
		t.Errorf("stands still since %v", f.PausedAt)
	}
	answer("a2", "03-12 09:00")
	wantDue(t, f, "03-27 17:00")
	if len(f.Clock.Late) != 0 || f.Clock.LateSince != nil || len(f.Clock.Pauses) != 2 {
		t.Errorf("%+v", f.Clock)
	}
}

// fields are what is wrong with fields, "field code".
func fields(err error) (out []string) {
	var e *models.Error
	if errors.As(err, &e) {
		for _, x := range e.Fields {
			out = append(out, x.Field+" "+x.Code)
		}
	}
	return out
}

// TestExtend: with a reason, by an approver where the rule says so, once, and not at all
// under Decision 574.
func TestExtend(t *testing.T) {
	r := provincial(t)
	at := hanoi(t, "03-05 08:00")
	boss := officer("a", "so-xd-79", models.Approver).Actor()
	f := clockCase(t, r, "so-xd-79", "03-02 08:00")
	for _, c := range []struct {
		approver bool
		more     int
		reason   string
		at       time.Time
		want     string
	}{
		{false, 5, "Chờ số liệu", at, "approver_extends"},
		{true, 6, "Chờ số liệu", at, "term out_of_range"},
		{true, 5, " ", at, "reason required"},
		{true, 5, "Chờ số liệu", hanoi(t, "03-13 08:00"), "extend_too_late"},
	} {
		by := boss
		by.Approver = c.approver
		_, err := f.Extend(by, c.more, c.reason, r.Rules, c.at)
		if why(err) != c.want && !slices.Contains(fields(err), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	work := ok(t)(f.Extend(boss, 5, "Chờ số liệu", r.Rules, at))
	wantDue(t, f, "03-19 17:00")
	if kindOf(work)[models.WorkNotify] != 1 || !strings.Contains(f.Timeline[len(f.Timeline)-1].Note, "Chờ số liệu") {
		t.Error("the sender is not told")
	}
	if original, extended, paused := f.Due.OnTime(hanoi(t, "03-18 08:00")); original || !extended || !paused {
		t.Errorf("on time: at first %v, extended %v, paused %v", original, extended, paused)
	}
	if _, err := f.Extend(boss, 1, "Nữa", r.Rules, at); why(err) != "extended_enough" {
		t.Errorf("a second time: %v", err)
	}
	national := clockCase(t, r, "bxd", "03-02 08:00")
	if _, err := national.Extend(boss, 5, "Chờ số liệu", r.Rules, at); why(err) != "no_extension" {
		t.Errorf("Decision 574 has no extension: %v", err)
	}
}

// TestProgress: every seven days once overdue, told to the sender.
func TestProgress(t *testing.T) {
	r := provincial(t)
	f := clockCase(t, r, "bxd", "03-02 08:00")
	desk := officer("h", "bxd", models.Handler).Actor()
	if f.ProgressDue(r.Rules, hanoi(t, "03-23 16:00")) != nil {
		t.Error("asked for before it is late")
	}
	if _, err := f.Progress(desk, "Đang chờ", hanoi(t, "03-23 16:00")); why(err) != "not_overdue" {
		t.Errorf("%v", err)
	}
	at := hanoi(t, "03-24 08:00")
	if due := f.ProgressDue(r.Rules, at); due == nil || !due.At.Equal(hanoi(t, "03-30 17:00")) {
		t.Errorf("the first: %+v", due)
	}
	work := ok(t)(f.Progress(desk, "Đang chờ nhà thầu.", at))
	if kindOf(work)[models.WorkNotify] != 1 {
		t.Error("the sender is not told")
	}
	if due := f.ProgressDue(r.Rules, at); due == nil || !due.At.Equal(hanoi(t, "03-31 17:00")) {
		t.Errorf("the next: %+v", due)
	}
	own := clockCase(t, r, "so-xd-79", "03-02 08:00")
	if due := own.ProgressDue(r.Rules, at); due != nil {
		t.Errorf("the city's rule asks for nothing: %+v", due)
	}
}

// TestCaseClock walks a case through asking, answering, extending and forwarding at any
// times: nothing makes a running clock end earlier, a pause of nothing changes nothing,
// splitting a pause changes nothing, and a clock that is not touched stays.
func TestCaseClock(t *testing.T) {
	r := provincial(t)
	desk := officer("a", "so-xd-79", models.Approver).Actor()
	rapid.Check(t, func(t *rapid.T) {
		in := submission()
		in.Agency = rapid.SampledFrom([]string{"so-xd-79", "bxd"}).Draw(t, "agency")
		at := models.Moment(someTime(t, "start").AddDate(0, 6, 0))
		if at.Year() > 2026 {
			t.Skip("outside the calendar")
		}
		f, _, err := models.NewFeedback(in, r, at)
		if err != nil || f.Due == nil {
			t.Skip("outside the calendar")
		}
		twin := *f // asked twice in a row where f is asked once
		for range rapid.IntRange(0, 4).Draw(t, "steps") {
			before := *f.Due
			if rapid.Bool().Draw(t, "extend") {
				more := rapid.IntRange(1, 5).Draw(t, "more")
				_, err := f.Extend(desk, more, "x", r.Rules, at)
				_, err2 := twin.Extend(desk, more, "x", r.Rules, at)
				if (err == nil) != (err2 == nil) {
					t.Fatalf("%v, the twin %v", err, err2)
				}
			}
			asked := at.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "asked")) * time.Minute)
			between := asked.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "between")) * time.Minute)
			at = between.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "answered")) * time.Minute)
			if asked.After(f.Due.At) || asked.After(before.At) {
				break
			}
			ask := func(f *models.Feedback, from, to time.Time) {
				if _, err := f.RequestInfo(desk, models.NewID(), "?", nil, from); err != nil {
					t.Fatal(err)
				}
				f.RunClock(r.Rules, r.Tree, from)
				if _, err := f.AddMessage(sender, models.NewID(), "!", nil, to); err != nil {
					t.Fatal(err)
				}
				f.RunClock(r.Rules, r.Tree, to)
			}
			ask(&twin, asked, between)
			if between.After(twin.Due.At) {
				break // late by then: asking again does not stop the clock
			}
			ask(&twin, between, at)
			ask(f, asked, at)
			if f.Due.At.Before(before.At) {
				t.Fatalf("it ends earlier: %s, was %s", f.Due.Explanation, before.Explanation)
			}
			if f.Due.At != twin.Due.At || f.Due.PausedMS != twin.Due.PausedMS {
				t.Fatalf("one pause %s, two %s", f.Due.Explanation, twin.Due.Explanation)
			}
			if dayOfCase(asked) == dayOfCase(at) && f.Due.PausedMS != before.PausedMS {
				t.Fatalf("a pause within a day moved it: %s, was %s", f.Due.Explanation, before.Explanation)
			}
			if f.Due.Rule != before.Rule || f.Due.LegalBasis != before.LegalBasis || f.Due.Start != before.Start {
				t.Fatalf("another rule governs: %+v", f.Due)
			}
		}
		was := *f.Due
		f.RunClock(r.Rules, r.Tree, at)
		if *f.Due != was {
			t.Fatal("nothing happened, and it changed")
		}
	})
}

func dayOfCase(at time.Time) string { return at.In(models.VietNam).Format(time.DateOnly) }
