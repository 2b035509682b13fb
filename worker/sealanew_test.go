package worker

import (
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// TestSealedAnewByTheWorker: a rotation that was begun, and a key that somebody put into the
// ring without a command, are seen to the end by one worker at a time; who was killed is
// followed by another one.
func TestSealedAnewByTheWorker(t *testing.T) {
	old, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := models.ParseKeyring(old.Rotated())
	if err != nil {
		t.Fatal(err)
	}
	e := newEnv(t, func(o *Options) {
		o.Database, o.Keyring, o.SealAfter = o.Store, ring, time.Minute
		o.Store = store.NewSealing(o.Store, ring)
	})
	db := e.o.Database
	e.must(db.PutSetting(t.Context(), store.SettingSealedWith, old.IDs()[0]))
	f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: "p", Title: "Đèn hỏng", Kind: models.Ordinary, Source: models.FromWeb, Status: models.Received,
		Scope: []string{models.RootAgency}, CreatedAt: e.o.Now(), UpdatedAt: e.o.Now()}
	e.must(store.NewSealing(db, old).CreateFeedback(t.Context(), f))
	rotation := func() store.Rotation {
		t.Helper()
		r, _, err := store.LastRotation(t.Context(), db)
		e.must(err)
		return r
	}
	current := func() bool {
		raw, err := db.Feedback(t.Context(), f.ID)
		e.must(err)
		return ring.TextCurrent(raw.Title)
	}
	o := e.o
	o.Metrics = nil // they are registered
	other := New(o)

	e.w.sealAnew(t.Context())
	e.pass(4 * time.Minute)
	e.w.sealAnew(t.Context())
	if r := rotation(); r.Key != "" || current() {
		t.Fatalf("begun before every process can have the key: %+v", r)
	}
	e.pass(time.Minute)
	e.w.sealAnew(t.Context())
	if r := rotation(); r.Key != ring.IDs()[0] || r.Of != 1 || current() {
		t.Fatalf("%+v", r)
	}
	e.pass(time.Minute)
	r := rotation()
	e.must(store.NewSealing(db, ring).GoOn(t.Context(), &r, func() {}, e.o.Now)) // and is killed
	if !current() || !r.Rest || !r.Ended.IsZero() {
		t.Fatalf("%+v", r)
	}
	e.pass(time.Minute)
	other.sealAnew(t.Context())
	if r := rotation(); !r.Ended.IsZero() {
		t.Errorf("two work on it: %+v", r)
	}
	e.pass(time.Minute)
	other.sealAnew(t.Context())
	if r, sealedWith, err := store.LastRotation(t.Context(), db); err != nil || r.Ended.IsZero() || sealedWith != ring.IDs()[0] {
		t.Errorf("%+v, %s, %v", r, sealedWith, err)
	}
	e.w.sealAnew(t.Context())
	if got := e.metric("kiennghi_sealed_anew_ratio"); got != 1 {
		t.Errorf("the metric says %v", got)
	}

	// A process whose ring lacks the key leaves everything alone.
	o.Keyring = old
	New(o).sealAnew(t.Context())
	if !current() {
		t.Error("sealed with the older key again")
	}
}
