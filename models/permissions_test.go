package models_test

import (
	"slices"
	"testing"

	"kiennghi/models"
)

func TestMayOn(t *testing.T) {
	f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79" })
	for _, c := range []struct {
		name  string
		staff *models.Staff
		do    models.Action
		want  models.ErrorKind // empty: allowed
	}{
		{"handler of the agency drafts", officer("a", "so-xd-79", models.Handler), models.ActDraft, ""},
		{"handler does not approve", officer("a", "so-xd-79", models.Handler), models.ActApprove, models.KindForbidden},
		{"coordinator above assigns", officer("a", "ubnd-79", models.Coordinator), models.ActAssign, ""},
		{"the root sees it", officer("a", "vpcp", models.Supervisor), models.ActView, ""},
		{"supervisor changes nothing", officer("a", "vpcp", models.Supervisor), models.ActNote, models.KindForbidden},
		{"another department does not see it", officer("a", "so-yt-79", models.Handler), models.ActView, models.KindNotFound},
		{"another province does not see it", officer("a", "ubnd-01", models.Coordinator), models.ActView, models.KindNotFound},
		{"the ministry is not above the province", officer("a", "bxd", models.Approver), models.ActView, models.KindNotFound},
		{"an administrator sees no case", officer("a", "vpcp", models.Admin), models.ActView, models.KindForbidden},
		{"a disabled account may nothing", &models.Staff{Agency: "vpcp", Roles: models.Roles, Disabled: true}, models.ActView, models.KindForbidden},
		{"an action that is in no table", officer("a", "vpcp", models.Roles...), models.Action("unknown"), models.KindForbidden},
	} {
		err := c.staff.MayOn(c.do, f)
		if (err == nil) != (c.want == "") || err != nil && models.ErrorKindOf(err) != c.want {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestSupervisorOnlyReadsAndUrges(t *testing.T) {
	may := []models.Action{models.ActList, models.ActView, models.ActRemind, models.ActReadLetter, models.ActListAudit, models.ActRouting, models.ActNudge, models.ActEscalate}
	for action, roles := range models.Permissions {
		if slices.Contains(roles, models.Supervisor) != slices.Contains(may, action) {
			t.Errorf("supervisor may %s", action)
		}
	}
}

func TestClerkGoesOnReadingWhatTheyKeyedIn(t *testing.T) {
	clerk := officer("clerk", "so-xd-79", models.Intake)
	f := received(t, func(s *models.Submission) { s.By = clerk.Actor() }) // in triage, out of the department's sight
	if err := clerk.MayOn(models.ActView, f); err != nil {
		t.Errorf("the clerk cannot see it: %v", err)
	}
	for _, a := range []models.Action{models.ActAssign, models.ActRefuse, models.ActNote, models.ActUnseal} {
		if err := clerk.MayOn(a, f); models.ErrorKindOf(err) != models.KindNotFound {
			t.Errorf("%s: %v", a, err)
		}
	}
	if err := officer("another", "so-xd-79", models.Intake).MayOn(models.ActView, f); models.ErrorKindOf(err) != models.KindNotFound {
		t.Errorf("a colleague sees it: %v", err)
	}
	f.Kind = models.Denunciation
	if err := clerk.MayOn(models.ActView, f); models.ErrorKindOf(err) != models.KindNotFound {
		t.Errorf("a denunciation stays open to who keyed it in: %v", err)
	}
}
