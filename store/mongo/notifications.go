package mongo

import (
	"context"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// AddNotification stores n unless its ID is there.
func (s *Store) AddNotification(ctx context.Context, n *models.Notification) error {
	_, err := s.notification.InsertOne(ctx, newRecord(n.ID, n))
	if mongo.IsDuplicateKeyError(err) {
		return nil
	}
	return wrap(ctx, err)
}

// ListNotifications returns an account's notifications, newest first.
func (s *Store) ListNotifications(ctx context.Context, account string, limit int, next string) (store.Page[models.Notification], error) {
	cursor, err := store.ParseCursor("n", next)
	if err != nil {
		return store.Page[models.Notification]{}, err
	}
	filter := of(account)
	if cursor != nil {
		filter = after(filter, "at", time.UnixMilli(cursor.Key).UTC(), cursor.ID, true)
	}
	return page(ctx, s.notification, "n", limit, filter, bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}},
		func(n *models.Notification) (time.Time, string) { return n.At, n.ID })
}

// ReadNotification marks a notification as read, unless it is.
func (s *Store) ReadNotification(ctx context.Context, account, id string, at time.Time) error {
	mine := append(byID(id), of(account)...)
	res, err := s.notification.UpdateOne(ctx, append(mine, bson.E{Key: "read_at", Value: nil}), bson.D{{Key: "$set", Value: bson.D{{Key: "read_at", Value: models.Moment(at)}}}})
	if err == nil && res.MatchedCount == 0 {
		err = s.notification.FindOne(ctx, mine, options.FindOne().SetProjection(byKey("_id", 1))).Err()
	}
	return wrap(ctx, err)
}
