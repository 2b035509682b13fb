package worker

import (
	"context"
	"testing"

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
