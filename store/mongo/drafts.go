package mongo

import (
	"context"
	"time"

	"kiennghi/models"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func draftRev(d *models.Draft) *int64 { return &d.Rev }

// PutDraft stores a draft in place of an earlier one. Its revision begins at the clock,
// so that an update of the one before never fits the new one.
func (s *Store) PutDraft(ctx context.Context, d *models.Draft) error {
	d.Rev = time.Now().UnixNano()
	return s.put(ctx, s.draft, d.ID, newRecord(d.ID, d))
}

// Draft returns the draft with that ID.
func (s *Store) Draft(ctx context.Context, id string) (*models.Draft, error) {
	return get[models.Draft](ctx, s.draft, byID(id))
}

// UpdateDraft works as UpdateFeedback does.
func (s *Store) UpdateDraft(ctx context.Context, id string, change func(*models.Draft) error) (*models.Draft, error) {
	return update(ctx, s.draft, id, draftRev, change)
}

// DeleteDraft removes the draft.
func (s *Store) DeleteDraft(ctx context.Context, id string) error {
	_, err := s.draft.DeleteOne(ctx, byID(id))
	return wrap(ctx, err)
}

// ForgetDrafts removes drafts that have expired, the oldest first. The server does so as
// well, a while after they expired by its clock.
func (s *Store) ForgetDrafts(ctx context.Context, before time.Time, limit int) (int, error) {
	old, err := list[models.Draft](ctx, s.draft, bson.D{{Key: "expires_at", Value: bson.D{{Key: "$lt", Value: upward(before)}}}},
		options.Find().SetSort(byKey("expires_at", 1)).SetLimit(int64(limit)))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	ids := make(bson.A, len(old))
	for i, d := range old {
		ids[i] = d.ID
	}
	done, err := s.draft.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}, {Key: "expires_at", Value: bson.D{{Key: "$lt", Value: upward(before)}}}})
	if err != nil {
		return 0, wrap(ctx, err)
	}
	return int(done.DeletedCount), nil
}

// CountDrafts counts by the index of when drafts expire.
func (s *Store) CountDrafts(ctx context.Context, before time.Time) (int, error) {
	n, err := s.draft.CountDocuments(ctx, bson.D{{Key: "expires_at", Value: bson.D{{Key: "$lt", Value: upward(before)}}}})
	return int(n), wrap(ctx, err)
}
