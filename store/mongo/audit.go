package mongo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// auditDoc is one entry of the log; its number is the _id, so that two writers cannot
// both have it.
type auditDoc struct {
	Seq int64             `bson:"_id"`
	Doc models.AuditEntry `bson:",inline"`
}

// AppendAudit inserts the entry and then moves the head document forward. The two are
// not one write: after a crash between them the head stands one entry behind, and
// AuditHead takes the newer of the head and the last entry, so the next append goes on
// from there and heals it. When the head is the newer one, entries were cut off the
// log: the next append goes on after the head and leaves the gap, so that it shows for
// ever. Only an entry that is removed before the head followed it, which takes a crash
// at that moment, would not be missed.
//
// A process that moved the head last goes on from it without asking, which saves three
// reads; when another one appended meanwhile, the number is taken and it asks.
func (s *Store) AppendAudit(ctx context.Context, link func(head models.AuditHead) models.AuditEntry) error {
	select { // those of one process would only be in each other's way
	case s.chain <- struct{}{}:
		defer func() { <-s.chain }()
	case <-ctx.Done():
		return wrap(ctx, ctx.Err())
	}
	return retry(ctx, func() (err error) {
		head := s.known
		s.known = models.AuditHead{} // until it is known again
		if head.Seq == 0 {
			if head, err = s.AuditHead(ctx); err != nil {
				return err
			}
		}
		e := link(head)
		if e.Seq != head.Seq+1 {
			return models.Wrap(models.KindInternal, fmt.Errorf("audit entry %d does not follow %d", e.Seq, head.Seq))
		}
		e.At = models.Moment(e.At)
		if _, err := s.audit.InsertOne(ctx, auditDoc{e.Seq, e}); mongo.IsDuplicateKeyError(err) {
			err = s.audit.FindOne(ctx, bson.D{{Key: "id", Value: e.ID}}, options.FindOne().SetProjection(byKey("_id", 1))).Err()
			if errors.Is(err, mongo.ErrNoDocuments) { // another process appended meanwhile
				return errAgain
			}
			return err // nil: it is there already
		} else if err != nil {
			return err
		}
		head = models.AuditHead{Seq: e.Seq, Hash: e.Hash}
		if moved, err := s.moveHead(ctx, head); !moved || err != nil {
			return err // what the head is instead is looked up before the next one
		}
		s.known = head
		return nil
	})
}

// moveHead stores the head unless a later one, or another one of that number, is there, and
// reports whether it did.
func (s *Store) moveHead(ctx context.Context, head models.AuditHead) (bool, error) {
	_, err := s.auditHead.UpdateOne(ctx, bson.D{{Key: "_id", Value: "head"}, {Key: "seq", Value: bson.D{{Key: "$lt", Value: head.Seq}}}},
		bson.D{{Key: "$set", Value: head}}, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		return false, nil
	}
	return err == nil, err
}

// AuditHead returns the newer of the head and the last entry (see AppendAudit). The last
// entry is read first: a head that is read later is never behind for another reason.
func (s *Store) AuditHead(ctx context.Context) (models.AuditHead, error) {
	var last auditDoc
	err := s.audit.FindOne(ctx, bson.D{}, options.FindOne().SetSort(byKey("_id", -1)).SetHint(byKey("_id", 1))).Decode(&last)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return models.AuditHead{}, wrap(ctx, err)
	}
	var head models.AuditHead
	err = s.auditHead.FindOne(ctx, byID("head")).Decode(&head)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return models.AuditHead{}, wrap(ctx, err)
	}
	if last.Seq > head.Seq {
		head = models.AuditHead{Seq: last.Seq, Hash: last.Doc.Hash}
	}
	return head, nil
}

// EachAudit calls do for every entry up to upTo, some at a time.
func (s *Store) EachAudit(ctx context.Context, upTo int64, do func(models.AuditEntry) error) error {
	const some = 500
	for last := int64(0); ; {
		var docs []auditDoc
		cur, err := s.audit.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: last}, {Key: "$lte", Value: upTo}}}},
			options.Find().SetSort(byKey("_id", 1)).SetLimit(some))
		if err == nil {
			err = cur.All(ctx, &docs)
		}
		if err != nil {
			return wrap(ctx, err)
		}
		for _, d := range docs {
			last = d.Seq
			if err := do(d.Doc); err != nil {
				return err
			}
		}
		if len(docs) < some {
			return nil
		}
	}
}

// ListAudit reads a range of one index, which is named so that no plan is tried out.
func (s *Store) ListAudit(ctx context.Context, q store.AuditQuery) (store.Page[models.AuditEntry], error) {
	var p store.Page[models.AuditEntry]
	cursor, err := store.ParseCursor("audit", q.Next)
	if err != nil {
		return p, err
	}
	filter := bson.D{}
	for _, f := range []struct{ key, value string }{{"object", q.Object}, {"actor", q.Actor}, {"agency", q.Agency}, {"action", string(q.Action)}} {
		if f.value != "" {
			filter = append(filter, bson.E{Key: f.key, Value: f.value})
		}
	}
	within := bson.D{{Key: "$gte", Value: upward(q.From)}}
	if !q.Until.IsZero() {
		within = append(within, bson.E{Key: "$lt", Value: upward(q.Until)})
	}
	filter = append(filter, bson.E{Key: "at", Value: within})
	if cursor != nil {
		seq, _ := strconv.ParseInt(cursor.ID, 10, 64)
		filter = after(filter, "at", time.UnixMilli(cursor.Key).UTC(), seq, true)
	}
	limit := store.PageSize(q.Limit)
	var docs []auditDoc
	cur, err := s.audit.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}}).
		SetHint(q.Index()).SetLimit(int64(limit+1)))
	if err == nil {
		err = cur.All(ctx, &docs)
	}
	if err != nil {
		return p, wrap(ctx, err)
	}
	if len(docs) > limit {
		docs = docs[:limit]
		last := docs[limit-1]
		p.Next = store.Cursor{List: "audit", Key: last.Doc.At.UnixMilli(), ID: strconv.FormatInt(last.Seq, 10)}.String()
	}
	for _, d := range docs {
		p.Items = append(p.Items, d.Doc)
	}
	return p, nil
}
