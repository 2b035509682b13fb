package store

import (
	"context"

	"kiennghi/models"
)

// Privacy keeps what people ask about their own data, and the register of breaches.
type Privacy interface {
	// CreateDataRequest stores a new request. models.ErrExists when the ID is taken.
	CreateDataRequest(ctx context.Context, r *models.DataRequest) error
	DataRequest(ctx context.Context, id string) (*models.DataRequest, error)
	// UpdateDataRequest works as UpdateFeedback does.
	UpdateDataRequest(ctx context.Context, id string, change func(*models.DataRequest) error) (*models.DataRequest, error)
	// DataRequestsOf returns one page of the requests of a person, the newest first.
	DataRequestsOf(ctx context.Context, person string, limit int, next string) (Page[models.DataRequest], error)
	// OpenDataRequests returns one page of open requests (DataRequest.Open), the most urgent first.
	OpenDataRequests(ctx context.Context, limit int, next string) (Page[models.DataRequest], error)

	// CreateBreach stores a new entry. models.ErrExists when the ID is taken.
	CreateBreach(ctx context.Context, b *models.Breach) error
	Breach(ctx context.Context, id string) (*models.Breach, error)
	// UpdateBreach works as UpdateFeedback does.
	UpdateBreach(ctx context.Context, id string, change func(*models.Breach) error) (*models.Breach, error)
	// Breaches returns one page of entries, the one detected last first.
	Breaches(ctx context.Context, limit int, next string) (Page[models.Breach], error)
}

// privacyPage is how many requests, or breaches, are read at once where all are.
const privacyPage = 100

// EachDataRequestOf is EachOn for all requests of a person.
func EachDataRequestOf(ctx context.Context, s Privacy, person string, do func(models.DataRequest) error) error {
	return EachOn(func(next string) (Page[models.DataRequest], error) {
		return s.DataRequestsOf(ctx, person, privacyPage, next)
	}, do)
}

// EachOpenDataRequest is EachOn for all open requests.
func EachOpenDataRequest(ctx context.Context, s Privacy, do func(models.DataRequest) error) error {
	return EachOn(func(next string) (Page[models.DataRequest], error) { return s.OpenDataRequests(ctx, privacyPage, next) }, do)
}

// EachBreach is EachOn for the whole register.
func EachBreach(ctx context.Context, s Privacy, do func(models.Breach) error) error {
	return EachOn(func(next string) (Page[models.Breach], error) { return s.Breaches(ctx, privacyPage, next) }, do)
}

// The methods of Guard for Privacy.

func (g *Guard) CreateDataRequest(ctx context.Context, r *models.DataRequest) error {
	return g.do(ctx, func() error { return g.Store.CreateDataRequest(ctx, r) })
}

func (g *Guard) DataRequest(ctx context.Context, id string) (*models.DataRequest, error) {
	return get(ctx, g, func() (*models.DataRequest, error) { return g.Store.DataRequest(ctx, id) })
}

func (g *Guard) UpdateDataRequest(ctx context.Context, id string, change func(*models.DataRequest) error) (*models.DataRequest, error) {
	return get(ctx, g, func() (*models.DataRequest, error) { return g.Store.UpdateDataRequest(ctx, id, change) })
}

func (g *Guard) DataRequestsOf(ctx context.Context, person string, limit int, next string) (Page[models.DataRequest], error) {
	return get(ctx, g, func() (Page[models.DataRequest], error) { return g.Store.DataRequestsOf(ctx, person, limit, next) })
}

func (g *Guard) OpenDataRequests(ctx context.Context, limit int, next string) (Page[models.DataRequest], error) {
	return get(ctx, g, func() (Page[models.DataRequest], error) { return g.Store.OpenDataRequests(ctx, limit, next) })
}

func (g *Guard) CreateBreach(ctx context.Context, b *models.Breach) error {
	return g.do(ctx, func() error { return g.Store.CreateBreach(ctx, b) })
}

func (g *Guard) Breach(ctx context.Context, id string) (*models.Breach, error) {
	return get(ctx, g, func() (*models.Breach, error) { return g.Store.Breach(ctx, id) })
}

func (g *Guard) UpdateBreach(ctx context.Context, id string, change func(*models.Breach) error) (*models.Breach, error) {
	return get(ctx, g, func() (*models.Breach, error) { return g.Store.UpdateBreach(ctx, id, change) })
}

func (g *Guard) Breaches(ctx context.Context, limit int, next string) (Page[models.Breach], error) {
	return get(ctx, g, func() (Page[models.Breach], error) { return g.Store.Breaches(ctx, limit, next) })
}
