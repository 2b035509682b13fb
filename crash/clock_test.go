package crash

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/handlers"
	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/notify/outbox"
	"kiennghi/search"
	"kiennghi/search/bleve"
	"kiennghi/store/sqlite"
	"kiennghi/worker"
)

// clocked is the program in this process, with a clock that the test moves.
type clocked struct {
	*install // for its data folder only
	url      string
	ahead    atomic.Int64
	store    *sqlite.Store
}

func (c *clocked) now() time.Time { return models.Now().Add(time.Duration(c.ahead.Load())) }

func startClocked(t *testing.T) *clocked {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := &clocked{install: newInstall(t)}
	c.Data = t.TempDir()
	var err error
	c.store, err = sqlite.Open(t.Context(), filepath.Join(c.Data, "kiennghi.db"))
	must(err)
	must(c.store.Migrate(t.Context()))
	must(c.store.PutAgencies(t.Context(), knowledge.Agencies()))
	index, err := bleve.Open(filepath.Join(c.Data, "index"))
	must(err)
	keys, err := models.ParseKeyring(models.NewKeyringText())
	must(err)
	log := slog.New(slog.DiscardHandler)
	sender := outbox.New(filepath.Join(c.Data, "outbox.jsonl"))
	w := worker.New(worker.Options{Store: c.store, Index: index, Keyring: keys, Push: sender, SMS: sender, Mail: sender,
		Fields: models.NewFields(knowledge.Fields(), knowledge.FieldGroups()), Remits: search.NewRemits(knowledge.Remits()), RouteThreshold: 0.75, Poll: 50 * time.Millisecond, Now: c.now, Log: log})
	app, err := handlers.New(t.Context(), handlers.Options{Store: c.store, Index: index, Bucket: memblob.OpenBucket(nil), Keyring: keys,
		Ref: &models.Reference{Tree: models.NewTree(knowledge.Agencies()), Places: models.NewPlaces(knowledge.Provinces(), knowledge.Communes()),
			Fields: models.NewFields(knowledge.Fields(), knowledge.FieldGroups()), Rules: models.NewRules(knowledge.Rules(), knowledge.Calendar()),
			Triage: models.NewTriage(knowledge.TriageCues()), Grounds: knowledge.RefusalGrounds(), Kept: knowledge.Retention()},
		PublicURL: "http://kiennghi.test", Log: log, Now: c.now, Wake: w.Wake})
	must(err)
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	must(err)
	c.url = "http://" + ln.Addr().String()
	served, worked := make(chan error, 1), make(chan struct{})
	go func() { served <- app.Listener(ln) }()
	go func() { w.Run(t.Context()); close(worked) }()
	t.Cleanup(func() { // t.Context() has ended by then
		<-worked
		app.ShutdownWithTimeout(5 * time.Second)
		<-served
		index.Close()
		c.store.Close()
	})
	return c
}

// drained waits until nothing that is due waits.
func (c *clocked) drained(t *testing.T) {
	t.Helper()
	programtest.Until(t, 30*time.Second, "all work is done", func() bool {
		n, err := c.store.CountWork(t.Context())
		return err == nil && n.Pending == 0 && n.Parked == 0
	})
}

// A clock that jumps a day ahead and back again: codes and tokens end, sessions of
// citizens go on, deadlines are counted, work is done, pages show each case once.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	c := startClocked(t)
	a := citizen(t, c.install, c.url, "0912345678")
	var sent []*submission
	submit := func() {
		t.Helper()
		s := a.next(rand.New(rand.NewPCG(1, 1)))
		in := s.send(t.Context(), c.url)
		if in.status != 201 {
			t.Fatalf("submitting: %d %s", in.status, in.raw)
		}
		s.id = in.str("id")
		f, err := c.store.Feedback(t.Context(), s.id)
		if err != nil {
			t.Fatal(err)
		}
		if f.Due == nil || !f.Due.At.After(f.CreatedAt) || f.UpdatedAt.Before(f.CreatedAt) {
			t.Errorf("created %v, changed %v, due %+v", f.CreatedAt, f.UpdatedAt, f.Due)
		}
		sent = append(sent, s)
	}
	refresh := func() {
		t.Helper()
		a.take(t, send(t.Context(), "POST", c.url+"/v1/auth/refresh", "", body{"refresh_token": a.refresh}), 200)
	}
	submit()
	c.drained(t)
	if in := send(t.Context(), "POST", c.url+"/v1/auth/otp", "", body{"phone": "0987654321"}); in.status != 202 {
		t.Fatalf("%d %s", in.status, in.raw)
	}
	c.drained(t)

	c.ahead.Store(int64(24 * time.Hour))
	if in := send(t.Context(), "GET", c.url+"/v1/me", a.access, nil); in.status != 401 {
		t.Errorf("a token of yesterday: %d", in.status)
	}
	refresh()
	submit()
	// Work that was claimed before the jump may be claimed again: it is harmless to do twice.
	claimed, err := c.store.ClaimWork(t.Context(), c.now().Add(-24*time.Hour), time.Minute, 10)
	if err != nil || len(claimed) > 0 {
		t.Errorf("%d pieces of work are due a day before they were made, %v", len(claimed), err)
	}
	c.drained(t)

	c.ahead.Store(0)
	refresh() // the token of tomorrow is none yet
	submit()
	submit()
	c.drained(t)

	seen := map[string]int{}
	for next := ""; ; {
		page, err := c.store.ListNotifications(t.Context(), a.id, 1, next)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Items {
			if n.Event == models.ActReceive {
				seen[n.FeedbackID]++
			}
		}
		if next = page.Next; next == "" {
			break
		}
	}
	for _, s := range sent {
		if seen[s.id] != 1 {
			t.Errorf("%d receipts of one case", seen[s.id])
		}
	}
	in := send(t.Context(), "GET", c.url+"/v1/feedback", a.access, nil)
	for _, s := range sent {
		if in.status != 200 || !bytes.Contains(in.raw, []byte(s.id)) {
			t.Errorf("the list lacks a case: %d", in.status)
		}
	}
}

// A lease that was taken while the clock was ahead: the work is not lost, it waits until
// the clock gets there.
func TestClockJumpsWithALease(t *testing.T) {
	t.Parallel()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "kiennghi.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := models.Now()
	if err := s.CreateFeedback(t.Context(), &models.Feedback{ID: models.NewID(), Code: "KN-7Q4M-2XPA", CreatedAt: now, UpdatedAt: now},
		models.NewWork(models.WorkIndex, "x", now, nil)); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		ahead time.Duration
		want  int
	}{{24 * time.Hour, 1}, {0, 0}, {time.Hour, 0}, {24*time.Hour + time.Minute, 1}} {
		claimed, err := s.ClaimWork(t.Context(), now.Add(step.ahead), time.Minute, 10)
		if err != nil || len(claimed) != step.want {
			t.Errorf("%v ahead: %d claimed, %v", step.ahead, len(claimed), err)
		}
	}
}
