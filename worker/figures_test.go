package worker

import (
	"context"
	"reflect"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// TestFigures counts what there is, keeps the count for a while, and counts again.
func TestFigures(t *testing.T) {
	e := newEnv(t)
	add := func(n int) {
		for range n {
			f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: "p", Title: "x", Kind: models.Ordinary, Source: models.FromWeb, Status: models.Received,
				Agency: "bxd", Scope: []string{"bxd"}, CreatedAt: e.o.Now(), UpdatedAt: e.o.Now()}
			if err := e.st.CreateFeedback(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
	}
	received := func() int {
		t.Helper()
		x, err := store.Figures(t.Context(), e.st)
		if err != nil {
			t.Fatal(err)
		}
		return x.Years[e.o.Now().In(models.VietNam).Year()].Total.Received
	}
	add(250) // more than one batch
	e.w.countFigures(t.Context())
	if n := received(); n != 250 {
		t.Errorf("%d counted", n)
	}
	add(1)
	e.w.countFigures(t.Context())
	if n := received(); n != 250 {
		t.Errorf("counted again at once: %d", n)
	}
	e.pass(figuresEvery + time.Second)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	e.w.countFigures(stopped) // a process that is being stopped: the figures stay
	if n := received(); n != 250 {
		t.Errorf("%d after a count that was broken off", n)
	}
	e.pass(figuresEvery) // until then another process might still be at it
	e.w.countFigures(t.Context())
	if n := received(); n != 251 {
		t.Errorf("%d counted later", n)
	}
	was, _ := store.Figures(t.Context(), e.st)
	anew, err := CountFigures(t.Context(), e.st, was.At, nil, nil)
	if err != nil || !reflect.DeepEqual(was.Years, anew.Years) {
		t.Errorf("%v: counted anew they are others", err)
	}
}
