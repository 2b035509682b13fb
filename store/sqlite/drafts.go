package sqlite

import (
	"context"
	"time"

	"kiennghi/models"
)

var (
	sqlDraft        = reads(`SELECT doc FROM draft WHERE id = ?`)
	sqlPutDraft     = writes(`INSERT INTO draft (id, expires, doc) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, doc = excluded.doc`)
	sqlSetDraft     = writes(`UPDATE draft SET expires = ?, doc = ? WHERE id = ?`)
	sqlDeleteDraft  = writes(`DELETE FROM draft WHERE id = ?`)
	sqlCountDrafts  = reads(`SELECT count(*) FROM draft WHERE expires < ?`)
	sqlForgetDrafts = writes(`DELETE FROM draft WHERE id IN (SELECT id FROM draft WHERE expires < ? ORDER BY expires LIMIT ? + 0)`)
)

// PutDraft stores a draft in place of an earlier one.
func (s *Store) PutDraft(ctx context.Context, d *models.Draft) error {
	d.Rev = 1
	doc, err := encode(d)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutDraft, d.ID, d.ExpiresAt, doc)
	return err
}

// Draft returns the draft with that ID.
func (s *Store) Draft(ctx context.Context, id string) (*models.Draft, error) {
	return get[models.Draft](ctx, s, sqlDraft, id)
}

// UpdateDraft runs change inside the writing transaction.
func (s *Store) UpdateDraft(ctx context.Context, id string, change func(*models.Draft) error) (*models.Draft, error) {
	rev := func(d *models.Draft) *int64 { return &d.Rev }
	return update(ctx, s, sqlDraft, id, change, rev, func(t *tx, d *models.Draft, doc []byte) error {
		_, err := t.exec(sqlSetDraft, d.ExpiresAt, doc, id)
		return err
	})
}

// DeleteDraft removes the draft.
func (s *Store) DeleteDraft(ctx context.Context, id string) error {
	_, err := s.write(ctx, sqlDeleteDraft, id)
	return err
}

// ForgetDrafts removes drafts that have expired, the oldest first.
func (s *Store) ForgetDrafts(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := s.write(ctx, sqlForgetDrafts, before, limit)
	return int(n), err
}

// CountDrafts reads an index alone.
func (s *Store) CountDrafts(ctx context.Context, before time.Time) (int, error) {
	var n int
	err := s.r.use(ctx, func(c *conn) error {
		v, err := c.one(sqlCountDrafts, before)
		if err == nil {
			n = int(v.(int64))
		}
		return err
	})
	return n, err
}
