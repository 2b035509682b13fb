package models_test

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// TestLesson: what a case teaches once officers decided, and what it does not.
func TestLesson(t *testing.T) {
	r := ref()
	by := models.Actor{ID: "lan", Staff: true, Agency: models.RootAgency}
	suggested := func(agency string) *models.Feedback {
		f := received(t)
		f.Suggest([]models.Suggestion{{Agency: agency, Probability: 0.4}}, "giao-thong", now)
		return f
	}
	assign := func(f *models.Feedback, by models.Actor, agency string, at time.Time) {
		t.Helper()
		ok(t)(f.Assign(by, r.Tree.Path(agency), "", at))
	}
	lesson := func(f *models.Feedback) models.Lesson {
		t.Helper()
		l, taught := f.Lesson(r.Tree)
		if !taught {
			t.Fatal("it teaches nothing")
		}
		return l
	}

	f := suggested("so-xd-79")
	if f.TeachesAt() != nil {
		t.Error("a suggestion teaches")
	}
	assign(f, models.Actor{}, "so-xd-79", now)
	if f.TeachesAt() != nil {
		t.Error("the program teaches itself")
	}

	f = suggested("so-xd-79")
	assign(f, by, "so-xd-79", now)
	accepted := lesson(f)
	if accepted.Corrected || accepted.Agency != "so-xd" || accepted.Wanted != "so-xd-79" || accepted.Level != models.Provincial || accepted.Province != "79" || accepted.Field != "" || !accepted.At.Equal(now) {
		t.Errorf("accepted: %+v", accepted)
	}
	ok(t)(f.Forward(by, r.Tree.Path("bxd"), "thẩm quyền của Bộ", now.Add(time.Hour)))
	moved := lesson(f)
	if !moved.Corrected || moved.Weight <= accepted.Weight || moved.Agency != "bxd" || moved.Level != models.Central || !moved.At.Equal(now.Add(time.Hour)) {
		t.Errorf("forwarded: %+v", moved)
	}
	ok(t)(f.Return(by, "không đúng thẩm quyền", r.Tree, now.Add(2*time.Hour)))
	if l := lesson(f); !l.Not || l.Agency != "bxd" || l.Wanted != "bxd" || l.Level != "" || l.Field != "" || l.Weight > accepted.Weight || !l.At.Equal(now.Add(2*time.Hour)) {
		t.Errorf("returned, and nobody has it: %+v", l)
	}
	assign(f, by, "so-xd-79", now.Add(3*time.Hour))
	if l := lesson(f); !l.Corrected || l.Not || l.Wanted != "so-xd-79" {
		t.Errorf("after it came back: %+v", l)
	}

	f = received(t, func(s *models.Submission) {
		s.PublishName, s.Body = true, "Tôi là Nguyễn Thị Bí Mật, đoạn đường trước cổng trường có nhiều ổ gà."
	})
	assign(f, by, "so-xd-79", now)
	if l := lesson(f); strings.Contains(l.Text, "Bí Mật") || !strings.Contains(l.Text, "ổ gà") || !strings.HasPrefix(l.Family, "case-") {
		t.Errorf("a name that is to be published: %q", l.Text)
	}
	same := received(t)
	assign(same, by, "so-xd-79", now)
	if lesson(same).Family != lesson(f).Family {
		t.Error("letters of one title are of two families")
	}
	for what, change := range map[string]func(f *models.Feedback){
		"private":           func(f *models.Feedback) { f.Private = true },
		"merged":            func(f *models.Feedback) { f.Merged = &models.Merge{} },
		"several matters":   func(f *models.Feedback) { f.Parts = []models.Part{{}} },
		"came as complaint": func(f *models.Feedback) { f.Original = &models.Classification{Kind: models.Complaint} },
		"crime":             func(f *models.Feedback) { f.Kind = models.Crime },
		"refused":           func(f *models.Feedback) { f.Status = models.Refused },
		"an unknown agency": func(f *models.Feedback) { f.Agency = "khong-co" },
		"nobody decided":    func(f *models.Feedback) { f.Corrections = nil },
		"once a denunciation": func(f *models.Feedback) {
			f.Timeline = append(f.Timeline, models.Event{Event: models.ActClassify, Remark: string(models.Denunciation)})
		},
	} {
		f := received(t)
		assign(f, by, "so-xd-79", now)
		change(f)
		if l, taught := f.Lesson(r.Tree); taught {
			t.Errorf("%s: teaches %+v", what, l)
		}
	}
}

// TestMayTeach: people who are severed, restricted or withdrew teach nothing.
func TestMayTeach(t *testing.T) {
	p := &models.Person{ID: "p"}
	if !p.MayTeach() {
		t.Error("somebody who was never asked")
	}
	p.Agree("1", models.FromWeb, now)
	if !p.MayTeach() {
		t.Error("somebody who agreed")
	}
	p.WithdrawConsent(now)
	if p.MayTeach() {
		t.Error("somebody who withdrew")
	}
	p.Agree("2", models.FromWeb, now)
	p.RestrictedAt = &now
	if p.MayTeach() {
		t.Error("somebody who is restricted")
	}
	p.Sever(now)
	if p.MayTeach() {
		t.Error("somebody who is severed")
	}
}
