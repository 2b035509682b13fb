package mongo

import (
	"context"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// dataRequestDoc is the document of a request, with what lists need beside it.
type dataRequestDoc struct {
	ID    string             `bson:"_id"`
	Doc   models.DataRequest `bson:",inline"`
	Open  bool               `bson:"open"`
	DueAt time.Time          `bson:"due_at"`
}

func newDataRequestDoc(r *models.DataRequest) dataRequestDoc {
	store.Tidy(r)
	return dataRequestDoc{r.ID, *r, r.Open(), r.DueAt()}
}

// CreateDataRequest stores a new request.
func (s *Store) CreateDataRequest(ctx context.Context, r *models.DataRequest) error {
	r.Rev = 1
	_, err := s.dataRequest.InsertOne(ctx, newDataRequestDoc(r))
	return wrap(ctx, err)
}

// DataRequest returns the request with that ID.
func (s *Store) DataRequest(ctx context.Context, id string) (*models.DataRequest, error) {
	return get[models.DataRequest](ctx, s.dataRequest, byID(id))
}

// UpdateDataRequest works as UpdateFeedback does.
func (s *Store) UpdateDataRequest(ctx context.Context, id string, change func(*models.DataRequest) error) (*models.DataRequest, error) {
	return updateDoc(ctx, s.dataRequest, id, func(r *models.DataRequest) *int64 { return &r.Rev }, change,
		func(r *models.DataRequest) any { return newDataRequestDoc(r) })
}

// DataRequestsOf returns one page of the requests of a person.
func (s *Store) DataRequestsOf(ctx context.Context, person string, limit int, next string) (store.Page[models.DataRequest], error) {
	return pageFrom(ctx, s.dataRequest, "dp", next, limit, bson.D{{Key: "person", Value: person}}, "created_at", -1,
		func(r *models.DataRequest) (time.Time, string) { return r.CreatedAt, r.ID })
}

// OpenDataRequests returns one page of open requests, the most urgent first.
func (s *Store) OpenDataRequests(ctx context.Context, limit int, next string) (store.Page[models.DataRequest], error) {
	return pageFrom(ctx, s.dataRequest, "do", next, limit, bson.D{{Key: "open", Value: true}}, "due_at", 1,
		func(r *models.DataRequest) (time.Time, string) { return r.DueAt(), r.ID })
}

// CreateBreach stores a new entry.
func (s *Store) CreateBreach(ctx context.Context, b *models.Breach) error {
	b.Rev = 1
	return insert(ctx, s.breach, b.ID, b)
}

// Breach returns the entry with that ID.
func (s *Store) Breach(ctx context.Context, id string) (*models.Breach, error) {
	return get[models.Breach](ctx, s.breach, byID(id))
}

// UpdateBreach works as UpdateFeedback does.
func (s *Store) UpdateBreach(ctx context.Context, id string, change func(*models.Breach) error) (*models.Breach, error) {
	return update(ctx, s.breach, id, func(b *models.Breach) *int64 { return &b.Rev }, change)
}

// Breaches returns one page of entries, the one detected last first.
func (s *Store) Breaches(ctx context.Context, limit int, next string) (store.Page[models.Breach], error) {
	return pageFrom(ctx, s.breach, "b", next, limit, bson.D{}, "detected_at", -1,
		func(b *models.Breach) (time.Time, string) { return b.DetectedAt, b.ID })
}
