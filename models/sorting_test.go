package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// unrouted is a case that nobody has, of Ho Chi Minh City.
func unrouted(t *testing.T, r *models.Reference, at string, edit ...func(*models.Submission)) *models.Feedback {
	t.Helper()
	in := submission()
	for _, e := range edit {
		e(&in)
	}
	f, _, err := models.NewFeedback(in, r, hanoi(t, at))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wantSorting checks whose clock runs, by which rule and until when; empty: none does.
func wantSorting(t *testing.T, f *models.Feedback, agency, rule, due string) {
	t.Helper()
	s := f.Sorting
	switch {
	case agency == "" && s == nil:
	case agency == "" || s == nil || s.Agency != agency || s.Due.Rule != rule || !s.Due.At.Equal(hanoi(t, due)):
		t.Errorf("the clock is %+v, want that of %q by %s until %s", s, agency, rule, due)
	}
}

// TestSortingClock: it stops when a case is assigned, taken up or forwarded, and the next agency
// has its own.
func TestSortingClock(t *testing.T) {
	r := ref()
	step := func(f *models.Feedback, at string, do func(now time.Time) ([]models.Work, error)) {
		t.Helper()
		now := hanoi(t, at)
		ok(t)(do(now))
		f.RunClock(r.Rules, r.Tree, now)
	}
	f := unrouted(t, r, "03-02 08:00")                                          // a Monday
	wantSorting(t, f, "ubnd-79", "pakn.forward_wrong_authority", "03-09 17:00") // 3, 4, 5, 6, 9 March
	country := unrouted(t, r, "03-02 08:00", func(s *models.Submission) { s.Province = "" })
	wantSorting(t, country, models.RootAgency, "pakn.classify", "03-09 17:00")

	boss := officer("b", "ubnd-79", models.Coordinator).Actor()
	step(f, "03-10 08:00", func(now time.Time) ([]models.Work, error) { return f.Assign(boss, r.Tree.Path("so-xd-79"), "", now) })
	wantSorting(t, f, "so-xd-79", "pakn.forward_wrong_authority", "03-17 17:00") // 11, 12, 13, 16, 17
	step(f, "03-11 08:00", func(now time.Time) ([]models.Work, error) { return f.AddNote(boss, "n", "Xem", now) })
	wantSorting(t, f, "so-xd-79", "pakn.forward_wrong_authority", "03-17 17:00")
	step(f, "03-17 16:00", func(now time.Time) ([]models.Work, error) {
		return f.Forward(boss, r.Tree.Path("bxd"), "Quốc lộ", now)
	})
	wantSorting(t, f, "bxd", "pakn.forward_wrong_authority", "03-24 17:00") // 18, 19, 20, 23, 24
	step(f, "03-18 08:00", func(now time.Time) ([]models.Work, error) {
		return f.Return(boss, "không phải", r.Tree, now)
	})
	wantSorting(t, f, "ubnd-79", "pakn.forward_wrong_authority", "03-25 17:00")
	step(f, "03-18 09:00", func(now time.Time) ([]models.Work, error) {
		return f.Assign(models.Actor{}, r.Tree.Path("bxd"), "", now)
	})
	step(f, "03-30 08:00", func(now time.Time) ([]models.Work, error) {
		return f.Take(officer("h", "bxd", models.Handler).Actor(), now)
	})
	wantSorting(t, f, "", "", "")
	var was []string
	for _, x := range f.Sorted {
		late := ""
		if x.Late() {
			late = " late"
		}
		was = append(was, x.Agency+late)
	}
	// Due on the 9th, done on the 10th; due on the 25th, done on the 30th.
	if got := strings.Join(was, ", "); got != "ubnd-79 late, so-xd-79, bxd, ubnd-79, bxd late" {
		t.Errorf("sorted by %s", got)
	}
	for lang, want := range map[string]string{"vi": "hạn 09/03/2026 17:00; xong lúc 10/03/2026 08:00, khi đã quá hạn", "en": "due 09/03/2026 17:00; done at 10/03/2026 08:00, when it was overdue"} {
		if lines := f.TellSorted(r.Tree, lang); len(lines) != 5 || !strings.Contains(lines[0], want) {
			t.Errorf("%s: %q", lang, lines)
		}
	}
	figures := models.NewFigures(hanoi(t, "04-01 08:00"))
	figures.Count(f)
	p := figures.Years[2026]
	if p.Total.SortedLate != 2 || p.Agencies["ubnd-79"].SortedLate != 1 || p.Agencies["bxd"].SortedLate != 1 {
		t.Errorf("counted %+v, %+v", p.Total, p.Agencies["ubnd-79"])
	}
}

// TestSortingOfWhatIsNoFeedback: an officer says what it is; of another kind it is due by the
// rule of that, from the same receipt.
func TestSortingOfWhatIsNoFeedback(t *testing.T) {
	r := ref()
	root := officer("i", models.RootAgency, models.Intake).Actor()
	in := func(s *models.Submission) {
		s.Title, s.Body = "Đơn khiếu nại", "Tôi khiếu nại quyết định thu hồi đất số 12 của UBND phường, đề nghị xem xét lại."
	}
	f := unrouted(t, r, "03-02 08:00", in)
	if f.Kind != models.Complaint {
		t.Fatalf("a %s", f.Kind)
	}
	wantSorting(t, f, models.RootAgency, "donthu.classify", "03-16 17:00") // 3-6, 9-13, 16 March
	wantDue(t, f, "03-12 17:00")
	now := hanoi(t, "03-03 08:00")
	ok(t)(f.Classify(models.Actor{}, models.Classification{Kind: models.Ordinary}, r, now)) // no officer did
	f.RunClock(r.Rules, r.Tree, now)
	wantSorting(t, f, "ubnd-79", "pakn.forward_wrong_authority", "03-09 17:00")
	ok(t)(f.Classify(root, models.Classification{Kind: models.Denunciation}, r, now))
	f.RunClock(r.Rules, r.Tree, now)
	wantSorting(t, f, "", "", "")
	ok(t)(f.Classify(root, models.Classification{Kind: models.Ordinary}, r, now)) // after all
	f.RunClock(r.Rules, r.Tree, now)
	wantSorting(t, f, "ubnd-79", "pakn.forward_wrong_authority", "03-10 17:00")

	// The delay stays when the classification ends it, whatever is changed with it.
	g := unrouted(t, r, "03-02 08:00", in)
	late := hanoi(t, "04-02 08:00")
	ok(t)(g.Classify(root, models.Classification{Kind: models.Denunciation}, r, late))
	g.RunClock(r.Rules, r.Tree, late)
	h := clockCase(t, r, "so-xd-79", "03-02 08:00")
	ok(t)(h.Classify(officer("c", "so-xd-79", models.Coordinator).Actor(), models.Classification{Field: "dien-luc"}, r, late))
	h.RunClock(r.Rules, r.Tree, late)
	for _, x := range []*models.Feedback{g, h} {
		if n := len(x.Sorted); n == 0 || !x.Sorted[n-1].Late() || x.Sorting != nil {
			t.Errorf("classified a month later: %+v, %+v", x.Sorted, x.Sorting)
		}
	}

	// An agency has it when it turns out to accuse: the classification ends that.
	g = clockCase(t, r, "bxd", "03-02 08:00")
	ok(t)(g.Classify(officer("c", "bxd", models.Coordinator).Actor(), models.Classification{Kind: models.Complaint}, r, now))
	g.RunClock(r.Rules, r.Tree, now)
	if g.Agency != "" {
		t.Error("the accused has it")
	}
	wantSorting(t, g, "", "", "")
}

// TestSortingStandsStill while the sender is asked, unless it was late before.
func TestSortingStandsStill(t *testing.T) {
	r := ref()
	desk := officer("c", "bxd", models.Coordinator).Actor()
	for _, x := range []struct{ asked, answered, due string }{
		{"03-04 10:00", "03-06 09:00", "03-11 17:00"}, // the 5th and 6th are added to the 9th
		{"03-10 10:00", "03-12 09:00", "03-09 17:00"},
	} {
		f := clockCase(t, r, "bxd", "03-02 08:00")
		at := hanoi(t, x.asked)
		ok(t)(f.RequestInfo(desk, "q", "Đoạn nào?", nil, at))
		f.RunClock(r.Rules, r.Tree, at)
		if late := f.SortingLate(hanoi(t, "03-20 10:00")); late != (x.asked == "03-10 10:00") {
			t.Errorf("asked at %s: late %v", x.asked, late)
		}
		at = hanoi(t, x.answered)
		ok(t)(f.AddMessage(sender, "a", "Trước cổng.", nil, at))
		f.RunClock(r.Rules, r.Tree, at)
		wantSorting(t, f, "bxd", "pakn.forward_wrong_authority", x.due)
	}
}

// TestSortingEndsWhileItStandsStill: what is waited for is no delay.
func TestSortingEndsWhileItStandsStill(t *testing.T) {
	r := ref()
	desk := officer("c", "bxd", models.Coordinator).Actor()
	f := clockCase(t, r, "bxd", "03-02 08:00")
	at := hanoi(t, "03-04 10:00")
	ok(t)(f.RequestInfo(desk, "q", "Đoạn nào?", nil, at))
	f.RunClock(r.Rules, r.Tree, at)
	at = hanoi(t, "03-12 10:00")
	ok(t)(f.Forward(desk, r.Tree.Path("bct"), "Không phải", at))
	f.RunClock(r.Rules, r.Tree, at)
	if len(f.Sorted) != 1 || f.Sorted[0].Late() || !f.Sorted[0].At.Equal(hanoi(t, "03-04 10:00")) {
		t.Errorf("%+v", f.Sorted)
	}
}

// TestSortingLateAsked: what was late before the sender was asked stays so when the case turns out to
// be another matter while they are.
func TestSortingLateAsked(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "bxd", "03-02 08:00")
	desk := officer("c", "bxd", models.Coordinator).Actor()
	step := func(at string, do func(now time.Time) ([]models.Work, error)) {
		t.Helper()
		ok(t)(do(hanoi(t, at)))
		f.RunClock(r.Rules, r.Tree, hanoi(t, at))
	}
	step("03-02 09:00", func(now time.Time) ([]models.Work, error) { return f.Return(desk, "không", r.Tree, now) })
	step("03-12 09:00", func(now time.Time) ([]models.Work, error) { return f.RequestInfo(desk, "q", "Ở đâu?", nil, now) })
	step("03-12 10:00", func(now time.Time) ([]models.Work, error) {
		return f.Classify(desk, models.Classification{Kind: models.Question}, r, now)
	})
	if !f.SortingLate(hanoi(t, "03-12 10:00")) {
		t.Errorf("three days late, and no more: %+v", f.Sorting)
	}
}

// TestSortingOfADuplicate stands still while it waits for its main case: that one's delay is
// counted there.
func TestSortingOfADuplicate(t *testing.T) {
	r := ref()
	desk := officer("c", "bxd", models.Coordinator).Actor()
	at := hanoi(t, "03-04 10:00")
	merged := func() *models.Feedback {
		main, f := clockCase(t, r, "bxd", "03-02 08:00"), clockCase(t, r, "bxd", "03-02 08:00")
		main.ID = "main"
		d, err := models.NewDuplicate(desk, f, main, "một chuyện", at)
		if err != nil {
			t.Fatal(err)
		}
		ok(t)(main.Reserve(d))
		ok(t)(f.Join(main, d, at))
		f.RunClock(r.Rules, r.Tree, at)
		return f
	}
	f := merged()
	if f.SortingLate(hanoi(t, "03-20 08:00")) || f.SortBy() != nil {
		t.Errorf("%+v", f.Sorting)
	}
	back := hanoi(t, "03-05 09:00")
	ok(t)(f.Unmerge(desk, back))
	f.RunClock(r.Rules, r.Tree, back)
	wantSorting(t, f, "bxd", "pakn.forward_wrong_authority", "03-10 17:00") // the 5th is added to the 9th

	f = merged()
	end := hanoi(t, "03-20 08:00")
	f.Status = models.Answered // as its main case was
	f.RunClock(r.Rules, r.Tree, end)
	if len(f.Sorted) != 1 || f.Sorted[0].Late() {
		t.Errorf("%+v", f.Sorted)
	}
}

// TestSortingIsRemindedOf by a ladder of its own, once, until it is done.
func TestSortingIsRemindedOf(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "so-xd-79", "03-02 08:00") // sorted by the 9th, answered by the 23rd
	told, ids := climbAll(t, f, "2026-03-02 08:00", "2026-03-17 23:00")
	if got, want := strings.Join(told, "|"), "06/03 07:30 sorting.before|10/03 07:30 sorting.1|12/03 07:30 sorting.3|16/03 07:30 sorting.5"; got != want {
		t.Errorf("told\n%s, want\n%s", got, want)
	}
	due := hanoi(t, "03-09 17:00")
	if want := models.DeriveID("remind", f.ID, due.Format(time.RFC3339Nano), "sorting.before"); len(ids) != 4 || ids[0] != want {
		t.Errorf("work %v", ids)
	}
	if !f.Reminds(due, r.Rules, due) || f.Escalated != "" {
		t.Error("a reminder of the running clock does not hold, or the delay counts as one of the answer")
	}
	now := hanoi(t, "03-17 23:30")
	ok(t)(f.Take(officer("h", "so-xd-79", models.Handler).Actor(), now))
	f.RunClock(r.Rules, r.Tree, now)
	if f.Reminds(due, r.Rules, now) {
		t.Error("who took the case is reminded to sort it")
	}
	if told, _ := climbAll(t, f, "2026-03-18 00:00", "2026-03-18 23:00"); strings.Join(told, "|") != "18/03 07:30 before.3" {
		t.Errorf("the other ladder: %v", told)
	}
}

// TestSortingWithoutACalendar gets its date with the answer.
func TestSortingWithoutACalendar(t *testing.T) {
	r := ref()
	f := atMinistry(t, r, "2027-12-28 08:00")
	if s := f.Sorting; s == nil || !s.Due.At.IsZero() || s.Year != 2028 || f.LookAt() != nil || f.SortBy() != nil {
		t.Fatalf("a date was guessed: %+v", s)
	}
	if told := f.TellSorting(r.Rules, r.Tree, "en"); !strings.Contains(told.Line, "2028") || !strings.Contains(told.Line, "5 working days") {
		t.Errorf("%+v", told)
	}
	r.Rules.Amend([]models.Amendment{{ID: "y", Year: 2028}, {ID: "h", Holiday: &models.Holiday{Date: "2028-01-03", Name: "Nghỉ bù", Source: "x"}}})
	f.Date(r.Rules, r.Tree, day(t, "2027-12-30 08:00"))
	if by := f.SortBy(); by == nil || !by.Equal(day(t, "2028-01-05 17:00")) { // 29, 30, 31 December, 4, 5 January
		t.Errorf("sorted by %v", by)
	}
}

// TestCaseOfBeforeIsNotSorted: what was there before this clock goes on without one until it goes
// to another agency.
func TestCaseOfBeforeIsNotSorted(t *testing.T) {
	r := ref()
	f := clockCase(t, r, "bxd", "03-02 08:00")
	f.Sorting = nil
	desk, now := officer("c", "bxd", models.Coordinator).Actor(), hanoi(t, "03-12 08:00")
	ok(t)(f.AddNote(desk, "n", "Xem", now))
	f.RunClock(r.Rules, r.Tree, now)
	wantSorting(t, f, "", "", "")
	ok(t)(f.Forward(desk, r.Tree.Path("bct"), "Không phải", now))
	f.RunClock(r.Rules, r.Tree, now)
	wantSorting(t, f, "bct", "pakn.forward_wrong_authority", "03-19 17:00")
	if len(f.Sorted) != 0 {
		t.Errorf("%+v", f.Sorted)
	}
}

// TestSortingLadder: no step stands before the ladder is looked at first, and each that comes
// after the term says by how much the case is late to be sorted, which it is not yet.
func TestSortingLadder(t *testing.T) {
	for _, l := range knowledge.Ladders() {
		for _, s := range l.Steps {
			if l.Key == "sorting" && s.After > 0 && (!strings.HasPrefix(s.Name, fmt.Sprintf("Đã chậm phân loại, chuyển %d ngày làm việc", s.After)) || !strings.Contains(s.NameEN, fmt.Sprint(s.After, " working day")) || !strings.Contains(s.NameEN, "late to sort it")) {
				t.Errorf("%s is called %q, %q", s.Key, s.Name, s.NameEN)
			}
		}
		if l.Key == "sorting" && (l.Unit != models.WorkingDays || l.Steps[0].After < -models.SortingLead) {
			t.Errorf("%+v", l.Steps[0])
		}
	}
}

// TestSortingNeverEndsBeforeItStarts, whatever happens in whatever order: at most one clock
// runs, and only for an open case; what is late was so by the rule and stays so, whatever is done
// then, and figures count each delay once.
func TestSortingNeverEndsBeforeItStarts(t *testing.T) {
	r := ref()
	agencies := []string{"bxd", "bct", "so-xd-79", "ubnd-79", "so-xd-48"}
	rapid.Check(t, func(x *rapid.T) {
		f := clockCase(t, r, "bxd", "03-02 08:00")
		now := f.CreatedAt
		desk := officer("c", "bxd", models.Coordinator, models.Handler).Actor()
		asked := false
		for range rapid.IntRange(1, 12).Draw(x, "steps") {
			now = now.Add(rapid.SampledFrom([]time.Duration{time.Minute, 5 * time.Hour, 30 * time.Hour, 3 * 24 * time.Hour, 9 * 24 * time.Hour}).Draw(x, "later"))
			late, sorted := f.SortingLate(now), len(f.Sorted)
			switch rapid.IntRange(0, 6).Draw(x, "what") {
			case 0:
				f.Forward(desk, r.Tree.Path(rapid.SampledFrom(agencies).Draw(x, "to")), "sang", now)
			case 1:
				f.Take(desk, now)
			case 2:
				f.Return(desk, "không", r.Tree, now)
			case 3:
				f.RequestInfo(desk, models.NewID(), "Ở đâu?", nil, now)
				asked = true
			case 4:
				f.AddMessage(sender, models.NewID(), "Đây", nil, now)
			case 5:
				f.Classify(desk, models.Classification{Kind: rapid.SampledFrom(models.Kinds).Draw(x, "kind")}, r, now)
			case 6:
				f.Withdraw(sender, "", now)
			}
			f.RunClock(r.Rules, r.Tree, now)
			if f.Sorting != nil && (!f.Status.Open() && f.Status != models.Merged || f.Sorting.Due.Rule == "" || !f.Sorting.Due.At.After(f.Sorting.Due.Start)) {
				x.Fatalf("%s: %+v", f.Status, f.Sorting)
			}
			if f.Status == models.Received && f.Kind.Routed() && f.Sorting == nil {
				x.Fatal("nobody is to sort a case that nobody has")
			}
			for _, s := range f.Sorted {
				if s.At.Before(s.Start) || !s.DueAt.After(s.Start) {
					x.Fatalf("%+v", s)
				}
				due, err := r.Rules.Due(s.Rule, s.Start)
				if late := s.At.After(due.At); err != nil || s.Late() && !late || !asked && s.Late() != late {
					x.Fatalf("by the rule due at %s (%v): %+v", due.At, err, s)
				}
			}
			if late && !f.SortingLate(now) && (len(f.Sorted) == sorted || !f.Sorted[sorted].Late()) {
				x.Fatalf("the delay is lost: %s, %+v", f.Status, f.Sorted)
			}
		}
		delays := 0
		for _, s := range f.Sorted {
			if s.Late() {
				delays++
			}
		}
		if f.SortingLate(now) {
			delays++
		}
		figures := models.NewFigures(now)
		figures.Count(f)
		if p := figures.Years[2026]; p != nil && p.Total.SortedLate != delays {
			x.Fatalf("%d delays, counted %d", delays, p.Total.SortedLate)
		}
	})
}
