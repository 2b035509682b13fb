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

// record is the document of a record that needs no fields beside its own.
type record[T any] struct {
	ID  string `bson:"_id"`
	Doc T      `bson:",inline"`
}

func newRecord[T any](id string, v *T) record[T] {
	store.Tidy(v)
	return record[T]{id, *v}
}

// decoded tidies what came from the database: it keeps empty lists where JSON tags do
// not leave them out.
func decoded[T any](v *T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	store.Tidy(v)
	return v, nil
}

func insert[T any](ctx context.Context, c *mongo.Collection, id string, v *T) error {
	_, err := c.InsertOne(ctx, newRecord(id, v))
	return wrap(ctx, err)
}

func get[T any](ctx context.Context, c *mongo.Collection, filter bson.D) (*T, error) {
	var r record[T]
	err := c.FindOne(ctx, filter).Decode(&r)
	return decoded(&r.Doc, wrap(ctx, err))
}

func list[T any](ctx context.Context, c *mongo.Collection, filter bson.D, o *options.FindOptionsBuilder) ([]T, error) {
	var rs []record[T]
	cur, err := c.Find(ctx, filter, o)
	if err == nil {
		err = cur.All(ctx, &rs)
	}
	if err != nil {
		return nil, wrap(ctx, err)
	}
	var out []T
	for i := range rs {
		store.Tidy(&rs[i].Doc)
		out = append(out, rs[i].Doc)
	}
	return out, nil
}

// page reads a page of records in the order of a time and then the ID. key returns the time.
func page[T any](ctx context.Context, c *mongo.Collection, name string, limit int, filter, sort bson.D, key func(*T) (time.Time, string)) (store.Page[T], error) {
	limit = store.PageSize(limit)
	items, err := list[T](ctx, c, filter, options.Find().SetSort(sort).SetLimit(int64(limit+1)))
	p := store.Page[T]{Items: items}
	if len(items) > limit {
		p.Items = items[:limit]
		at, id := key(&items[limit-1])
		p.Next = store.Cursor{List: name, Key: at.UnixMilli(), ID: id}.String()
	}
	return p, err
}

// pageFrom is page of the list with that name behind a token of it, by a field of a time: -1 is
// backwards.
func pageFrom[T any](ctx context.Context, c *mongo.Collection, name, next string, limit int, filter bson.D, field string, order int, key func(*T) (time.Time, string)) (store.Page[T], error) {
	cursor, err := store.ParseCursor(name, next)
	if err != nil {
		return store.Page[T]{}, err
	}
	if cursor != nil {
		filter = after(filter, field, time.UnixMilli(cursor.Key).UTC(), cursor.ID, order < 0)
	}
	return page(ctx, c, name, limit, filter, bson.D{{Key: field, Value: order}, {Key: "_id", Value: order}}, key)
}

// after adds the condition "behind the cursor" to a filter that is sorted by field and
// _id: a bound of the index on field, and a filter for those that tie with it.
func after(filter bson.D, field string, value, id any, desc bool) bson.D {
	bound, beyond := "$gte", "$gt"
	if desc {
		bound, beyond = "$lte", "$lt"
	}
	return append(filter, bson.E{Key: "$and", Value: bson.A{
		bson.D{{Key: field, Value: bson.D{{Key: bound, Value: value}}}},
		bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: field, Value: bson.D{{Key: beyond, Value: value}}}},
			bson.D{{Key: "_id", Value: bson.D{{Key: beyond, Value: id}}}},
		}}},
	}})
}

// each calls do for every record in the order of _id, some at a time, so that no
// cursor stays open while do runs.
func each[T any](ctx context.Context, c *mongo.Collection, do func(*T) error) error {
	const some = 100
	last := ""
	for first := true; ; first = false {
		filter := bson.D{}
		if !first {
			filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: last}}}}
		}
		var rs []record[T]
		cur, err := c.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(some).SetHint(bson.D{{Key: "_id", Value: 1}}))
		if err == nil {
			err = cur.All(ctx, &rs)
		}
		if err != nil {
			return wrap(ctx, err)
		}
		for i := range rs {
			last = rs[i].ID
			store.Tidy(&rs[i].Doc)
			if err := do(&rs[i].Doc); err != nil {
				return err
			}
		}
		if len(rs) < some {
			return nil
		}
	}
}

// update reads the record, changes it, and replaces it if it still has the revision
// that was read; else it begins again.
func update[T any](ctx context.Context, c *mongo.Collection, id string, rev func(*T) *int64, change func(*T) error) (*T, error) {
	return updateDoc(ctx, c, id, rev, change, func(v *T) any { return newRecord(id, v) })
}

func updateDoc[T any](ctx context.Context, c *mongo.Collection, id string, rev func(*T) *int64, change func(*T) error, document func(*T) any) (*T, error) {
	var out *T
	err := retry(ctx, func() error {
		v, err := get[T](ctx, c, bson.D{{Key: "_id", Value: id}})
		if err != nil {
			return err
		}
		was := *rev(v)
		if err := change(v); err != nil {
			return own{err}
		}
		*rev(v) = was + 1
		store.Tidy(v)
		out = v
		return replace(ctx, c, id, was, document(v))
	})
	if err != nil {
		return nil, unown(err)
	}
	return out, nil
}

// replace stores the document where _id and rev are as they were read.
func replace(ctx context.Context, c *mongo.Collection, id string, rev int64, document any) error {
	res, err := c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "rev", Value: rev}}, document)
	if err != nil {
		return err
	}
	if res.MatchedCount == 0 {
		return errAgain
	}
	return nil
}

// own carries an error of a change function past wrap.
type own struct{ error }

func (o own) Unwrap() error { return o.error }
func unown(err error) error {
	if o, ok := err.(own); ok {
		return o.error
	}
	return err
}

// deleteOne removes what the filter finds, models.ErrNotFound when that is nothing.
func deleteOne(ctx context.Context, c *mongo.Collection, filter bson.D) error {
	res, err := c.DeleteOne(ctx, filter)
	if err == nil && res.DeletedCount == 0 {
		return models.ErrNotFound
	}
	return wrap(ctx, err)
}
