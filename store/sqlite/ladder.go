package sqlite

import (
	"context"
	"math"
	"time"

	"kiennghi/store"
)

// ToLookAt reads an index, and the identifiers of what it finds.
func (s *Store) ToLookAt(ctx context.Context, now time.Time, limit int, next string) (store.Page[string], error) {
	return s.page(ctx, sqlToLookAt, "look", now, limit, next, place{key: math.MinInt64})
}
