package sqlite

import (
	"context"
	"time"

	"kiennghi/models"
)

// CreateUpload stores a new upload.
func (s *Store) CreateUpload(ctx context.Context, u *models.Upload) error {
	u.Rev = 1
	doc, err := encode(u)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutUpload, u.ID, u.FeedbackID == "", u.IdleSince(), doc)
	return err
}

// Upload returns the upload with that ID.
func (s *Store) Upload(ctx context.Context, id string) (*models.Upload, error) {
	return get[models.Upload](ctx, s, sqlUpload, id)
}

// UpdateUpload runs change inside the writing transaction.
func (s *Store) UpdateUpload(ctx context.Context, id string, change func(*models.Upload) error) (*models.Upload, error) {
	rev := func(u *models.Upload) *int64 { return &u.Rev }
	return update(ctx, s, sqlUpload, id, change, rev, func(t *tx, u *models.Upload, doc []byte) error {
		_, err := t.exec(sqlSetUpload, u.FeedbackID == "", u.IdleSince(), doc, id)
		return err
	})
}

// UnusedUploads returns old uploads that no feedback uses, oldest first. The column created has
// since when they are idle.
func (s *Store) UnusedUploads(ctx context.Context, before time.Time, limit int) ([]models.Upload, error) {
	return list[models.Upload](ctx, s, sqlUnusedUploads, upward(before), limit)
}

// DeleteUpload removes the record.
func (s *Store) DeleteUpload(ctx context.Context, id string) error {
	_, err := s.write(ctx, sqlDeleteUpload, id)
	return err
}
