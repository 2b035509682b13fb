package models_test

import (
	"strings"
	"testing"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// TestRuleOfTheKind: what a case is decides by which rule it is due; found on the day of its
// receipt, from that.
func TestRuleOfTheKind(t *testing.T) {
	r := ref()
	f := unrouted(t, r, "03-02 08:00")
	for _, step := range []struct {
		kind      models.Kind
		rule, due string
	}{
		{models.Complaint, "khieunai.accept", "03-12 17:00"}, // 3 to 12 March, a Thursday
		{models.Denunciation, "tocao.accept", "03-11 17:00"}, // 3, 4, 5, 6, 9, 10, 11 March
		{models.Crime, "pakn.answer", "03-23 17:00"},         // 22 March is a Sunday
		{models.Complaint, "khieunai.accept", "03-12 17:00"},
		{models.Ordinary, "pakn.answer", "03-23 17:00"},
	} {
		found(t, r, f, step.kind, "03-02 23:50")
		wantDue(t, f, step.due)
		if f.Due.Rule != step.rule || len(f.Clocks) != 0 || f.Due.Before != nil {
			t.Errorf("a %s goes by %s, after %d clocks", step.kind, f.Due.Rule, len(f.Clocks))
		}
	}
	// Regimes of feedback do not make a complaint one.
	ok(t)(f.Classify(intake(), models.Classification{Kind: models.Complaint, Regime: models.LegalText}, r, hanoi(t, "03-04 10:00")))
	wantDue(t, f, "03-12 17:00")
}

func intake() models.Actor { return officer("i", models.RootAgency, models.Intake).Actor() }

// found is that an officer finds at that time what the case is.
func found(t *testing.T, r *models.Reference, f *models.Feedback, kind models.Kind, at string) {
	t.Helper()
	now := hanoi(t, at)
	ok(t)(f.Classify(intake(), models.Classification{Kind: kind}, r, now))
	f.RunClock(r.Rules, r.Tree, now)
}

// TestFoundToBeAComplaint, after the term of accepting one would have been over since the receipt:
// that term runs from the finding, says so, and the delay before is that of whoever had the case.
func TestFoundToBeAComplaint(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "bxd", "03-02 08:00") // to be answered by the 23rd, sorted by the 9th
	found(t, r, f, models.Complaint, "03-17 09:00")
	wantDue(t, f, "03-27 17:00") // 18 to 27 March, a Friday
	if f.Overdue(hanoi(t, "03-17 09:00")) || f.Due.Rule != "khieunai.accept" || f.ClockOf != "" {
		t.Errorf("%+v of %q", f.Due, f.ClockOf)
	}
	if n := len(f.Sorted); n != 1 || f.Sorted[0].Agency != "bxd" || !f.Sorted[0].Late() {
		t.Errorf("the delay of finding out: %+v", f.Sorted)
	}
	for lang, want := range map[string][]string{
		"vi": {"Phân loại lại: thứ Ba, 17/03/2026 09:00", "thời hạn tính từ 02/03/2026 08:00; thời hạn này tính từ khi xác định", "Thời hạn trước, của Bộ Xây dựng: tính từ 02/03/2026 08:00, hạn 23/03/2026 17:00; dừng lúc 17/03/2026 09:00, khi còn trong hạn"},
		"en": {"Reclassified: Tuesday, 17/03/2026 09:00", "from 02/03/2026 08:00; this term runs from when it was found", "The day of the reclassification is not counted"},
	} {
		told := f.TellDue(r.Rules, r.Tree, lang)
		for _, w := range want {
			if !strings.Contains(strings.Join(told.Steps, "\n"), w) {
				t.Errorf("%q lacks %q", told.Steps, w)
			}
		}
	}
	// The first finding counts: correcting it again and again gives no new time.
	found(t, r, f, models.Denunciation, "03-18 09:00")
	wantDue(t, f, "03-27 17:00") // 19, 20, 23, 24, 25, 26, 27
	found(t, r, f, models.Complaint, "03-25 09:00")
	wantDue(t, f, "03-27 17:00")
	found(t, r, f, models.Denunciation, "03-26 09:00")
	wantDue(t, f, "03-27 17:00")
	// It comes again as what it is found to be.
	f.Status = models.Answered
	ok(t)(f.Reopen(sender, "Chưa thỏa đáng", r.Rules, hanoi(t, "04-01 08:00")))
	f.RunClock(r.Rules, r.Tree, hanoi(t, "04-01 08:00"))
	wantDue(t, f, "04-10 17:00") // 2, 3, 6, 7, 8, 9, 10 April
	found(t, r, f, models.Complaint, "04-08 08:00")
	wantDue(t, f, "04-20 17:00") // 18 April is a Saturday
}

// TestFoundLate: a clock that was late when the case was found to be something else stays so.
func TestFoundLate(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "bxd", "03-02 08:00")
	found(t, r, f, models.Denunciation, "03-30 09:00")
	wantDue(t, f, "04-08 17:00") // 31 March, 1, 2, 3, 6, 7, 8 April
	figures := models.NewFigures(hanoi(t, "04-01 08:00"))
	figures.Count(f)
	if p := figures.Years[2026]; p.Total.LateBefore != 1 || p.Agencies["bxd"].LateBefore != 1 || p.Total.Overdue != 0 {
		t.Errorf("%+v", p.Total)
	}
}

// TestFoundToBeNoneAfterAll: the clock of before goes on as if it had never stopped, with all that
// stood still.
func TestFoundToBeNoneAfterAll(t *testing.T) {
	r := ref()
	ask := func(f *models.Feedback, id, at string) {
		t.Helper()
		ok(t)(f.RequestInfo(intake(), id, "Quyết định nào?", nil, hanoi(t, at)))
		f.RunClock(r.Rules, r.Tree, hanoi(t, at))
	}
	answer := func(f *models.Feedback, id, at string) {
		t.Helper()
		ok(t)(f.AddMessage(sender, id, "Số 12.", nil, hanoi(t, at)))
		f.RunClock(r.Rules, r.Tree, hanoi(t, at))
	}
	f, same := unrouted(t, r, "03-02 08:00"), unrouted(t, r, "03-02 08:00")
	for _, x := range []*models.Feedback{f, same} {
		ask(x, "a", "03-03 08:00")
		answer(x, "b", "03-05 08:00") // 2 days
		ask(x, "c", "03-06 08:00")
	}
	found(t, r, f, models.Complaint, "03-09 08:00")
	if f.PausedAt == nil || f.Overdue(hanoi(t, "04-30 08:00")) {
		t.Error("the sender is asked still, and the clock runs")
	}
	if c := f.Clocks[0]; !c.At.Equal(hanoi(t, "03-06 08:00")) {
		t.Errorf("stood still since the 6th, stopped at %s", c.At)
	}
	for _, x := range []*models.Feedback{f, same} {
		answer(x, "d", "03-11 08:00") // 5 days, 2 of them since the finding
	}
	wantDue(t, f, "03-23 17:00") // 10 to 19 March and 2 days, a Saturday
	found(t, r, f, models.Ordinary, "03-12 08:00")
	wantDue(t, same, "03-30 17:00") // 22 March and 7 days, a Sunday
	wantDue(t, f, "03-30 17:00")
	if f.Due.Before != nil || len(f.Clocks) != 0 || len(f.Clock.Pauses) != 2 || f.Due.Explanation != same.Due.Explanation {
		t.Errorf("%+v, %+v", f.Due, f.Clocks)
	}
	// Accepted as one kind and found to be the other: from when that was found.
	found(t, r, f, models.Complaint, "03-16 08:00")
	if err := accept(t, r, f, "khieunai.first", "03-17 09:00"); err != nil {
		t.Fatal(err)
	}
	found(t, r, f, models.Denunciation, "03-30 09:00")
	wantDue(t, f, "04-08 17:00")
}

// TestClockOfBeforeKeepsItsRule: a complaint that an earlier version counted by the general
// rule goes on by it, whatever but its kind is corrected.
func TestClockOfBeforeKeepsItsRule(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "bxd", "03-02 08:00")
	f.Kind, f.Agency, f.ClockOf, f.Status = models.Complaint, "", "", models.Received
	root := officer("i", models.RootAgency, models.Intake).Actor()
	ok(t)(f.Classify(root, models.Classification{Field: "dien-luc"}, r, hanoi(t, "03-04 09:00")))
	wantDue(t, f, "03-23 17:00")
	ok(t)(f.Classify(root, models.Classification{Kind: models.Complaint, Province: "48"}, r, hanoi(t, "03-04 09:00")))
	wantDue(t, f, "03-23 17:00")
	ok(t)(f.Classify(root, models.Classification{Kind: models.Denunciation}, r, hanoi(t, "03-04 09:00")))
	wantDue(t, f, "03-13 17:00") // found on the 4th: 5, 6, 9, 10, 11, 12, 13
}

// TestProvincialTermIsAdopted: the model that most provinces follow runs no clock until a province
// adopts it, and then that of its agencies from its first day on, for feedback.
func TestProvincialTermIsAdopted(t *testing.T) {
	r := ref()
	rule := models.Rule{Key: "pakn.answer_provincial", Province: "79", Term: 12, Unit: models.WorkingDays, LegalBasis: "Quy chế 79", ValidFrom: "2026-03-02", Confidence: "read"}
	a := models.Amendment{ID: "a", Rule: &rule}
	if err := a.Check(r, hanoi(t, "02-20 08:00")); err != nil {
		t.Fatal(err)
	}
	r.Rules.Amend([]models.Amendment{a})
	for _, x := range []struct{ agency, at, rule, due string }{
		{"so-xd-79", "03-02 08:00", "pakn.answer_provincial", "03-18 17:00"}, // 3-6, 9-13, 16-18 March
		{"so-xd-79", "02-27 08:00", "pakn.answer", "03-19 17:00"},
		{"so-xd-48", "03-02 08:00", "pakn.answer", "03-23 17:00"},
		{"bxd", "03-02 08:00", "pakn.answer", "03-23 17:00"},
	} {
		f := clockCase(t, r, x.agency, x.at)
		if wantDue(t, f, x.due); f.Due.Rule != x.rule {
			t.Errorf("%s goes by %s", x.agency, f.Due.Rule)
		}
	}
	// Routed there later, and what is no feedback.
	f := unrouted(t, r, "03-02 08:00")
	ok(t)(f.Assign(models.Actor{}, r.Tree.Path("so-xd-79"), "", hanoi(t, "03-04 08:00")))
	f.RunClock(r.Rules, r.Tree, hanoi(t, "03-04 08:00"))
	wantDue(t, f, "03-18 17:00")
	found(t, r, f, models.Complaint, "03-05 08:00")
	if f.Due.Rule != "khieunai.accept" {
		t.Errorf("a complaint goes by %s", f.Due.Rule)
	}
	if x, err := r.Rules.For(models.Matter{Kind: models.Complaint, Agency: "so-xd-79", Level: models.LevelDepartment, Province: "79"}, hanoi(t, "03-05 08:00")); err != nil || x.Key != "khieunai.accept" {
		t.Errorf("a complaint at an agency of the province goes by %s, %v", x.Key, err)
	}
}

// TestAmendmentOfBefore: one of before its key had a clock runs it too, and a province's term of
// answer reaches no complaint.
func TestAmendmentOfBefore(t *testing.T) {
	rules := models.NewRules(knowledge.Rules(), knowledge.Calendar())
	rules.Amend([]models.Amendment{
		{ID: "a", Rule: &models.Rule{Key: "khieunai.accept", Term: 7, Unit: models.CalendarDays, Starts: models.Receipt, ValidFrom: "2026-08-01"}},
		{ID: "b", Rule: &models.Rule{Key: "pakn.answer", Term: 9, Unit: models.CalendarDays, Starts: models.Receipt, Answers: true, Province: "79", ValidFrom: "2026-08-01"}},
	})
	for _, want := range []struct {
		kind models.Kind
		term int
	}{{models.Complaint, 7}, {models.Ordinary, 9}} {
		rule, err := rules.For(models.Matter{Kind: want.kind, Province: "79"}, hanoi(t, "08-03 08:00"))
		if err != nil || rule.Term != want.term {
			t.Errorf("a %s: %s, %d, %v", want.kind, rule.Key, rule.Term, err)
		}
	}
}
