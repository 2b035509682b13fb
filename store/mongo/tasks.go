package mongo

import (
	"context"
	"math"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// contributed are the stages that select what an agency contributes to, nil when q cannot
// select anything. What is due is the date of its own task, in place of the lead's: an index
// of dates in an array would sort by the dates of other agencies too. The open tasks of one
// agency are few, and are found by an index.
func contributed(q store.FeedbackQuery) bson.A {
	all := q
	all.Statuses, all.OverdueAt, all.DueFrom, all.Undated = q.Selected(), time.Time{}, time.Time{}, false
	if len(all.Statuses) == 0 {
		return nil
	}
	own := bson.D{{Key: "$first", Value: bson.D{{Key: "$filter", Value: bson.D{{Key: "input", Value: "$tasks"}, {Key: "as", Value: "t"}, {Key: "cond", Value: bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: "$eq", Value: bson.A{"$$t.agency", bson.D{{Key: "$literal", Value: q.Contributor}}}}},
		bson.D{{Key: "$eq", Value: bson.A{"$$t.status", models.TaskOpen}}},
	}}}}}}}}}
	stages := bson.A{
		bson.D{{Key: "$match", Value: filterOf(all)}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "own", Value: own}, {Key: "paused_at", Value: "$$REMOVE"}}}},
		bson.D{{Key: "$set", Value: bson.D{
			{Key: "due_key", Value: bson.D{{Key: "$ifNull", Value: bson.A{bson.D{{Key: "$toLong", Value: "$own.due_at"}}, int64(math.MaxInt64)}}}},
			{Key: "due", Value: bson.D{{Key: "$cond", Value: bson.A{"$own.due_at", bson.D{{Key: "at", Value: "$own.due_at"}}, "$$REMOVE"}}}},
		}}},
	}
	if due := dueRange(q); due != nil {
		stages = append(stages, bson.D{{Key: "$match", Value: bson.D{{Key: "due_key", Value: due}}}})
	}
	return stages
}

// contributedRows reads a page of what an agency contributes to.
func (s *Store) contributedRows(ctx context.Context, q store.FeedbackQuery, o ordering, cursor *store.Cursor, limit int) ([]row, error) {
	stages := contributed(q)
	if stages == nil {
		return nil, nil
	}
	direction := 1
	if o.desc {
		direction = -1
	}
	if cursor != nil {
		stages = append(stages, bson.D{{Key: "$match", Value: after(nil, o.field, o.value(cursor.Key), cursor.ID, o.desc)}})
	}
	stages = append(stages, bson.D{{Key: "$project", Value: rowFields}},
		bson.D{{Key: "$sort", Value: bson.D{{Key: o.field, Value: direction}, {Key: "_id", Value: direction}}}}, bson.D{{Key: "$limit", Value: limit}})
	cur, err := s.feedback.Aggregate(ctx, stages, options.Aggregate().SetHint(hintOf(q, o)))
	var rows []row
	if err == nil {
		err = cur.All(ctx, &rows)
	}
	return rows, wrap(ctx, err)
}
