package models_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

var known = sync.OnceValue(ref)

// vn is a time in Viet Nam.
func vn(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, models.VietNam)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// climber is a case of so-xd-79 that was received at that time, and is its own.
func climber(t *testing.T, received string) *models.Feedback {
	t.Helper()
	f, _, err := models.NewFeedback(models.Submission{ID: models.NewID(), By: sender, Sender: &models.Person{ID: sender.ID}, SenderName: "Lê Văn Tám",
		Title: "Ổ gà", Body: "Đường nhiều ổ gà lâu ngày.", Agency: "so-xd-79"}, known(), vn(t, received))
	if err != nil {
		t.Fatal(err)
	}
	f.Sorting = nil
	return f
}

// climbAll looks at the ladder every minute's worth of a quarter of an hour from one time to
// another, and returns "time step" of what was told and the IDs of the work.
func climbAll(t *testing.T, f *models.Feedback, from, to string) (told, ids []string) {
	t.Helper()
	for now := vn(t, from); !now.After(vn(t, to)); now = now.Add(15 * time.Minute) {
		_, work, err := f.Climb(knowledge.Ladders(), known().Rules, known().Tree, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range work {
			if w.Kind == models.WorkRemind {
				told = append(told, now.In(models.VietNam).Format("02/01 15:04 ")+w.Data["step"])
				ids = append(ids, w.ID)
			}
		}
	}
	return told, ids
}

func TestLadderIsClimbedOnceStepByStep(t *testing.T) {
	f := climber(t, "2026-03-02 09:00") // due 23/3, a Monday: the 22nd is a Sunday
	if got := f.Due.At; !got.Equal(vn(t, "2026-03-23 17:00")) {
		t.Fatalf("due %v", got)
	}
	told, ids := climbAll(t, f, "2026-03-02 09:00", "2026-04-30 23:00")
	want := "18/03 07:30 before.3|20/03 07:30 before.1|24/03 07:30 late.1|26/03 07:30 late.3|30/03 07:30 late.5|31/03 07:30 progress.1|02/04 07:30 progress.3|06/04 07:30 late.10|06/04 07:30 progress.5|13/04 07:30 progress.10" // progress is due on 30/3
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("told\n%s, want\n%s", got, want)
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 10 {
		t.Errorf("work %v", ids)
	}
	if f.LookAt() != nil {
		t.Errorf("an ended ladder is looked at at %v", f.LookAt())
	}
	if f.Escalated != "ubnd-79" {
		t.Errorf("reported to %q", f.Escalated)
	}
	if n := len(f.Climbed.Taken); n != 10 {
		t.Errorf("%d steps: %+v", n, f.Climbed.Taken)
	}
}

func TestLadderWaitsForTheOffice(t *testing.T) {
	f := climber(t, "2026-03-02 09:00")
	told, _ := climbAll(t, f, "2026-03-18 11:30", "2026-03-18 13:00") // the worker was away in the morning
	if len(told) != 0 {
		t.Errorf("told in the lunch break: %v", told)
	}
	told, _ = climbAll(t, f, "2026-03-18 13:15", "2026-03-19 00:00")
	if got := strings.Join(told, "|"); got != "18/03 13:30 before.3" {
		t.Errorf("told %s", got)
	}
	// Of what was missed over days the highest is told, at the next opening.
	told, _ = climbAll(t, f, "2026-03-28 08:00", "2026-03-30 07:15") // from Saturday
	if len(told) != 0 {
		t.Errorf("told at the weekend: %v", told)
	}
	told, _ = climbAll(t, f, "2026-03-30 07:30", "2026-03-30 17:00")
	if got := strings.Join(told, "|"); got != "30/03 07:30 late.5" {
		t.Errorf("told %s", got)
	}
	var skipped []string
	for _, x := range f.Climbed.Taken {
		if x.Skipped {
			skipped = append(skipped, x.Step)
		}
	}
	if got := strings.Join(skipped, " "); got != "before.1 late.1 late.3" {
		t.Errorf("skipped %s", got)
	}
}

func TestLadderFollowsTheClock(t *testing.T) {
	f := climber(t, "2026-03-02 09:00")
	climbAll(t, f, "2026-03-02 09:00", "2026-03-18 23:00") // before.3 is taken
	later := *f.Due
	later.At = vn(t, "2026-03-30 17:00")
	f.Due = &later
	told, ids := climbAll(t, f, "2026-03-19 00:00", "2026-03-31 23:00")
	if got := strings.Join(told, "|"); got != "25/03 07:30 before.3|27/03 07:30 before.1|31/03 07:30 late.1" {
		t.Errorf("told %s", got)
	}
	if again := models.DeriveID("remind", f.ID, later.At.Format(time.RFC3339Nano), "before.3"); ids[0] != again {
		t.Errorf("work %s, want %s", ids[0], again)
	}
	if f.Reminds(vn(t, "2026-03-23 17:00"), known().Rules, later.Start) || !f.Reminds(later.At, known().Rules, later.Start) {
		t.Error("a reminder of the old due time holds, or one of the new one does not")
	}
	f.PausedAt = &later.At // the clock stands still
	if told, _ := climbAll(t, f, "2026-04-01 00:00", "2026-04-10 00:00"); len(told) != 0 || f.LookAt() != nil || f.Reminds(later.At, known().Rules, later.At) {
		t.Errorf("paused: %v", told)
	}
	f.PausedAt = nil
	if told, _ := climbAll(t, f, "2026-04-10 07:30", "2026-04-10 17:00"); strings.Join(told, "|") != "10/04 07:30 late.5|10/04 07:30 progress.3" {
		t.Errorf("gone on: %v", told)
	}
	f.Status = models.Answered
	if told, _ := climbAll(t, f, "2026-04-11 00:00", "2026-04-30 00:00"); len(told) != 0 || f.LookAt() != nil {
		t.Errorf("answered: %v", told)
	}
}

func TestLadderOfAShortTermHasNoStepBeforeItsStart(t *testing.T) {
	f := climber(t, "2026-03-02 09:00")
	due, err := known().Rules.Due("hien_truong.urgent", vn(t, "2026-03-02 09:00"))
	if err != nil {
		t.Fatal(err)
	}
	f.Due = &due // 3/3 17:00
	told, _ := climbAll(t, f, "2026-03-02 09:00", "2026-03-10 00:00")
	if got := strings.Join(told, "|"); got != "03/03 11:00 urgent.before|03/03 16:00 urgent.soon|04/03 08:30 urgent.late|04/03 14:30 urgent.above|05/03 09:00 urgent.force" {
		t.Errorf("told %s", got)
	}
	f.Climbed = nil
	if f.Due.Start = vn(t, "2026-03-03 13:30"); f.LookAt().After(f.Due.Start) { // three and a half hours before it ends
		t.Errorf("looked at at %v", f.LookAt())
	}
	told, _ = climbAll(t, f, "2026-03-03 13:30", "2026-03-04 12:00")
	if got := strings.Join(told, "|"); got != "03/03 16:00 urgent.soon|04/03 08:30 urgent.late" {
		t.Errorf("told %s", got)
	}
	two := *f.Due
	two.Rule, two.Start, two.At = "pakn.answer", vn(t, "2026-03-02 09:00"), vn(t, "2026-03-03 17:00")
	f.Due, f.Climbed = &two, nil
	steps, err := f.Ladder(knowledge.Ladders(), known().Rules)
	if err != nil || len(steps) != 4 || steps[0].Key != "late.1" {
		t.Errorf("%v: %+v", err, steps)
	}
}

func TestLadderIsNotGuessed(t *testing.T) {
	f := climber(t, "2026-03-02 09:00")
	f.Due.At = vn(t, "2031-03-03 17:00")
	rev := len(f.Timeline)
	_, work, err := f.Climb(knowledge.Ladders(), known().Rules, known().Tree, vn(t, "2031-03-04 08:00"))
	var unknown *models.NoCalendarError
	if !errors.As(err, &unknown) || unknown.Year != 2031 || len(work) != 0 || f.Climbed != nil || len(f.Timeline) != rev {
		t.Errorf("%v, %v", err, work)
	}

	by, late := vn(t, "2031-03-01 17:00"), vn(t, "2031-03-04 08:00")
	f.Tasks = []models.Task{{ID: "t1", Agency: "bxd", Status: models.TaskOpen, DueAt: &by}}
	if changed, work, err := f.Climb(knowledge.Ladders(), known().Rules, known().Tree, late); err != nil || !changed || kindOf(work)[models.WorkTell] != 1 {
		t.Errorf("who is asked to contribute is not told without a calendar: %v, %v", err, work)
	}
	if changed, _, err := f.Climb(knowledge.Ladders(), known().Rules, known().Tree, late); !errors.As(err, &unknown) || changed {
		t.Errorf("told again, or nobody learns what is missing: %v", err)
	}
}

func TestNextOpen(t *testing.T) {
	for at, want := range map[string]string{
		"2026-03-02 07:29": "2026-03-02 07:30", "2026-03-02 07:30": "2026-03-02 07:30", "2026-03-02 11:29": "2026-03-02 11:29",
		"2026-03-02 11:30": "2026-03-02 13:30", "2026-03-02 17:00": "2026-03-03 07:30", "2026-03-06 23:00": "2026-03-09 07:30",
		"2026-02-13 17:00": "2026-02-23 07:30", // Tết
	} {
		got, err := known().Rules.NextOpen("", vn(t, at))
		if err != nil || !got.Equal(vn(t, want)) {
			t.Errorf("%s: %v %v, want %s", at, got.In(models.VietNam), err, want)
		}
	}
}

// Each rung hears of an urgent case before the one above it, whenever the term ends and whatever
// hours the office has, and nobody hears twice of one step.
func TestUrgentLadderReachesEachRungInOrder(t *testing.T) {
	rules := known().Rules
	short := models.NewRules(knowledge.Rules(), knowledge.Calendar())
	short.Amend([]models.Amendment{{Hours: &models.OfficeHours{Agency: "so-xd-79", Windows: []models.Window{{From: "09:00", To: "10:30"}}}}})
	for day := vn(t, "2026-01-20 00:00"); day.Before(vn(t, "2027-12-20 00:00")); day = day.AddDate(0, 0, 1) {
		for _, at := range []time.Duration{10 * time.Hour, 17 * time.Hour} {
			for name, rules := range map[string]*models.Rules{"usual": rules, "short": short} {
				due := day.Add(at)
				if open, err := rules.NextOpen("", due.Add(-time.Hour)); err != nil || !open.Equal(due.Add(-time.Hour)) {
					continue // no term ends on it
				}
				f := &models.Feedback{Agency: "so-xd-79", Status: models.Assigned, Due: &models.Due{Rule: "hien_truong.urgent", Start: due.AddDate(0, 0, -30), At: due}}
				steps, err := f.Ladder(knowledge.Ladders(), rules)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for f.LookAt() != nil {
					now := *f.LookAt()
					_, work, err := f.Climb(knowledge.Ladders(), rules, known().Tree, now)
					if err != nil {
						t.Fatal(err)
					}
					for _, w := range work {
						if w.Kind != models.WorkRemind {
							continue
						}
						got = append(got, w.Data["step"])
						if want := steps[min(len(got), len(steps))-1]; !want.At.Equal(now) {
							t.Errorf("%s hours, due %s: %s at %v, want %v", name, due.In(models.VietNam), want.Key, now, want.At)
						}
					}
				}
				if got := strings.Join(got, " "); got != "urgent.before urgent.soon urgent.late urgent.above urgent.force" {
					t.Errorf("%s hours, due %s: %s", name, due.In(models.VietNam), got)
				}
			}
		}
	}
}

// A step that a ladder gets once a higher one was taken is not told afterwards.
func TestStepAddedBeneathATakenOne(t *testing.T) {
	f := climber(t, "2026-03-02 09:00")
	due, err := known().Rules.Due("hien_truong.urgent", vn(t, "2026-03-02 09:00"))
	if err != nil {
		t.Fatal(err)
	}
	f.Due = &due
	next := vn(t, "2026-03-04 09:00")
	f.Climbed = &models.Climbed{DueAt: due.At, Next: &next, Taken: []models.Taken{{Step: "urgent.before", DueAt: due.At, At: vn(t, "2026-03-03 13:30")}, {Step: "urgent.late", DueAt: due.At, At: vn(t, "2026-03-04 08:30")}}}
	told, _ := climbAll(t, f, "2026-03-04 09:00", "2026-03-10 00:00")
	if got := strings.Join(told, "|"); got != "04/03 14:30 urgent.above|05/03 09:00 urgent.force" {
		t.Errorf("told %s", got)
	}
}

// No step may stand so far before the due time that the ladder is looked at too late.
func TestLadderIsLookedAtInTime(t *testing.T) {
	rules := known().Rules
	for day := vn(t, "2026-01-20 17:00"); day.Before(vn(t, "2027-12-20 00:00")); day = day.AddDate(0, 0, 1) {
		if open, err := rules.NextOpen("", day.Add(-time.Hour)); err != nil || !open.Equal(day.Add(-time.Hour)) {
			continue // no term ends on it
		}
		for _, rule := range []string{"pakn.answer", "hien_truong.urgent"} {
			f := &models.Feedback{Status: models.Assigned, Due: &models.Due{Rule: rule, Start: day.AddDate(0, 0, -40), At: day}}
			steps, err := f.Ladder(knowledge.Ladders(), rules)
			if err != nil {
				t.Fatal(err)
			}
			if first := steps[0].At; first.Before(*f.LookAt()) {
				t.Errorf("%s, due %s: the first step is at %v", rule, day.In(models.VietNam), first.In(models.VietNam))
			}
		}
	}
}

// TestMissedProgressClimbs as a missed answer does, anew for each time that it is due, until the
// sender is told or the case is answered.
func TestMissedProgressClimbs(t *testing.T) {
	f := climber(t, "2026-03-02 09:00") // due 23/3, progress 30/3
	told := func(from, to string) string {
		t.Helper()
		all, _ := climbAll(t, f, from, to)
		return strings.Join(slices.DeleteFunc(all, func(s string) bool { return !strings.Contains(s, "progress") }), "|")
	}
	if got := told("2026-03-02 09:00", "2026-04-03 09:00"); got != "31/03 07:30 progress.1|02/04 07:30 progress.3" {
		t.Errorf("told %s", got)
	}
	now := vn(t, "2026-04-03 10:00") // the next is due on 10/4
	ok(t)(f.Progress(officer("h", "so-xd-79", models.Handler).Actor(), "Đang chờ dự toán.", now))
	if steps, err := f.ProgressLadder(knowledge.Ladders(), known().Rules, now); err != nil || len(steps) != 4 || steps[0].Taken || !steps[0].At.Equal(vn(t, "2026-04-13 07:30")) {
		t.Errorf("%v, %+v", err, steps)
	}
	if f.Reminds(vn(t, "2026-03-30 17:00"), known().Rules, now) || !f.Reminds(vn(t, "2026-04-10 17:00"), known().Rules, now) {
		t.Error("a reminder of what was told holds, or one of the next does not")
	}
	if got := told("2026-04-03 10:00", "2026-04-15 09:00"); got != "13/04 07:30 progress.1|15/04 07:30 progress.3" { // the 11th and 12th are a weekend
		t.Errorf("then %s", got)
	}
	f.Status = models.Answered
	if got := told("2026-04-15 09:00", "2026-04-30 09:00"); got != "" {
		t.Errorf("of an answered case: %s", got)
	}
	// A rule that asks for none has none.
	g := climber(t, "2026-03-02 09:00")
	g.Due.Progress = 0
	f = g
	if got := told("2026-03-02 09:00", "2026-04-15 09:00"); got != "" {
		t.Errorf("told %s", got)
	}
}
