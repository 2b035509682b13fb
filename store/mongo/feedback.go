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

// feedbackDoc is the document of a feedback: the record, what lists need beside it, and
// its pending work.
type feedbackDoc struct {
	ID      string          `bson:"_id"`
	Doc     models.Feedback `bson:",inline"`
	DueKey  int64           `bson:"due_key"` // milliseconds; the largest number when there is none
	Public  *time.Time      `bson:"public_at,omitempty"`
	Waiting int             `bson:"waiting"`              // replies that wait for approval
	Back    int             `bson:"back"`                 // replies that were sent back
	Late    int             `bson:"sorts_late,omitempty"` // 1: it takes too long to find out whose it is
	Look    *time.Time      `bson:"look_at,omitempty"`
	Teaches *time.Time      `bson:"teaches_at,omitempty"`
	Pending pending         `bson:",inline"`
}

// isPublic is in the filter of every list of published records, so that it fits the
// partial indexes.
var isPublic = bson.D{{Key: "public_at", Value: bson.D{{Key: "$gt", Value: time.UnixMilli(0).UTC()}}}}

// oneOrMore is in the filter of lists of replies on their way, so that it fits the partial indexes.
var oneOrMore = bson.D{{Key: "$gt", Value: 0}}

func newFeedbackDoc(f *models.Feedback, p pending) feedbackDoc {
	store.Tidy(f)
	s := f.Summary()
	d := feedbackDoc{ID: f.ID, Doc: *f, DueKey: math.MaxInt64, Public: s.PublishedAt, Waiting: s.RepliesWaiting, Back: s.RepliesBack, Look: f.LookAt(), Teaches: f.TeachesAt(), Pending: p}
	if f.SortsLate() {
		d.Late = 1
	}
	if s.DueAt != nil {
		d.DueKey = s.DueAt.UnixMilli()
	}
	return d
}

// CreateFeedback is one insert.
func (s *Store) CreateFeedback(ctx context.Context, f *models.Feedback, work ...models.Work) error {
	stored := *f
	stored.Rev, stored.Version = 1, 1
	if _, err := s.feedback.InsertOne(ctx, newFeedbackDoc(&stored, newPending(work))); err != nil {
		return wrap(ctx, err)
	}
	store.Tidy(&stored)
	*f = stored
	return nil
}

// Feedback returns the record with that ID.
func (s *Store) Feedback(ctx context.Context, id string) (*models.Feedback, error) {
	return s.oneFeedback(ctx, "_id", id)
}

// FeedbackByCode returns the record with that tracking code.
func (s *Store) FeedbackByCode(ctx context.Context, code string) (*models.Feedback, error) {
	return s.oneFeedback(ctx, "code", code)
}

// VersionByCode asks for these two fields alone.
func (s *Store) VersionByCode(ctx context.Context, code string) (sender string, version int64, err error) {
	var d struct {
		Sender  string `bson:"sender_id"`
		Version int64
	}
	fields := bson.D{{Key: "_id", Value: 0}, {Key: "sender_id", Value: 1}, {Key: "version", Value: 1}}
	err = s.feedback.FindOne(ctx, bson.D{{Key: "code", Value: code}}, options.FindOne().SetProjection(fields)).Decode(&d)
	return d.Sender, d.Version, wrap(ctx, err)
}

// withoutWork leaves out what a reader of a feedback does not need.
var withoutWork = bson.D{{Key: "work", Value: 0}}

func (s *Store) oneFeedback(ctx context.Context, field, value string) (*models.Feedback, error) {
	var d record[models.Feedback]
	err := s.feedback.FindOne(ctx, bson.D{{Key: field, Value: value}}, options.FindOne().SetProjection(withoutWork)).Decode(&d)
	return decoded(&d.Doc, wrap(ctx, err))
}

// UpdateFeedback replaces the record where its revision is the one that was read.
func (s *Store) UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error) {
	var out *models.Feedback
	err := retry(ctx, func() error {
		var d feedbackDoc
		if err := s.feedback.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&d); err != nil {
			return err
		}
		f, rev := &d.Doc, d.Doc.Rev
		store.Tidy(f)
		work, err := change(f)
		if err != nil {
			return own{err}
		}
		f.ID, f.Rev = id, rev+1
		out = f
		return replace(ctx, s.feedback, id, rev, newFeedbackDoc(f, newPending(append(d.Pending.Work, work...))))
	})
	if err != nil {
		return nil, unown(err)
	}
	return out, nil
}

// EachFeedback walks by _id when everything is wanted, else in the order of the last
// change; a record that changes meanwhile moves to the end and comes again.
func (s *Store) EachFeedback(ctx context.Context, since time.Time, do func(*models.Feedback) error) error {
	if since.IsZero() {
		return each(ctx, s.feedback, do)
	}
	const some = 100
	filter := bson.D{{Key: "updated_at", Value: bson.D{{Key: "$gte", Value: upward(since)}}}}
	o := options.Find().SetSort(bson.D{{Key: "updated_at", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(some).SetProjection(withoutWork)
	for {
		items, err := list[models.Feedback](ctx, s.feedback, filter, o)
		if err != nil {
			return err
		}
		for i := range items {
			if err := do(&items[i]); err != nil {
				return err
			}
		}
		if len(items) < some {
			return nil
		}
		last := items[some-1]
		filter = after(nil, "updated_at", last.UpdatedAt, last.ID, false)
	}
}

// upward rounds to the next whole millisecond, so that "before" and "since" stay exact.
func upward(t time.Time) time.Time { return models.Moment(t.Add(time.Millisecond - 1)) }
