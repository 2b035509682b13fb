package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gofiber/fiber/v2"
	"gocloud.dev/blob/memblob"

	"kiennghi/api"
	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/search/bleve"
	"kiennghi/store"
	"kiennghi/store/sqlite"
)

// harness is the real program behind a real listener, on a fresh SQLite file, a fresh
// Bleve index and a bucket in memory. Every answer is checked against the contract.
//
//	h := newHarness(t)                                       // or newHarness(t, func(o *Options) { … })
//	hoa := h.citizen("Nguyễn Thị Hoa")                       // access tokens
//	lan := h.staff("lan", "so-xd-79", models.Handler)
//	h.call("GET", "/v1/me", hoa, nil).want(200).json(&me)    // body: nil, anything for JSON, or []byte with a Content-Type
type harness struct {
	t      testing.TB
	o      Options
	url    string
	log    *syncBuffer // everything that was logged
	tokens *tokens
	ahead  atomic.Int64 // how far the program's clock is ahead
	client *http.Client
}

// contract is what answers are checked with, loaded once.
var contract = sync.OnceValue(func() []contractPath {
	doc, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		panic(err)
	}
	var out []contractPath
	for path, item := range doc.Paths.Map() {
		pattern := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`)
		out = append(out, contractPath{regexp.MustCompile("^" + pattern + "$"), routers.Route{Spec: doc, Path: path, PathItem: item}})
	}
	for _, media := range []string{"image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "audio/mp4",
		docxType.contentType, xlsxType.contentType, "application/atom+xml", "text/event-stream"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
	return out
})

type contractPath struct {
	pattern *regexp.Regexp
	route   routers.Route
}

// routeOf returns the route of the contract for a request, nil when it has none. A path
// without parameters goes before one with.
func routeOf(method, path string) *routers.Route {
	var found *routers.Route
	for _, p := range contract() {
		if !p.pattern.MatchString(path) || found != nil && strings.Contains(p.route.Path, "{") {
			continue
		}
		r := p.route
		r.Method, r.Operation = method, r.PathItem.GetOperation(method)
		if r.Operation != nil {
			found = &r
		}
	}
	return found
}

var (
	places = sync.OnceValue(func() *models.Places {
		return models.NewPlaces(knowledge.Provinces(), knowledge.Communes(), knowledge.FormerUnits()...).WithNicknames(knowledge.Nicknames())
	})
	triage = sync.OnceValue(func() *models.Triage { return models.NewTriage(knowledge.TriageCues()) })
)

// reference is what submissions are checked against: the country as it is, for one test,
// which may change agencies, rules and features.
func reference() *models.Reference {
	return &models.Reference{
		Tree:    models.NewTree(knowledge.Agencies()),
		Places:  places(),
		Fields:  models.NewFields(knowledge.Fields(), knowledge.FieldGroups()),
		Rules:   models.NewRules(knowledge.Rules(), knowledge.Calendar()),
		Triage:  triage(),
		Grounds: knowledge.RefusalGrounds(),
		Ladders: knowledge.Ladders(), Reports: knowledge.Reports(),
		Notices: knowledge.Notices(), Kept: knowledge.Retention(),
	}
}

// syncBuffer is a buffer that many goroutines write to.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newHarness starts the program with options that the caller may change.
func newHarness(t testing.TB, change ...func(*Options)) *harness {
	t.Helper()
	h := &harness{t: t, log: &syncBuffer{}, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}}
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "kiennghi.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	index, err := bleve.Open(filepath.Join(t.TempDir(), "index"))
	if err != nil {
		t.Fatal(err)
	}
	keyring, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	h.o = Options{
		Store: store.NewSealing(st, keyring), Index: index, Bucket: memblob.OpenBucket(nil), Ref: reference(), Keyring: keyring, PublicURL: "http://kiennghi.test",
		RateLimit: true, Log: slog.New(slog.NewJSONHandler(h.log, nil)), Wake: func() {},
		Now: func() time.Time { return models.Now().Add(time.Duration(h.ahead.Load())) },
	}
	now := time.Now() // half past an hour, so that no window of a limit ends within a test
	h.advance(now.Truncate(time.Hour).Add(90 * time.Minute).Sub(now))
	for _, f := range change {
		f(&h.o)
	}
	h.url = h.start()
	if h.tokens, err = newTokens(t.Context(), h.o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the app of start has stopped
		index.Close()
		st.Close()
	})
	return h
}

// start runs one more process of the program on the same store and returns its address.
func (h *harness) start() string {
	h.t.Helper()
	ctx, end := context.WithCancel(context.Background())
	app, err := New(ctx, h.o)
	if err != nil {
		h.t.Fatal(err)
	}
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func(app *fiber.App) { stopped <- app.Listener(ln) }(app)
	h.t.Cleanup(func() {
		h.client.CloseIdleConnections()
		end()
		if err := app.ShutdownWithTimeout(10 * time.Second); err != nil {
			h.t.Errorf("the app did not stop: %v", err)
		}
		<-stopped
	})
	return "http://" + ln.Addr().String()
}

// advance moves the program's clock.
func (h *harness) advance(d time.Duration) { h.ahead.Add(int64(d)) }

// session begins a session of an account and returns its access token.
func (h *harness) session(account string, staff bool) string {
	h.t.Helper()
	now := h.o.Now()
	s := &models.Session{ID: models.NewID(), Account: account, Staff: staff, CreatedAt: now, RefreshedAt: now, ExpiresAt: now.Add(staffSession)}
	if err := h.o.Store.CreateSession(context.Background(), s); err != nil {
		h.t.Fatal(err)
	}
	token, err := h.tokens.sign(context.Background(), s)
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

// citizen makes a person, with a name unless it is empty, and returns a token of theirs.
func (h *harness) citizen(name string) string {
	h.t.Helper()
	phone := "+849" + strings.Map(func(r rune) rune { return '0' + r%10 }, models.NewID()[:8])
	p := &models.Person{ID: models.NewID(), PhoneIndex: h.o.Keyring.Index(phone), Phone: h.o.Keyring.Seal(phone),
		Name: h.o.Keyring.Seal(name), Language: "vi", CreatedAt: h.o.Now(), UpdatedAt: h.o.Now()}
	if err := h.o.Store.CreatePerson(context.Background(), p); err != nil {
		h.t.Fatal(err)
	}
	return h.session(p.ID, false)
}

// staffPassword is the password of everyone whom staff makes.
const staffPassword = "Mat-khau-rat-dai-2026"

var staffHash = sync.OnceValue(func() string { return models.HashPassword(staffPassword) })

// staff makes a member of an agency's staff and returns a token of theirs.
func (h *harness) staff(username, agency string, roles ...models.Role) string {
	h.t.Helper()
	m := &models.Staff{ID: models.NewID(), Username: username, Name: "Cán bộ " + username, Agency: agency, Roles: roles,
		PasswordHash: staffHash(), Language: "vi", CreatedAt: h.o.Now(), UpdatedAt: h.o.Now()}
	if err := h.o.Store.CreateStaff(context.Background(), m); err != nil {
		h.t.Fatal(err)
	}
	return h.session(m.ID, true)
}

// accountOf returns the account of a token.
func (h *harness) accountOf(token string) string {
	h.t.Helper()
	id, err := h.tokens.verify(context.Background(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return id.account
}

// answer is what came back.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

// call sends a request and checks the answer against the contract. Headers are names and
// values in turn.
func (h *harness) call(method, path, token string, body any, headers ...string) *answer {
	h.t.Helper()
	return h.callAt(h.url, method, path, token, body, headers...)
}

// callAt is call to the process at that address.
func (h *harness) callAt(url, method, path, token string, body any, headers ...string) *answer {
	h.t.Helper()
	r := h.request(url, method, path, token, body, headers...)
	res, err := h.client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	a := &answer{t: h.t, what: method + " " + path, status: res.StatusCode, header: res.Header}
	if a.body, err = io.ReadAll(res.Body); err != nil {
		h.t.Fatalf("%s: %v", a.what, err)
	}
	h.check(r, a)
	return a
}

func (h *harness) request(url, method, path, token string, body any, headers ...string) *http.Request {
	h.t.Helper()
	var content io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case []byte:
		content = bytes.NewReader(b)
	case io.Reader:
		content = b
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			h.t.Fatal(err)
		}
		content, kind = bytes.NewReader(encoded), "application/json"
	}
	r, err := http.NewRequest(method, url+path, content)
	if err != nil {
		h.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// check validates an answer against the contract. Paths outside it are left alone.
func (h *harness) check(r *http.Request, a *answer) {
	h.t.Helper()
	route := routeOf(r.Method, r.URL.Path)
	if route == nil {
		return
	}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err != nil {
		h.t.Errorf("%s: %d: the answer breaks the contract: %v\n%.600s", a.what, a.status, err, a.body)
	}
}

// want fails the test unless the status is that.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d\n%.2000s", a.what, a.status, status, a.body)
	}
	return a
}

// json decodes the body.
func (a *answer) json(to any) *answer {
	a.t.Helper()
	if err := json.Unmarshal(a.body, to); err != nil {
		a.t.Fatalf("%s: %v\n%.600s", a.what, err, a.body)
	}
	return a
}

// fields returns the wrong fields of a problem as field:code.
func (a *answer) fields() string {
	var p api.Problem
	a.json(&p)
	var out []string
	for _, f := range p.Errors {
		out = append(out, f.Field+":"+f.Code)
	}
	return strings.Join(out, " ")
}

// detail returns what a problem says to the person.
func (a *answer) detail() string {
	var p api.Problem
	a.json(&p)
	return value(p.Detail)
}

// sms takes the newest unsent message to a phone out of the pending work.
func (h *harness) sms(phone string) string {
	h.t.Helper()
	works, err := h.o.Store.ClaimWork(context.Background(), h.o.Now().Add(time.Second), time.Minute, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	text := ""
	for _, w := range works {
		if w.Kind == models.WorkMessage {
			plain, err := h.o.Keyring.Open(w.Sealed)
			if err != nil {
				h.t.Fatal(err)
			}
			var m struct{ Channel, To, Body string }
			if err := json.Unmarshal([]byte(plain), &m); err != nil {
				h.t.Fatal(err)
			}
			if m.Channel == "sms" && m.To == phone {
				text = m.Body
			}
			if err := h.o.Store.FinishWork(context.Background(), w); err != nil {
				h.t.Fatal(err)
			}
			continue
		}
		w.DueAt = h.o.Now()
		if err := h.o.Store.RetryWork(context.Background(), w); err != nil {
			h.t.Fatal(err)
		}
	}
	return text
}

// seal is what agencies seal with.
func (h *harness) seal(agency string, at time.Time) models.Sealer {
	return h.o.Ref.SealKeys().Sealer(agency, at)
}
