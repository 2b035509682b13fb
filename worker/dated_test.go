package worker

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// calendarEnv is a worker in December 2027, whose calendar ends with the year.
func calendarEnv(t *testing.T) *env {
	rule := models.Rule{Key: "pakn.answer", Answers: true, Starts: models.Receipt, Term: 20, Unit: models.CalendarDays, ValidFrom: "2017-04-25", LegalBasis: "QĐ 574/QĐ-TTg"}
	withdraw := rule
	withdraw.Key, withdraw.Answers, withdraw.Term = models.RightWithdraw.Rule(), false, 15
	e := newEnv(t, func(o *Options) {
		o.Rules = models.NewRules([]models.Rule{rule, withdraw}, &models.Calendar{Years: []int{2026, 2027}})
	})
	e.must(e.st.PutAgencies(t.Context(), agencies))
	e.now = time.Date(2027, 12, 20, 1, 0, 0, 0, time.UTC)
	return e
}

// undated stores a case of so-xd-79 that was received now.
func (e *env) undated() string {
	e.t.Helper()
	ref := &models.Reference{Tree: models.NewTree(agencies), Places: models.NewPlaces(nil, nil), Fields: models.NewFields(nil, nil), Rules: e.o.Rules, Triage: models.NewTriage(models.TriageCues{})}
	f, work, err := models.NewFeedback(models.Submission{ID: models.NewID(), Sender: e.person("", ""), SenderName: "Trần Văn Bình", Source: models.FromWeb, Title: "Mặt đường nhiều ổ gà",
		Body: "Đoạn đường trước cổng trường có nhiều ổ gà, đề nghị sửa.", Agency: "so-xd-79"}, ref, e.o.Now())
	e.must(err)
	if f.Due != nil {
		e.t.Fatalf("a date was guessed: %+v", f.Due)
	}
	e.must(e.st.CreateFeedback(e.t.Context(), f, work...))
	return f.ID
}

func (e *env) know2028(id string) {
	e.t.Helper()
	e.must(e.st.AddAmendment(e.t.Context(), &models.Amendment{ID: id, Year: 2028, At: e.o.Now()}))
	e.pass(2 * time.Minute) // then agencies and rules are read anew
}

func (e *env) due(id string) *models.Due {
	e.t.Helper()
	f, err := e.st.Feedback(e.t.Context(), id)
	e.must(err)
	return f.Due
}

// TestDateAll: cases without a date get it when the calendar of the year is known, once,
// with a notice and an entry in the audit log.
func TestDateAll(t *testing.T) {
	e := calendarEnv(t)
	first, second := e.undated(), e.undated()
	e.w.dateAll(t.Context())
	if e.due(first) != nil {
		t.Fatal("dated without a calendar")
	}
	e.steps()

	e.know2028(models.NewID())
	e.w.dateAll(t.Context())
	e.w.dateAll(t.Context()) // as another process would
	e.steps()
	want := time.Date(2028, 1, 10, 10, 0, 0, 0, time.UTC) // the 9th is a Sunday
	for _, id := range []string{first, second} {
		if due := e.due(id); due == nil || !due.At.Equal(want) {
			t.Fatalf("due %+v", due)
		}
	}
	f, err := e.st.Feedback(t.Context(), first)
	e.must(err)
	told, err := e.st.ListNotifications(t.Context(), f.SenderID, 10, "")
	e.must(err)
	n := 0
	for _, x := range told.Items {
		if x.Event == models.ActSetDue && x.Code == f.Code {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the sender was told %d times: %+v", n, told.Items)
	}
	why := ""
	e.must(e.st.EachAudit(t.Context(), 1000, func(a models.AuditEntry) error {
		if a.Action == models.ActSetDue && a.Object == f.ID {
			why += a.Detail
		}
		return nil
	}))
	if strings.Count(why, "lịch nghỉ lễ năm 2028") != 1 {
		t.Errorf("the audit log says %q", why)
	}

	// What another process left behind meanwhile is found later; then it is over.
	left := e.undatedAs(first)
	e.w.dateAll(t.Context())
	if e.due(left) != nil {
		t.Error("walked again at once")
	}
	e.pass(2 * datedEvery)
	e.w.dateAll(t.Context())
	if e.due(left) == nil {
		t.Error("what was left behind has no date")
	}
	e.pass(2 * datedEvery)
	e.w.dateAll(t.Context())
	if have, err := setting(t.Context(), e.o.Store, datedBy); err != nil || !strings.Contains(have, "2028") || strings.Contains(have, lookAgain) {
		t.Errorf("done, and %q stands for it, %v", have, err)
	}
}

// undatedAs stores a copy of a case as a process without the calendar would have left it.
func (e *env) undatedAs(id string) string {
	e.t.Helper()
	f, err := e.st.Feedback(e.t.Context(), id)
	e.must(err)
	f.ID, f.Code, f.Undated, f.Due = models.NewID(), models.NewCode(), &models.Undated{Due: models.Due{Start: f.CreatedAt}, Year: 2028}, nil
	e.must(e.st.CreateFeedback(e.t.Context(), f))
	return f.ID
}

// TestDateAllLooksTwice: a process that did not know the year yet may leave a case behind
// while another one finds none.
func TestDateAllLooksTwice(t *testing.T) {
	e := calendarEnv(t)
	e.know2028(models.NewID())
	e.w.dateAll(t.Context()) // there is none
	other := calendarEnv(t)
	other.st, other.o.Store = e.st, e.st
	left := other.undated()
	e.pass(2 * datedEvery)
	e.w.dateAll(t.Context())
	if e.due(left) == nil {
		t.Error("what was left behind has no date")
	}
}

// TestDateAllAfterARepeal: a year that was taken back and added again is news again.
func TestDateAllAfterARepeal(t *testing.T) {
	e := calendarEnv(t)
	year := models.NewID()
	e.know2028(year)
	e.w.dateAll(t.Context())
	e.must(e.st.DeleteAmendment(t.Context(), year))
	e.pass(2 * time.Minute)
	e.w.dateAll(t.Context())
	id := e.undated()
	e.know2028(models.NewID())
	e.w.dateAll(t.Context())
	if e.due(id) == nil {
		t.Error("no date though the year is known again")
	}
}
