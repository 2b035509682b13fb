package sqlite

import (
	"context"
	"math"

	"kiennghi/models"
	"kiennghi/store"
)

var (
	sqlDataRequest      = reads(`SELECT doc FROM data_request WHERE id = ?`)
	sqlDataRequestsOf   = reads(`SELECT created, id, doc FROM data_request WHERE person = ? AND (created, id) < (?, ?) ORDER BY created DESC, id DESC LIMIT ? + 0`)
	sqlOpenDataRequests = reads(`SELECT due, id, doc FROM data_request WHERE open = 1 AND (due, id) > (?, ?) ORDER BY due, id LIMIT ? + 0`)
	sqlPutDataRequest   = writes(`INSERT INTO data_request (id, person, open, due, created, doc) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlSetDataRequest   = writes(`UPDATE data_request SET open = ?, due = ?, doc = ? WHERE id = ?`)
	sqlBreach           = reads(`SELECT doc FROM breach WHERE id = ?`)
	sqlBreaches         = reads(`SELECT detected, id, doc FROM breach WHERE (detected, id) < (?, ?) ORDER BY detected DESC, id DESC LIMIT ? + 0`)
	sqlPutBreach        = writes(`INSERT INTO breach (id, detected, doc) VALUES (?, ?, ?)`)
	sqlSetBreach        = writes(`UPDATE breach SET detected = ?, doc = ? WHERE id = ?`)
)

// CreateDataRequest stores a new request.
func (s *Store) CreateDataRequest(ctx context.Context, r *models.DataRequest) error {
	r.Rev = 1
	doc, err := encode(r)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutDataRequest, r.ID, r.Person, r.Open(), r.DueAt(), r.CreatedAt, doc)
	return err
}

// DataRequest returns the request with that ID.
func (s *Store) DataRequest(ctx context.Context, id string) (*models.DataRequest, error) {
	return get[models.DataRequest](ctx, s, sqlDataRequest, id)
}

// UpdateDataRequest runs change inside the writing transaction.
func (s *Store) UpdateDataRequest(ctx context.Context, id string, change func(*models.DataRequest) error) (*models.DataRequest, error) {
	rev := func(r *models.DataRequest) *int64 { return &r.Rev }
	return update(ctx, s, sqlDataRequest, id, change, rev, func(t *tx, r *models.DataRequest, doc []byte) error {
		_, err := t.exec(sqlSetDataRequest, r.Open(), r.DueAt(), doc, id)
		return err
	})
}

// DataRequestsOf returns one page of the requests of a person.
func (s *Store) DataRequestsOf(ctx context.Context, person string, limit int, next string) (store.Page[models.DataRequest], error) {
	return pageFrom[models.DataRequest](ctx, s, "dp", next, math.MaxInt64, limit, sqlDataRequestsOf, person)
}

// OpenDataRequests returns one page of open requests, the most urgent first.
func (s *Store) OpenDataRequests(ctx context.Context, limit int, next string) (store.Page[models.DataRequest], error) {
	return pageFrom[models.DataRequest](ctx, s, "do", next, 0, limit, sqlOpenDataRequests)
}

// CreateBreach stores a new entry.
func (s *Store) CreateBreach(ctx context.Context, b *models.Breach) error {
	b.Rev = 1
	doc, err := encode(b)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutBreach, b.ID, b.DetectedAt, doc)
	return err
}

// Breach returns the entry with that ID.
func (s *Store) Breach(ctx context.Context, id string) (*models.Breach, error) {
	return get[models.Breach](ctx, s, sqlBreach, id)
}

// UpdateBreach runs change inside the writing transaction.
func (s *Store) UpdateBreach(ctx context.Context, id string, change func(*models.Breach) error) (*models.Breach, error) {
	rev := func(b *models.Breach) *int64 { return &b.Rev }
	return update(ctx, s, sqlBreach, id, change, rev, func(t *tx, b *models.Breach, doc []byte) error {
		_, err := t.exec(sqlSetBreach, b.DetectedAt, doc, id)
		return err
	})
}

// Breaches returns one page of entries, the one detected last first.
func (s *Store) Breaches(ctx context.Context, limit int, next string) (store.Page[models.Breach], error) {
	return pageFrom[models.Breach](ctx, s, "b", next, math.MaxInt64, limit, sqlBreaches)
}
