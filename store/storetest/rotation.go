package storetest

import (
	"encoding/json"
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

// text is how far a rotation is, as it is stored.
func text(r store.Rotation) string {
	b, err := json.Marshal(r)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

var rotationTests = map[string]func(*testing.T, store.Store){
	"a rotation that is killed while it begins begins once": func(t *testing.T, db store.Store) {
		db = database(db)
		old, now, _ := grown(t)
		must(t, db.PutSetting(ctx, store.SettingSealedWith, old.IDs()[0]))
		must(t, store.EnsureSigningKey(ctx, db, old, start))
		tries := 0
		deaths, err := untilDone(db, func(s store.Store) error {
			tries++
			_, err := store.NewSealing(s, now).BeginRotation(ctx, "cli", minute(tries))
			return err
		})
		must(t, err)
		if deaths < 4 {
			t.Errorf("killed %d times only", deaths)
		}
		signing, err := db.SigningKeys(ctx)
		must(t, err)
		equal(t, []any{len(signing), signing[0].RetiredAt == nil, signing[1].RetiredAt != nil}, []any{2, true, true})
		seals, err := store.SealKeys(ctx, db, nil, now)
		must(t, err)
		equal(t, len(seals.Of("bxd")), 2)
		equal(t, rotated(t, db), map[string]int{now.IDs()[0]: 1})
		r, _, err := store.LastRotation(ctx, db)
		must(t, err)
		equal(t, []any{r.Key, r.Signing, r.Ended.IsZero()}, []any{now.IDs()[0], (*models.SigningKey)(nil), true})
	},
	"an older rotation takes nothing from a newer one": func(t *testing.T, db store.Store) {
		db = database(db)
		old, now, _ := grown(t)
		newer, err := models.ParseKeyring(now.Rotated())
		must(t, err)
		must(t, db.PutSetting(ctx, store.SettingSealedWith, old.IDs()[0]))
		must(t, store.NewSealing(db, old).CreateFeedback(ctx, sample(1)))
		goOn := func(k *models.Keyring, r *store.Rotation) error {
			return store.NewSealing(db, k).GoOn(ctx, r, func() {}, func() time.Time { return minute(9) })
		}
		first, err := store.NewSealing(db, now).BeginRotation(ctx, "cli", minute(1))
		must(t, err)
		late := first
		must(t, goOn(now, &first)) // the cases
		second, err := store.NewSealing(db, newer).BeginRotation(ctx, "cli", minute(2))
		must(t, err)
		for _, r := range []*store.Rotation{&late, &first} {
			if err := goOn(now, r); err == nil {
				t.Error("a rotation goes on beside a newer one")
			}
		}
		if _, err := store.NewSealing(db, now).BeginRotation(ctx, "cli", minute(3)); err == nil {
			t.Error("who lacks the newest key begins a rotation to an older one")
		}
		read := func() (store.Rotation, string) {
			r, sealedWith, err := store.LastRotation(ctx, db)
			must(t, err)
			return r, sealedWith
		}
		r, sealedWith := read()
		equal(t, text(r), text(second))
		equal(t, sealedWith, old.IDs()[0])
		must(t, goOn(newer, &second))
		must(t, goOn(newer, &r)) // by another process: it goes on where that one is
		equal(t, []any{r.Cases, r.Rest}, []any{1, true})
		must(t, goOn(newer, &r))
		_, sealedWith = read()
		equal(t, []any{r.Ended, sealedWith}, []any{minute(9), newer.IDs()[0]})
	},
	"an agency's next key begins once, however often it is killed": func(t *testing.T, db store.Store) {
		db = database(db)
		ring, _, _ := grown(t)
		must(t, db.PutAgencies(ctx, []models.Agency{{Code: "bxd", Name: "Bộ Xây dựng", Level: models.LevelMinistry}}))
		_, err := store.SealKeys(ctx, db, nil, ring)
		must(t, err)
		stored := func() []models.SealKey {
			t.Helper()
			all, err := db.Amendments(ctx)
			must(t, err)
			k, err := store.SealKeys(ctx, db, all, ring)
			must(t, err)
			return k.Of("bxd")
		}
		_, err = untilDone(db, func(s store.Store) error {
			_, err := store.RotateSealKey(ctx, s, ring, "bxd", "lan", "mất khóa", minute(1))
			if errors.Is(err, errKilled) && len(stored()) > 1 && rotated(t, db)["bxd"] == 0 {
				t.Error("there is a key of which the audit log says nothing")
			}
			return err
		})
		// Killed after the key was stored: it begins by itself.
		if models.ErrorKindOf(err) != models.KindWrongState {
			t.Errorf("%v", err)
		}
		keys := stored()
		equal(t, []any{len(keys), keys[0].From}, []any{2, minute(1).Add(models.SealKeyAhead)})
		_, err = store.RotateSealKey(ctx, db, ring, "bxd", "lan", "mất khóa", minute(3))
		must(t, err)
		equal(t, len(stored()), 3)
	},
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
		equal(t, text(again), text(rotation))
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
