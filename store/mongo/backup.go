package mongo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// backedUp are the collections of a backup: the schema's number first, and what names others
// before what it names, so that nothing is missing either where the server cannot read as of
// one moment. Windows of rate limits are left out.
var backedUp = []string{"schema", "feedback", "draft", "challenge", "session", "device", "notification", "data_request", "breach",
	"reply_template", "amendment", "upload", "person", "staff", "agency", "signing_key", "audit_head", "audit", "setting"}

// piece is how many bytes of documents a backup hands out at once, about.
const piece = 8 << 20

// Backup calls put with the documents of every collection, as of one moment, some at a time:
// BSON, one document after another. It needs a server that reads as of a moment in the past
// (a replica set of MongoDB 5 or newer) for as long as it takes; documents is used again.
func (s *Store) Backup(ctx context.Context, put func(collection string, documents []byte) error) error {
	session, err := s.client.StartSession(options.Session().SetSnapshot(true))
	if err != nil {
		return wrap(ctx, err)
	}
	defer session.EndSession(context.WithoutCancel(ctx))
	ctx = mongo.NewSessionContext(ctx, session)
	var some []byte
	for _, name := range backedUp {
		cur, err := s.db.Collection(name).Find(ctx, bson.D{})
		if err != nil {
			return wrap(ctx, err)
		}
		for cur.Next(ctx) {
			if len(some) > 0 && len(some)+len(cur.Current) > piece {
				if err := put(name, some); err != nil {
					return errors.Join(err, cur.Close(ctx))
				}
				some = some[:0]
			}
			some = append(some, cur.Current...)
		}
		if err := errors.Join(cur.Err(), cur.Close(ctx)); err != nil {
			return wrap(ctx, err)
		}
		if len(some) > 0 {
			if err := put(name, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return nil
}

// restoring is the schema's number while a restore is under way: no program starts on it.
const restoring = 1 << 30

var errRestoring = errors.New("a restore into this database came to no end: run it again")

// Restore fills an empty database, or one whose restore came to no end, with what Backup gave:
// each calls insert for every piece, in that order. Nothing starts on the database before
// Restored says that all else is there too; Migrate then brings it to this program's schema.
func (s *Store) Restore(ctx context.Context, each func(insert func(collection string, documents []byte) error) error) error {
	if err := s.beginRestore(ctx); err != nil {
		return err
	}
	number := 0
	err := each(func(collection string, documents []byte) error {
		docs, err := split(documents)
		if err != nil {
			return err
		}
		if !slices.Contains(backedUp, collection) {
			return fmt.Errorf("there is no collection %q", collection)
		}
		if collection == "schema" {
			number, err = schemaNumber(docs)
			return err
		}
		if number == 0 {
			return errors.New("the number of the schema is missing")
		}
		_, err = s.db.Collection(collection).InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
		return wrap(ctx, err)
	})
	if err != nil {
		return err
	}
	if number == 0 {
		return errors.New("it is empty")
	}
	return s.mark(ctx, bson.D{{Key: "restored", Value: number}})
}

// Restored ends a restore of which all was filled in, also when that was done before.
func (s *Store) Restored(ctx context.Context) error {
	var at struct{ Number, Restored int }
	if err := s.schema.FindOne(ctx, byID("schema")).Decode(&at); err != nil {
		return wrap(ctx, err)
	}
	if at.Number != restoring {
		return nil
	}
	if at.Restored == 0 {
		return models.Wrap(models.KindInternal, errRestoring)
	}
	return s.mark(ctx, bson.D{{Key: "number", Value: at.Restored}, {Key: "restored", Value: 0}})
}

// beginRestore makes sure that nothing is overwritten, and marks the database.
func (s *Store) beginRestore(ctx context.Context) error {
	var at struct{ Number int }
	err := s.schema.FindOne(ctx, byID("schema")).Decode(&at)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return wrap(ctx, err)
	}
	for _, name := range backedUp {
		c := s.db.Collection(name)
		switch {
		case at.Number == restoring && name != "schema":
			_, err = c.DeleteMany(ctx, bson.D{})
		case at.Number != restoring:
			err = c.FindOne(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: "alive"}}}}).Err()
			if err == nil {
				return fmt.Errorf("the database %s is not empty (%s): name another one, or drop it", s.db.Name(), name)
			}
			if errors.Is(err, mongo.ErrNoDocuments) {
				err = nil
			}
		}
		if err != nil {
			return wrap(ctx, err)
		}
	}
	if err := s.mark(ctx, bson.D{{Key: "number", Value: restoring}, {Key: "restored", Value: 0}}); err != nil {
		return err
	}
	return s.createIndexes(ctx)
}

// mark writes down how far a restore is.
func (s *Store) mark(ctx context.Context, fields bson.D) error {
	_, err := s.schema.UpdateByID(ctx, "schema", bson.D{{Key: "$set", Value: fields}}, options.UpdateOne().SetUpsert(true))
	return wrap(ctx, err)
}

// schemaNumber finds the number among the documents of its collection.
func schemaNumber(docs []bson.Raw) (int, error) {
	for _, d := range docs {
		if id, ok := d.Lookup("_id").StringValueOK(); ok && id == "schema" {
			n, ok := d.Lookup("number").AsInt64OK()
			switch {
			case !ok || n <= 0:
				return 0, errors.New("the number of the schema cannot be read")
			case n > int64(len(steps)):
				return 0, models.Wrap(models.KindInternal, fmt.Errorf("schema %d, this program knows %d: %w", n, len(steps), store.ErrNewerSchema))
			}
			return int(n), nil
		}
	}
	return 0, errors.New("the number of the schema is missing")
}

// split returns the documents of a piece.
func split(documents []byte) (docs []bson.Raw, err error) {
	for len(documents) > 0 {
		if len(documents) < 5 {
			return nil, errors.New("a document is cut off")
		}
		n := int(binary.LittleEndian.Uint32(documents))
		if n < 5 || n > len(documents) {
			return nil, errors.New("a document is cut off")
		}
		d := bson.Raw(documents[:n])
		if err := d.Validate(); err != nil {
			return nil, err
		}
		docs, documents = append(docs, d), documents[n:]
	}
	return docs, nil
}
