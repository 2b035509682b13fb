package models_test

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// day is a time in Viet Nam, "2027-12-20 08:00".
func day(t *testing.T, s string) time.Time {
	t.Helper()
	x, err := time.ParseInLocation("2006-01-02 15:04", s, models.VietNam)
	if err != nil {
		t.Fatal(err)
	}
	return models.Moment(x)
}

// atMinistry is a case that the ministry of construction got then.
func atMinistry(t *testing.T, r *models.Reference, at string) *models.Feedback {
	t.Helper()
	in := submission()
	in.Agency = "bxd"
	f, _, err := models.NewFeedback(in, r, day(t, at))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// undatedCase is a case of the ministry of construction whose term reaches into 2028, of
// which the calendar is not known.
func undatedCase(t *testing.T, r *models.Reference) *models.Feedback {
	t.Helper()
	f := atMinistry(t, r, "2027-12-20 08:00")
	f.Sorting = nil // that clock has a date
	if f.Due != nil || f.Undated == nil || f.Undated.Year != 2028 || f.Summary().DueAt != nil || f.LookAt() != nil {
		t.Fatalf("a date was guessed: %+v, %+v", f.Due, f.Undated)
	}
	return f
}

func know2028(r *models.Reference) { r.Rules.Amend([]models.Amendment{{ID: "y", Year: 2028}}) }

func dated(t *testing.T, f *models.Feedback, r *models.Reference, want string) []models.Work {
	t.Helper()
	changed, work := f.Date(r.Rules, r.Tree, day(t, "2028-01-05 08:00"))
	if !changed || f.Due == nil || f.Undated != nil || !f.Due.At.Equal(day(t, want)) {
		t.Fatalf("changed %v, due %+v, want %s", changed, f.Due, want)
	}
	return work
}

// TestDateOnceTheYearIsKnown: the rule of the start counts, the sender is told and the audit
// log says why; what stood still meanwhile stays.
func TestDateOnceTheYearIsKnown(t *testing.T) {
	r := ref()
	f := undatedCase(t, r)
	for lang, want := range map[string]string{"vi": "chưa có lịch nghỉ lễ năm 2028", "en": "the public holidays of 2028 are not known"} {
		if told := f.TellUndated(r.Rules, r.Tree, lang); !strings.Contains(told.Line, want) || !strings.Contains(told.Line, "20/12/2027 08:00") || told.Basis == "" {
			t.Errorf("%s: %+v", lang, told)
		}
	}
	if changed, _ := f.Date(r.Rules, r.Tree, day(t, "2027-12-21 08:00")); changed {
		t.Error("changed without a calendar")
	}
	desk := officer("h", "bxd", models.Handler).Actor()
	at := day(t, "2027-12-22 08:00")
	ok(t)(f.RequestInfo(desk, "q", "Đoạn nào?", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	if f.PausedAt == nil {
		t.Fatal("the clock runs while the sender is asked")
	}
	at = day(t, "2027-12-27 08:00")
	ok(t)(f.AddMessage(sender, "a", "Trước cổng.", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	if f.PausedAt != nil || len(f.Clock.Pauses) != 1 || f.Undated == nil {
		t.Fatalf("%+v, %+v", f.Clock, f.Undated)
	}
	if why := f.WhyNot(models.ActExtend); why != "undated" {
		t.Errorf("why a term without a date cannot be extended: %q", why)
	}

	know2028(r)
	kinds := map[models.WorkKind]map[string]string{}
	for _, w := range dated(t, f, r, "2028-01-14 17:00") { // 9 January and 5 days
		kinds[w.Kind] = w.Data
	}
	last := f.Timeline[len(f.Timeline)-1]
	if kinds[models.WorkNotify]["event"] != "set_due" || last.Event != models.ActSetDue || last.Private || last.Actor != "" {
		t.Errorf("%+v, %+v", kinds, last)
	}
	if audit := kinds[models.WorkAudit]; audit["action"] != "set_due" || !strings.Contains(audit["detail"], "14/01/2028") || !strings.Contains(audit["detail"], "năm 2028") {
		t.Errorf("the audit entry does not say why: %+v", audit)
	}
	if original, _, paused := f.Due.OnTime(day(t, "2028-01-13 08:00")); original || !paused {
		t.Errorf("on time: at first %v, paused %v", original, paused)
	}
	if changed, work := f.Date(r.Rules, r.Tree, day(t, "2028-01-06 08:00")); changed || work != nil {
		t.Error("dated twice")
	}
}

// TestForwardingLeavesNoDateOfBefore: where the next agency's clock cannot be counted there
// is no date, and the stopped clock of before keeps its own.
func TestForwardingLeavesNoDateOfBefore(t *testing.T) {
	r := ref()
	f := atMinistry(t, r, "2027-12-06 08:00")
	boss := officer("b", "bxd", models.Coordinator).Actor()
	for _, x := range []struct{ to, at string }{{"bct", "2027-12-15 08:00"}, {"bxd", "2027-12-17 08:00"}} {
		ok(t)(f.Forward(boss, r.Tree.Path(x.to), "Không thuộc thẩm quyền", day(t, x.at)))
		f.RunClock(r.Rules, r.Tree, day(t, x.at))
		if f.Due != nil || f.Undated == nil || f.Undated.Year != 2028 || f.Overdue(day(t, "2028-03-01 08:00")) {
			t.Fatalf("forwarded to %s: %+v, %+v", x.to, f.Due, f.Undated)
		}
	}
	stopped := f.Stopped(r.Rules)
	if len(stopped) != 2 || !stopped[0].Due.At.Equal(day(t, "2027-12-27 17:00")) || !stopped[1].Due.At.IsZero() {
		t.Errorf("%+v", stopped)
	}
	if told := f.TellUndated(r.Rules, r.Tree, "vi"); !strings.Contains(told.Steps[1], "chưa có ngày hết hạn") {
		t.Errorf("%q", told.Steps)
	}

	know2028(r)
	dated(t, f, r, "2028-01-06 17:00")
	if stopped = f.Stopped(r.Rules); !stopped[1].Due.At.Equal(day(t, "2028-01-04 17:00")) {
		t.Errorf("the clock between has no date: %+v", stopped[1])
	}
	if told := f.TellDue(r.Rules, r.Tree, "en"); !strings.Contains(strings.Join(told.Steps, " "), "due 04/01/2028 17:00") {
		t.Errorf("%q", told.Steps)
	}
}

// TestPauseIntoAnUnknownYear: the date that the pause moves is no longer one.
func TestPauseIntoAnUnknownYear(t *testing.T) {
	r := ref()
	f := atMinistry(t, r, "2027-12-06 08:00")
	at := day(t, "2027-12-10 08:00")
	ok(t)(f.RequestInfo(officer("h", "bxd", models.Handler).Actor(), "q", "Đoạn nào?", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	at = day(t, "2027-12-20 08:00")
	ok(t)(f.AddMessage(sender, "a", "Trước cổng.", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	if f.Due != nil || f.Undated == nil || f.PausedAt != nil {
		t.Fatalf("%+v, %+v", f.Due, f.Undated)
	}
	know2028(r)
	dated(t, f, r, "2028-01-05 17:00") // 26 December and 10 days
}

// TestDateOfARecordOfBefore: one that was stored without a date and without why.
func TestDateOfARecordOfBefore(t *testing.T) {
	r := ref()
	f := undatedCase(t, r)
	f.Undated, f.ClockOf = nil, ""
	if changed, _ := f.Date(r.Rules, r.Tree, day(t, "2027-12-21 08:00")); !changed || f.Undated == nil || f.Undated.Year != 2028 {
		t.Fatalf("it does not say why it has no date: %+v", f.Undated)
	}
	know2028(r)
	dated(t, f, r, "2028-01-10 17:00") // 9 January is a Sunday
	if f.ClockOf != "bxd" {
		t.Errorf("whose clock: %q", f.ClockOf)
	}
}

// TestDateOfAMergedCase is counted, for when it stands alone again, and nobody is told.
func TestDateOfAMergedCase(t *testing.T) {
	r := ref()
	f := undatedCase(t, r)
	f.Status, f.Merged = models.Merged, &models.Merge{Was: models.Assigned}
	know2028(r)
	for _, w := range dated(t, f, r, "2028-01-10 17:00") {
		if w.Kind == models.WorkNotify {
			t.Errorf("told: %+v", w.Data)
		}
	}
}

// TestPartAndReopenedCaseWithoutADate: a part of a letter gets the date that the letter's
// receipt gives, a reopened case that of its reopening, once they can be counted.
func TestPartAndReopenedCaseWithoutADate(t *testing.T) {
	r := ref()
	f := undatedCase(t, r)
	part := models.PartText{Title: "Ổ gà trước cổng", Body: f.Body, Agency: "bct"}
	if _, err := f.Split(officer("n", "bxd", models.Intake).Actor(), "x", []models.PartText{part}, models.Sender{}, r, day(t, "2027-12-22 08:00")); err != nil {
		t.Fatal(err)
	}
	g, _ := f.MakePart(f.Parts[0], day(t, "2027-12-22 08:01"))
	if g.Due != nil || g.Undated == nil || g.Undated.Year != 2028 {
		t.Fatalf("%+v, %+v", g.Due, g.Undated)
	}
	f.Status, f.AnsweredAt = models.Answered, new(day(t, "2027-12-23 08:00"))
	ok(t)(f.Reopen(sender, "Vẫn hỏng", r.Rules, day(t, "2027-12-27 08:00")))
	f.RunClock(r.Rules, r.Tree, day(t, "2027-12-27 08:00"))
	if f.Due != nil || f.Undated == nil || len(f.Clocks) != 1 {
		t.Fatalf("reopened: %+v, %+v", f.Due, f.Undated)
	}
	know2028(r)
	dated(t, g, r, "2028-01-10 17:00")
	dated(t, f, r, "2028-01-17 17:00") // the 16th is a Sunday
	if c := f.Stopped(r.Rules)[0]; !c.Due.At.Equal(day(t, "2028-01-10 17:00")) {
		t.Errorf("the clock of before: %+v", c)
	}
}

// TestAnsweredWithoutADate: no date is promised to a case that is over.
func TestAnsweredWithoutADate(t *testing.T) {
	r := ref()
	f := undatedCase(t, r)
	if !f.AwaitsDate() {
		t.Error("an open case waits for its date")
	}
	f.Status = models.Answered
	know2028(r)
	if changed, _ := f.Date(r.Rules, r.Tree, day(t, "2028-01-06 08:00")); changed || f.AwaitsDate() {
		t.Error("dated when it was over")
	}
}
