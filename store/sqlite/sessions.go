package sqlite

import (
	"context"

	"kiennghi/models"
)

// CreateSession stores a new session and forgets a few that expired long before it.
func (s *Store) CreateSession(ctx context.Context, session *models.Session) error {
	session.Rev = 1
	doc, err := encode(session)
	if err != nil {
		return err
	}
	return s.w.write(ctx, func(t *tx) error {
		if _, err := t.exec(sqlForgetSessions, session.CreatedAt.Add(-grace)); err != nil {
			return err
		}
		_, err := t.exec(sqlPutSession, session.ID, session.Account, session.CreatedAt, session.ExpiresAt, doc)
		return err
	})
}

// Session returns the session with that ID.
func (s *Store) Session(ctx context.Context, id string) (*models.Session, error) {
	return get[models.Session](ctx, s, sqlSession, id)
}

// UpdateSession runs change inside the writing transaction.
func (s *Store) UpdateSession(ctx context.Context, id string, change func(*models.Session) error) (*models.Session, error) {
	rev := func(v *models.Session) *int64 { return &v.Rev }
	return update(ctx, s, sqlSession, id, change, rev, func(t *tx, v *models.Session, doc []byte) error {
		_, err := t.exec(sqlSetSession, v.Account, v.CreatedAt, v.ExpiresAt, doc, id)
		return err
	})
}

// ListSessions returns an account's sessions, newest first.
func (s *Store) ListSessions(ctx context.Context, account string) ([]models.Session, error) {
	return list[models.Session](ctx, s, sqlSessions, account)
}

// DeleteSession removes one session of the account.
func (s *Store) DeleteSession(ctx context.Context, account, id string) error {
	return s.writeOne(ctx, sqlDeleteSession, id, account)
}

// DeleteSessions removes all sessions of the account.
func (s *Store) DeleteSessions(ctx context.Context, account string) error {
	_, err := s.write(ctx, sqlDeleteSessions, account)
	return err
}
