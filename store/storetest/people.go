package storetest

import (
	"fmt"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

func person(n int) *models.Person {
	return &models.Person{ID: id(n), Rev: 1, PhoneIndex: fmt.Sprint("phone-", n), Phone: models.Sealed{0, 255, byte(n)}, Language: "vi", CreatedAt: minute(n), UpdatedAt: minute(n)}
}

var peopleTests = map[string]func(*testing.T, store.Store){
	"what is stored comes back": func(t *testing.T, s store.Store) {
		p := person(1)
		p.Name, p.Email, p.Address, p.Organisation, p.Business = models.Sealed("n"), models.Sealed("e"), models.Sealed("a"), models.Sealed("o"), true
		p.Notices = []models.NoticeSeen{{Version: "1", At: minute(2), Where: models.FromCounter, By: id(3)}, {Version: "2", At: minute(3), Where: models.NoticeOffline, Until: minute(4)}}
		p.Rev = 0
		for i := range 300 { // more than any list is cut at
			p.Notices = append(p.Notices, models.NoticeSeen{Version: fmt.Sprint(i), At: minute(i), Where: models.FromApp, Until: minute(i + 1)})
		}
		must(t, s.CreatePerson(ctx, p))
		equal(t, p.Rev, int64(1))
		got, err := s.Person(ctx, id(1))
		must(t, err)
		equal(t, got, p)
		got, err = s.PersonByPhone(ctx, "phone-1")
		must(t, err)
		equal(t, got, p)
		for _, key := range hostile {
			_, err = s.Person(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			_, err = s.PersonByPhone(ctx, key)
			wantErr(t, err, models.ErrNotFound)
		}
	},
	"an ID and a phone belong to one": func(t *testing.T, s store.Store) {
		errs := atOnce(20, func(i int) error {
			p := person(i)
			p.PhoneIndex = "same"
			return s.CreatePerson(ctx, p)
		})
		equal(t, won(t, errs, models.ErrExists), 1)
		same := person(50)
		must(t, s.CreatePerson(ctx, same))
		same.PhoneIndex = "another"
		wantErr(t, s.CreatePerson(ctx, same), models.ErrExists)
		for i := range 3 { // without a phone there may be many
			p := person(60 + i)
			p.PhoneIndex = ""
			must(t, s.CreatePerson(ctx, p))
		}
		_, err := s.PersonByPhone(ctx, "")
		wantErr(t, err, models.ErrNotFound)
	},
	"people are looked at in their order, until they are severed": func(t *testing.T, s store.Store) {
		for i := range 6 {
			p := person(i + 1)
			at := minute(6 - i)
			p.RetainAt = &at
			if i == 5 {
				p.RetainAt = nil // looked at models.RetentionLook after it came
			}
			must(t, s.CreatePerson(ctx, p))
		}
		look := func(now time.Time, limit int) string { return lookedAt(t, s.PeopleToLookAt, now, limit) }
		for _, limit := range []int{1, 2, 100} {
			equal(t, look(minute(5), limit), "5 4 3 2")
		}
		equal(t, look(minute(6).Add(models.RetentionLook), 2), "5 4 3 2 1 6")
		for n, change := range map[int]func(*models.Person){
			3: func(p *models.Person) { p.Sever(minute(9)) },
			4: func(p *models.Person) { at := minute(50); p.RetainAt = &at },
			2: func(p *models.Person) { p.Email = models.Sealed("e") },
		} {
			_, err := s.UpdatePerson(ctx, id(n), func(p *models.Person) error { change(p); return nil })
			must(t, err)
		}
		equal(t, look(minute(49), 2), "5 2 1")
		equal(t, look(minute(50), 2), "5 2 1 4")
		_, err := s.PeopleToLookAt(ctx, minute(1), 10, "x")
		wantInvalid(t, err, "next")
	},
	"updates": func(t *testing.T, s store.Store) {
		must(t, s.CreatePerson(ctx, person(1)))
		must(t, s.CreatePerson(ctx, person(2)))
		got, err := s.UpdatePerson(ctx, id(1), func(p *models.Person) error {
			p.PhoneIndex, p.Email = "new", models.Sealed("e")
			return nil
		})
		must(t, err)
		want := person(1)
		want.PhoneIndex, want.Email, want.Rev = "new", models.Sealed("e"), 2
		equal(t, got, want)
		got, err = s.PersonByPhone(ctx, "new")
		must(t, err)
		equal(t, got, want)
		_, err = s.PersonByPhone(ctx, "phone-1")
		wantErr(t, err, models.ErrNotFound)
		_, err = s.UpdatePerson(ctx, id(1), func(p *models.Person) error { p.Language = "en"; return errStop })
		wantErr(t, err, errStop)
		_, err = s.UpdatePerson(ctx, id(1), func(p *models.Person) error { p.PhoneIndex = "phone-2"; return nil })
		wantErr(t, err, models.ErrExists)
		_, err = s.UpdatePerson(ctx, "none", func(*models.Person) error { return nil })
		wantErr(t, err, models.ErrNotFound)
		got, err = s.Person(ctx, id(1))
		must(t, err)
		equal(t, got, want)
		mustAll(t, atOnce(2, func(i int) error {
			_, err := s.UpdatePerson(ctx, id(2), func(p *models.Person) error { p.Name = append(p.Name, byte(i)); return nil })
			return err
		}))
		got, err = s.Person(ctx, id(2))
		must(t, err)
		equal(t, len(got.Name), 2)
	},
	"each visits all": func(t *testing.T, s store.Store) {
		for i := range 120 {
			must(t, s.CreatePerson(ctx, person(i)))
		}
		seen := map[string]bool{}
		must(t, s.EachPerson(ctx, func(p *models.Person) error {
			seen[p.ID] = true
			_, err := s.UpdatePerson(ctx, p.ID, func(p *models.Person) error { p.Phone = models.Sealed("re"); return nil })
			return err
		}))
		equal(t, len(seen), 120)
		wantErr(t, s.EachPerson(ctx, func(*models.Person) error { return errStop }), errStop)
	},
	"a challenge replaces the one before, with its work": func(t *testing.T, s store.Store) {
		wantErr(t, s.UpdateChallenge(ctx, "phone", func(*models.Challenge) error { return nil }), models.ErrNotFound)
		c := models.Challenge{ID: "phone-0001", CodeHash: "a", ExpiresAt: fresh}
		must(t, s.PutChallenge(ctx, &c, job(1, c.ID)))
		must(t, s.UpdateChallenge(ctx, c.ID, func(c *models.Challenge) error { c.Tries++; return nil }))
		wantErr(t, s.UpdateChallenge(ctx, c.ID, func(c *models.Challenge) error { c.Tries = 9; return errStop }), errStop)
		mustAll(t, atOnce(8, func(int) error {
			return s.UpdateChallenge(ctx, c.ID, func(c *models.Challenge) error { c.Tries++; return nil })
		}))
		w := one(t, s, minute(1))
		equal(t, w.ID, "0001-001")
		must(t, s.UpdateChallenge(ctx, c.ID, func(c *models.Challenge) error {
			if c.Tries != 9 || c.CodeHash != "a" || !c.ExpiresAt.Equal(fresh) {
				t.Errorf("%+v", c)
			}
			return nil
		}))
		must(t, s.FinishWork(ctx, w))
		must(t, s.PutChallenge(ctx, &models.Challenge{ID: c.ID, CodeHash: "b", ExpiresAt: fresh}, job(2, c.ID)))
		must(t, s.UpdateChallenge(ctx, c.ID, func(c *models.Challenge) error {
			if c.Tries != 0 || c.CodeHash != "b" {
				t.Errorf("%+v", c)
			}
			return nil
		}))
		old := one(t, s, minute(5))
		equal(t, old.ID, "0001-002")
		must(t, s.PutChallenge(ctx, &models.Challenge{ID: c.ID, CodeHash: "c", ExpiresAt: fresh}, job(3, c.ID)))
		must(t, s.RetryWork(ctx, old)) // the code before need not be sent any more
		counts(t, s, models.WorkCount{Pending: 1, Oldest: minute(3)})
		equal(t, one(t, s, minute(5)).ID, "0001-003")
	},
	"challenges at once leave one": func(t *testing.T, s store.Store) {
		mustAll(t, atOnce(10, func(i int) error {
			return s.PutChallenge(ctx, &models.Challenge{ID: "phone", CodeHash: fmt.Sprint(i), ExpiresAt: fresh})
		}))
		must(t, s.UpdateChallenge(ctx, "phone", func(c *models.Challenge) error { return nil }))
	},
	"an expired challenge is there or gone": func(t *testing.T, s store.Store) {
		c := models.Challenge{ID: "phone", ExpiresAt: start}
		must(t, s.PutChallenge(ctx, &c))
		must(t, s.PutChallenge(ctx, &models.Challenge{ID: "other", ExpiresAt: fresh}))
		if err := s.UpdateChallenge(ctx, "phone", func(*models.Challenge) error { return nil }); err != nil {
			wantErr(t, err, models.ErrNotFound)
		}
		must(t, s.PutChallenge(ctx, &models.Challenge{ID: "phone", ExpiresAt: fresh}))
		must(t, s.UpdateChallenge(ctx, "phone", func(*models.Challenge) error { return nil }))
	},
}
