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

// hasLook is in the filter of the lists of what to look at, so that it fits the partial index.
var hasLook = bson.D{{Key: "look_at", Value: bson.D{{Key: "$gt", Value: time.UnixMilli(0).UTC()}}}}

// ToLookAt reads an index alone.
func (s *Store) ToLookAt(ctx context.Context, now time.Time, limit int, next string) (store.Page[string], error) {
	return toLookAt(ctx, s.feedback, "look", now, limit, next)
}

// toLookAt reads a page of IDs in the order of when they want to be looked at.
func toLookAt(ctx context.Context, c *mongo.Collection, name string, now time.Time, limit int, next string) (store.Page[string], error) {
	var p store.Page[string]
	cursor, err := store.ParseCursor(name, next)
	if err != nil {
		return p, err
	}
	filter := bson.D{{Key: "look_at", Value: bson.D{{Key: "$gt", Value: time.UnixMilli(0).UTC()}, {Key: "$lte", Value: now}}}}
	if cursor != nil {
		filter = after(filter, "look_at", time.UnixMilli(cursor.Key).UTC(), cursor.ID, false)
	}
	limit = store.PageSize(limit)
	o := options.Find().SetSort(bson.D{{Key: "look_at", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit + 1)).
		SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "look_at", Value: 1}})
	found, err := c.Find(ctx, filter, o)
	if err != nil {
		return p, wrap(ctx, err)
	}
	var rows []struct {
		ID   string    `bson:"_id"`
		Look time.Time `bson:"look_at"`
	}
	if err := found.All(ctx, &rows); err != nil {
		return p, wrap(ctx, err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		p.Next = store.Cursor{List: name, Key: last.Look.UnixMilli(), ID: last.ID}.String()
	}
	for _, row := range rows {
		p.Items = append(p.Items, row.ID)
	}
	return p, nil
}

// setLook fills in when the ladders of cases from before there were ladders are looked at.
func setLook(ctx context.Context, s *Store) error {
	_, err := s.feedback.UpdateMany(ctx, bson.D{
		{Key: "status", Value: bson.D{{Key: "$in", Value: []models.Status{models.Received, models.NeedsInfo, models.Assigned, models.InProgress}}}},
		{Key: "due.at", Value: bson.D{{Key: "$gt", Value: time.UnixMilli(0).UTC()}}},
		{Key: "look_at", Value: bson.D{{Key: "$exists", Value: false}}},
	}, bson.A{bson.D{{Key: "$set", Value: bson.D{{Key: "look_at", Value: bson.D{{Key: "$subtract", Value: bson.A{"$due.at", models.LadderLead.Milliseconds()}}}}}}}})
	return err
}

// setTasksLook does so for agencies that were asked to contribute before they were reminded.
func setTasksLook(ctx context.Context, s *Store) error {
	waits := bson.D{{Key: "status", Value: models.TaskOpen}, {Key: "due_at", Value: bson.D{{Key: "$gt", Value: time.UnixMilli(0).UTC()}}}, {Key: "reminded", Value: bson.D{{Key: "$ne", Value: true}}}}
	found, err := s.feedback.Find(ctx, bson.D{
		{Key: "status", Value: bson.D{{Key: "$in", Value: []models.Status{models.Received, models.NeedsInfo, models.Assigned, models.InProgress}}}},
		{Key: "tasks", Value: bson.D{{Key: "$elemMatch", Value: waits}}},
	}, options.Find().SetProjection(bson.D{{Key: "rev", Value: 1}, {Key: "tasks.status", Value: 1}, {Key: "tasks.due_at", Value: 1}, {Key: "tasks.reminded", Value: 1}}))
	if err != nil {
		return err
	}
	defer found.Close(ctx)
	for found.Next(ctx) {
		var f struct {
			ID    string `bson:"_id"`
			Rev   int64  `bson:"rev"`
			Tasks []struct {
				Status   models.TaskStatus `bson:"status"`
				DueAt    *time.Time        `bson:"due_at"`
				Reminded bool              `bson:"reminded"`
			} `bson:"tasks"`
		}
		if err := found.Decode(&f); err != nil {
			return err
		}
		for _, t := range f.Tasks {
			if t.Status != models.TaskOpen || t.DueAt == nil || t.Reminded {
				continue
			}
			// Who writes the case meanwhile says itself when it is looked at.
			_, err := s.feedback.UpdateOne(ctx, bson.D{{Key: "_id", Value: f.ID}, {Key: "rev", Value: f.Rev}}, bson.D{{Key: "$min", Value: bson.D{{Key: "look_at", Value: *t.DueAt}}}})
			if err != nil {
				return err
			}
		}
	}
	return found.Err()
}
