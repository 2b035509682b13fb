package models_test

import (
	"testing"
	"time"

	"kiennghi/models"
)

// TestSortingAmended: a term that an administrator adds sorts what that of its key sorted.
func TestSortingAmended(t *testing.T) {
	r := ref()
	rule := models.Rule{Key: "pakn.forward_wrong_authority", Term: 2, Unit: models.WorkingDays, LegalBasis: "Nghị định mới", ValidFrom: "2026-03-02", Confidence: "read"}
	a := models.Amendment{ID: "a", Rule: &rule}
	if err := a.Check(r, hanoi(t, "02-20 08:00")); err != nil {
		t.Fatal(err)
	}
	if !rule.Sorts || rule.Answers {
		t.Errorf("%+v", rule)
	}
	before := rule
	before.Sorts, before.Answers, before.Regime = false, true, "" // as stored by a program that knew no such clock
	for _, stored := range []models.Rule{rule, before} {
		r.Rules.Amend([]models.Amendment{{ID: "a", Rule: &stored}})
		wantSorting(t, unrouted(t, r, "03-02 08:00"), "ubnd-79", "pakn.forward_wrong_authority", "03-04 17:00")
		wantSorting(t, unrouted(t, r, "02-27 08:00"), "ubnd-79", "pakn.forward_wrong_authority", "03-06 17:00")
	}
}

// TestSortingFollows what became of a main case: its answer ends the clock of a duplicate, without a
// delay, and when it is withdrawn the clock goes on for who has the duplicate.
func TestSortingFollows(t *testing.T) {
	r := ref()
	desk, boss := officer("c", "bxd", models.Coordinator).Actor(), officer("b", "bxd", models.Approver).Actor()
	at := hanoi(t, "03-04 10:00")
	merged := func() (main, dup *models.Feedback) {
		main, dup = clockCase(t, r, "bxd", "03-02 08:00"), clockCase(t, r, "bxd", "03-02 08:00")
		main.ID = "main"
		d, err := models.NewDuplicate(desk, dup, main, "một chuyện", at)
		if err != nil {
			t.Fatal(err)
		}
		ok(t)(main.Reserve(d))
		ok(t)(dup.Join(main, d, at))
		dup.RunClock(r.Rules, r.Tree, at)
		return main, dup
	}
	follow := func(main, dup *models.Feedback, at time.Time) {
		t.Helper()
		if _, work := dup.Follow(main, dup.Merged.ID, models.Sender{}, at); work == nil {
			t.Fatal("it does not follow")
		}
		dup.RunClock(r.Rules, r.Tree, at)
	}
	main, dup := merged()
	end := hanoi(t, "03-20 08:00")
	ok(t)(main.DraftReply(desk, "r", models.ReplyText{Body: "Đã vá xong."}, end))
	ok(t)(main.SubmitReply(desk, "r", end))
	ok(t)(main.ApproveReply(boss, "r", end))
	follow(main, dup, end)
	if dup.Status != models.Answered || dup.Sorting != nil || len(dup.Sorted) != 1 || dup.Sorted[0].Late() {
		t.Errorf("%s, %+v, %+v", dup.Status, dup.Sorting, dup.Sorted)
	}

	main, dup = merged()
	back := hanoi(t, "03-05 09:00")
	ok(t)(main.Withdraw(sender, "", back))
	follow(main, dup, back)
	wantSorting(t, dup, "bxd", "pakn.forward_wrong_authority", "03-10 17:00") // the 5th is added to the 9th
}

// TestSortingOfAPart runs from the splitting, for the agency that gets it, or for whoever has what
// nobody has; a complaint in the letter is accepted from then on, and its kind is to be confirmed.
func TestSortingOfAPart(t *testing.T) {
	r := ref()
	in := submission()
	in.Body = "Đoạn đường trước cổng trường có nhiều ổ gà.\nĐèn đường ngõ 5 không sáng."
	in.Agency = "bxd"
	f, _, err := models.NewFeedback(in, r, hanoi(t, "03-02 08:00"))
	if err != nil || f.Kind != models.Ordinary {
		t.Fatalf("read as a %s: %v", f.Kind, err)
	}
	f.Body += "\nTôi khiếu nại quyết định thu hồi đất số 12 của UBND phường, đề nghị xem xét lại." // which nobody noticed
	now := hanoi(t, "03-16 08:00")
	ok(t)(f.Split(officer("c", "bxd", models.Coordinator).Actor(), "x", []models.PartText{
		{Title: "Ổ gà", Body: "Đoạn đường trước cổng trường có nhiều ổ gà.", Agency: "so-xd-79"},
		{Title: "Đèn đường", Body: "Đèn đường ngõ 5 không sáng."},
		{Title: "Đơn khiếu nại", Body: "Tôi khiếu nại quyết định thu hồi đất số 12 của UBND phường, đề nghị xem xét lại."},
	}, models.Sender{}, r, now))
	var parts []*models.Feedback
	for i := range f.Parts {
		g, _ := f.MakePart(f.Parts[i], now)
		parts = append(parts, g)
	}
	wantSorting(t, parts[0], "so-xd-79", "pakn.forward_wrong_authority", "03-23 17:00") // 17, 18, 19, 20, 23
	wantDue(t, parts[0], "03-23 17:00")                                                 // 20 days from the receipt of the letter
	if s := parts[1].Sorting; s == nil || !s.Due.Start.Equal(now) || s.Due.At.IsZero() {
		t.Errorf("%+v", s)
	}
	wantDue(t, parts[1], "03-23 17:00")
	if parts[2].Kind != models.Complaint || parts[2].Agency != "" {
		t.Fatalf("a %s of %q", parts[2].Kind, parts[2].Agency)
	}
	wantSorting(t, parts[2], models.RootAgency, "donthu.classify", "03-30 17:00")
	wantDue(t, parts[2], "03-26 17:00") // 17 to 26 March
	if d := parts[2].Due; d.Rule != "khieunai.accept" || d.Before == nil || !d.Before.Equal(f.CreatedAt) {
		t.Errorf("%+v", d)
	}
}
