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

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

func personRev(p *models.Person) *int64 { return &p.Rev }

// CreatePerson stores a new person.
func (s *Store) CreatePerson(ctx context.Context, p *models.Person) error {
	p.Rev = 1
	return insert(ctx, s.person, p.ID, p)
}

// Person returns the person with that ID.
func (s *Store) Person(ctx context.Context, id string) (*models.Person, error) {
	return get[models.Person](ctx, s.person, byID(id))
}

// PersonByPhone returns the person whose phone has that index.
func (s *Store) PersonByPhone(ctx context.Context, index string) (*models.Person, error) {
	if index == "" {
		return nil, models.ErrNotFound
	}
	return get[models.Person](ctx, s.person, bson.D{{Key: "phone_index", Value: index}})
}

// UpdatePerson works as UpdateFeedback does.
func (s *Store) UpdatePerson(ctx context.Context, id string, change func(*models.Person) error) (*models.Person, error) {
	return update(ctx, s.person, id, personRev, change)
}

// EachPerson calls do for every person.
func (s *Store) EachPerson(ctx context.Context, do func(*models.Person) error) error {
	return each(ctx, s.person, do)
}

// challengeDoc is the document of a challenge, with the work that sends it.
type challengeDoc struct {
	ID      string           `bson:"_id"`
	Doc     models.Challenge `bson:",inline"`
	Pending pending          `bson:",inline"`
}

// PutChallenge replaces the document of the phone, whatever it was. Its revision begins
// at the clock, so that an update of the challenge before never fits the new one.
func (s *Store) PutChallenge(ctx context.Context, c *models.Challenge, work ...models.Work) error {
	c.Rev = time.Now().UnixNano()
	store.Tidy(c)
	return retry(ctx, func() error {
		_, err := s.challenge.ReplaceOne(ctx, byID(c.ID), challengeDoc{c.ID, *c, newPending(work)}, options.Replace().SetUpsert(true))
		if mongo.IsDuplicateKeyError(err) { // two first ones at once
			return errAgain
		}
		return err
	})
}

// UpdateChallenge works as UpdateFeedback does.
func (s *Store) UpdateChallenge(ctx context.Context, id string, change func(*models.Challenge) error) error {
	return unown(retry(ctx, func() error {
		var d challengeDoc
		if err := s.challenge.FindOne(ctx, byID(id)).Decode(&d); err != nil {
			return err
		}
		rev := d.Doc.Rev
		if err := change(&d.Doc); err != nil {
			return own{err}
		}
		d.Doc.ID, d.Doc.Rev = id, rev+1
		store.Tidy(&d.Doc)
		return replace(ctx, s.challenge, id, rev, d)
	}))
}
