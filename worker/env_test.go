package worker

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/notify/fcm"
	"kiennghi/notify/fcm/fcmtest"
	"kiennghi/notify/outbox"
	"kiennghi/search"
	"kiennghi/search/bleve"
	"kiennghi/store/sqlite"
)

// Bleve starts its analysis workers once for the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

// env is a worker with a real database, index and outbox, and a clock of its own.
type env struct {
	t   *testing.T
	dir string
	o   Options
	w   *Worker
	st  *sqlite.Store
	reg *prometheus.Registry

	mu  sync.Mutex
	now time.Time
}

func newEnv(t *testing.T, change ...func(*Options)) *env {
	t.Helper()
	e := &env{t: t, dir: t.TempDir(), now: models.Now(), reg: prometheus.NewRegistry()}
	st, err := sqlite.Open(t.Context(), filepath.Join(e.dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	if err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	idx, err := bleve.Open(filepath.Join(e.dir, "index"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { idx.Close() })
	keys, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	box := outbox.New(filepath.Join(e.dir, "outbox.jsonl"))
	e.st = st
	e.o = Options{
		Store: st, Index: idx, Keyring: keys, Push: box, SMS: box, Mail: box, Kept: knowledge.Retention(),
		Now: func() time.Time {
			e.mu.Lock()
			defer e.mu.Unlock()
			return e.now
		},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Metrics: e.reg,
	}
	for _, f := range change {
		f(&e.o)
	}
	e.w = New(e.o)
	return e
}

func (e *env) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) pass(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now = e.now.Add(d)
}

// step does all work that is due now, once, and returns how much that was.
func (e *env) step() int {
	e.t.Helper()
	work, err := e.st.ClaimWork(e.t.Context(), e.o.Now(), e.w.o.Lease, 1000)
	e.must(err)
	for _, g := range groups(work) {
		e.w.do(e.t.Context(), g)
	}
	return len(work)
}

// steps does work until none is due.
func (e *env) steps() {
	e.t.Helper()
	for range 20 {
		if e.step() == 0 {
			return
		}
	}
	e.t.Fatal("there is always more work")
}

// run runs workers until no work is left.
func (e *env) run(workers ...*Worker) {
	e.t.Helper()
	ctx, stop := context.WithCancel(e.t.Context())
	var wg sync.WaitGroup
	for _, w := range workers {
		wg.Go(func() { w.Run(ctx) })
	}
	e.eventually("all work is done", func() bool { return e.count().Pending == 0 })
	stop()
	wg.Wait()
}

// eventually waits until a condition holds; half a minute is a failure.
func (e *env) eventually(what string, holds func() bool) {
	e.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) { // polling
		if time.Now().After(deadline) {
			e.t.Fatalf("in vain: %s", what)
		}
	}
}

func (e *env) count() models.WorkCount {
	e.t.Helper()
	n, err := e.st.CountWork(e.t.Context())
	e.must(err)
	return n
}

// metric returns the sum of a counter's or gauge's series whose labels hold these values.
func (e *env) metric(name string, labels ...string) int {
	e.t.Helper()
	families, err := e.reg.Gather()
	e.must(err)
	sum, known := 0.0, false
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		known = true
		for _, m := range family.GetMetric() {
			have := map[string]bool{}
			for _, l := range m.GetLabel() {
				have[l.GetValue()] = true
			}
			if !slices.ContainsFunc(labels, func(l string) bool { return !have[l] }) {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	if !known {
		e.t.Errorf("there is no metric %s", name)
	}
	return int(sum)
}

func (e *env) outcomes(kind models.WorkKind, outcome string) int {
	return e.metric("kiennghi_work_total", string(kind), outcome)
}

// person stores a sender with phone and mail address (either may be empty).
func (e *env) person(phone, email string) *models.Person {
	e.t.Helper()
	p := &models.Person{
		ID: models.NewID(), Phone: e.o.Keyring.Seal(phone), Email: e.o.Keyring.Seal(email), Name: e.o.Keyring.Seal("Trần Thị Bí Mật"),
		Language: "vi", CreatedAt: e.o.Now(), UpdatedAt: e.o.Now(),
	}
	if phone != "" {
		p.PhoneIndex = e.o.Keyring.Index(phone)
	}
	e.must(e.st.CreatePerson(e.t.Context(), p))
	return p
}

func (e *env) device(p *models.Person, token, language string) {
	e.t.Helper()
	e.must(e.st.PutDevice(e.t.Context(), &models.Device{
		ID: models.DeriveID(p.ID, token), Account: p.ID, Token: token, Platform: "android", Language: language, UpdatedAt: e.o.Now(),
	}))
}

// feedback stores a new case of the sender with the work.
func (e *env) feedback(p *models.Person, title string, work ...models.Work) *models.Feedback {
	e.t.Helper()
	now := e.o.Now()
	f := &models.Feedback{
		ID: models.NewID(), Code: models.NewCode(), SenderID: p.ID, Title: title, Body: "Nội dung bí mật của phản ánh.",
		Kind: models.Ordinary, Source: models.FromApp, Status: models.Received, Scope: []string{models.RootAgency},
		Timeline: []models.Event{{At: now, Event: models.ActReceive, Version: 1}}, CreatedAt: now, UpdatedAt: now,
	}
	for i := range work {
		work[i].OwnerID = f.ID
		if work[i].Kind == models.WorkNotify {
			work[i].Data["account"], work[i].Data["code"], work[i].Data["feedback"] = p.ID, f.Code, f.ID
		}
	}
	e.must(e.st.CreateFeedback(e.t.Context(), f, work...))
	return f
}

func (e *env) work(kind models.WorkKind, data map[string]string) models.Work {
	return models.NewWork(kind, "", e.o.Now(), data)
}

func (e *env) telling(event models.Action) models.Work {
	return e.work(models.WorkNotify, map[string]string{"event": string(event)})
}

func (e *env) inbox(p *models.Person) []models.Notification {
	e.t.Helper()
	page, err := e.st.ListNotifications(e.t.Context(), p.ID, 100, "")
	e.must(err)
	return page.Items
}

func (e *env) parked() []models.Work {
	e.t.Helper()
	page, err := e.st.ParkedWork(e.t.Context(), 100, "")
	e.must(err)
	return page.Items
}

func (e *env) found(text string) int {
	e.t.Helper()
	r, err := e.o.Index.Search(e.t.Context(), search.Query{Text: text})
	e.must(err)
	return r.Total
}

type sent struct {
	Channel notify.Channel
	To      string
	Title   string
	Body    string
	Data    map[string]string
}

func (e *env) outbox() []sent {
	e.t.Helper()
	f, err := os.Open(filepath.Join(e.dir, "outbox.jsonl"))
	if os.IsNotExist(err) {
		return nil
	}
	e.must(err)
	defer f.Close()
	var out []sent
	for s := bufio.NewScanner(f); s.Scan(); {
		var m sent
		e.must(json.Unmarshal(s.Bytes(), &m))
		out = append(out, m)
	}
	return out
}

// google is a local FCM server and a sender that uses it. Tokens that begin with dead-
// are not registered.
type google struct {
	*fcmtest.Server
	sender *fcm.Sender
}

func newGoogle(t *testing.T) *google {
	g := &google{Server: fcmtest.Start(t)}
	var err error
	if g.sender, err = fcm.New([]byte(g.Credentials()), g.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.sender.Close)
	return g
}

// pushed returns the tokens of the pushes that were accepted, in order.
func (g *google) pushed() string {
	var tokens []string
	for _, m := range g.Messages() {
		tokens = append(tokens, m["token"].(string))
	}
	return strings.Join(tokens, " ")
}
