package mongo

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
)

// pending is the work inside a document. It is only ever changed together with rev, by
// reading the document and writing it back where rev is the same: that is atomic on
// every server and keeps NextWork and Parked true.
type pending struct {
	Work     []models.Work `bson:"work,omitempty"`
	NextWork *time.Time    `bson:"next_work,omitempty"` // smallest DueAt of work that is not parked
	Parked   int           `bson:"parked,omitempty"`    // how much is parked
}

func newPending(work []models.Work) pending {
	p := pending{Work: work}
	for i := range work {
		w := &work[i]
		store.Tidy(w)
		if w.Parked {
			p.Parked++
		} else if p.NextWork == nil || w.DueAt.Before(*p.NextWork) {
			p.NextWork = &w.DueAt
		}
	}
	return p
}

// owner is what work needs to know of the document it is in.
type owner struct {
	ID   string `bson:"_id"`
	Rev  int64
	Work []models.Work

	in *mongo.Collection
}

var ownerFields = bson.D{{Key: "rev", Value: 1}, {Key: "work", Value: 1}}

// owners are the collections whose documents have work.
func (s *Store) owners() []*mongo.Collection { return []*mongo.Collection{s.feedback, s.challenge} }

func findOwners(ctx context.Context, c *mongo.Collection, filter bson.D, o *options.FindOptionsBuilder) ([]*owner, error) {
	var out []*owner
	cur, err := c.Find(ctx, filter, o.SetProjection(ownerFields))
	if err == nil {
		err = cur.All(ctx, &out)
	}
	for _, o := range out {
		o.in = c
		for i := range o.Work {
			store.Tidy(&o.Work[i])
		}
	}
	return out, err
}

// save writes the work back, errAgain when the document changed since.
func (o *owner) save(ctx context.Context) error {
	p := newPending(o.Work)
	set, unset := bson.D{}, bson.D{}
	for _, f := range []struct {
		key   string
		value any
		has   bool
	}{{"work", p.Work, len(p.Work) > 0}, {"next_work", p.NextWork, p.NextWork != nil}, {"parked", p.Parked, p.Parked > 0}} {
		if f.has {
			set = append(set, bson.E{Key: f.key, Value: f.value})
		} else {
			unset = append(unset, bson.E{Key: f.key, Value: ""})
		}
	}
	change := bson.D{{Key: "$inc", Value: bson.D{{Key: "rev", Value: int64(1)}}}}
	if len(set) > 0 {
		change = append(change, bson.E{Key: "$set", Value: set})
	}
	if len(unset) > 0 {
		change = append(change, bson.E{Key: "$unset", Value: unset})
	}
	res, err := o.in.UpdateOne(ctx, bson.D{{Key: "_id", Value: o.ID}, {Key: "rev", Value: o.Rev}}, change)
	if err == nil && res.MatchedCount == 0 {
		return errAgain
	}
	return err
}

// savesAtOnce is how many documents ClaimWork writes at once.
const savesAtOnce = 16

// ClaimWork finds the documents whose work is due first and takes what is due in them.
// When others took all of it meanwhile, it looks again.
func (s *Store) ClaimWork(ctx context.Context, now time.Time, lease time.Duration, n int) ([]models.Work, error) {
	if n <= 0 {
		return nil, ctx.Err()
	}
	var out []models.Work
	err := retry(ctx, func() (err error) {
		out, err = s.claim(ctx, models.Moment(now), lease, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Store) claim(ctx context.Context, now time.Time, lease time.Duration, n int) ([]models.Work, error) {
	type piece struct {
		owner *owner
		w     *models.Work
		due   time.Time
	}
	var pieces []piece
	for _, c := range s.owners() {
		found, err := findOwners(ctx, c, bson.D{{Key: "next_work", Value: bson.D{{Key: "$lte", Value: now}}}},
			options.Find().SetSort(bson.D{{Key: "next_work", Value: 1}}).SetLimit(int64(n)))
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			for i := range o.Work {
				if w := &o.Work[i]; !w.Parked && !w.DueAt.After(now) {
					pieces = append(pieces, piece{o, w, w.DueAt})
				}
			}
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.w.ID, b.w.ID))
	})
	pieces = pieces[:min(n, len(pieces))]
	for _, p := range pieces {
		p.w.Lease, p.w.DueAt = models.NewID(), models.Moment(now.Add(lease))
		p.w.Attempts++
	}
	saved := map[*owner]*error{} // side by side, so that the server commits them together
	var group errgroup.Group
	group.SetLimit(savesAtOnce)
	for _, p := range pieces {
		if saved[p.owner] == nil {
			err := new(error)
			saved[p.owner] = err
			group.Go(func() error { *err = p.owner.save(ctx); return nil })
		}
	}
	group.Wait()
	var out []models.Work
	var failed error
	for _, p := range pieces {
		switch err := *saved[p.owner]; err {
		case nil:
			out = append(out, *p.w)
		case errAgain:
		default:
			failed = err
		}
	}
	if failed != nil && len(out) == 0 {
		return nil, failed
	}
	if len(out) == 0 && len(pieces) > 0 {
		return nil, errAgain
	}
	return out, nil
}

// FinishWork removes claimed work.
func (s *Store) FinishWork(ctx context.Context, w models.Work) error {
	return s.changeHeld(ctx, w, func(o *owner, i int) { o.Work = slices.Delete(o.Work, i, i+1) })
}

// RetryWork gives claimed work back.
func (s *Store) RetryWork(ctx context.Context, w models.Work) error {
	return s.changeHeld(ctx, w, func(o *owner, i int) {
		x := &o.Work[i]
		x.DueAt, x.Data, x.Reason, x.Failures, x.Attempts, x.Lease = w.DueAt, w.Data, w.Reason, w.Failures, w.Attempts, ""
	})
}

// ParkWork puts claimed work aside.
func (s *Store) ParkWork(ctx context.Context, w models.Work) error {
	return s.changeHeld(ctx, w, func(o *owner, i int) {
		x := &o.Work[i]
		x.Parked, x.Data, x.Reason, x.Failures, x.Lease = true, w.Data, w.Reason, w.Failures, ""
	})
}

// changeHeld changes work number i of its owner if it is still held with w's lease.
func (s *Store) changeHeld(ctx context.Context, w models.Work, change func(o *owner, i int)) error {
	if err := ctx.Err(); err != nil || w.Lease == "" {
		return err
	}
	return retry(ctx, func() error {
		for _, c := range s.owners() {
			found, err := findOwners(ctx, c, bson.D{{Key: "_id", Value: w.OwnerID}}, options.Find())
			if err != nil {
				return err
			}
			for _, o := range found {
				i := slices.IndexFunc(o.Work, func(x models.Work) bool { return x.ID == w.ID && x.Lease == w.Lease })
				if i >= 0 {
					change(o, i)
					return o.save(ctx)
				}
			}
		}
		return nil
	})
}

var hasParked = bson.D{{Key: "parked", Value: bson.D{{Key: "$gt", Value: 0}}}}

// ReleaseWork makes parked work due.
func (s *Store) ReleaseWork(ctx context.Context, id string, now time.Time) error {
	return retry(ctx, func() error {
		for _, c := range s.owners() {
			found, err := findOwners(ctx, c, append(bson.D{{Key: "work.id", Value: id}}, hasParked...), options.Find())
			if err != nil {
				return err
			}
			for _, o := range found {
				i := slices.IndexFunc(o.Work, func(x models.Work) bool { return x.ID == id && x.Parked })
				if i >= 0 {
					o.Work[i].Parked, o.Work[i].Attempts, o.Work[i].Failures, o.Work[i].DueAt = false, 0, 0, now
					return o.save(ctx)
				}
			}
		}
		return models.ErrNotFound
	})
}

// ParkedWork reads all that is parked, which is little: it waits for a person.
func (s *Store) ParkedWork(ctx context.Context, limit int, next string) (store.Page[models.Work], error) {
	var p store.Page[models.Work]
	cursor, err := store.ParseCursor("w", next)
	if err != nil {
		return p, err
	}
	var parked []models.Work
	for _, c := range s.owners() {
		found, err := findOwners(ctx, c, hasParked, options.Find())
		if err != nil {
			return p, wrap(ctx, err)
		}
		for _, o := range found {
			for _, w := range o.Work {
				if w.Parked && (cursor == nil || place(w).behind(*cursor)) {
					parked = append(parked, w)
				}
			}
		}
	}
	slices.SortFunc(parked, func(a, b models.Work) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	if limit = store.PageSize(limit); len(parked) > limit {
		parked = parked[:limit]
		p.Next = store.Cursor(place(parked[limit-1])).String()
	}
	p.Items = parked
	return p, nil
}

type workPlace store.Cursor

func place(w models.Work) workPlace {
	return workPlace{List: "w", Key: w.CreatedAt.UnixMilli(), ID: w.ID}
}

func (a workPlace) behind(b store.Cursor) bool {
	return a.Key > b.Key || a.Key == b.Key && a.ID > b.ID
}

// CountWork adds up the work of all documents that have some.
func (s *Store) CountWork(ctx context.Context) (models.WorkCount, error) {
	var n models.WorkCount
	for _, c := range s.owners() {
		for _, has := range []bson.D{{{Key: "next_work", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}}, hasParked} {
			cur, err := c.Aggregate(ctx, bson.A{
				bson.D{{Key: "$match", Value: has}},
				bson.D{{Key: "$unwind", Value: "$work"}},
				bson.D{{Key: "$group", Value: bson.D{
					{Key: "_id", Value: "$work.parked"},
					{Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}},
					{Key: "oldest", Value: bson.D{{Key: "$min", Value: "$work.created_at"}}},
				}}},
			})
			var groups []struct {
				ID     *bool `bson:"_id"`
				N      int
				Oldest time.Time
			}
			if err == nil {
				err = cur.All(ctx, &groups)
			}
			if err != nil {
				return models.WorkCount{}, wrap(ctx, err)
			}
			for _, g := range groups {
				parked := g.ID != nil && *g.ID
				switch wanted := has[0].Key == "parked"; {
				case parked && wanted:
					n.Parked += g.N
				case !parked && !wanted:
					n.Pending += g.N
					if n.Oldest.IsZero() || g.Oldest.Before(n.Oldest) {
						n.Oldest = g.Oldest.UTC()
					}
				}
			}
		}
	}
	return n, nil
}
