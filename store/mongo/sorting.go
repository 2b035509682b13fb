package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"kiennghi/models"
)

// SortBy finds all records at once, and of each no more than what says by when.
func (s *Store) SortBy(ctx context.Context, ids []string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	if len(ids) == 0 {
		return out, ctx.Err()
	}
	all, err := list[models.Feedback](ctx, s.feedback, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: "id", Value: 1}, {Key: "status", Value: 1}, {Key: "sorting", Value: 1}}))
	if err != nil {
		return nil, err
	}
	for i := range all {
		if by := all[i].SortBy(); by != nil {
			out[all[i].ID] = *by
		}
	}
	return out, nil
}
