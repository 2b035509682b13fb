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
	_, err := s.person.InsertOne(ctx, newPersonDoc(p))
	return wrap(ctx, err)
}

// personDoc is the document of a person, with what lists need beside it.
type personDoc struct {
	ID     string        `bson:"_id"`
	Doc    models.Person `bson:",inline"`
	LookAt *time.Time    `bson:"look_at,omitempty"`
}

func newPersonDoc(p *models.Person) personDoc {
	store.Tidy(p)
	return personDoc{p.ID, *p, p.LookAt()}
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
	return updateDoc(ctx, s.person, id, personRev, change, func(p *models.Person) any { return newPersonDoc(p) })
}

// PeopleToLookAt reads an index alone.
func (s *Store) PeopleToLookAt(ctx context.Context, now time.Time, limit int, next string) (store.Page[string], error) {
	return toLookAt(ctx, s.person, "retention", now, limit, next)
}

// setPersonLook has everybody from before there were retention terms looked at at once.
func setPersonLook(ctx context.Context, s *Store) error {
	_, err := s.person.UpdateMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: ""}}}, {Key: "look_at", Value: bson.D{{Key: "$exists", Value: false}}}, {Key: "severed_at", Value: bson.D{{Key: "$exists", Value: false}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "look_at", Value: time.UnixMilli(1).UTC()}}}})
	return err
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
