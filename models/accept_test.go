package models_test

import (
	"strings"
	"testing"

	"kiennghi/models"
)

// complaint is a case that an officer classified as one, received on Monday 2 March 2026.
func complaint(t *testing.T, r *models.Reference, kind models.Kind) *models.Feedback {
	t.Helper()
	f := unrouted(t, r, "03-02 08:00")
	at := hanoi(t, "03-02 10:00")
	ok(t)(f.Classify(officer("i", models.RootAgency, models.Intake).Actor(), models.Classification{Kind: kind}, r, at))
	f.RunClock(r.Rules, r.Tree, at)
	return f
}

// accept accepts it at the national focal point.
func accept(t *testing.T, r *models.Reference, f *models.Feedback, rule, at string) error {
	t.Helper()
	now := hanoi(t, at)
	work, err := f.Accept(officer("b", models.RootAgency, models.Approver).Actor(), rule, r, now)
	if err == nil && kindOf(work)[models.WorkNotify] != 1 {
		t.Error("the sender is not told")
	}
	f.RunClock(r.Rules, r.Tree, now)
	return err
}

func reasonOf(err error) string {
	if err == nil {
		return ""
	}
	if all := fields(err); len(all) > 0 {
		return strings.Join(all, ", ")
	}
	return err.(*models.Error).Code
}

// TestAccepted: the clock of the receipt stops, that of the decision runs from the acceptance; a
// complex case has the longer term from the same one.
func TestAccepted(t *testing.T) {
	r := ref()
	f := complaint(t, r, models.Complaint)
	wantDue(t, f, "03-12 17:00")
	if err := accept(t, r, f, "tocao", "03-10 09:00"); reasonOf(err) != "rule unknown" {
		t.Errorf("a complaint by the term of a denunciation: %v", err)
	}
	if err := accept(t, r, f, "khieunai.first", "03-10 09:00"); err != nil {
		t.Fatal(err)
	}
	wantDue(t, f, "04-09 17:00") // 11 March to 9 April, a Thursday
	if f.Agency != models.RootAgency || f.Status != models.Assigned || f.Due.Rule != "khieunai.first" || len(f.Clocks) != 1 || f.Clocks[0].Due.Rule != "khieunai.accept" || f.Clocks[0].Agency != "" {
		t.Errorf("%+v", f)
	}
	if err := accept(t, r, f, "khieunai.first", "03-11 09:00"); reasonOf(err) != "accepted_so" {
		t.Errorf("%v", err)
	}
	if err := accept(t, r, f, "khieunai.first_complex", "03-20 09:00"); err != nil {
		t.Fatal(err)
	}
	wantDue(t, f, "04-24 17:00") // 45 days from 11 March, a Friday
	if len(f.Clocks) != 1 || !f.Accepted.At.Equal(hanoi(t, "03-10 09:00")) {
		t.Errorf("%+v", f.Accepted)
	}
	desk := officer("c", models.RootAgency, models.Coordinator).Actor()
	if _, err := f.Return(desk, "không", r.Tree, hanoi(t, "03-20 10:00")); reasonOf(err) != "accepted" {
		t.Errorf("returned: %v", err)
	}
	// Corrected but for its kind, it stays accepted and due.
	ok(t)(f.Classify(desk, models.Classification{Field: "dien-luc"}, r, hanoi(t, "03-20 11:00")))
	wantDue(t, f, "04-24 17:00")
	if f.Agency == "" || f.Accepted == nil {
		t.Error("a correction of the field took the acceptance back")
	}
	// Of another kind, it is due by that one's rule from the receipt.
	at := hanoi(t, "03-23 08:00")
	ok(t)(f.Classify(desk, models.Classification{Kind: models.Ordinary}, r, at))
	f.RunClock(r.Rules, r.Tree, at)
	wantDue(t, f, "03-23 17:00")
	if f.Agency != "" || f.Accepted != nil || f.Status != models.Received || len(f.Clocks) != 2 || f.Sorting == nil {
		t.Errorf("%+v", f)
	}
	if _, err := f.Accept(desk, "khieunai.first", r, at); reasonOf(err) != "accept_other_kind" {
		t.Errorf("feedback was accepted: %v", err)
	}
}

// TestAcceptedDenunciation: 30 days, extended twice by an approver; answered as any case is.
func TestAcceptedDenunciation(t *testing.T) {
	r := ref()
	f := complaint(t, r, models.Denunciation)
	wantDue(t, f, "03-11 17:00")
	if err := accept(t, r, f, "tocao", "03-05 09:00"); err != nil {
		t.Fatal(err)
	}
	wantDue(t, f, "04-06 17:00") // 6 March to 4 April, a Saturday
	boss := officer("b", models.RootAgency, models.Approver).Actor()
	ok(t)(f.Extend(boss, 30, "Phức tạp", r.Rules, hanoi(t, "03-30 08:00")))
	wantDue(t, f, "05-04 17:00") // 60 days
	lan := officer("h", models.RootAgency, models.Handler).Actor()
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Kết luận"}, hanoi(t, "03-31 08:00")))
	ok(t)(f.SubmitReply(lan, "r", hanoi(t, "03-31 09:00")))
	ok(t)(f.ApproveReply(boss, "r", hanoi(t, "03-31 10:00")))
	if f.Status != models.Answered || f.Public() {
		t.Errorf("%s, public %v", f.Status, f.Public())
	}
	// Reopened, it is to be accepted again.
	ok(t)(f.Reopen(sender, "Chưa thỏa đáng", r.Rules, hanoi(t, "04-01 08:00")))
	f.RunClock(r.Rules, r.Tree, hanoi(t, "04-01 08:00"))
	wantDue(t, f, "04-10 17:00") // 2, 3, 6, 7, 8, 9, 10 April
	if f.Accepted != nil {
		t.Error("the acceptance of before holds")
	}
	if err := accept(t, r, f, "tocao", "04-02 08:00"); err != nil {
		t.Error(err)
	}
}

// TestAcceptedWhileAsked: the clock of the decision stands still, too.
func TestAcceptedWhileAsked(t *testing.T) {
	r := ref()
	f := complaint(t, r, models.Complaint)
	at := hanoi(t, "03-03 08:00")
	ok(t)(f.RequestInfo(officer("i", models.RootAgency, models.Intake).Actor(), "q", "Quyết định nào?", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	if err := accept(t, r, f, "khieunai.second", "03-05 09:00"); err != nil {
		t.Fatal(err)
	}
	if f.PausedAt == nil || f.Status != models.NeedsInfo {
		t.Errorf("%s, %v", f.Status, f.PausedAt)
	}
	at = hanoi(t, "03-07 09:00")
	ok(t)(f.AddMessage(sender, "a", "Số 12.", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	wantDue(t, f, "04-21 17:00") // 6 March to 19 April, and 2 days
	if f.Status != models.Assigned {
		t.Errorf("%s", f.Status)
	}
}
