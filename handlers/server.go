package handlers

import (
	"context"
	"encoding/json"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/contrib/otelfiber/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/etag"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/swaggest/swgui/v5emb"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.12.0"
	"gocloud.dev/blob"
	"golang.org/x/sync/singleflight"

	"kiennghi/api"
	"kiennghi/circuit"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
	"kiennghi/web"
)

// Options is everything the handlers need from outside.
type Options struct {
	Store     store.Store
	Index     search.Index
	Remits    *search.Remits
	Bucket    *blob.Bucket // bytes of uploads
	Ref       *models.Reference
	Keyring   *models.Keyring
	PublicURL string   // without a slash at the end
	Operator  string   // who runs the site and how to reach them; may be empty
	RateLimit bool     // false only for benchmarks
	Proxies   []string // addresses whose X-Forwarded-For is believed
	Tracing   bool
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	Now       func() time.Time                             // models.Now in production
	Load      *Load                                        // counts requests, but for uploads; may be nil
	Wake      func()                                       // tells the workers of this process that there is work
	Push      func(ctx context.Context) error              // nil error when pushes can be sent; nil function: the outbox
	Scan      func(ctx context.Context, r io.Reader) error // virus scanner: KindInvalid says what is wrong with the file; nil: none configured

	BucketCircuit *circuit.Watched // of the bucket; nil: a folder, whose errors come at once
	ScanCircuit   *circuit.Watched // of the scanner; nil: it is called whatever happened

	WebPushKey string // public key that browsers subscribe with; empty: they are not pushed to
}

// server implements api.StrictServerInterface; its methods are spread over one file
// per resource.
type server struct {
	Options
	site      *web.Site
	styleHash string // for the content policy of pages
	tokens    *tokens
	limits    *limiter
	ready     lastReady
	counts    *prometheus.HistogramVec
	streams   streams         // open event streams
	ending    <-chan struct{} // closed when long answers are to end

	names   *memo[string]                // of staff, by id
	inbox   *memo[map[models.Status]int] // counts per status, by query
	views   *memo[map[string]int]        // counts of the inbox's views, by member
	members *memo[[]web.Option]          // who works on cases, by agency
	answers *memo[models.Answer]         // public views, by id and version
	lists   *memo[*answersPage]          // of answers, by what was asked
	shared  *memo[shared]                // pages, by language and address
	doubts  *memo[string]                // what is to be said against seals of answers
	sorting *memo[*time.Time]            // by when it has to be found out whose a case is, by its ID and version
	lines   *memo[template.HTML]         // of cases in lists of the console, by what they say
	files   *memo[*encoded]              // static ones, by name
	alike   *memo[[]search.Hit]          // answers like one, by its id
	late    *memo[[]overdue]             // of an agency and those beneath it
	maps    *memo[[]string]              // parts of the sitemap
	counted *memo[*models.Figures]       // the public figures
	routed  *memo[*models.RoutingFigures]
	finding singleflight.Group // lists that are being made

	agencies agencyNames
}

// timeout is how long one request may take, side effects excluded: they are work. A
// database that does not answer makes a 503 after that time at the latest.
const timeout = 4 * time.Second

// readTime is how long a client may take to send a request; a file has its own limits.
const readTime = 15 * time.Second

// New builds the Fiber app. The error is one of the program itself (a broken contract)
// or of the store (signing keys).
func New(ctx context.Context, o Options) (*fiber.App, error) {
	doc, err := api.Document()
	if err != nil {
		return nil, err
	}
	s := &server{Options: o, limits: newLimiter(o), ending: ctx.Done()}
	if s.site, err = web.New(o.Now); err != nil {
		return nil, err
	}
	s.styleHash = s.site.StyleHash()
	if s.tokens, err = newTokens(ctx, o); err != nil {
		return nil, err
	}
	s.counts = requestMetric(o.Metrics)
	s.names = newMemo[string](time.Minute, 10000)
	s.inbox = newMemo[map[models.Status]int](2*time.Second, 10000)
	s.views = newMemo[map[string]int](2*time.Second, 10000)
	s.members = newMemo[[]web.Option](time.Minute, 1000)
	s.answers = newMemo[models.Answer](time.Minute, 5000)
	s.doubts = newMemo[string](time.Minute, 5000)
	s.lists = newMemo[*answersPage](listTTL, 500)
	s.shared = newMemo[shared](time.Minute, 500)
	s.sorting = newMemo[*time.Time](10*time.Minute, 10000)
	s.lines = newMemo[template.HTML](time.Minute, 5000)
	s.files = newMemo[*encoded](24*time.Hour, 1000)
	s.alike = newMemo[[]search.Hit](time.Minute, 2000)
	s.late = newMemo[[]overdue](time.Minute, 5000)
	s.maps = newMemo[[]string](10*time.Minute, 1)
	s.counted = newMemo[*models.Figures](time.Minute, 1)
	s.routed = newMemo[*models.RoutingFigures](time.Minute, 1)

	seen, err := setting(ctx, s.Store, models.SettingChanged)
	if err == nil {
		err = s.reloadSmall(ctx)
	}
	if err != nil {
		return nil, err
	}
	go s.follow(ctx, followed{seen, s.Now()})

	app := fiber.New(fiber.Config{
		AppName:                      "kiennghi",
		DisableStartupMessage:        true,
		Immutable:                    true, // Fiber reuses request memory; what a handler keeps must not change
		BodyLimit:                    maxBody,
		StreamRequestBody:            true, // so that an upload is never whole in memory
		DisablePreParseMultipartForm: true, // nor on disk before it is known who sends it
		ReadTimeout:                  readTime,
		WriteTimeout:                 60 * time.Second,
		IdleTimeout:                  90 * time.Second,
		ReadBufferSize:               16 << 10,
		ErrorHandler:                 s.fail,
		JSONEncoder:                  json.Marshal,
		JSONDecoder:                  json.Unmarshal,
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               o.Proxies,
		ProxyHeader:                  proxyHeader(o.Proxies),
		EnableIPValidation:           true,
	})
	if o.Tracing {
		app.Use(otelfiber.Middleware(otelfiber.WithCollectClientIP(false), otelfiber.WithCustomAttributes(traced)))
	}
	app.Use(s.begin, s.caught, compress.New(compress.Config{
		Next: func(c *fiber.Ctx) bool {
			return c.Path() == "/v1/events" || c.Path() == "/answers.csv" || strings.HasPrefix(c.Path(), "/v1/uploads/") ||
				c.Path() == "/my/events" || strings.HasPrefix(c.Path(), "/my/files/") // an end that was cut off must show
		},
	}))
	s.gates(app, doc)
	app.Use(api.EmptyBody)
	api.RegisterHandlers(app, uploadsStreamed{api.NewStrictHandler(s, nil), s})

	app.Get("/openapi.yaml", etag.New(), func(c *fiber.Ctx) error {
		c.Type("yaml", "utf-8")
		return c.Send(api.Spec)
	})
	docs := v5emb.New("Kiến nghị", "/openapi.yaml", "/docs/")
	app.Use("/docs", docsPolicy, adaptor.HTTPHandler(http.Handler(docs)))
	s.pageRoutes(app)
	app.Use(func(c *fiber.Ctx) error { return models.ErrNotFound })
	return app, nil
}

// traced puts the path alone in place of the address: what is searched for may name people.
func traced(c *fiber.Ctx) []attribute.KeyValue {
	path := strings.Clone(c.Path())
	return []attribute.KeyValue{semconv.HTTPTargetKey.String(path), semconv.HTTPURLKey.String(path)}
}

func proxyHeader(proxies []string) string {
	if len(proxies) == 0 {
		return ""
	}
	return fiber.HeaderXForwardedFor
}
