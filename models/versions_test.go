package models_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kiennghi/models"
)

// TestVersionsOfAReply: each time it is put before the approvers a version stays, with its text,
// number, files and author, and with what became of it; what only its author saw does not.
func TestVersionsOfAReply(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	lan, mai, boss := officer("lan", "bxd", models.Handler).Actor(), officer("mai", "bxd", models.Handler).Actor(), officer("boss", "bxd", models.Approver).Actor()
	at := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	end := func(n int) *time.Time { x := at(n); return &x }
	first, third := []models.Attachment{{ID: "u1", Name: "cu.pdf"}}, []models.Attachment{{ID: "u3", Name: "moi.pdf"}}
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Chưa ai xem"}, at(0)))
	ok(t)(f.EditReply(lan, "r", models.ReplyText{Body: "Đã sửa.", OfficialNumber: "1/BXD", OfficialDate: "2026-03-01", Uploads: first}, at(1)))
	if f.Replies[0].History() != nil {
		t.Error("a draft that nobody was shown has a version")
	}
	ok(t)(f.SubmitReply(lan, "r", at(2)))
	want := []models.ReplyVersion{{Number: 1, Author: "lan", At: at(2), Outcome: models.OutcomeWaiting, Body: "Đã sửa.", OfficialNumber: "1/BXD", OfficialDate: "2026-03-01", Uploads: first}}
	same := func(when string) {
		t.Helper()
		if d := cmp.Diff(want, f.Replies[0].History()); d != "" {
			t.Errorf("%s: %s", when, d)
		}
	}
	same("submitted")
	ok(t)(f.RejectReply(boss, "r", "Sửa ở đâu?", at(3)))
	want[0].Outcome, want[0].By, want[0].Remark, want[0].EndedAt = models.OutcomeReturned, "boss", "Sửa ở đâu?", end(3)
	same("sent back")
	ok(t)(f.EditReply(lan, "r", models.ReplyText{Body: "Đã sửa ở ngõ."}, at(4)))
	ok(t)(f.EditReply(mai, "r", models.ReplyText{Body: "Đã sửa ở ngõ 5.", OfficialNumber: "2/BXD"}, at(5)))
	ok(t)(f.SubmitReply(mai, "r", at(6)))
	if v := f.Replies[0].Returned(); v == nil || v.Number != 1 || v.Body != "Đã sửa." {
		t.Errorf("sent back was %+v", v)
	}
	ok(t)(f.Return(officer("a", "bxd", models.Coordinator).Actor(), "không phải", ref().Tree, at(7)))
	want = append(want, models.ReplyVersion{Number: 2, Author: "mai", At: at(6), Outcome: models.OutcomeDropped, By: "a", EndedAt: end(7), Body: "Đã sửa ở ngõ 5.", OfficialNumber: "2/BXD"})
	same("the case left")
	ok(t)(f.Assign(models.Actor{}, ref().Tree.Path("bxd"), "", at(8)))
	ok(t)(f.EditReply(lan, "r", models.ReplyText{Body: "Đã sửa ở ngõ 5, ngày 1.", Uploads: third}, at(9)))
	ok(t)(f.SubmitReply(lan, "r", at(10)))
	ok(t)(f.ApproveReply(boss, "r", at(11)))
	want = append(want, models.ReplyVersion{Number: 3, Author: "lan", At: at(10), Outcome: models.OutcomeApproved, By: "boss", EndedAt: end(11), Body: "Đã sửa ở ngõ 5, ngày 1.", Uploads: third})
	same("approved")
	if last := f.Replies[0].Versions[2]; last.Body != "" || last.Uploads != nil {
		t.Errorf("what was sent is stored twice: %+v", last)
	}
	var files []string
	for _, a := range f.AllUploads() {
		files = append(files, a.ID)
	}
	if !slices.Equal(files, []string{"u3", "u1"}) {
		t.Errorf("files of the case are %v", files)
	}
	if a, public := models.PublicView(f); public {
		t.Errorf("public: %+v", a)
	}
	ok(t)(f.Publish(boss, "r", "", at(12)))
	a, public := models.PublicView(f)
	if text, err := json.Marshal(a); err != nil || !public || !strings.Contains(a.Reply, "ngày 1") || strings.Contains(string(text), "cu.pdf") || strings.Contains(string(text), "2/BXD") {
		t.Errorf("the public reads %s", text)
	}
}

// TestVersionsDoNotTouchTheSeal: what an agency signed is the same statement, however often its
// reply was sent back before.
func TestVersionsDoNotTouchTheSeal(t *testing.T) {
	_, sealer := sealing(t)
	lan, boss := officer("lan", "bxd", models.Handler).Actor(), officer("boss", "bxd", models.Approver).Actor()
	text := models.ReplyText{Body: "Đã sửa.", OfficialNumber: "1/BXD", Uploads: []models.Attachment{{ID: "u1", Name: "a.pdf"}}}
	sealed := func(rounds int) *models.Seal {
		f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
		ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Nháp", OfficialNumber: "0/BXD"}, now))
		for range rounds {
			ok(t)(f.SubmitReply(lan, "r", now))
			ok(t)(f.RejectReply(boss, "r", "chưa rõ", now))
		}
		ok(t)(f.EditReply(lan, "r", text, now))
		ok(t)(f.SubmitReply(lan, "r", now))
		ok(t)(f.ApproveReply(boss, "r", now))
		f.Code = "KN-0001-0000"
		if err := f.SealReply("r", sealer, now); err != nil {
			t.Fatal(err)
		}
		return f.Replies[0].Seal
	}
	if d := cmp.Diff(sealed(0), sealed(3)); d != "" {
		t.Error(d)
	}
}

// TestVersionsAreBounded: of a reply the newest stay, with their numbers; and when the case is full
// the oldest make room for what is to be answered.
func TestVersionsAreBounded(t *testing.T) {
	lan, boss := officer("lan", "bxd", models.Handler).Actor(), officer("boss", "bxd", models.Approver).Actor()
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	rounds := func(n int, body string) {
		for range n {
			ok(t)(f.EditReply(lan, "r", models.ReplyText{Body: body}, now))
			ok(t)(f.SubmitReply(lan, "r", now))
			ok(t)(f.RejectReply(boss, "r", "chưa rõ", now))
		}
	}
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "x"}, now))
	rounds(models.MaxVersions+2, "x")
	if v := f.Replies[0].Versions; len(v) != models.MaxVersions || v[0].Number != 3 || v[len(v)-1].Number != models.MaxVersions+2 {
		t.Fatalf("%d versions, from %d to %d", len(v), v[0].Number, v[len(v)-1].Number)
	}
	long := strings.Repeat("ệ", models.MaxReply) // 60 KB
	rounds(30, long)
	var err error
	for err == nil {
		_, err = f.AddNote(lan, models.NewID(), strings.Repeat("ệ", models.MaxMessage), now)
	}
	refused(t, err, models.KindWrongState, "case_full")
	rounds(3, long)
	if v := f.Replies[0].Versions; len(v) >= models.MaxVersions || v[len(v)-1].Number != models.MaxVersions+35 || v[len(v)-1].Body != long {
		t.Errorf("%d versions in a full case", len(v))
	}
}

// TestReplyOfBeforeVersions loads as it was stored, and has its versions from the next decision on.
func TestReplyOfBeforeVersions(t *testing.T) {
	stored := `{"id":"r","status":"submitted","agency":"bxd","author":"lan","body":"Bản hai","sent_back":"Bản một","created_at":"2026-03-01T00:00:00Z"}`
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	f.Replies = []models.Reply{{}}
	if err := json.Unmarshal([]byte(stored), &f.Replies[0]); err != nil {
		t.Fatal(err)
	}
	f.Status = models.InProgress
	f.Timeline = append(f.Timeline, models.Event{Event: models.ActSubmit, At: now})
	if r := &f.Replies[0]; r.History() != nil || r.Returned() != nil || r.SentBack != "Bản một" {
		t.Errorf("%+v", r)
	}
	ok(t)(f.RejectReply(officer("boss", "bxd", models.Approver).Actor(), "r", "chưa rõ", now.Add(time.Hour)))
	end := now.Add(time.Hour)
	want := []models.ReplyVersion{{Number: 1, Author: "lan", At: now, Outcome: models.OutcomeReturned, By: "boss", EndedAt: &end, Remark: "chưa rõ", Body: "Bản hai"}}
	if d := cmp.Diff(want, f.Replies[0].History()); d != "" {
		t.Error(d)
	}
}

// TestVersionsAreSealed: every text of them, and the names of their files, and nowhere but in the copy.
func TestVersionsAreSealed(t *testing.T) {
	files := func() []models.Attachment { return []models.Attachment{{Name: "Khuêx.pdf"}} }
	f := &models.Feedback{
		Replies: []models.Reply{{Versions: []models.ReplyVersion{{Body: "Khuêx", Remark: "Khuêx", Reason: "Khuêx", Uploads: files()}}}},
		Tasks:   []models.Task{{Earlier: []models.Contribution{{Body: "Khuêx", Uploads: files()}}}},
	}
	sealed := *f
	sealed.OwnTexts()
	sealed.Texts(func(s *string) { *s = "" })
	if b, err := json.Marshal(sealed); err != nil || strings.Contains(string(b), "Khuêx") {
		t.Errorf("%v: %s", err, b)
	}
	if b, err := json.Marshal(f); err != nil || strings.Count(string(b), "Khuêx") != 6 {
		t.Errorf("changed elsewhere too: %v: %s", err, b)
	}
}

// TestEarlierContributions: what an agency said before it said it anew is kept; the same again is
// nothing new.
func TestEarlierContributions(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
	lead, help, other := officer("a", "so-xd-79", models.Handler).Actor(), officer("b", "bxd", models.Handler).Actor(), officer("c", "bxd", models.Handler).Actor()
	files := []models.Attachment{{ID: "u1", Name: "cu.pdf"}}
	at := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	ok(t)(f.AddTask(lead, "t", "bxd", "Kết cấu?", time.Time{}, now))
	ok(t)(f.Contribute(help, "t", "An toàn.", files, at(1)))
	ok(t)(f.Contribute(help, "t", "An toàn.", files, at(2)))
	if x := f.Tasks[0]; x.Earlier != nil || !x.EndedAt.Equal(at(1)) {
		t.Errorf("the same again: %+v", x)
	}
	ok(t)(f.Contribute(other, "t", "Cần gia cố.", nil, at(3)))
	ok(t)(f.Contribute(help, "t", "Cần gia cố gấp.", nil, at(4)))
	want := []models.Contribution{{Body: "An toàn.", Uploads: files, By: "b", At: at(2)}, {Body: "Cần gia cố.", By: "c", At: at(3)}}
	if d := cmp.Diff(want, f.Tasks[0].Earlier); d != "" {
		t.Error(d)
	}
	if x := f.Tasks[0]; x.Body != "Cần gia cố gấp." || !x.EndedAt.Equal(at(1)) || !slices.ContainsFunc(f.AllUploads(), func(a models.Attachment) bool { return a.ID == "u1" }) {
		t.Errorf("%+v", x)
	}
	for n := range models.MaxVersions + 3 {
		ok(t)(f.Contribute(help, "t", strings.Repeat("x", n+1), nil, at(5)))
	}
	if n := len(f.Tasks[0].Earlier); n != models.MaxVersions {
		t.Errorf("%d are kept", n)
	}
}
