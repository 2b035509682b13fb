package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

	"kiennghi/models"
	"kiennghi/store"
)

// AppendAudit stores the entry and the new head in one transaction.
func (s *Store) AppendAudit(ctx context.Context, link func(head models.AuditHead) models.AuditEntry) error {
	return s.w.write(ctx, func(t *tx) error {
		head, err := auditHead(t.c)
		if err != nil {
			return err
		}
		e := link(head)
		if e.Seq != head.Seq+1 {
			return models.Wrap(models.KindInternal, fmt.Errorf("audit entry %d does not follow %d", e.Seq, head.Seq))
		}
		if _, err := t.c.one(sqlHasAudit, e.ID); !errors.Is(err, models.ErrNotFound) {
			return err
		}
		doc, err := encode(&e)
		if err != nil {
			return err
		}
		if _, err := t.exec(sqlAddAudit, e.Seq, e.ID, e.At, e.Actor, string(e.Action), e.Object, e.Agency, doc); err != nil {
			return err
		}
		_, err = t.exec(sqlSetAuditHead, e.Seq, e.Hash)
		return err
	})
}

func auditHead(c *conn) (head models.AuditHead, err error) {
	err = c.query(context.Background(), sqlAuditHead, func(r []driver.Value) error {
		head = models.AuditHead{Seq: r[0].(int64), Hash: r[1].(string)}
		return nil
	})
	return head, err
}

// AuditHead returns the head of the chain.
func (s *Store) AuditHead(ctx context.Context) (head models.AuditHead, err error) {
	err = s.r.use(ctx, func(c *conn) (err error) {
		head, err = auditHead(c)
		return err
	})
	return head, err
}

// EachAudit calls do for every entry up to upTo.
func (s *Store) EachAudit(ctx context.Context, upTo int64, do func(models.AuditEntry) error) error {
	const some = 200
	for after := int64(0); ; {
		entries := make([]*models.AuditEntry, 0, some)
		err := s.r.use(ctx, func(c *conn) error {
			return c.query(ctx, sqlEachAudit, func(r []driver.Value) error {
				e, err := decode[models.AuditEntry](r[1])
				entries, after = append(entries, e), r[0].(int64)
				return err
			}, after, upTo, some)
		})
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := do(*e); err != nil {
				return err
			}
		}
		if len(entries) < some {
			return nil
		}
	}
}

// ListAudit reads a range of one index.
func (s *Store) ListAudit(ctx context.Context, q store.AuditQuery) (store.Page[models.AuditEntry], error) {
	var p store.Page[models.AuditEntry]
	after, err := store.ParseCursor("audit", q.Next)
	if err != nil {
		return p, err
	}
	limit := store.PageSize(q.Limit)
	b := auditStatement(q, after, limit+1)
	err = s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, &statement{b.String()}, func(r []driver.Value) error {
			if len(p.Items) == limit {
				last := p.Items[limit-1]
				p.Next = store.Cursor{List: "audit", Key: last.At.UnixMilli(), ID: strconv.FormatInt(last.Seq, 10)}.String()
				return nil
			}
			e, err := decode[models.AuditEntry](r[0])
			if err == nil {
				p.Items = append(p.Items, *e)
			}
			return err
		}, b.args...)
	})
	if err != nil {
		return store.Page[models.AuditEntry]{}, err
	}
	return p, nil
}

// auditStatement returns the statement of a page. The index is named: nobody tells SQLite
// how many entries an actor or a case has.
func auditStatement(q store.AuditQuery, after *store.Cursor, limit int) *builder {
	b := &builder{}
	b.add("SELECT doc FROM audit INDEXED BY audit_"+q.Index()+" WHERE at >= ?", upward(q.From))
	for _, f := range []struct{ column, value string }{{"object", q.Object}, {"actor", q.Actor}, {"agency", q.Agency}, {"action", string(q.Action)}} {
		if f.value != "" {
			b.add(" AND "+f.column+" = ?", f.value)
		}
	}
	if !q.Until.IsZero() {
		b.add(" AND at < ?", upward(q.Until))
	}
	if after != nil {
		seq, _ := strconv.ParseInt(after.ID, 10, 64)
		b.add(" AND (at, seq) < (?, ?)", after.Key, seq)
	}
	b.add(" ORDER BY at DESC, seq DESC LIMIT ? + 0", limit)
	return b
}
