package sqlite

import (
	"context"
	"math"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// grace is how long a challenge or session is kept after it expired. Its end is told
// by newer ones of the same kind, so that the store needs no clock.
const grace = 24 * time.Hour

func personRev(p *models.Person) *int64 { return &p.Rev }

// CreatePerson stores a new person.
func (s *Store) CreatePerson(ctx context.Context, p *models.Person) error {
	p.Rev = 1
	doc, err := encode(p)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutPerson, p.ID, orNull(p.PhoneIndex), ms(p.LookAt()), doc)
	return err
}

// Person returns the person with that ID.
func (s *Store) Person(ctx context.Context, id string) (*models.Person, error) {
	return get[models.Person](ctx, s, sqlPerson, id)
}

// PersonByPhone returns the person whose phone has that index.
func (s *Store) PersonByPhone(ctx context.Context, index string) (*models.Person, error) {
	return get[models.Person](ctx, s, sqlPersonPhone, index)
}

// UpdatePerson runs change inside the writing transaction.
func (s *Store) UpdatePerson(ctx context.Context, id string, change func(*models.Person) error) (*models.Person, error) {
	return update(ctx, s, sqlPerson, id, change, personRev, func(t *tx, p *models.Person, doc []byte) error {
		_, err := t.exec(sqlSetPerson, orNull(p.PhoneIndex), ms(p.LookAt()), doc, id)
		return err
	})
}

// EachPerson calls do for every person.
func (s *Store) EachPerson(ctx context.Context, do func(*models.Person) error) error {
	return each(ctx, s, sqlEachPerson, do)
}

// PeopleToLookAt reads an index, and the identifiers of what it finds.
func (s *Store) PeopleToLookAt(ctx context.Context, now time.Time, limit int, next string) (store.Page[string], error) {
	return s.page(ctx, sqlPeopleLook, "retention", now, limit, next, place{key: math.MinInt64})
}

// PutChallenge stores a challenge in place of an earlier one and its work.
func (s *Store) PutChallenge(ctx context.Context, c *models.Challenge, work ...models.Work) error {
	c.Rev = 1
	doc, err := encode(c)
	if err != nil {
		return err
	}
	rows, err := workRows(work)
	if err != nil {
		return err
	}
	return s.w.write(ctx, func(t *tx) error {
		if _, err := t.exec(sqlForgetChallenge, c.ExpiresAt.Add(-grace)); err != nil {
			return err
		}
		if _, err := t.exec(sqlForgetWork, c.ID); err != nil {
			return err
		}
		if _, err := t.exec(sqlPutChallenge, c.ID, c.ExpiresAt, doc); err != nil {
			return err
		}
		return insertWork(t, rows, c.ID)
	})
}

// UpdateChallenge runs change inside the writing transaction.
func (s *Store) UpdateChallenge(ctx context.Context, id string, change func(*models.Challenge) error) error {
	rev := func(c *models.Challenge) *int64 { return &c.Rev }
	_, err := update(ctx, s, sqlChallenge, id, change, rev, func(t *tx, c *models.Challenge, doc []byte) error {
		_, err := t.exec(sqlSetChallenge, c.ExpiresAt, doc, id)
		return err
	})
	return err
}
