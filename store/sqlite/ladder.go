package sqlite

import (
	"context"
	"database/sql/driver"
	"math"
	"time"

	"kiennghi/store"
)

// ToLookAt reads an index, and the identifiers of what it finds.
func (s *Store) ToLookAt(ctx context.Context, now time.Time, limit int, next string) (store.Page[string], error) {
	return s.page(ctx, sqlToLookAt, "look", now, limit, next, place{key: math.MinInt64})
}

// page reads a page of IDs that q finds on one side of a moment, in the order of a key and then
// of their rows; the first page begins at start.
func (s *Store) page(ctx context.Context, q *statement, list string, at time.Time, limit int, next string, start place) (store.Page[string], error) {
	var p store.Page[string]
	after, err := parsePlace(list, next)
	if err != nil {
		return p, err
	}
	if after == nil {
		after = &start
	}
	limit = store.PageSize(limit)
	var last store.Cursor
	err = s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, q, func(r []driver.Value) error {
			if len(p.Items) == limit {
				p.Next = last.String()
				return nil
			}
			last = store.Cursor{List: list, Key: r[0].(int64), ID: rowText(r[1])}
			p.Items = append(p.Items, r[2].(string))
			return nil
		}, at, after.key, after.row, limit+1)
	})
	if err != nil {
		return store.Page[string]{}, err
	}
	return p, nil
}
