package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"

	"kiennghi/models"
	"kiennghi/store"
)

// encode returns the document of a record, which it tidies.
func encode(v any) ([]byte, error) {
	store.Tidy(v)
	return json.Marshal(v)
}

// decode reads a document that encode wrote. The coming package json of the standard
// library takes a third of the present one's time for that; what is stored is written by
// the present one, whose rules for what is omitted the documents keep.
func decode[T any](doc driver.Value) (*T, error) {
	v := new(T)
	b, _ := doc.([]byte)
	if err := jsonv2.Unmarshal(b, v); err != nil {
		return nil, models.Wrap(models.KindInternal, err)
	}
	return v, nil
}

// get reads the one document that q finds.
func get[T any](ctx context.Context, s *Store, q *statement, args ...any) (*T, error) {
	var doc driver.Value
	err := s.r.use(ctx, func(c *conn) (err error) {
		doc, err = c.one(q, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return decode[T](doc)
}

// list reads all documents that q finds.
func list[T any](ctx context.Context, s *Store, q *statement, args ...any) ([]T, error) {
	var out []T
	err := s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, q, func(r []driver.Value) error {
			v, err := decode[T](r[0])
			if err == nil {
				out = append(out, *v)
			}
			return err
		}, args...)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// page reads documents in the order of a key and the ID, which q selects before them.
// The last argument that q gets is how many it shall return.
func page[T any](ctx context.Context, s *Store, name string, limit int, q *statement, args ...any) (store.Page[T], error) {
	limit = store.PageSize(limit)
	var p store.Page[T]
	var last store.Cursor
	err := s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, q, func(r []driver.Value) error {
			if len(p.Items) == limit {
				p.Next = last.String()
				return nil
			}
			v, err := decode[T](r[2])
			if err != nil {
				return err
			}
			p.Items = append(p.Items, *v)
			last = store.Cursor{List: name, Key: r[0].(int64), ID: r[1].(string)}
			return nil
		}, append(args, limit+1)...)
	})
	if err != nil {
		return store.Page[T]{}, err
	}
	return p, nil
}

// pageFrom is page of the list with that name behind a token of it; the first page is behind the
// key first. The last but two arguments of q are a key and an ID, which the page is behind.
func pageFrom[T any](ctx context.Context, s *Store, name, next string, first int64, limit int, q *statement, args ...any) (store.Page[T], error) {
	after, err := store.ParseCursor(name, next)
	if err != nil {
		return store.Page[T]{}, err
	}
	if after == nil {
		after = &store.Cursor{Key: first}
	}
	return page[T](ctx, s, name, limit, q, append(args, after.Key, after.ID)...)
}

// byIDs runs a statement of which there is one for several numbers of IDs, which are
// rounded up so that few have to be prepared.
func (s *Store) byIDs(ctx context.Context, q map[int]*statement, ids []string, each func(r []driver.Value)) error {
	for some := range slices.Chunk(ids, idsAtOnce) {
		n := 1
		for n < len(some) {
			n = min(n*5, idsAtOnce) // 1, 5, 25, 100
		}
		args := make([]any, n)
		for i := range args {
			args[i] = some[min(i, len(some)-1)]
		}
		err := s.r.use(ctx, func(c *conn) error {
			return c.query(ctx, q[n], func(r []driver.Value) error { each(r); return nil }, args...)
		})
		if err != nil {
			return err
		}
	}
	return ended(ctx)
}

// each calls do for every document that q finds, some at a time: q selects rows after
// a number. No connection is held while do runs.
func each[T any](ctx context.Context, s *Store, q *statement, do func(*T) error) error {
	const some = 50
	for after := int64(0); ; {
		items := make([]*T, 0, some)
		err := s.r.use(ctx, func(c *conn) error {
			return c.query(ctx, q, func(r []driver.Value) error {
				v, err := decode[T](r[1])
				items, after = append(items, v), r[0].(int64)
				return err
			}, after, some)
		})
		if err != nil {
			return err
		}
		for _, v := range items {
			if err := do(v); err != nil {
				return err
			}
		}
		if len(items) < some {
			return nil
		}
	}
}

// update changes the document that q finds inside the writing transaction. save
// writes it back; rev is the record's Rev, which goes up by one.
func update[T any](ctx context.Context, s *Store, q *statement, id string, change func(*T) error, rev func(*T) *int64, save func(t *tx, v *T, doc []byte) error) (*T, error) {
	var out *T
	err := s.w.write(ctx, func(t *tx) error {
		doc, err := t.c.one(q, id)
		if err != nil {
			return err
		}
		v, err := decode[T](doc)
		if err != nil {
			return err
		}
		was := *rev(v)
		if err := change(v); err != nil {
			return err
		}
		*rev(v) = was + 1
		b, err := encode(v)
		if err != nil {
			return err
		}
		out = v
		return save(t, v, b)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// write runs one statement that writes and returns how many rows it changed.
func (s *Store) write(ctx context.Context, q *statement, args ...any) (int64, error) {
	var n int64
	err := s.w.write(ctx, func(t *tx) (err error) {
		n, err = t.exec(q, args...)
		return err
	})
	return n, err
}

// writeOne is write for a statement that must change a row: models.ErrNotFound when it did not.
func (s *Store) writeOne(ctx context.Context, q *statement, args ...any) error {
	n, err := s.write(ctx, q, args...)
	if err == nil && n == 0 {
		err = models.ErrNotFound
	}
	return err
}

// orNull returns nil for the empty text, so that a unique column may be empty often.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
