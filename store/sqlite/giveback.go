package sqlite

import "context"

// GiveBack frees what the connections remember of the file. What is read next comes from the
// system's cache.
func (s *Store) GiveBack(ctx context.Context) error {
	for range s.r.all { // each in its turn: the one that was free for longest comes next
		if err := s.r.use(ctx, func(c *conn) error { return c.query(ctx, sqlShrink, nil) }); err != nil {
			return err
		}
	}
	return s.w.write(ctx, func(t *tx) error { return t.c.query(ctx, sqlShrink, nil) })
}
