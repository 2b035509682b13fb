package worker

import (
	"context"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// failsFor is a store in which one data request cannot be read.
type failsFor struct {
	store.Store
	id string
}

func (s failsFor) DataRequest(ctx context.Context, id string) (*models.DataRequest, error) {
	if id == s.id {
		return nil, errCut
	}
	return s.Store.DataRequest(ctx, id)
}

// TestOneRequestKeepsNoOther: what was granted is carried out though one before it cannot be.
func TestOneRequestKeepsNoOther(t *testing.T) {
	e := newEnv(t)
	hoa := e.person("+84900000001", "hoa@example.com")
	var ids []string
	for range 3 {
		r := &models.DataRequest{ID: models.NewID(), Person: hoa.ID, Right: models.RightWithdraw, Status: models.DataGranted, CreatedAt: e.o.Now()}
		e.must(e.st.CreateDataRequest(t.Context(), r))
		ids = append(ids, r.ID)
	}
	whole := e.w.o.Store
	for _, bad := range ids[:2] {
		e.w.o.Store = failsFor{whole, bad}
		e.w.carryOut(t.Context())
	}
	for i, id := range ids {
		r, err := e.st.DataRequest(t.Context(), id)
		e.must(err)
		if r.Status != models.DataDone {
			t.Errorf("request %d is %s", i, r.Status)
		}
	}
}

// TestRequestsBehindManyOthers: what was decided is carried out however much waits before it, and
// so is what an old entry of the register still has to tell.
func TestRequestsBehindManyOthers(t *testing.T) {
	e := newEnv(t)
	hoa := e.person("+84900000001", "hoa@example.com")
	for n := range 100 { // as many as are read at once
		at := e.o.Now().Add(-time.Duration(n+1) * time.Minute)
		e.must(e.st.CreateDataRequest(t.Context(), &models.DataRequest{ID: models.NewID(), Person: hoa.ID, Right: models.RightErase, Status: models.DataOpen, CreatedAt: at}))
		e.must(e.st.CreateBreach(t.Context(), &models.Breach{ID: models.NewID(), What: "x", Affected: "x", DetectedAt: at, CreatedAt: at}))
	}
	r := &models.DataRequest{ID: models.NewID(), Person: hoa.ID, Right: models.RightWithdraw, Status: models.DataGranted, CreatedAt: e.o.Now()}
	e.must(e.st.CreateDataRequest(t.Context(), r))
	b := &models.Breach{ID: models.NewID(), What: "x", Affected: "x", DetectedAt: e.o.Now().Add(-24 * time.Hour), CreatedAt: e.o.Now()}
	b.Entered(models.Actor{ID: "dpo", Agency: models.RootAgency, Staff: true})
	e.must(e.st.CreateBreach(t.Context(), b))
	e.w.carryOut(t.Context())
	r, err := e.st.DataRequest(t.Context(), r.ID)
	e.must(err)
	b, err = e.st.Breach(t.Context(), b.ID)
	e.must(err)
	if r.Status != models.DataDone || len(b.FollowUps) != 0 {
		t.Errorf("the request is %s, the entry still has to tell %d", r.Status, len(b.FollowUps))
	}
}
