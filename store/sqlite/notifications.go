package sqlite

import (
	"context"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// AddNotification stores n unless its ID is there.
func (s *Store) AddNotification(ctx context.Context, n *models.Notification) error {
	doc, err := encode(n)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlAddNotification, n.ID, n.Account, n.At, doc)
	return err
}

// ListNotifications returns an account's notifications, newest first.
func (s *Store) ListNotifications(ctx context.Context, account string, limit int, next string) (store.Page[models.Notification], error) {
	after, err := store.ParseCursor("n", next)
	if err != nil {
		return store.Page[models.Notification]{}, err
	}
	if after == nil {
		return page[models.Notification](ctx, s, "n", limit, sqlNewest, account)
	}
	return page[models.Notification](ctx, s, "n", limit, sqlNotifications, account, after.Key, after.ID)
}

// ReadNotification marks a notification as read.
func (s *Store) ReadNotification(ctx context.Context, account, id string, at time.Time) error {
	return s.w.write(ctx, func(t *tx) error {
		doc, err := t.c.one(sqlNotification, id, account)
		if err != nil {
			return err
		}
		n, err := decode[models.Notification](doc)
		if err != nil || n.ReadAt != nil {
			return err
		}
		n.ReadAt = &at
		b, err := encode(n)
		if err != nil {
			return err
		}
		_, err = t.exec(sqlSetNotification, b, id)
		return err
	})
}
