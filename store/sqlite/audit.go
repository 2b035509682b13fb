package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"kiennghi/models"
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
		if _, err := t.exec(sqlAddAudit, e.Seq, e.ID, doc); err != nil {
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
