package handlers

import (
	"testing"
	"time"

	"kiennghi/models"
)

// TestFollowsWhatNobodySaid: who stored an agency's next key was killed before saying that something
// changed. Every process has it before it begins all the same.
func TestFollowsWhatNobodySaid(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		s, now := &server{Options: h.o}, h.o.Now()
		s.Now = func() time.Time { return now }
		f := followed{at: now}
		next := models.SealStart{Agency: "bxd", Generation: 2, From: now.Add(models.SealKeyAhead)}
		a := next.Amendment("lan", now)
		if err := h.o.Store.AddAmendment(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		known := func() bool { return s.Ref.SealKeys().Of("bxd")[0].Generation == 2 }
		now = now.Add(followEvery)
		if err := s.look(t.Context(), &f); err != nil || known() {
			t.Errorf("everything is loaded at each look: %v", err)
		}
		for looks := 0; !known(); looks++ {
			if now = now.Add(followEvery); !now.Before(next.From) {
				t.Fatal("the key begins, and this process signs with the old one")
			}
			if err := s.look(t.Context(), &f); err != nil {
				t.Fatal(err)
			}
		}
		// What is said counts at the next look.
		if err := h.o.Store.DeleteAmendment(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.o.Store.PutSetting(t.Context(), models.SettingChanged, "x"); err != nil {
			t.Fatal(err)
		}
		if err := s.look(t.Context(), &f); err != nil || known() || f.seen != "x" {
			t.Errorf("%v, %+v", err, f)
		}
	})
}
