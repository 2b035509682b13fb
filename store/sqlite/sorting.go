package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"kiennghi/models"
)

// sorts is the part of a case that says by when it has to be found out whose it is.
type sorts struct {
	Status  models.Status   `json:"status"`
	Sorting *models.Sorting `json:"sorting"`
}

// SortBy reads all records in one statement, and of each no more than that.
func (s *Store) SortBy(ctx context.Context, ids []string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	var failed error
	err := s.byIDs(ctx, sqlSortBy, ids, func(r []driver.Value) {
		x, err := decode[sorts](r[1])
		if err != nil {
			failed = err
			return
		}
		if by := (&models.Feedback{Status: x.Status, Sorting: x.Sorting}).SortBy(); by != nil {
			out[r[0].(string)] = *by
		}
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
