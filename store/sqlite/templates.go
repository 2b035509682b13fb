package sqlite

import (
	"context"

	"kiennghi/models"
)

// CreateTemplate stores a new template.
func (s *Store) CreateTemplate(ctx context.Context, t *models.ReplyTemplate) error {
	t.Rev = 1
	doc, err := encode(t)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutTemplate, t.ID, t.Owner(), doc)
	return err
}

// Template returns the template with that ID.
func (s *Store) Template(ctx context.Context, id string) (*models.ReplyTemplate, error) {
	return get[models.ReplyTemplate](ctx, s, sqlTemplate, id)
}

// UpdateTemplate runs change inside the writing transaction.
func (s *Store) UpdateTemplate(ctx context.Context, id string, change func(*models.ReplyTemplate) error) (*models.ReplyTemplate, error) {
	rev := func(t *models.ReplyTemplate) *int64 { return &t.Rev }
	return update(ctx, s, sqlTemplate, id, change, rev, func(t *tx, x *models.ReplyTemplate, doc []byte) error {
		_, err := t.exec(sqlSetTemplate, x.Owner(), doc, id)
		return err
	})
}

// DeleteTemplate removes one.
func (s *Store) DeleteTemplate(ctx context.Context, id string) error {
	_, err := s.write(ctx, sqlDeleteTemplate, id)
	return err
}

// ListTemplates returns those of one owner.
func (s *Store) ListTemplates(ctx context.Context, owner string) ([]models.ReplyTemplate, error) {
	return list[models.ReplyTemplate](ctx, s, sqlTemplates, owner, models.MaxTemplates)
}

// AddAmendment stores one.
func (s *Store) AddAmendment(ctx context.Context, a *models.Amendment) error {
	doc, err := encode(a)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutAmendment, a.ID, doc)
	return err
}

// DeleteAmendment removes one.
func (s *Store) DeleteAmendment(ctx context.Context, id string) error {
	return s.writeOne(ctx, sqlDeleteAmendment, id)
}

// Amendments returns all of them.
func (s *Store) Amendments(ctx context.Context) ([]models.Amendment, error) {
	return list[models.Amendment](ctx, s, sqlAmendments)
}
