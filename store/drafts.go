package store

import (
	"context"
	"time"

	"kiennghi/models"
)

// Drafts keeps letters that people are still writing at the web site. One that has
// expired may be gone.
type Drafts interface {
	// PutDraft stores a draft in place of an earlier one with its ID.
	PutDraft(ctx context.Context, d *models.Draft) error
	Draft(ctx context.Context, id string) (*models.Draft, error)
	// UpdateDraft works as UpdateFeedback does.
	UpdateDraft(ctx context.Context, id string, change func(*models.Draft) error) (*models.Draft, error)
	// DeleteDraft removes a draft. It is no error when it is gone.
	DeleteDraft(ctx context.Context, id string) error
	// CountDrafts counts the drafts that expired before that time and are still there.
	CountDrafts(ctx context.Context, before time.Time) (int, error)
	// ForgetDrafts removes up to limit drafts that expired before that time, and returns
	// how many it removed.
	ForgetDrafts(ctx context.Context, before time.Time, limit int) (int, error)
}

// The methods of Guard for drafts.

func (g *Guard) PutDraft(ctx context.Context, d *models.Draft) error {
	return g.do(ctx, func() error { return g.Store.PutDraft(ctx, d) })
}

func (g *Guard) Draft(ctx context.Context, id string) (*models.Draft, error) {
	return get(ctx, g, func() (*models.Draft, error) { return g.Store.Draft(ctx, id) })
}

func (g *Guard) UpdateDraft(ctx context.Context, id string, change func(*models.Draft) error) (*models.Draft, error) {
	return get(ctx, g, func() (*models.Draft, error) { return g.Store.UpdateDraft(ctx, id, change) })
}

func (g *Guard) DeleteDraft(ctx context.Context, id string) error {
	return g.do(ctx, func() error { return g.Store.DeleteDraft(ctx, id) })
}

func (g *Guard) ForgetDrafts(ctx context.Context, before time.Time, limit int) (int, error) {
	return get(ctx, g, func() (int, error) { return g.Store.ForgetDrafts(ctx, before, limit) })
}

func (g *Guard) CountDrafts(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, g, func() (int, error) { return g.Store.CountDrafts(ctx, before) })
}
