package models_test

import (
	"errors"
	"testing"
	"time"

	"kiennghi/models"
)

// why returns what an error says is wrong: its code, or the first field and its code.
func why(err error) string {
	var e *models.Error
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &e):
		return err.Error()
	case len(e.Fields) > 0:
		return e.Fields[0].Field + ":" + e.Fields[0].Code
	case e.Code != "":
		return e.Code
	}
	return string(e.Kind)
}

func TestNudge(t *testing.T) {
	boss := officer("boss", "ubnd-79", models.Supervisor)
	f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
	late := f.Due.At.Add(time.Hour) // 18:00 in Viet Nam
	if _, err := f.Nudge(boss.Actor(), "", f.Due.At); why(err) != "not_overdue" {
		t.Errorf("in time: %v", err)
	}
	version, events := f.Version, len(f.Timeline)
	n := kindOf(ok(t)(f.Nudge(boss.Actor(), " Dân hỏi nhiều lần ", late)))
	if e := f.Timeline[events]; !e.Private || e.Event != models.ActNudge || e.Agency != "so-xd-79" || e.Remark != "Dân hỏi nhiều lần" || e.Note != "" || f.Version != version+1 {
		t.Errorf("%+v", e)
	}
	if n[models.WorkAudit] != 1 || n[models.WorkNotify] != 0 {
		t.Errorf("work %v", n)
	}
	if _, err := f.Nudge(boss.Actor(), "", late.Add(5*time.Hour)); why(err) != "nudged_today" { // 23:00
		t.Errorf("the same day: %v", err)
	}
	ok(t)(f.Nudge(boss.Actor(), "", late.Add(7*time.Hour)))
	if got := f.Nudged(); !got.Equal(late.Add(7 * time.Hour)) {
		t.Errorf("last urged at %v", got)
	}
	ok(t)(f.Withdraw(sender, "", late))
	if _, err := f.Nudge(boss.Actor(), "", late.AddDate(0, 0, 2)); why(err) != "withdrawn_by_sender" {
		t.Errorf("ended: %v", err)
	}
}

func TestEscalateClimbsTheTree(t *testing.T) {
	tree := ref().Tree
	boss := officer("boss", "so-xd-79", models.Coordinator)
	f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
	late := f.Due.At.Add(time.Hour)
	if _, err := f.Escalate(boss.Actor(), "chậm", tree, now); why(err) != "not_overdue" {
		t.Errorf("in time: %v", err)
	}
	if _, err := f.Escalate(boss.Actor(), " ", tree, late); why(err) != "reason:required" {
		t.Errorf("without a reason: %v", err)
	}
	for _, to := range []string{"ubnd-79", models.RootAgency} {
		ok(t)(f.Escalate(boss.Actor(), "chậm", tree, late))
		if last := f.Timeline[len(f.Timeline)-1]; f.Escalated != to || last.Agency != to || !last.Private {
			t.Errorf("%s: %+v", f.Escalated, last)
		}
	}
	if _, err := f.Escalate(boss.Actor(), "chậm", tree, late); why(err) != "nobody_above" {
		t.Errorf("above the top: %v", err)
	}
	ok(t)(f.Forward(boss.Actor(), tree.Path("bxd"), "đúng thẩm quyền", late))
	if f.Escalated != "" {
		t.Errorf("another agency has it, and its delay is still reported to %s", f.Escalated)
	}
	triage := received(t) // nobody has it: the province looks after it
	ok(t)(triage.Escalate(officer("x", "ubnd-79").Actor(), "chậm", tree, late))
	if triage.Escalated != models.RootAgency {
		t.Errorf("in triage: %s", triage.Escalated)
	}
}
