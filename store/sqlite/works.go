package sqlite

import (
	"context"
	"database/sql/driver"
	"math"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

type workRow struct {
	w   models.Work
	doc []byte
}

func workRows(work []models.Work) ([]workRow, error) {
	rows := make([]workRow, len(work))
	for i, w := range work {
		doc, err := encode(&w)
		if err != nil {
			return nil, err
		}
		rows[i] = workRow{w, doc}
	}
	return rows, nil
}

// insertWork stores work of a challenge, or of a feedback when that is empty.
func insertWork(t *tx, rows []workRow, challenge string) error {
	for _, r := range rows {
		if _, err := t.exec(sqlInsertWork, r.w.ID, r.w.Parked, r.w.DueAt, r.w.CreatedAt, r.w.Lease, orNull(challenge), r.doc); err != nil {
			return err
		}
	}
	return nil
}

func findWork(ctx context.Context, c *conn, q *statement, args ...any) ([]*models.Work, error) {
	var out []*models.Work
	err := c.query(ctx, q, func(r []driver.Value) error {
		w, err := decode[models.Work](r[0])
		out = append(out, w)
		return err
	}, args...)
	return out, err
}

func saveWork(t *tx, w *models.Work) error {
	doc, err := encode(w)
	if err != nil {
		return err
	}
	_, err = t.exec(sqlUpdateWork, w.Parked, w.DueAt, w.Lease, doc, w.ID)
	return err
}

// ClaimWork looks first without writing, so that polling an empty queue costs little.
func (s *Store) ClaimWork(ctx context.Context, now time.Time, lease time.Duration, n int) ([]models.Work, error) {
	if n <= 0 {
		return nil, ended(ctx)
	}
	var due []*models.Work
	err := s.r.use(ctx, func(c *conn) (err error) {
		due, err = findWork(ctx, c, sqlDueWork, now, 1)
		return err
	})
	if err != nil || len(due) == 0 {
		return nil, err
	}
	var out []models.Work
	err = s.w.write(ctx, func(t *tx) error {
		out = nil
		due, err := findWork(context.Background(), t.c, sqlDueWork, now, n)
		for _, w := range due {
			w.Lease, w.DueAt = models.NewID(), now.Add(lease)
			w.Attempts++
			if err := saveWork(t, w); err != nil {
				return err
			}
			out = append(out, *w)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// FinishWork removes claimed work.
func (s *Store) FinishWork(ctx context.Context, w models.Work) error {
	if w.Lease == "" {
		return ended(ctx)
	}
	_, err := s.write(ctx, sqlDeleteWork, w.ID, w.Lease)
	return err
}

// RetryWork gives claimed work back.
func (s *Store) RetryWork(ctx context.Context, w models.Work) error {
	return s.giveBack(ctx, w, func(stored *models.Work) {
		stored.DueAt, stored.Data, stored.Reason, stored.Failures, stored.Attempts = w.DueAt, w.Data, w.Reason, w.Failures, w.Attempts
	})
}

// ParkWork puts claimed work aside.
func (s *Store) ParkWork(ctx context.Context, w models.Work) error {
	return s.giveBack(ctx, w, func(stored *models.Work) {
		stored.Parked, stored.Data, stored.Reason, stored.Failures = true, w.Data, w.Reason, w.Failures
	})
}

func (s *Store) giveBack(ctx context.Context, w models.Work, change func(stored *models.Work)) error {
	if w.Lease == "" {
		return ended(ctx)
	}
	return s.w.write(ctx, func(t *tx) error {
		held, err := findWork(context.Background(), t.c, sqlLeasedWork, w.ID, w.Lease)
		if err != nil || len(held) == 0 {
			return err
		}
		held[0].Lease = ""
		change(held[0])
		return saveWork(t, held[0])
	})
}

// ReleaseWork makes parked work due.
func (s *Store) ReleaseWork(ctx context.Context, id string, now time.Time) error {
	return s.w.write(ctx, func(t *tx) error {
		parked, err := findWork(context.Background(), t.c, sqlParkedByID, id)
		if err != nil {
			return err
		}
		if len(parked) == 0 {
			return models.ErrNotFound
		}
		w := parked[0]
		w.Parked, w.Attempts, w.Failures, w.DueAt = false, 0, 0, now
		return saveWork(t, w)
	})
}

// ParkedWork lists parked work, oldest first.
func (s *Store) ParkedWork(ctx context.Context, limit int, next string) (store.Page[models.Work], error) {
	after, err := store.ParseCursor("w", next)
	if err != nil {
		return store.Page[models.Work]{}, err
	}
	if after == nil {
		after = &store.Cursor{Key: math.MinInt64}
	}
	return page[models.Work](ctx, s, "w", limit, sqlParkedWork, after.Key, after.ID)
}

// CountWork counts what is waiting and what is parked.
func (s *Store) CountWork(ctx context.Context) (models.WorkCount, error) {
	var n models.WorkCount
	err := s.r.use(ctx, func(c *conn) error {
		for parked, count := range map[int]*int{0: &n.Pending, 1: &n.Parked} {
			v, err := c.one(sqlCountWork, parked)
			if err != nil {
				return err
			}
			*count = int(v.(int64))
		}
		return c.query(ctx, sqlOldestWork, func(r []driver.Value) error {
			n.Oldest = time.UnixMilli(r[0].(int64)).UTC()
			return nil
		})
	})
	return n, err
}
