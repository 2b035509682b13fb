package models_test

import (
	"slices"
	"testing"

	"kiennghi/models"
)

// TestForwardingEnds: a case that agencies pass back and forth goes to the focal point in
// the end, which decides.
func TestForwardingEnds(t *testing.T) {
	tree := ref().Tree
	clerk := officer("boss", "so-xd-79", models.Coordinator).Actor()
	f := received(t, func(s *models.Submission) { s.Agency = "so-xd-79"; s.Province = "79" })
	to := func(by models.Actor, agency string) error {
		_, err := f.Forward(by, tree.Path(agency), "không thuộc thẩm quyền", now)
		return err
	}
	two := []string{"bxd", "so-xd-79"}
	for i := range models.MaxForwards {
		if why := f.WhyNot(models.ActForward); why != "" {
			t.Fatalf("after %d: %s", i, why)
		}
		if err := to(clerk, two[i%2]); err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
	}
	has, events := f.Agency, len(f.Timeline)
	if err := to(clerk, "ubnd-79"); why(err) != "forwarded_enough" || f.WhyNot(models.ActForward) != "forwarded_enough" || f.Agency != has || len(f.Timeline) != events {
		t.Fatalf("forwarded once more: %v, says %q, %s has it", err, f.WhyNot(models.ActForward), f.Agency)
	}
	if err := to(models.Actor{}, "ubnd-79"); err != nil { // its agency was dissolved
		t.Fatalf("the program forwards: %v", err)
	}
	ok(t)(f.Return(clerk, "không thuộc thẩm quyền", tree, now))
	if !slices.Equal(f.Scope, []string{models.RootAgency}) {
		t.Errorf("returned, it is seen by %v", f.Scope)
	}
	if err := to(officer("goc", models.RootAgency, models.Coordinator).Actor(), "so-xd-79"); err != nil || f.Agency != "so-xd-79" {
		t.Fatalf("the focal point decides: %v, %q has it", err, f.Agency)
	}
	if err := to(clerk, "bxd"); why(err) != "forwarded_enough" {
		t.Errorf("forwarded after it was decided: %v", err)
	}
}
