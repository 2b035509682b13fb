package mongo

import (
	"context"

	"kiennghi/models"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// templateDoc is the document of a template.
type templateDoc struct {
	ID    string               `bson:"_id"`
	Doc   models.ReplyTemplate `bson:",inline"`
	Owner string               `bson:"owner"`
}

// CreateTemplate stores a new template.
func (s *Store) CreateTemplate(ctx context.Context, t *models.ReplyTemplate) error {
	t.Rev = 1
	_, err := s.template.InsertOne(ctx, templateDoc{t.ID, newRecord(t.ID, t).Doc, t.Owner()})
	return wrap(ctx, err)
}

// Template returns the template with that ID.
func (s *Store) Template(ctx context.Context, id string) (*models.ReplyTemplate, error) {
	return get[models.ReplyTemplate](ctx, s.template, byID(id))
}

// UpdateTemplate works as UpdateFeedback does.
func (s *Store) UpdateTemplate(ctx context.Context, id string, change func(*models.ReplyTemplate) error) (*models.ReplyTemplate, error) {
	return updateDoc(ctx, s.template, id, func(t *models.ReplyTemplate) *int64 { return &t.Rev }, change,
		func(t *models.ReplyTemplate) any { return templateDoc{id, *t, t.Owner()} })
}

// DeleteTemplate removes one.
func (s *Store) DeleteTemplate(ctx context.Context, id string) error {
	_, err := s.template.DeleteOne(ctx, byID(id))
	return wrap(ctx, err)
}

// ListTemplates returns those of one owner.
func (s *Store) ListTemplates(ctx context.Context, owner string) ([]models.ReplyTemplate, error) {
	return list[models.ReplyTemplate](ctx, s.template, bson.D{{Key: "owner", Value: owner}},
		options.Find().SetSort(byKey("_id", 1)).SetHint("owner").SetLimit(models.MaxTemplates))
}

// AddAmendment stores one.
func (s *Store) AddAmendment(ctx context.Context, a *models.Amendment) error {
	return insert(ctx, s.amendment, a.ID, a)
}

// DeleteAmendment removes one.
func (s *Store) DeleteAmendment(ctx context.Context, id string) error {
	return deleteOne(ctx, s.amendment, byID(id))
}

// Amendments returns all of them.
func (s *Store) Amendments(ctx context.Context) ([]models.Amendment, error) {
	return list[models.Amendment](ctx, s.amendment, bson.D{}, options.Find().SetSort(byKey("_id", 1)).SetHint(byKey("_id", 1)))
}
