package models_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kiennghi/models"
)

func TestNewFeedbackReportsEveryWrongField(t *testing.T) {
	_, _, err := models.NewFeedback(models.Submission{
		Sender: person, Province: "99", Commune: "00000", Field: "khong-co", Agency: "toaan", Body: "ngắn",
		Uploads: make([]models.Attachment, 11),
	}, ref(), now)
	var e *models.Error
	if !errors.As(err, &e) || e.Kind != models.KindInvalid {
		t.Fatalf("got %v, want a KindInvalid error", err)
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field+" "+f.Code)
	}
	want := []string{"title required", "body too_short", "uploads too_many", "name name_required", "commune unknown",
		"province unknown", "field unknown", "agency unknown"}
	if d := cmp.Diff(want, fields); d != "" {
		t.Error(d)
	}
}

func TestLengthCountsCharacters(t *testing.T) {
	title := ""
	for range models.MaxTitle {
		title += "ệ" // three bytes, one character
	}
	if f := received(t, func(s *models.Submission) { s.Title = title }); f.Title != title {
		t.Error("a title of exactly the allowed length was changed")
	}
}

func TestNamedAgencyGetsItAtOnce(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	if f.Status != models.Assigned || f.Agency != "bxd" || !slices.Equal(f.Scope, []string{"bxd", "vpcp"}) {
		t.Errorf("status %s, agency %q, scope %v", f.Status, f.Agency, f.Scope)
	}
}

func TestDenunciationStaysWithTheFocalPoint(t *testing.T) {
	f := received(t, func(s *models.Submission) {
		s.Agency = "ubnd-79"
		s.Title = "Tố cáo cán bộ nhận hối lộ"
		s.Body = "Tôi làm đơn tố cáo ông Nguyễn Văn A, cán bộ phường, đã nhận hối lộ của người dân khi làm thủ tục."
	})
	if f.Kind != models.Denunciation || f.Agency != "" || !slices.Equal(f.Scope, []string{"vpcp"}) {
		t.Fatalf("kind %s, agency %q, scope %v", f.Kind, f.Agency, f.Scope)
	}
	_, err := f.Assign(officer("a", "vpcp", models.Coordinator).Actor(), []string{"ubnd-79", "vpcp"}, "", now)
	if models.ErrorKindOf(err) != models.KindWrongState {
		t.Errorf("a denunciation was handed to the agency it names: %v", err)
	}
}

func TestCaseFromSubmissionToPublication(t *testing.T) {
	f := received(t)
	lan, boss := officer("lan", "so-xd-79", models.Handler), officer("boss", "so-xd-79", models.Approver)
	path := ref().Tree.Path("so-xd-79")
	w := ok(t)(f.Assign(models.Actor{}, path, "", now))
	if n := kindOf(w); n[models.WorkIndex] != 1 || n[models.WorkNotify] != 1 || n[models.WorkAudit] != 0 {
		t.Errorf("work of an assignment by the program: %v", n)
	}
	ok(t)(f.Take(lan.Actor(), now))
	ok(t)(f.DraftReply(lan.Actor(), "r1", models.ReplyText{Body: "Đã sửa.", OfficialNumber: "1/SXD", OfficialDate: "2026-02-20"}, now))
	if _, err := f.ApproveReply(boss.Actor(), "r1", now); models.ErrorKindOf(err) != models.KindWrongState {
		t.Errorf("a draft was approved: %v", err)
	}
	ok(t)(f.SubmitReply(lan.Actor(), "r1", now))
	if _, err := f.ApproveReply(lan.Actor(), "r1", now); models.ErrorKindOf(err) != models.KindForbidden {
		t.Errorf("the author approved: %v", err)
	}
	ok(t)(f.RejectReply(boss.Actor(), "r1", "nêu rõ thời hạn", now))
	ok(t)(f.EditReply(lan.Actor(), "r1", models.ReplyText{Body: "Đã sửa ngày 20/02."}, now))
	ok(t)(f.SubmitReply(lan.Actor(), "r1", now))
	w = ok(t)(f.ApproveReply(boss.Actor(), "r1", now))
	if n := kindOf(w); n[models.WorkNotify] != 1 || n[models.WorkAudit] != 1 || f.Status != models.Answered {
		t.Errorf("after approval: work %v, status %s", n, f.Status)
	}
	if _, isPublic := models.PublicView(f); isPublic {
		t.Error("public before publication")
	}
	ok(t)(f.Rate(sender, 4, "Cảm ơn", now))
	ok(t)(f.Publish(boss.Actor(), "r1", "", now))
	a, isPublic := models.PublicView(f)
	if !isPublic || a.Reply != "Đã sửa ngày 20/02." || a.SenderName != "" {
		t.Errorf("public view %v %+v", isPublic, a)
	}
	ok(t)(f.Unpublish(boss.Actor(), "r1", "có thông tin riêng", now))
	if _, isPublic := models.PublicView(f); isPublic {
		t.Error("public after it was taken back")
	}
	if f.Published == nil {
		t.Error("the history of the publication is gone")
	}
}

func TestAnsweringARequestForInformationGoesBackToWhereItWas(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	lan := officer("lan", "bxd", models.Handler)
	ok(t)(f.Take(lan.Actor(), now))
	ok(t)(f.RequestInfo(lan.Actor(), "m1", "Xin cho biết số nhà gần nhất?", nil, now))
	if f.Status != models.NeedsInfo {
		t.Fatalf("status %s", f.Status)
	}
	ok(t)(f.AddMessage(sender, "m2", "Số 12.", nil, now))
	if f.Status != models.InProgress {
		t.Errorf("status %s, want in_progress", f.Status)
	}
	if w := ok(t)(f.AddMessage(sender, "m2", "Số 12.", nil, now)); w != nil || len(f.Messages) != 2 {
		t.Error("the same message was added twice")
	}
}

func TestReturnNeverCloses(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
	ok(t)(f.Return(officer("lan", "so-xd-79", models.Handler).Actor(), "thuộc Sở Công Thương", ref().Tree, now))
	if f.Status != models.Received || f.Agency != "" || !slices.Contains(f.Scope, "ubnd-79") || !slices.Equal(f.PastAgencies, []string{"so-xd-79"}) {
		t.Errorf("status %s agency %q scope %v past %v", f.Status, f.Agency, f.Scope, f.PastAgencies)
	}
	if len(f.Corrections) != 1 {
		t.Error("the correction was not kept for learning")
	}
}

func TestRefusalNeedsADirection(t *testing.T) {
	f := received(t)
	ground := ref().Grounds[0]
	by := officer("a", "vpcp", models.Intake).Actor()
	if _, err := f.Refuse(by, ground, "  ", now); models.ErrorKindOf(err) != models.KindInvalid {
		t.Errorf("refused without a direction: %v", err)
	}
	ok(t)(f.Refuse(by, ground, "Gửi đơn đến Ban Tiếp công dân.", now))
	ok(t)(f.Reopen(sender, "Không phải khiếu nại", ref().Rules, now.AddDate(0, 2, 0)))
	if f.Status != models.Received || f.Refusal != nil || len(f.Clocks) != 1 || !f.Clocks[0].At.Equal(now) {
		t.Errorf("after reopening: %s %v, clocks %+v", f.Status, f.Refusal, f.Clocks)
	}
}

func TestUnsealingIsSeenByTheSender(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	lan, hung := officer("lan", "bxd", models.Handler), officer("hung", "bxd", models.Handler)
	knows := func(s *models.Staff, at time.Time) bool { _, knows := s.KnowsSender(f, at); return knows }
	if knows(lan, now) {
		t.Fatal("known before unsealing")
	}
	ok(t)(f.Unseal(lan.Actor(), "Cần gọi điện hẹn khảo sát hiện trường", now))
	last := f.Timeline[len(f.Timeline)-1]
	if !knows(lan, now) || knows(hung, now) || last.Event != models.ActUnseal || last.Private || last.Note == "" {
		t.Errorf("lan %v hung %v event %+v", knows(lan, now), knows(hung, now), last)
	}
	last0 := now.Add(models.UnsealFor - time.Millisecond)
	if _, err := f.Unseal(lan.Actor(), "Cần gọi điện lần nữa", last0); err == nil || !knows(lan, last0) {
		t.Error("sealed again too early")
	}
	later := now.Add(models.UnsealFor)
	if knows(lan, later) {
		t.Error("still known after its time")
	}
	ok(t)(f.Unseal(lan.Actor(), "Cần gọi điện lần nữa", later))
	if !knows(lan, later) || len(f.Unsealed) != 2 {
		t.Errorf("unsealed again: %+v", f.Unsealed)
	}
}

func TestPrivateCaseIsNeverPublished(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency, s.Private = "bxd", true })
	lan, boss := officer("lan", "bxd", models.Handler).Actor(), officer("boss", "bxd", models.Approver).Actor()
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Trả lời"}, now))
	ok(t)(f.SubmitReply(lan, "r", now))
	ok(t)(f.ApproveReply(boss, "r", now))
	if _, err := f.Publish(boss, "r", "", now); models.ErrorKindOf(err) != models.KindWrongState {
		t.Errorf("a private case was published: %v", err)
	}
}

// TestAnyLife does random things to a case: the timeline only grows, every change
// counts, and the record as it was created never changes.
func TestAnyLife(t *testing.T) {
	r := ref()
	ids := []string{"r1", "r2"}
	agencies := []string{"bxd", "so-xd-79", "ubnd-79", "bca"}
	rapid.Check(t, func(t *rapid.T) {
		in := submission()
		in.ID = "case"
		in.Agency = rapid.SampledFrom([]string{"", "bxd"}).Draw(t, "asked")
		f, _, err := models.NewFeedback(in, r, now)
		if err != nil {
			t.Fatal(err)
		}
		f.Rev = 1
		first := f.AsCreated()
		at := now
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour)
			by := officer(rapid.SampledFrom([]string{"lan", "boss"}).Draw(t, "by"), "bxd").Actor()
			id := rapid.SampledFrom(ids).Draw(t, "reply")
			before, events := f.Version, len(f.Timeline)
			var w []models.Work
			switch rapid.IntRange(0, 15).Draw(t, "action") {
			case 0:
				w, err = f.Assign(by, r.Tree.Path(rapid.SampledFrom(agencies).Draw(t, "to")), "", at)
			case 1:
				w, err = f.Return(by, "lý do", r.Tree, at)
			case 2:
				w, err = f.Take(by, at)
			case 3:
				w, err = f.DraftReply(by, id, models.ReplyText{Body: "x", Reason: rapid.SampledFrom([]string{"", "sai số liệu"}).Draw(t, "reason")}, at)
			case 4:
				w, err = f.SubmitReply(by, id, at)
			case 5:
				w, err = f.ApproveReply(by, id, at)
			case 6:
				w, err = f.RejectReply(by, id, "sửa", at)
			case 7:
				w, err = f.Publish(by, id, rapid.SampledFrom([]string{"", "sai số liệu"}).Draw(t, "again"), at)
			case 8:
				w, err = f.Unpublish(by, id, "x", at)
			case 9:
				w, err = f.AddMessage(sender, models.NewID(), "x", nil, at)
			case 10:
				w, err = f.Rate(sender, 3, "", at)
			case 11:
				w, err = f.Reopen(sender, "x", r.Rules, at)
			case 12:
				w, err = f.Withdraw(sender, "", at)
			case 13:
				w, err = f.Refuse(by, r.Grounds[0], "đường khác", at)
			case 14:
				w, err = f.Classify(by, models.Classification{Province: "01"}, r, at)
			case 15:
				w, err = f.RequestInfo(by, models.NewID(), "ở đâu?", nil, at)
			}
			switch {
			case err != nil && (f.Version != before || len(f.Timeline) != events):
				t.Fatalf("a refused action left a trace: %v", err)
			case err == nil && w != nil && (f.Version != before+1 || len(f.Timeline) != events+1):
				t.Fatalf("version %d→%d, events %d→%d", before, f.Version, events, len(f.Timeline))
			}
			if f.Agency != "" && (len(f.Scope) == 0 || f.Scope[0] != f.Agency) {
				t.Fatalf("agency %q, scope %v", f.Agency, f.Scope)
			}
			if f.Status == models.InProgress && f.Agency == "" {
				t.Fatal("in progress with nobody")
			}
		}
		if d := cmp.Diff(first, f.AsCreated()); d != "" {
			t.Fatal(d)
		}
	})
}

// TestAnotherPlaceIsRoutedAnew: suggestions were for the place that was known before.
func TestAnotherPlaceIsRoutedAnew(t *testing.T) {
	f := received(t, func(in *models.Submission) { in.Province = "" })
	f.Suggest([]models.Suggestion{{Agency: "xa-ubnd", Probability: 0.8}}, "", now)
	boss := models.Actor{ID: "boss", Agency: models.RootAgency, Staff: true}
	ok(t)(f.Classify(boss, models.Classification{Field: "giao-thong"}, ref(), now))
	if len(f.Suggestions) != 1 {
		t.Error("another field is no other place")
	}
	work := ok(t)(f.Classify(boss, models.Classification{Province: "79"}, ref(), now))
	if len(f.Suggestions) != 0 || !slices.ContainsFunc(work, func(w models.Work) bool { return w.Kind == models.WorkRoute }) {
		t.Errorf("suggestions %+v, work %+v", f.Suggestions, work)
	}
}
