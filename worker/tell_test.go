package worker

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// approving is a worker with a case of so-xd-79 whose term an approver may extend, and a
// second approver there, ha.
func approving(t *testing.T) (*env, *models.Feedback) {
	t.Helper()
	e, f := climbing(t)
	e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: "ha", Username: "ha", Agency: "so-xd-79", Roles: []models.Role{models.Approver, models.Handler}}))
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		f.Due.Term, f.Due.Unit, f.Due.Extension = 20, models.CalendarDays, &models.Extension{Times: 2, Term: 5, Approver: true}
		return nil, nil
	})
	e.steps()
	return e, f
}

func (e *env) change(f *models.Feedback, do func(*models.Feedback) ([]models.Work, error)) {
	e.t.Helper()
	_, err := e.st.UpdateFeedback(e.t.Context(), f.ID, do)
	e.must(err)
}

// told are the events that the member was told of, the newest first.
func (e *env) told(account string) string {
	e.t.Helper()
	page, err := e.st.ListNotifications(e.t.Context(), account, 100, "")
	e.must(err)
	var events []string
	for _, n := range page.Items {
		events = append(events, string(n.Event))
	}
	return strings.Join(events, " ")
}

var lanActs, haActs = models.Actor{ID: "lan", Staff: true, Agency: "so-xd-79"}, models.Actor{ID: "ha", Staff: true, Agency: "so-xd-79", Approver: true}

func (e *env) ask(f *models.Feedback) {
	e.t.Helper()
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.AskExtension(lanActs, 3, "Chờ kiểm định", e.o.Now())
	})
}

// TestApproversLearnOfARequestForMoreTime: each once, also when a worker died over it, and
// nobody else.
func TestApproversLearnOfARequestForMoreTime(t *testing.T) {
	e, f := approving(t)
	e.ask(f)
	claimed, err := e.st.ClaimWork(t.Context(), e.o.Now(), time.Minute, 1000)
	e.must(err)
	for _, x := range claimed {
		if x.Kind == models.WorkTell {
			e.must(e.w.tell(t.Context(), &x)) // and dies before it says so
		}
	}
	e.pass(2 * time.Minute)
	e.steps()
	for who, want := range map[string]string{"minh": "ask_extension", "ha": "ask_extension", "lan": "", "hoa": "", "tinh": "", "khac": ""} {
		if got := e.told(who); got != want {
			t.Errorf("%s was told %q, want %q", who, got, want)
		}
	}
	page, err := e.st.ListNotifications(t.Context(), "minh", 1, "")
	e.must(err)
	if n := page.Items[0]; n.Code != f.Code || n.DueAt == nil {
		t.Errorf("%+v", n)
	}
}

// TestDecidedRequestIsNotTold: the worker comes when it does not wait any more, and another
// one does.
func TestDecidedRequestIsNotTold(t *testing.T) {
	e, f := approving(t)
	e.ask(f)
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.DenyExtension(haActs, "Còn đủ thời gian", e.o.Now())
	})
	e.pass(time.Minute)
	e.ask(f)
	e.steps()
	if got := e.told("minh"); got != "ask_extension" {
		t.Errorf("told %q", got)
	}
}

// TestApproversLearnOfADraft: who wrote some of it may not decide and is not told; what is
// handed in again is told again.
func TestApproversLearnOfADraft(t *testing.T) {
	e, f := approving(t)
	text := models.ReplyText{Body: "Đã sửa xong mặt đường."}
	e.change(f, func(f *models.Feedback) ([]models.Work, error) { return f.DraftReply(haActs, "r", text, e.o.Now()) })
	text.Body += " Trân trọng."
	e.change(f, func(f *models.Feedback) ([]models.Work, error) { return f.EditReply(lanActs, "r", text, e.o.Now()) })
	for range 2 {
		e.change(f, func(f *models.Feedback) ([]models.Work, error) { return f.SubmitReply(lanActs, "r", e.o.Now()) })
		e.steps()
		e.pass(time.Minute)
		e.change(f, func(f *models.Feedback) ([]models.Work, error) {
			return f.RejectReply(models.Actor{ID: "minh", Staff: true, Agency: "so-xd-79", Approver: true}, "r", "Ghi rõ ngày", e.o.Now())
		})
		e.pass(time.Minute)
	}
	if minh, ha := e.told("minh"), e.told("ha"); minh != "submit_reply submit_reply" || ha != "" {
		t.Errorf("minh was told %q, ha %q", minh, ha)
	}
}

// TestApproversLearnOfOneOfTwoDrafts: of two that wait, each of two approvers wrote one and
// may decide on the other.
func TestApproversLearnOfOneOfTwoDrafts(t *testing.T) {
	e, f := approving(t)
	text := models.ReplyText{Body: "Đã sửa xong mặt đường."}
	minh := models.Actor{ID: "minh", Staff: true, Agency: "so-xd-79", Approver: true}
	for id, by := range map[string]models.Actor{"r1": haActs, "r2": minh} {
		e.change(f, func(f *models.Feedback) ([]models.Work, error) { return f.DraftReply(by, id, text, e.o.Now()) })
	}
	for _, id := range []string{"r1", "r2"} {
		e.change(f, func(f *models.Feedback) ([]models.Work, error) { return f.SubmitReply(lanActs, id, e.o.Now()) })
		e.steps()
		e.pass(time.Minute)
	}
	if minh, ha := e.told("minh"), e.told("ha"); minh != "submit_reply submit_reply" || ha != "submit_reply" {
		t.Errorf("minh was told %q, ha %q", minh, ha)
	}
}

// TestWhoHasTheCaseLearnsOfItsSender, who writes or reopens it: the handler, or without one
// who hands out cases there; nobody once the case is closed.
func TestWhoHasTheCaseLearnsOfItsSender(t *testing.T) {
	e, f := approving(t)
	e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: "nhan", Username: "nhan", Agency: "so-xd-79", Roles: []models.Role{models.Intake}}))
	write := func(id string) {
		t.Helper()
		e.pass(time.Minute)
		e.change(f, func(f *models.Feedback) ([]models.Work, error) {
			return f.AddMessage(models.Actor{ID: f.SenderID}, id, "Vẫn chưa ai đến.", nil, e.o.Now())
		})
	}
	write("m1")
	e.steps()
	e.change(f, func(f *models.Feedback) ([]models.Work, error) { f.Handler = ""; return nil, nil })
	write("m2")
	write("m3") // before anybody was told of the one before
	e.steps()
	e.pass(time.Minute)
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		f.Status = models.Answered
		return f.Reopen(models.Actor{ID: f.SenderID}, "Vẫn hỏng.", e.o.Rules, e.o.Now())
	})
	e.steps()
	write("m4")
	e.change(f, func(f *models.Feedback) ([]models.Work, error) {
		return f.Withdraw(models.Actor{ID: f.SenderID}, "", e.o.Now())
	})
	e.steps()
	for who, want := range map[string]string{"lan": "message", "nhan": "reopen message", "minh": "", "khac": ""} {
		if got := e.told(who); got != want {
			t.Errorf("%s was told %q, want %q", who, got, want)
		}
	}
}

// TestThoseAboveLearnOfAProposalToMerge: who hands out cases there, unless it was ended before.
func TestThoseAboveLearnOfAProposalToMerge(t *testing.T) {
	e, f := approving(t)
	e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: "chia", Username: "chia", Agency: "ubnd-79", Roles: []models.Role{models.Coordinator}}))
	propose := func() {
		e.change(f, func(f *models.Feedback) ([]models.Work, error) {
			return f.ProposeMerge(lanActs, models.NewCode(), "Cùng một ổ gà", e.o.Now())
		})
	}
	propose()
	e.change(f, func(f *models.Feedback) ([]models.Work, error) { return f.DeclineMerge(lanActs, "Nhầm", e.o.Now()) })
	e.steps()
	if got := e.told("chia"); got != "" {
		t.Errorf("told of what was ended: %q", got)
	}
	e.pass(time.Minute)
	propose()
	e.steps()
	for who, want := range map[string]string{"chia": "propose_merge", "minh": "", "lan": "", "ha": "", "khac": ""} {
		if got := e.told(who); got != want {
			t.Errorf("%s was told %q, want %q", who, got, want)
		}
	}
}
