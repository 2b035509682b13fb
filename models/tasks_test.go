package models_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"kiennghi/models"
)

// TestTasks follows a case that three agencies work on.
func TestTasks(t *testing.T) {
	now := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	due := now.AddDate(0, 0, 20)
	lead, help, other := officer("lan", "so-xd-79", models.Handler), officer("hoa", "so-nnmt-79", models.Handler), officer("mai", "so-yt-79", models.Handler)
	f := &models.Feedback{Kind: models.Ordinary, Status: models.InProgress, Agency: "so-xd-79", Scope: []string{"so-xd-79", "ubnd-79", "vpcp"}, Due: &models.Due{At: due}}

	for name, ask := range map[string]func() error{
		"itself": func() error {
			_, err := f.AddTask(lead.Actor(), "x", "so-xd-79", "ý kiến", time.Time{}, now)
			return err
		},
		"nothing": func() error { _, err := f.AddTask(lead.Actor(), "x", "so-nnmt-79", " ", time.Time{}, now); return err },
		"for yesterday": func() error {
			_, err := f.AddTask(lead.Actor(), "x", "so-nnmt-79", "ý kiến", now.Add(-time.Hour), now)
			return err
		},
		"after the lead's": func() error {
			_, err := f.AddTask(lead.Actor(), "x", "so-nnmt-79", "ý kiến", due.Add(1), now)
			return err
		},
	} {
		if err := ask(); !isKind(err, models.KindInvalid) {
			t.Errorf("asking %s: %v", name, err)
		}
	}
	if help.MayOn(models.ActView, f) == nil {
		t.Fatal("an agency that nobody asked sees the case")
	}
	by := now.AddDate(0, 0, 5)
	if _, err := f.AddTask(lead.Actor(), "t1", "so-nnmt-79", "Nguồn gốc đất?", by, now); err != nil {
		t.Fatal(err)
	}
	if _, err := f.AddTask(lead.Actor(), "t1", "so-nnmt-79", "Nguồn gốc đất?", by, now); err != nil || len(f.Tasks) != 1 {
		t.Errorf("a repeat: %v, %d tasks", err, len(f.Tasks))
	}
	if _, err := f.AddTask(lead.Actor(), "t2", "so-nnmt-79", "Lần nữa", by, now); !isKind(err, models.KindInvalid) {
		t.Errorf("the same agency twice: %v", err)
	}
	// It may see the case and contribute, and nothing else; others still see nothing.
	for _, a := range []models.Action{models.ActUnseal, models.ActDraft, models.ActForward, models.ActCoordinate, models.ActCancelTask, models.ActNote} {
		if !isKind(help.MayOn(a, f), models.KindForbidden) {
			t.Errorf("the coordinating agency may %s", a)
		}
	}
	if help.MayOn(models.ActView, f) != nil || help.MayOn(models.ActContribute, f) != nil || other.MayOn(models.ActView, f) == nil {
		t.Error("who sees the case is wrong")
	}
	if _, err := f.Contribute(lead.Actor(), "t1", "Tôi tự nói", nil, now); !isKind(err, models.KindForbidden) {
		t.Errorf("the lead contributes for another agency: %v", err)
	}
	late := by.Add(time.Hour)
	if !f.Tasks[0].Late(late) || f.Tasks[0].Late(by) {
		t.Error("lateness is counted wrongly")
	}
	if _, err := f.Contribute(help.Actor(), "t1", "Đất ở từ 1998.", nil, by); err != nil || f.Tasks[0].Late(late) || len(f.Contributors) != 0 {
		t.Fatalf("%v, late %v, open %v", err, f.Tasks[0].Late(late), f.Contributors)
	}
	if _, err := f.ReturnTask(help.Actor(), "t1", "không phải", late); !isKind(err, models.KindWrongState) {
		t.Errorf("returned after it answered: %v", err)
	}
	if help.MayOn(models.ActView, f) != nil {
		t.Error("who answered cannot read its answer")
	}
	// Another one says it is not its business; a third is not needed any more.
	for id, agency := range map[string]string{"t3": "so-yt-79", "t4": "bnnmt"} {
		if _, err := f.AddTask(lead.Actor(), id, agency, "ý kiến", time.Time{}, late); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.ReturnTask(other.Actor(), "t3", "Không thuộc phạm vi", late); err != nil {
		t.Fatal(err)
	}
	if _, err := f.CancelTask(lead.Actor(), "t4", "Đã đủ ý kiến", late); err != nil {
		t.Fatal(err)
	}
	if _, err := f.CancelTask(lead.Actor(), "t4", "Lần nữa", late); !isKind(err, models.KindWrongState) {
		t.Errorf("cancelled twice: %v", err)
	}
	if !slices.ContainsFunc(f.Timeline, func(e models.Event) bool {
		return e.Event == models.ActContribute && e.Private && e.Agency == "so-nnmt-79"
	}) {
		t.Error("the timeline does not tell staff of the contribution, or tells the sender")
	}
	for _, e := range f.Timeline {
		if !e.Private {
			t.Errorf("%s is shown to the sender", e.Event)
		}
	}
}

// TestNewLeadNeedsNoTask: whoever is handed the case is not asked to contribute to it.
func TestNewLeadNeedsNoTask(t *testing.T) {
	now := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	lead := officer("lan", "so-xd-79", models.Handler)
	f := &models.Feedback{Kind: models.Ordinary, Status: models.InProgress, Agency: "so-xd-79", Scope: []string{"so-xd-79", "ubnd-79", "vpcp"}}
	for id, agency := range map[string]string{"t1": "so-nnmt-79", "t2": "bnnmt"} {
		if _, err := f.AddTask(lead.Actor(), id, agency, "ý kiến", time.Time{}, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Forward(lead.Actor(), []string{"so-nnmt-79", "ubnd-79", "vpcp"}, "đúng thẩm quyền", now); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.Contributors, []string{"bnnmt"}) {
		t.Errorf("asked are %v", f.Contributors)
	}
}

func isKind(err error, kind models.ErrorKind) bool { return errors.Is(err, &models.Error{Kind: kind}) }

// TestContributingAnewIsNotLate: what was said in time and is said better later was in time.
func TestContributingAnewIsNotLate(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
	lead, help := officer("a", "so-xd-79", models.Handler).Actor(), officer("b", "bxd", models.Handler).Actor()
	by := now.AddDate(0, 0, 5)
	ok(t)(f.AddTask(lead, "t1", "bxd", "Kết cấu?", by, now))
	ok(t)(f.Contribute(help, "t1", "An toàn.", nil, by.Add(-time.Hour)))
	ok(t)(f.Contribute(help, "t1", "An toàn, xem bản vẽ.", nil, by.Add(time.Hour)))
	if x := f.Tasks[0]; x.Late(by.AddDate(0, 1, 0)) || x.Body != "An toàn, xem bản vẽ." || !x.EndedAt.Equal(by.Add(-time.Hour)) {
		t.Errorf("%+v", x)
	}
}

// TestDissolvedContributor: what it was asked goes on to its heir, unless that one leads or is
// asked itself; what it said stays its own.
func TestDissolvedContributor(t *testing.T) {
	lead := officer("a", "so-xd-79", models.Handler).Actor()
	for heir, want := range map[string]models.Task{
		"bnnmt":    {Agency: "bnnmt", Status: models.TaskOpen},
		"bct":      {Agency: "bxd", Status: models.TaskCancelled},
		"so-xd-79": {Agency: "bxd", Status: models.TaskCancelled},
	} {
		f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
		for id, agency := range map[string]string{"t1": "bxd", "t2": "bct", "t3": "byt"} {
			ok(t)(f.AddTask(lead, id, agency, "Ý kiến?", time.Time{}, now))
		}
		work := f.InheritTask("bxd", heir, now)
		x, err := f.Task("t1")
		if err != nil || x.Agency != want.Agency || x.Status != want.Status || slices.Contains(f.Contributors, "bxd") {
			t.Errorf("to %s: %+v, %v", heir, x, f.Contributors)
		}
		if told := kindOf(work)[models.WorkTell]; (told == 1) != (want.Status == models.TaskOpen) {
			t.Errorf("to %s: told %d times", heir, told)
		}
		ok(t)(f.Contribute(officer("y", "byt", models.Handler).Actor(), "t3", "Không có.", nil, now))
		for _, from := range []string{"bxd", "byt", "bca"} {
			if f.InheritTask(from, "btc", now) != nil {
				t.Errorf("%s has nothing open", from)
			}
		}
	}
}

// TestTaskOfAnEndedCase is missed: nothing is awaited any more, and it was late if its date was
// over by then. A reopened case may ask anew.
func TestTaskOfAnEndedCase(t *testing.T) {
	lead, help := officer("a", "so-xd-79", models.Handler).Actor(), officer("b", "bxd", models.Handler)
	by := now.AddDate(0, 0, 5)
	for _, c := range []struct {
		at   time.Time
		late bool
	}{{by.Add(-time.Hour), false}, {by.Add(time.Hour), true}} {
		f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
		ok(t)(f.AddTask(lead, "t1", "bxd", "Kết cấu?", by, now))
		ok(t)(f.DraftReply(lead, "r", models.ReplyText{Body: "Đã sửa."}, now))
		ok(t)(f.SubmitReply(lead, "r", now))
		ok(t)(f.ApproveReply(models.Actor{ID: "boss", Agency: "so-xd-79", Approver: true, Staff: true}, "r", c.at))
		if x := f.Tasks[0]; x.Status != models.TaskMissed || len(f.Contributors) != 0 || x.Late(by.AddDate(1, 0, 0)) != c.late || help.MayOn(models.ActView, f) != nil {
			t.Errorf("%+v, late %v", x, x.Late(by.AddDate(1, 0, 0)))
		}
		ok(t)(f.Reopen(sender, "Vẫn hỏng", ref().Rules, by.AddDate(0, 0, 1)))
		ok(t)(f.AddTask(lead, "t2", "bxd", "Lần nữa?", time.Time{}, by.AddDate(0, 0, 1)))
	}
}

// TestTasksStayInTheTermOfTheLead: where another rule ends it earlier, what others were asked ends
// with it, and they are told; a later date, and none, stay as they are.
func TestTasksStayInTheTermOfTheLead(t *testing.T) {
	r := provincial(t)
	f := clockCase(t, r, "so-xd-48", "03-02 08:00") // due on 23 March
	boss, at := officer("b", "ubnd-48", models.Coordinator, models.Handler).Actor(), hanoi(t, "03-02 09:00")
	for id, by := range map[string]time.Time{"bxd": hanoi(t, "03-20 17:00"), "bct": hanoi(t, "03-03 08:00"), "byt": {}} {
		ok(t)(f.AddTask(boss, id, id, "Ý kiến?", by, at))
	}
	work := ok(t)(models.Clocked(r.Rules, r.Tree, at, func(f *models.Feedback) ([]models.Work, error) {
		return f.Classify(boss, models.Classification{Regime: models.UrgentCase}, r, at)
	})(f))
	wantDue(t, f, "03-03 17:00")
	for _, x := range f.Tasks {
		switch {
		case x.Agency == "bxd" && !x.DueAt.Equal(f.Due.At), x.Agency == "bct" && !x.DueAt.Equal(hanoi(t, "03-03 08:00")), x.Agency == "byt" && x.DueAt != nil:
			t.Errorf("%+v", x)
		}
	}
	if told := kindOf(work)[models.WorkTell]; told != 1 {
		t.Errorf("%d agencies are told", told)
	}
	work = ok(t)(models.Clocked(r.Rules, r.Tree, at, func(f *models.Feedback) ([]models.Work, error) {
		return f.AddNote(boss, "n", "Xong.", at)
	})(f))
	if kindOf(work)[models.WorkTell] != 0 {
		t.Error("told again")
	}
}
