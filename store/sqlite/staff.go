package sqlite

import (
	"context"

	"kiennghi/models"
	"kiennghi/store"
)

// CreateStaff stores a new member.
func (s *Store) CreateStaff(ctx context.Context, m *models.Staff) error {
	m.Rev = 1
	doc, err := encode(m)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutStaff, m.ID, m.Username, m.Agency, doc)
	return err
}

// Staff returns the member with that ID.
func (s *Store) Staff(ctx context.Context, id string) (*models.Staff, error) {
	return get[models.Staff](ctx, s, sqlStaff, id)
}

// StaffByUsername returns the member with that user name.
func (s *Store) StaffByUsername(ctx context.Context, username string) (*models.Staff, error) {
	return get[models.Staff](ctx, s, sqlStaffByName, username)
}

// UpdateStaff runs change inside the writing transaction.
func (s *Store) UpdateStaff(ctx context.Context, id string, change func(*models.Staff) error) (*models.Staff, error) {
	rev := func(m *models.Staff) *int64 { return &m.Rev }
	return update(ctx, s, sqlStaff, id, change, rev, func(t *tx, m *models.Staff, doc []byte) error {
		_, err := t.exec(sqlSetStaff, m.Username, m.Agency, doc, id)
		return err
	})
}

// ListStaff lists the members of an agency.
func (s *Store) ListStaff(ctx context.Context, agency string, limit int, next string) (store.Page[models.Staff], error) {
	after, err := store.ParseCursor("staff", next)
	if err != nil {
		return store.Page[models.Staff]{}, err
	}
	if after == nil {
		after = &store.Cursor{}
	}
	return page[models.Staff](ctx, s, "staff", limit, sqlStaffOf, agency, after.ID)
}

// EachStaff calls do for every member.
func (s *Store) EachStaff(ctx context.Context, do func(*models.Staff) error) error {
	return each(ctx, s, sqlEachStaff, do)
}
