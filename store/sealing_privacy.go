package store

import (
	"context"
	"errors"

	"kiennghi/models"
)

// What people ask is sealed by who stores it (models.Sealed); what an administrator typed
// about it, and the register of breaches, is sealed here.

func requestTexts(r *models.DataRequest) []*string {
	texts := []*string{&r.Ground}
	for i := range r.Extensions {
		texts = append(texts, &r.Extensions[i].Reason)
	}
	return append(texts, followUpTexts(r.FollowUps)...)
}

func breachTexts(b *models.Breach) []*string {
	return append([]*string{&b.What, &b.Affected, &b.Measures, &b.Notified}, followUpTexts(b.FollowUps)...)
}

func followUpTexts(all []models.FollowUp) (texts []*string) {
	for i := range all {
		texts = append(texts, &all[i].Detail)
	}
	return texts
}

func (s *Sealing) sealTexts(texts []*string) {
	for _, text := range texts {
		*text = s.keys.SealText(*text)
	}
}

func (s *Sealing) openTexts(texts []*string) error {
	var failed error
	for _, text := range texts {
		failed = errors.Join(failed, s.openText(text))
	}
	return failed
}

// openAll opens the texts of every one of a list.
func openAll[T any](s *Sealing, items []T, err error, texts func(*T) []*string) ([]T, error) {
	for i := range items {
		if err == nil {
			err = s.openTexts(texts(&items[i]))
		}
	}
	if err != nil {
		return nil, err
	}
	return items, nil
}

// openOne opens the texts of one.
func openOne[T any](s *Sealing, item *T, err error, texts func(*T) []*string) (*T, error) {
	if err == nil {
		err = s.openTexts(texts(item))
	}
	if err != nil {
		return nil, err
	}
	return item, nil
}

// sealedCreate stores a sealed copy and gives the item what the store set in it.
func sealedCreate[T any](s *Sealing, item *T, texts func(*T) []*string, create func(*T) error) error {
	stored := *item
	s.sealTexts(texts(&stored))
	if err := create(&stored); err != nil {
		return err
	}
	if err := s.openTexts(texts(&stored)); err != nil {
		return err
	}
	*item = stored
	return nil
}

// sealedChange lets change see the texts open, and what it leaves be stored sealed.
func sealedChange[T any](s *Sealing, texts func(*T) []*string, change func(*T) error) func(*T) error {
	return func(item *T) error {
		if err := s.openTexts(texts(item)); err != nil {
			return err
		}
		if err := change(item); err != nil {
			return err
		}
		s.sealTexts(texts(item))
		return nil
	}
}

// CreateDataRequest is Store.CreateDataRequest.
func (s *Sealing) CreateDataRequest(ctx context.Context, r *models.DataRequest) error {
	return sealedCreate(s, r, requestTexts, func(r *models.DataRequest) error { return s.Store.CreateDataRequest(ctx, r) })
}

// DataRequest is Store.DataRequest.
func (s *Sealing) DataRequest(ctx context.Context, id string) (*models.DataRequest, error) {
	r, err := s.Store.DataRequest(ctx, id)
	return openOne(s, r, err, requestTexts)
}

// UpdateDataRequest is Store.UpdateDataRequest.
func (s *Sealing) UpdateDataRequest(ctx context.Context, id string, change func(*models.DataRequest) error) (*models.DataRequest, error) {
	r, err := s.Store.UpdateDataRequest(ctx, id, sealedChange(s, requestTexts, change))
	return openOne(s, r, err, requestTexts)
}

// DataRequestsOf is Store.DataRequestsOf.
func (s *Sealing) DataRequestsOf(ctx context.Context, person string, limit int, next string) (Page[models.DataRequest], error) {
	page, err := s.Store.DataRequestsOf(ctx, person, limit, next)
	page.Items, err = openAll(s, page.Items, err, requestTexts)
	return page, err
}

// OpenDataRequests is Store.OpenDataRequests.
func (s *Sealing) OpenDataRequests(ctx context.Context, limit int, next string) (Page[models.DataRequest], error) {
	page, err := s.Store.OpenDataRequests(ctx, limit, next)
	page.Items, err = openAll(s, page.Items, err, requestTexts)
	return page, err
}

// CreateBreach is Store.CreateBreach.
func (s *Sealing) CreateBreach(ctx context.Context, b *models.Breach) error {
	return sealedCreate(s, b, breachTexts, func(b *models.Breach) error { return s.Store.CreateBreach(ctx, b) })
}

// Breach is Store.Breach.
func (s *Sealing) Breach(ctx context.Context, id string) (*models.Breach, error) {
	b, err := s.Store.Breach(ctx, id)
	return openOne(s, b, err, breachTexts)
}

// UpdateBreach is Store.UpdateBreach.
func (s *Sealing) UpdateBreach(ctx context.Context, id string, change func(*models.Breach) error) (*models.Breach, error) {
	b, err := s.Store.UpdateBreach(ctx, id, sealedChange(s, breachTexts, change))
	return openOne(s, b, err, breachTexts)
}

// Breaches is Store.Breaches.
func (s *Sealing) Breaches(ctx context.Context, limit int, next string) (Page[models.Breach], error) {
	page, err := s.Store.Breaches(ctx, limit, next)
	page.Items, err = openAll(s, page.Items, err, breachTexts)
	return page, err
}
