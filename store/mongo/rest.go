package mongo

import (
	"context"
	"strconv"
	"time"

	"kiennghi/models"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// PutAgencies stores or replaces agencies by Code; a new one gets the next place.
func (s *Store) PutAgencies(ctx context.Context, agencies []models.Agency) error {
	if len(agencies) == 0 {
		return ctx.Err()
	}
	var last struct{ Place int64 }
	err := s.agency.FindOne(ctx, bson.D{}, options.FindOne().SetSort(byKey("place", -1))).Decode(&last)
	if err != nil && err != mongo.ErrNoDocuments {
		return wrap(ctx, err)
	}
	writes := make([]mongo.WriteModel, len(agencies))
	for i, a := range agencies {
		writes[i] = mongo.NewUpdateOneModel().SetFilter(byID(a.Code)).SetUpsert(true).SetUpdate(bson.D{
			{Key: "$set", Value: bson.D{{Key: "agency", Value: a}}},
			{Key: "$setOnInsert", Value: bson.D{{Key: "place", Value: last.Place + 1 + int64(i)}}},
		})
	}
	return retry(ctx, func() error {
		_, err := s.agency.BulkWrite(ctx, writes)
		if mongo.IsDuplicateKeyError(err) { // two processes store the same new one
			return errAgain
		}
		return err
	})
}

// Agencies returns all of them in the order in which they were first stored.
func (s *Store) Agencies(ctx context.Context) ([]models.Agency, error) {
	cur, err := s.agency.Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "place", Value: 1}, {Key: "_id", Value: 1}}))
	var docs []struct{ Agency models.Agency }
	if err == nil {
		err = cur.All(ctx, &docs)
	}
	if err != nil {
		return nil, wrap(ctx, err)
	}
	var out []models.Agency
	for _, d := range docs {
		out = append(out, d.Agency)
	}
	return out, nil
}

// uploadDoc is the document of an upload.
type uploadDoc struct {
	ID     string        `bson:"_id"`
	Doc    models.Upload `bson:",inline"`
	Unused bool          `bson:"unused"`
}

// CreateUpload stores a new upload.
func (s *Store) CreateUpload(ctx context.Context, u *models.Upload) error {
	u.Rev = 1
	_, err := s.upload.InsertOne(ctx, uploadDoc{u.ID, newRecord(u.ID, u).Doc, u.FeedbackID == ""})
	return wrap(ctx, err)
}

// Upload returns the upload with that ID.
func (s *Store) Upload(ctx context.Context, id string) (*models.Upload, error) {
	return get[models.Upload](ctx, s.upload, byID(id))
}

// UpdateUpload works as UpdateFeedback does.
func (s *Store) UpdateUpload(ctx context.Context, id string, change func(*models.Upload) error) (*models.Upload, error) {
	return updateDoc(ctx, s.upload, id, func(u *models.Upload) *int64 { return &u.Rev }, change,
		func(u *models.Upload) any { return uploadDoc{id, *u, u.FeedbackID == ""} })
}

// UnusedUploads returns old uploads that no feedback uses, oldest first.
func (s *Store) UnusedUploads(ctx context.Context, before time.Time, limit int) ([]models.Upload, error) {
	return list[models.Upload](ctx, s.upload, bson.D{{Key: "unused", Value: true}, {Key: "created_at", Value: bson.D{{Key: "$lt", Value: upward(before)}}},
		{Key: "kept_until", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gte", Value: upward(before)}}}}}}, // most have none
		options.Find().SetSort(bson.D{{Key: "created_at", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// DeleteUpload removes the record.
func (s *Store) DeleteUpload(ctx context.Context, id string) error {
	_, err := s.upload.DeleteOne(ctx, byID(id))
	return wrap(ctx, err)
}

// PutSigningKey stores or replaces a key.
func (s *Store) PutSigningKey(ctx context.Context, k *models.SigningKey) error {
	return s.put(ctx, s.signingKey, k.ID, newRecord(k.ID, k))
}

// put stores or replaces a document by its _id.
func (s *Store) put(ctx context.Context, c *mongo.Collection, id string, document any) error {
	return retry(ctx, func() error {
		_, err := c.ReplaceOne(ctx, byID(id), document, options.Replace().SetUpsert(true))
		if mongo.IsDuplicateKeyError(err) {
			return errAgain
		}
		return err
	})
}

// SigningKeys returns all of them, newest first.
func (s *Store) SigningKeys(ctx context.Context) ([]models.SigningKey, error) {
	return list[models.SigningKey](ctx, s.signingKey, bson.D{}, options.Find().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}}))
}

type settingDoc struct {
	Name  string `bson:"_id"`
	Value string
}

// Setting returns a named value.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var d settingDoc
	err := s.setting.FindOne(ctx, byID(name)).Decode(&d)
	return d.Value, wrap(ctx, err)
}

// PutSetting stores a named value.
func (s *Store) PutSetting(ctx context.Context, name, value string) error {
	return s.put(ctx, s.setting, name, settingDoc{name, value})
}

// InitSetting inserts, and reads what was there before.
func (s *Store) InitSetting(ctx context.Context, name, value string) (string, error) {
	_, err := s.setting.InsertOne(ctx, settingDoc{name, value})
	if mongo.IsDuplicateKeyError(err) {
		return s.Setting(ctx, name)
	}
	return value, wrap(ctx, err)
}

// SwapSetting replaces the document that has the value, or inserts where there is none.
func (s *Store) SwapSetting(ctx context.Context, name, from, value string) (bool, error) {
	if from == "" {
		_, err := s.setting.InsertOne(ctx, settingDoc{name, value})
		if !mongo.IsDuplicateKeyError(err) {
			return err == nil, wrap(ctx, err)
		}
	}
	r, err := s.setting.ReplaceOne(ctx, bson.D{{Key: "_id", Value: name}, {Key: "value", Value: from}}, settingDoc{name, value})
	return err == nil && r.MatchedCount > 0, wrap(ctx, err)
}

// Hit adds to a document for each key and window, which the server removes after the
// window. Its name is a hash: a key may be long. The first hit inserts, without an
// upsert: the test server answers some of several upserts at once with no document.
func (s *Store) Hit(ctx context.Context, key string, n int, window time.Duration, now time.Time) (int, error) {
	window = max(window, time.Millisecond)
	id := models.Hash(key, window.String(), strconv.FormatInt(now.UnixMilli()/window.Milliseconds(), 10))
	var d struct{ N int }
	err := retry(ctx, func() error {
		err := s.limit.FindOneAndUpdate(ctx, byID(id), bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: n}}}},
			options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&d)
		if err != mongo.ErrNoDocuments {
			return err
		}
		// Expiry is by the server's clock, whatever now is.
		_, err = s.limit.InsertOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "n", Value: n}, {Key: "expires_at", Value: models.Now().Add(2 * window)}})
		if mongo.IsDuplicateKeyError(err) { // two first hits at once
			return errAgain
		}
		d.N = n
		return err
	})
	return d.N, err
}
