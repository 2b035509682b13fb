package worker

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// TestTheAnswerOfAMainCase reaches who sent the duplicate, sealed, with a notification of
// their own case, and without anything of who sent the main case; so does its correction.
func TestTheAnswerOfAMainCase(t *testing.T) {
	e := newEnv(t, func(o *Options) { o.Fields = nil })
	e.must(e.st.PutAgencies(t.Context(), agencies))
	lan, boss := models.Actor{ID: "lan", Staff: true, Agency: "bxd"}, models.Actor{ID: "boss", Staff: true, Agency: "bxd"}
	first, second := e.person("0912345678", "a@example.vn"), e.person("0987654321", "")
	main, dup := e.feedback(first, "Ổ gà"), e.feedback(second, "Cũng ổ gà ấy")
	now := e.o.Now()
	update := func(f *models.Feedback, do func(*models.Feedback) ([]models.Work, error)) {
		t.Helper()
		_, err := e.st.UpdateFeedback(t.Context(), f.ID, do)
		e.must(err)
	}
	path := []string{"bxd", models.RootAgency}
	for _, f := range []*models.Feedback{main, dup} {
		update(f, func(f *models.Feedback) ([]models.Work, error) { return f.Assign(lan, path, "", now) })
	}
	d, err := models.NewDuplicate(lan, e.load(dup.ID), e.load(main.ID), "cùng một ổ gà", now)
	e.must(err)
	update(main, func(f *models.Feedback) ([]models.Work, error) { return f.Reserve(d) }) // and the process ends here
	e.steps()
	if f := e.load(dup.ID); f.Status != models.Merged || f.Merged.Code != main.Code {
		t.Fatalf("%s, %+v", f.Status, f.Merged)
	}
	_, err = e.st.UpdatePerson(t.Context(), first.ID, func(p *models.Person) error { p.Address = e.o.Keyring.Seal("12 ngõ Tre Xanhx"); return nil })
	e.must(err)
	text := "Kính gửi bà Trần Thị Bí Mật, số 0912345678, ở nhà 12 ngo tre xanhx: đã vá ổ gà."
	update(main, func(f *models.Feedback) ([]models.Work, error) {
		return f.DraftReply(lan, "r", models.ReplyText{Body: text}, now)
	})
	update(main, func(f *models.Feedback) ([]models.Work, error) { return f.SubmitReply(lan, "r", now) })
	update(main, func(f *models.Feedback) ([]models.Work, error) { return f.ApproveReply(boss, "r", now) })
	e.steps()
	f := e.load(dup.ID)
	r := f.SentReply()
	if f.Status != models.Answered || r == nil || r.Of != main.Code || r.Seal == nil || !strings.Contains(r.Body, "đã vá ổ gà") || strings.Contains(r.Body, "Bí Mật") || strings.Contains(r.Body, "0912345678") || strings.Contains(r.Body, "xanhx") {
		t.Fatalf("%s, %+v", f.Status, r)
	}
	if n := models.NewFigures(now.Add(time.Hour)); true {
		n.Count(f)
		n.Count(e.load(main.ID))
		if total := n.Years[now.In(models.VietNam).Year()].Total; total.Received != 2 || total.Answered != 2 {
			t.Errorf("figures %+v", total)
		}
	}
	told := map[models.Action]int{}
	for _, n := range e.inbox(second) {
		if n.Code != dup.Code {
			t.Errorf("the sender of %s is told of %s", dup.Code, n.Code)
		}
		told[n.Event]++
	}
	if told[models.ActMerge] != 1 || told[models.ActApprove] != 1 {
		t.Errorf("told %v", told)
	}
	if _, err := f.Publish(boss, r.ID, "", now); models.ErrorKindOf(err) != models.KindWrongState {
		t.Errorf("the answer would be published twice: %v", err)
	}
	if _, err := f.Unmerge(lan, now); models.ErrorKindOf(err) != models.KindWrongState {
		t.Errorf("undone after the answer: %v", err)
	}

	update(main, func(f *models.Feedback) ([]models.Work, error) {
		return f.DraftReply(lan, "r2", models.ReplyText{Body: "Vá xong ngày 3, ông Nam trưởng thôn xem.", Reason: "sai ngày, bà Trần Thị Bí Mật báo"}, now)
	})
	update(main, func(f *models.Feedback) ([]models.Work, error) { return f.SubmitReply(lan, "r2", now) })
	update(main, func(f *models.Feedback) ([]models.Work, error) { return f.ApproveReply(boss, "r2", now) })
	e.steps()
	if r := e.load(dup.ID).SentReply(); r.Body != "Vá xong ngày 3, ông […] trưởng thôn xem." || r.Reason != "sai ngày, bà […] báo" {
		t.Errorf("the correction did not arrive: %+v", r)
	}

	update(main, func(f *models.Feedback) ([]models.Work, error) {
		return f.Redact(boss, []models.MarkDecision{{In: models.InReply, Text: "ông Nam trưởng thôn", Kind: models.MarkName, Reason: "người thứ ba"},
			{In: models.InReply, Text: "0912345678", Lift: true, Reason: "số của cơ quan"}}, now)
	})
	e.steps()
	f = e.load(dup.ID)
	keys, err := sealKeys(t.Context(), e.o.Store, e.o.Keyring)
	e.must(err)
	if r := f.SentReply(); r.Body != "Vá xong ngày 3, […] xem." {
		t.Errorf("what was hidden later is told: %s", r.Body)
	} else if s, err := r.Seal.Verify(keys.Sealer("bxd", now).Public()); err != nil || !s.Says(r.Body) {
		t.Errorf("the seal is not of what is read now: %v", err)
	}
	if b := f.Replies[0].Body; strings.Contains(b, "0912345678") || strings.Contains(b, "Bí Mật") {
		t.Errorf("what the public may read is told to another sender: %s", b)
	}
	version := f.Version
	update(main, func(*models.Feedback) ([]models.Work, error) {
		return []models.Work{models.NewWork(models.WorkFollow, main.ID, now, map[string]string{"merge": f.Merged.ID})}, nil
	})
	e.steps()
	if e.load(dup.ID).Version != version {
		t.Error("following again changed something")
	}
}

// TestWhatAPublisherHidBeforeTheAnswer is hidden in the answer that goes to duplicates too.
func TestWhatAPublisherHidBeforeTheAnswer(t *testing.T) {
	now := time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)
	main := &models.Feedback{Kind: models.Ordinary, Status: models.Answered, Agency: "bxd", Code: "KN-MAIN", AnsweredAt: &now,
		Replies:   []models.Reply{{ID: "r", Status: models.ReplySent, Agency: "bxd", Body: "Ông Nam trưởng thôn đã vá.", SentAt: &now}},
		Decisions: []models.MarkDecision{{In: models.InBody, Text: "ông Nam trưởng thôn", Kind: models.MarkName, Reason: "người thứ ba"}}}
	dup := &models.Feedback{Status: models.Merged, Agency: "bxd", Merged: &models.Merge{ID: "m", Code: main.Code}}
	if dup.Follow(main, "m", models.Sender{}, now); dup.SentReply().Body != "[…] đã vá." {
		t.Errorf("%+v", dup.SentReply())
	}
}

// TestMainSenderForgotten: what was hidden in a duplicate's answer and its reason stays hidden
// once nobody knows any more who sent the main case, and publishers may still hide more.
func TestMainSenderForgotten(t *testing.T) {
	now := time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)
	main := &models.Feedback{Kind: models.Ordinary, Status: models.Answered, Agency: "bxd", Code: "KN-MAIN", AnsweredAt: &now,
		Replies: []models.Reply{{ID: "r", Status: models.ReplySent, Agency: "bxd", Body: "Đã vá.", SentAt: &now}}}
	dup := &models.Feedback{Status: models.Merged, Agency: "bxd", Merged: &models.Merge{ID: "m", Code: main.Code}}
	who := models.Sender{Address: "12 ngõ Tre Xanhx"}
	dup.Follow(main, "m", who, now)
	main.Replies = append(main.Replies, models.Reply{ID: "r2", Corrects: "r", Status: models.ReplySent, Agency: "bxd", SentAt: &now,
		Body: "Đã vá ở 12 ngo tre xanhx, thợ bạc xem.", Reason: "12 ngo tre xanhx báo"})
	dup.Follow(main, "m", who, now)
	was := *dup.SentReply()
	if strings.Contains(was.Body+was.Reason, "xanhx") {
		t.Fatalf("told at once: %+v", was)
	}
	if _, work := dup.Follow(main, "m", models.Sender{}, now); work != nil || dup.SentReply().Body != was.Body || dup.SentReply().Reason != was.Reason {
		t.Errorf("told later: %+v", dup.SentReply())
	}
	main.Decisions = []models.MarkDecision{{In: models.InReply, Text: "thợ bạc", Kind: models.MarkName}}
	if _, work := dup.Follow(main, "m", models.Sender{}, now); work == nil || strings.Contains(dup.SentReply().Body, "thợ bạc") || strings.Contains(dup.SentReply().Body, "xanhx") {
		t.Errorf("not hidden: %+v", dup.SentReply())
	}
}

// TestRefusedWithItsMainCase: where to go instead was written to somebody else, too.
func TestRefusedWithItsMainCase(t *testing.T) {
	now := time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)
	main := &models.Feedback{Kind: models.Ordinary, Status: models.Refused, Agency: "bxd", Refusal: &models.Refusal{Ground: "g", Direction: "Bà Trần Thị Bí Mật hỏi phường"}}
	dup := &models.Feedback{Status: models.Merged, Agency: "bxd", Merged: &models.Merge{ID: "m"}}
	if dup.Follow(main, "m", models.Sender{Name: "Trần Thị Bí Mật"}, now); dup.Refusal.Direction != "Bà […] hỏi phường" {
		t.Errorf("%+v", dup.Refusal)
	}
	if main.Refusal.Direction != "Bà Trần Thị Bí Mật hỏi phường" {
		t.Errorf("the main case was changed: %+v", main.Refusal)
	}
}

func TestUndoingIsForADay(t *testing.T) {
	now := time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)
	f := &models.Feedback{Status: models.Merged, Merged: &models.Merge{At: now, Was: models.Assigned}, Agency: "bxd"}
	if !f.MayUnmerge(now.Add(24*time.Hour)) || f.MayUnmerge(now.Add(24*time.Hour+time.Second)) {
		t.Error("undoing is not possible for exactly 24 hours")
	}
}
