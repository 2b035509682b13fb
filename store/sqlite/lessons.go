package sqlite

import (
	"context"
	"database/sql/driver"
	"math"
	"time"

	"kiennghi/store"
)

// Teaching reads an index alone.
func (s *Store) Teaching(ctx context.Context, since time.Time, limit int, next string) (store.Page[string], error) {
	var p store.Page[string]
	before, err := store.ParseCursor("teaching", next)
	if err != nil {
		return p, err
	}
	if before == nil {
		before = &store.Cursor{Key: math.MaxInt64}
	}
	limit = store.PageSize(limit)
	var last store.Cursor
	err = s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, sqlTeaching, func(r []driver.Value) error {
			if len(p.Items) == limit {
				p.Next = last.String()
				return nil
			}
			last = store.Cursor{List: "teaching", Key: r[0].(int64), ID: r[1].(string)}
			p.Items = append(p.Items, last.ID)
			return nil
		}, since, before.Key, before.ID, limit+1)
	})
	if err != nil {
		return store.Page[string]{}, err
	}
	return p, nil
}
