package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// refused fails the test unless err has that kind and catalogue code.
func refused(t *testing.T, err error, kind models.ErrorKind, code string) {
	t.Helper()
	if !errors.Is(err, models.Fail(kind, code)) {
		t.Errorf("got %v, want %s (%s)", err, kind, code)
	}
}

// answered returns a case of bxd whose reply "r" was sent, and who wrote and approved it.
func answered(t *testing.T) (f *models.Feedback, lan, boss models.Actor) {
	t.Helper()
	f = received(t, func(s *models.Submission) { s.Agency = "bxd" })
	lan, boss = officer("lan", "bxd", models.Handler).Actor(), officer("boss", "bxd", models.Approver).Actor()
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Đã sửa."}, now))
	ok(t)(f.SubmitReply(lan, "r", now))
	ok(t)(f.ApproveReply(boss, "r", now))
	return f, lan, boss
}

func TestWhatTurnsOutToBeADenunciationLeavesTheAgency(t *testing.T) {
	for _, kind := range []models.Kind{models.Denunciation, models.Complaint, models.Crime} {
		f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
		clerk := officer("clerk", "so-xd-79", models.Intake, models.Handler)
		ok(t)(f.DraftReply(clerk.Actor(), "r", models.ReplyText{Body: "Nháp"}, now))
		ok(t)(f.Classify(clerk.Actor(), models.Classification{Kind: kind}, ref(), now))
		if f.Agency != "" || f.Handler != "" || f.Status != models.Received || !slices.Equal(f.Scope, []string{models.RootAgency}) {
			t.Errorf("%s: agency %q, handler %q, status %s, scope %v", kind, f.Agency, f.Handler, f.Status, f.Scope)
		}
		if err := clerk.MayOn(models.ActView, f); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: the agency that it may be about sees it: %v", kind, err)
		}
	}
}

func TestPublishedCaseThatTurnsOutToBeADenunciationIsNotPublic(t *testing.T) {
	f, _, boss := answered(t)
	ok(t)(f.Publish(boss, "r", "", now))
	ok(t)(f.Reopen(sender, "Cán bộ đã nhận tiền", ref().Rules, now))
	if _, public := models.PublicView(f); !public {
		t.Fatal("reopening took the answer back")
	}
	ok(t)(f.Classify(boss, models.Classification{Kind: models.Denunciation}, ref(), now))
	if _, public := models.PublicView(f); public || f.Summary().PublishedAt != nil {
		t.Error("a denunciation is public")
	}
}

func TestADenunciationIsNeverPublished(t *testing.T) {
	f, _, boss := answered(t)
	f.Kind = models.Denunciation
	_, err := f.Publish(boss, "r", "", now)
	refused(t, err, models.KindWrongState, "not_feedback")
}

func TestWhoWroteBeforeMayNotApproveEither(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	lan, hung := officer("lan", "bxd", models.Handler, models.Approver).Actor(), officer("hung", "bxd", models.Handler).Actor()
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Đã sửa."}, now))
	ok(t)(f.EditReply(hung, "r", models.ReplyText{Body: "Đã sửa!"}, now))
	ok(t)(f.SubmitReply(hung, "r", now))
	_, err := f.ApproveReply(lan, "r", now)
	refused(t, err, models.KindForbidden, "own_reply")
}

func TestSameKeyWithAnotherTextIsRefused(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	lan := officer("lan", "bxd", models.Handler).Actor()
	ok(t)(f.AddMessage(sender, "m", "Số 12.", nil, now))
	ok(t)(f.AddNote(lan, "n", "Đã gọi.", now))
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Đã sửa."}, now))
	ok(t)(f.EditReply(lan, "r", models.ReplyText{Body: "Đã sửa xong."}, now))
	version := f.Version

	ok(t)(f.AddMessage(sender, "m", " Số 12.", nil, now))
	ok(t)(f.AddNote(lan, "n", "Đã gọi. ", now))
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Đã sửa."}, now))
	_, err := f.AddMessage(sender, "m", "Số 14.", nil, now)
	refused(t, err, models.KindInvalid, "idempotency_mismatch")
	_, err = f.AddMessage(sender, "m", "Số 12.", []models.Attachment{{ID: "u"}}, now)
	refused(t, err, models.KindInvalid, "idempotency_mismatch")
	_, err = f.AddNote(lan, "n", "Chưa gọi.", now)
	refused(t, err, models.KindInvalid, "idempotency_mismatch")
	_, err = f.DraftReply(lan, "r", models.ReplyText{Body: "Chưa sửa."}, now)
	refused(t, err, models.KindInvalid, "idempotency_mismatch")
	if f.Version != version {
		t.Error("a repeat changed the case")
	}
}

func TestDoingItAgainIsRefused(t *testing.T) {
	f, lan, boss := answered(t)
	ok(t)(f.Publish(boss, "r", "", now))
	_, err := f.Publish(boss, "r", "", now.Add(time.Hour))
	refused(t, err, models.KindWrongState, "published_already")
	ok(t)(f.Unpublish(boss, "r", "sai số nhà", now))
	_, err = f.Publish(boss, "r", " ", now)
	refused(t, err, models.KindInvalid, "")
	ok(t)(f.Publish(boss, "r", "đã che số nhà", now))
	ok(t)(f.Unseal(lan, "Cần gọi điện hẹn khảo sát", now))
	_, err = f.Unseal(lan, "Cần gọi điện hẹn khảo sát", now)
	refused(t, err, models.KindWrongState, "unsealed_already")
}

func TestEveryChangeRaisesUpdatedAt(t *testing.T) {
	f := received(t)
	if !f.UpdatedAt.Equal(f.CreatedAt) {
		t.Errorf("new, but updated at %v", f.UpdatedAt)
	}
	before := f.UpdatedAt
	for _, at := range []time.Time{now, now, now.Add(-time.Minute)} { // the clock of another process is behind
		ok(t)(f.AddMessage(sender, models.NewID(), "bổ sung", nil, at))
		if !f.UpdatedAt.After(before) {
			t.Errorf("a change at %v left updated_at at %v", at, f.UpdatedAt)
		}
		before = f.UpdatedAt
	}
}

func TestACaseDoesNotGrowWithoutEnd(t *testing.T) {
	f, lan, _ := answered(t)
	ok(t)(f.Rate(sender, 1, "", now))
	if w := ok(t)(f.Rate(sender, 1, "", now)); w != nil {
		t.Error("the same rating again is a change")
	}
	var err error
	for i := 0; err == nil && i < 100; i++ {
		_, err = f.Rate(sender, 2+i%2, "", now)
	}
	refused(t, err, models.KindWrongState, "too_many_ratings")

	f = received(t, func(s *models.Submission) { s.Agency = "bxd" })
	for err = nil; err == nil; {
		if _, err = f.RequestInfo(lan, models.NewID(), "Ở đâu ạ?", nil, now); err == nil {
			_, err = f.Take(lan, now)
		}
	}
	refused(t, err, models.KindWrongState, "too_many_messages")
	_, err = f.Write(lan, models.NewID(), "Đã nhận.", nil, now)
	refused(t, err, models.KindWrongState, "too_many_messages")

	f = received(t, func(s *models.Submission) { s.Agency = "bxd" })
	long := strings.Repeat("😀", models.MaxMessage) // four bytes each; the sender has room for theirs, whatever the desk wrote
	for err = nil; err == nil; {
		_, err = f.AddNote(lan, models.NewID(), long, now)
	}
	refused(t, err, models.KindWrongState, "case_full")
	ok(t)(f.Take(lan, now)) // what adds no text still goes
	n := 0
	for err = nil; err == nil; n++ {
		_, err = f.AddMessage(sender, models.NewID(), long, nil, now)
	}
	refused(t, err, models.KindWrongState, "too_many_own_messages")
	if n != models.MaxMessages+1 {
		t.Errorf("the sender wrote %d messages", n-1)
	}
	_, err = f.RequestInfo(lan, models.NewID(), "Ở đâu ạ?", nil, now)
	refused(t, err, models.KindWrongState, "sender_wrote_enough")
	size := 0
	f.Texts(func(s *string) { size += len(*s) })
	if size > models.MaxCaseText {
		t.Errorf("the case has %d bytes of text", size)
	}
}

func TestNothingWaitsForApprovalInAnEndedCase(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "bxd" })
	lan := officer("lan", "bxd", models.Handler).Actor()
	ok(t)(f.DraftReply(lan, "r", models.ReplyText{Body: "Đã sửa."}, now))
	ok(t)(f.SubmitReply(lan, "r", now))
	if f.Summary().RepliesWaiting != 1 {
		t.Fatal("nothing waits")
	}
	ok(t)(f.Withdraw(sender, "", now))
	if f.Summary().RepliesWaiting != 0 {
		t.Error("a reply waits for approval that is no longer possible")
	}
}
