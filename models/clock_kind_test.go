package models_test

import (
	"testing"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// TestRuleOfTheKind: what a case is decides by which rule it is due, from the same receipt.
func TestRuleOfTheKind(t *testing.T) {
	r := ref()
	in := submission()
	f, _, err := models.NewFeedback(in, r, hanoi(t, "03-02 08:00"))
	if err != nil {
		t.Fatal(err)
	}
	root := officer("i", models.RootAgency, models.Intake).Actor()
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
		ok(t)(f.Classify(root, models.Classification{Kind: step.kind}, r, hanoi(t, "03-04 09:00")))
		f.RunClock(r.Rules, r.Tree, hanoi(t, "03-04 09:00"))
		wantDue(t, f, step.due)
		if f.Due.Rule != step.rule || len(f.Clocks) != 0 {
			t.Errorf("a %s goes by %s, after %d clocks", step.kind, f.Due.Rule, len(f.Clocks))
		}
	}
	// Regimes of feedback do not make a complaint one.
	ok(t)(f.Classify(root, models.Classification{Kind: models.Complaint, Regime: models.LegalText}, r, hanoi(t, "03-04 10:00")))
	wantDue(t, f, "03-12 17:00")
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
	wantDue(t, f, "03-11 17:00")
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
