package mongo

import (
	"context"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Teaching reads an index alone.
func (s *Store) Teaching(ctx context.Context, since time.Time, limit int, next string) (store.Page[string], error) {
	var p store.Page[string]
	cursor, err := store.ParseCursor("teaching", next)
	if err != nil {
		return p, err
	}
	if begin := time.UnixMilli(0).UTC(); since.Before(begin) { // else it does not fit the partial index
		since = begin
	}
	filter := bson.D{{Key: "teaches_at", Value: bson.D{{Key: "$gt", Value: since}}}}
	if cursor != nil {
		filter = after(filter, "teaches_at", time.UnixMilli(cursor.Key).UTC(), cursor.ID, true)
	}
	limit = store.PageSize(limit)
	o := options.Find().SetSort(bson.D{{Key: "teaches_at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit + 1)).
		SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "teaches_at", Value: 1}})
	found, err := s.feedback.Find(ctx, filter, o)
	if err != nil {
		return p, wrap(ctx, err)
	}
	var rows []struct {
		ID      string    `bson:"_id"`
		Teaches time.Time `bson:"teaches_at"`
	}
	if err := found.All(ctx, &rows); err != nil {
		return p, wrap(ctx, err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		p.Next = store.Cursor{List: "teaching", Key: last.Teaches.UnixMilli(), ID: last.ID}.String()
	}
	for _, row := range rows {
		p.Items = append(p.Items, row.ID)
	}
	return p, nil
}

// setTeaches fills in, of cases from before routing learnt, that they may teach it: when they
// changed last.
func setTeaches(ctx context.Context, s *Store) error {
	_, err := s.feedback.UpdateMany(ctx, bson.D{
		{Key: "agency", Value: bson.D{{Key: "$gt", Value: ""}}},
		{Key: "status", Value: bson.D{{Key: "$in", Value: []models.Status{models.Assigned, models.InProgress, models.NeedsInfo, models.Answered, models.Closed}}}},
		{Key: "kind", Value: bson.D{{Key: "$in", Value: []models.Kind{models.Ordinary, models.Question}}}},
		{Key: "teaches_at", Value: bson.D{{Key: "$exists", Value: false}}},
	}, bson.A{bson.D{{Key: "$set", Value: bson.D{{Key: "teaches_at", Value: "$updated_at"}}}}})
	return err
}
