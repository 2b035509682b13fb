package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// index is a named index of a collection; all its keys ascend, for it is read both ways.
type index struct {
	collection, name string
	keys             []string
	unique           bool
	only             bson.D // partial: documents that fit
	expires          int32  // TTL: seconds after the time in its key
}

// indexes are all indexes but those of _id. Lists end with their sort keys.
var indexes = []index{
	{collection: "feedback", name: "code", keys: []string{"code"}, unique: true},
	{collection: "feedback", name: "received", keys: []string{"created_at", "_id"}},
	{collection: "feedback", name: "due", keys: []string{"status", "due_key", "_id"}},
	{collection: "feedback", name: "updated", keys: []string{"updated_at", "_id"}},
	{collection: "feedback", name: "public", keys: []string{"public_at", "_id"}, only: isPublic},
	{collection: "feedback", name: "public_field", keys: []string{"field", "public_at", "_id"}, only: isPublic},
	{collection: "feedback", name: "public_province", keys: []string{"province", "public_at", "_id"}, only: isPublic},
	{collection: "feedback", name: "public_scope", keys: []string{"scope", "public_at", "_id"}, only: isPublic},
	{collection: "feedback", name: "scope_received", keys: []string{"scope", "created_at", "_id"}},
	{collection: "feedback", name: "scope_due", keys: []string{"scope", "status", "due_key", "_id"}},
	{collection: "feedback", name: "scope_updated", keys: []string{"scope", "updated_at", "_id"}},
	{collection: "feedback", name: "sender_received", keys: []string{"sender_id", "created_at", "_id"}},
	{collection: "feedback", name: "handler_due", keys: []string{"handler", "due_key", "_id"}, only: bson.D{{Key: "handler", Value: bson.D{{Key: "$gt", Value: ""}}}}},
	{collection: "feedback", name: "escalated_due", keys: []string{"escalated", "due_key", "_id"}, only: bson.D{{Key: "escalated", Value: bson.D{{Key: "$gt", Value: ""}}}}},
	{collection: "feedback", name: "contributors_due", keys: []string{"contributors", "due_key", "_id"}, only: bson.D{{Key: "contributors", Value: bson.D{{Key: "$gt", Value: ""}}}}},
	{collection: "feedback", name: "waiting", keys: []string{"due_key", "_id"}, only: bson.D{{Key: "waiting", Value: oneOrMore}}},
	{collection: "feedback", name: "back", keys: []string{"due_key", "_id"}, only: bson.D{{Key: "back", Value: oneOrMore}}},
	{collection: "feedback", name: "scope_waiting", keys: []string{"scope", "due_key", "_id"}, only: bson.D{{Key: "waiting", Value: oneOrMore}}},
	{collection: "feedback", name: "scope_back", keys: []string{"scope", "due_key", "_id"}, only: bson.D{{Key: "back", Value: oneOrMore}}},
	{collection: "feedback", name: "sorts_late", keys: []string{"due_key", "_id"}, only: bson.D{{Key: "sorts_late", Value: oneOrMore}}},
	{collection: "feedback", name: "scope_sorts_late", keys: []string{"scope", "due_key", "_id"}, only: bson.D{{Key: "sorts_late", Value: oneOrMore}}},
	{collection: "feedback", name: "look", keys: []string{"look_at", "_id"}, only: hasLook},
	{collection: "feedback", name: "teaches", keys: []string{"teaches_at", "_id"}, only: bson.D{{Key: "teaches_at", Value: bson.D{{Key: "$gt", Value: time.UnixMilli(0).UTC()}}}}},
	{collection: "feedback", name: "next_work", keys: []string{"next_work"}},
	{collection: "feedback", name: "parked", keys: []string{"parked"}},
	{collection: "challenge", name: "next_work", keys: []string{"next_work"}},
	{collection: "challenge", name: "parked", keys: []string{"parked"}},
	{collection: "challenge", name: "expires", keys: []string{"expires_at"}, expires: grace},
	{collection: "person", name: "phone", keys: []string{"phone_index"}, unique: true, only: bson.D{{Key: "phone_index", Value: bson.D{{Key: "$gt", Value: ""}}}}},
	{collection: "person", name: "look", keys: []string{"look_at", "_id"}, only: hasLook},
	{collection: "staff", name: "username", keys: []string{"username"}, unique: true},
	{collection: "staff", name: "agency", keys: []string{"agency", "username"}},
	{collection: "session", name: "account", keys: []string{"account", "created_at", "_id"}},
	{collection: "session", name: "expires", keys: []string{"expires_at"}, expires: grace},
	{collection: "device", name: "account", keys: []string{"account", "_id"}},
	{collection: "device", name: "token", keys: []string{"token"}, unique: true, only: bson.D{{Key: "token", Value: bson.D{{Key: "$gt", Value: ""}}}}},
	{collection: "notification", name: "account", keys: []string{"account", "at", "_id"}},
	{collection: "agency", name: "place", keys: []string{"place", "_id"}},
	{collection: "upload", name: "unused", keys: []string{"unused", "created_at", "_id"}},
	{collection: "draft", name: "expires", keys: []string{"expires_at"}, expires: 60 * 60},
	{collection: "audit", name: "id", keys: []string{"id"}, unique: true},
	{collection: "audit", name: "at", keys: []string{"at", "_id"}},
	{collection: "audit", name: "action", keys: []string{"action", "at", "_id"}},
	{collection: "audit", name: "object", keys: []string{"object", "at", "_id"}},
	{collection: "audit", name: "actor", keys: []string{"actor", "at", "_id"}},
	{collection: "audit", name: "actor_action", keys: []string{"actor", "action", "at", "_id"}},
	{collection: "audit", name: "agency", keys: []string{"agency", "at", "_id"}},
	{collection: "audit", name: "agency_action", keys: []string{"agency", "action", "at", "_id"}},
	{collection: "reply_template", name: "owner", keys: []string{"owner", "_id"}},
	{collection: "data_request", name: "person", keys: []string{"person", "created_at", "_id"}},
	{collection: "data_request", name: "open", keys: []string{"open", "due_at", "_id"}},
	{collection: "breach", name: "detected", keys: []string{"detected_at", "_id"}},
	{collection: "limit", name: "expires", keys: []string{"expires_at"}, expires: 1},
}

// grace is how long, in seconds, a challenge or session is kept after it expired.
const grace = 24 * 60 * 60

// steps change data of an earlier schema, in order; each must be harmless to run twice,
// also in two processes at once. The schema's number is how many were run. The first is
// the beginning, with nothing to change.
var steps = []func(ctx context.Context, s *Store) error{
	func(context.Context, *Store) error { return nil },
	countRepliesBack,
	setLook,
	setPersonLook,
	setTeaches,
	setTasksLook,
}

// countRepliesBack fills in what lists of replies that were sent back need.
func countRepliesBack(ctx context.Context, s *Store) error {
	_, err := s.feedback.UpdateMany(ctx, bson.D{{Key: "replies.status", Value: models.ReplyRejected}, {Key: "status", Value: bson.D{{Key: "$in", Value: store.FeedbackQuery{OverdueAt: time.Now()}.Selected()}}}},
		bson.A{bson.D{{Key: "$set", Value: bson.D{{Key: "back", Value: bson.D{{Key: "$size", Value: bson.D{{Key: "$filter", Value: bson.D{
			{Key: "input", Value: "$replies"}, {Key: "cond", Value: bson.D{{Key: "$and", Value: bson.A{
				bson.D{{Key: "$eq", Value: bson.A{"$$this.status", models.ReplyRejected}}}, bson.D{{Key: "$eq", Value: bson.A{"$$this.agency", "$agency"}}},
			}}}},
		}}}}}}}}}})
	return err
}

// Migrate makes the indexes and runs the steps that the database does not have yet.
func (s *Store) Migrate(ctx context.Context) error {
	var at struct{ Number int }
	err := s.schema.FindOne(ctx, bson.D{{Key: "_id", Value: "schema"}}).Decode(&at)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return wrap(ctx, err)
	}
	if at.Number == restoring {
		return models.Wrap(models.KindInternal, errRestoring)
	}
	if at.Number > len(steps) {
		return models.Wrap(models.KindInternal, fmt.Errorf("schema %d, this program knows %d: %w", at.Number, len(steps), store.ErrNewerSchema))
	}
	if err := s.createIndexes(ctx); err != nil {
		return err
	}
	for i := at.Number; i < len(steps); i++ {
		if err := steps[i](ctx, s); err != nil {
			return wrap(ctx, err)
		}
		err := retry(ctx, func() error {
			_, err := s.schema.UpdateByID(ctx, "schema", bson.D{{Key: "$max", Value: bson.D{{Key: "number", Value: i + 1}}}}, options.UpdateOne().SetUpsert(true))
			if mongo.IsDuplicateKeyError(err) {
				return errAgain
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) createIndexes(ctx context.Context) error {
	byCollection := map[string][]mongo.IndexModel{}
	for _, x := range indexes {
		keys := bson.D{}
		for _, k := range x.keys {
			keys = append(keys, bson.E{Key: k, Value: 1})
		}
		o := options.Index().SetName(x.name)
		if x.unique {
			o.SetUnique(true)
		}
		if x.only != nil {
			o.SetPartialFilterExpression(x.only)
		}
		if x.expires > 0 {
			o.SetExpireAfterSeconds(x.expires)
		}
		byCollection[x.collection] = append(byCollection[x.collection], mongo.IndexModel{Keys: keys, Options: o})
	}
	for name, models := range byCollection {
		if _, err := s.db.Collection(name).Indexes().CreateMany(ctx, models); err != nil {
			return wrap(ctx, err)
		}
	}
	return nil
}
