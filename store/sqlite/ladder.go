package sqlite

import (
	"context"
	"database/sql/driver"
	"math"
	"time"

	"kiennghi/store"
)

// ToLookAt reads an index alone.
func (s *Store) ToLookAt(ctx context.Context, now time.Time, limit int, next string) (store.Page[string], error) {
	return s.toLookAt(ctx, sqlToLookAt, "look", now, limit, next)
}

// toLookAt reads a page of IDs that q finds, in the order of when they want to be looked at.
func (s *Store) toLookAt(ctx context.Context, q *statement, list string, now time.Time, limit int, next string) (store.Page[string], error) {
	var p store.Page[string]
	after, err := store.ParseCursor(list, next)
	if err != nil {
		return p, err
	}
	if after == nil {
		after = &store.Cursor{Key: math.MinInt64}
	}
	limit = store.PageSize(limit)
	var last store.Cursor
	err = s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, q, func(r []driver.Value) error {
			if len(p.Items) == limit {
				p.Next = last.String()
				return nil
			}
			last = store.Cursor{List: list, Key: r[0].(int64), ID: r[1].(string)}
			p.Items = append(p.Items, last.ID)
			return nil
		}, now, after.Key, after.ID, limit+1)
	})
	if err != nil {
		return store.Page[string]{}, err
	}
	return p, nil
}
