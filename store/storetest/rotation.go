package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// grown is a ring, the same with one more key, and the newest key of that alone, which opens only what
// was sealed anew.
func grown(t *testing.T) (old, now, newest *models.Keyring) {
	t.Helper()
	parse := func(text string) *models.Keyring {
		k, err := models.ParseKeyring(text)
		must(t, err)
		return k
	}
	text := models.NewKeyringText()
	old = parse(text)
	both := old.Rotated()
	return old, parse(both), parse(strings.TrimSuffix(both, ","+text))
}

// database is what stands behind guard and sealing.
func database(s store.Store) store.Store {
	if guard, ok := s.(*store.Guard); ok {
		s = guard.Store
	}
	if sealing, ok := s.(*store.Sealing); ok {
		s = sealing.Store
	}
	return s
}

// killed ends a portion at the n-th call that writes: what comes after it never reaches the
// database, as when the process is killed there.
type killed struct {
	store.Store
	left *int
}

var errKilled = errors.New("killed")

func (k killed) alive() error {
	if *k.left--; *k.left < 0 {
		return errKilled
	}
	return nil
}

func (k killed) UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error) {
	if err := k.alive(); err != nil {
		return nil, err
	}
	return k.Store.UpdateFeedback(ctx, id, change)
}

func (k killed) UpdatePerson(ctx context.Context, id string, change func(*models.Person) error) (*models.Person, error) {
	if err := k.alive(); err != nil {
		return nil, err
	}
	return k.Store.UpdatePerson(ctx, id, change)
}

func (k killed) PutSetting(ctx context.Context, name, value string) error {
	if err := k.alive(); err != nil {
		return err
	}
	return k.Store.PutSetting(ctx, name, value)
}

var rotationTests = map[string]func(*testing.T, store.Store){
	"everything is sealed anew, however often it is killed": func(t *testing.T, db store.Store) {
		db = database(db)
		old, now, newest := grown(t)
		must(t, db.PutSetting(ctx, store.SettingSealedWith, old.IDs()[0]))
		before := store.NewSealing(db, old)
		const cases, people = 130, 30
		for n := 1; n <= cases; n++ {
			f := sample(n)
			f.Uploads = []models.Attachment{upload(n).Attachment}
			must(t, before.CreateUpload(ctx, upload(n)))
			must(t, before.CreateFeedback(ctx, f))
		}
		for n := 1; n <= people; n++ {
			p := person(n)
			p.Phone, p.Name = old.Seal("0912345678"), old.Seal("Nguyễn Văn A")
			must(t, before.CreatePerson(ctx, p))
			must(t, before.PutDevice(ctx, device(n, p.ID)))
			r := dataRequest(n, p.ID)
			r.Text = old.Seal("Xóa dữ liệu của tôi")
			must(t, before.CreateDataRequest(ctx, r))
		}
		m := member(1)
		m.TOTP = old.Seal("secret")
		must(t, before.CreateStaff(ctx, m))
		must(t, before.CreateBreach(ctx, breach(1)))
		must(t, store.EnsureSigningKey(ctx, db, old, start))
		keys, err := store.SealKeys(ctx, db, nil, old)
		must(t, err)

		rotation, err := store.NewSealing(db, now).BeginRotation(ctx, "cli", minute(1))
		must(t, err)
		equal(t, rotation.Of, cases)
		again, err := store.NewSealing(db, now).BeginRotation(ctx, "cli", minute(2))
		must(t, err)
		equal(t, again, rotation)
		signing, err := db.SigningKeys(ctx)
		must(t, err)
		equal(t, len(signing), 2)

		deaths := 0
		for tries := 0; ; tries++ {
			left := 37 + 11*tries
			s := store.NewSealing(killed{db, &left}, now)
			r, sealedWith, err := store.LastRotation(ctx, db) // as the next process finds it
			must(t, err)
			for err == nil && r.Ended.IsZero() {
				equal(t, sealedWith, old.IDs()[0])
				err = s.GoOn(ctx, &r, func() {}, func() time.Time { return minute(3) })
			}
			if err == nil {
				break
			}
			if !errors.Is(err, errKilled) || tries > 30 {
				t.Fatal(err)
			}
			deaths++
			got, err := store.NewSealing(db, now).Feedback(ctx, id(cases)) // half of it anew
			must(t, err)
			equal(t, got.Title, sample(cases).Title)
		}
		if deaths < 3 {
			t.Errorf("it was killed %d times only", deaths)
		}
		last, sealedWith, err := store.LastRotation(ctx, db)
		must(t, err)
		equal(t, sealedWith, now.IDs()[0])
		equal(t, []any{last.Cases >= cases, last.Ended}, []any{true, minute(3)})

		after := store.NewSealing(db, newest)
		for n := 1; n <= cases; n++ {
			f, err := after.Feedback(ctx, id(n))
			must(t, err)
			u, err := after.Upload(ctx, id(n))
			must(t, err)
			equal(t, []string{f.Body, u.Name}, []string{sample(n).Body, upload(n).Name})
			equal(t, f.Version, int64(1))
		}
		for n := 1; n <= people; n++ {
			p, err := after.Person(ctx, id(n))
			must(t, err)
			name, err := newest.Open(p.Name)
			must(t, err)
			d, err := after.ListDevices(ctx, p.ID)
			must(t, err)
			equal(t, []string{name, d[0].Token}, []string{"Nguyễn Văn A", device(n, "").Token})
			r, err := after.DataRequest(ctx, id(n))
			must(t, err)
			text, err := newest.Open(r.Text)
			must(t, err)
			equal(t, []string{text, r.Extensions[0].Reason}, []string{"Xóa dữ liệu của tôi", "Chờ cơ quan lưu trữ"})
		}
		got, err := after.Staff(ctx, id(1))
		must(t, err)
		totp, err := newest.Open(got.TOTP)
		must(t, err)
		b, err := after.Breach(ctx, id(1))
		must(t, err)
		equal(t, []string{totp, b.What}, []string{"secret", breach(1).What})
		signing, err = db.SigningKeys(ctx)
		must(t, err)
		for _, k := range signing {
			_, err = newest.Open(k.Private)
			must(t, err)
		}
		seals, err := store.SealKeys(ctx, db, nil, newest) // without the key that they came from
		must(t, err)
		first, all := keys.Of("bxd")[0], seals.Of("bxd")
		if len(all) != 2 || !all[1].Public().Equal(first.Public()) {
			t.Errorf("the agency's keys: %+v, the first was %+v", all, first)
		}
	},
}
