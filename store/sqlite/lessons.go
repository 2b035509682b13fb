package sqlite

import (
	"context"
	"math"
	"time"

	"kiennghi/store"
)

// Teaching reads an index backwards, and the identifiers of what it finds.
func (s *Store) Teaching(ctx context.Context, since time.Time, limit int, next string) (store.Page[string], error) {
	return s.page(ctx, sqlTeaching, "teaching", since, limit, next, place{key: math.MaxInt64})
}
