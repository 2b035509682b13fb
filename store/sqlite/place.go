package sqlite

import (
	"cmp"
	"context"
	"database/sql/driver"
	"strconv"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// place is where a list goes on: after the row of that number with that sort key.
type place struct{ key, row int64 }

// parsePlace reads a token of a list whose cursors have the number of the row for an ID, or none,
// which is before all rows with that key; nil is the beginning. One that has something else, as
// those of earlier versions have, is models.KindInvalid.
func parsePlace(list, token string) (*place, error) {
	c, err := store.ParseCursor(list, token)
	if c == nil || err != nil {
		return nil, err
	}
	row, err := strconv.ParseInt(cmp.Or(c.ID, "0"), 10, 64)
	if err != nil {
		return nil, models.Invalid([]models.FieldError{{Field: "next", Code: "invalid"}})
	}
	return &place{c.Key, row}, nil
}

// rowText is the ID of a cursor of parsePlace.
func rowText(n driver.Value) string { return strconv.FormatInt(n.(int64), 10) }

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
