package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"gocloud.dev/blob"

	"kiennghi/api"
	"kiennghi/circuit"
	"kiennghi/handlers"
	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/notify/webpush"
	"kiennghi/search"
	"kiennghi/store"
	"kiennghi/worker"
)

// program is the running program as a value: newProgram opens everything and listens,
// Run serves until its context ends and then drains, Close lets go.
type program struct {
	*records
	log      *slog.Logger
	ref      *models.Reference
	index    *search.Guard
	engine   search.Index // behind index
	remits   *search.Remits
	bucket   *blob.Bucket
	circuits struct{ bucket, clamd *circuit.Watched } // nil: of a folder, or without clamd
	senders  *senders
	pushKeys webpush.Keys // of browsers; empty: they are not pushed to
	metrics  *prometheus.Registry
	worker   *worker.Worker // nil: without
	app      *fiber.App     // nil: without
	ln       net.Listener
	load     handlers.Load
	ending   context.CancelFunc // tells long answers (server-sent events) to end
	folder   folder
	closers  []func() error // in the order of opening
}

// parts says what the program runs.
type parts struct{ api, workers bool }

// newProgram opens the store, the index, the bucket and the senders, and listens.
// Whoever connects from then on is answered once Run runs. log takes JSON lines.
func newProgram(ctx context.Context, c *Config, run parts, log io.Writer) (*program, error) {
	p := &program{log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: c.LogLevel})), metrics: newRegistry()}
	if err := p.open(ctx, c, run); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *program) open(ctx context.Context, c *Config, run parts) error {
	// The slowest parts of a start, beside the others; newApp and reference get the outcome.
	if run.api {
		go func() { _, _ = api.Document() }()
	}
	go func() { _, _ = knowledge.Classifier() }()
	var err error
	if p.records, err = openRecords(ctx, c); err != nil {
		return err
	}
	p.closers = append(p.closers, p.records.close)
	if !c.embedded() { // SQLite's errors come at once
		guard := store.NewGuard(p.store)
		p.store = guard
		p.metrics.MustRegister(circuitMetric("store", guard.Open))
	}
	if p.ref, err = p.reference(ctx); err != nil {
		return err
	}
	if p.engine, err = openIndex(ctx, c); err != nil {
		return err
	}
	p.index = search.NewGuard(p.engine)
	p.closers = append(p.closers, p.index.Close)
	if p.folder, err = c.openFolder(); err != nil {
		return err
	}
	p.remits = search.NewRemits(knowledge.Remits())
	p.metrics.MustRegister(circuitMetric("search", p.index.Open))
	if p.bucket, err = openBucket(ctx, c); err != nil {
		return err
	}
	p.closers = append(p.closers, p.bucket.Close)
	if strings.HasPrefix(c.BucketURL, "s3://") {
		p.circuits.bucket = p.watch("bucket", askBucket(p.bucket))
	}
	if c.Clamd != "" && run.api {
		p.circuits.clamd = p.watch("clamd", askScanner(c.Clamd))
	}
	if p.senders, err = openSenders(c); err != nil {
		return err
	}
	p.closers = append(p.closers, func() error { p.senders.close(); return nil })
	if c.WebPush == "on" {
		p.pushKeys = webpush.KeysOf(p.keys)
	}
	tracing, stop, err := startTracing(ctx, p.log)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, within(stop))
	if run.workers {
		p.worker = p.newWorker()
	}
	if run.api {
		if p.ln, err = net.Listen("tcp", c.Listen); err != nil {
			return err
		}
		if strings.HasSuffix(c.Listen, ":0") {
			c.Listen = p.ln.Addr().String()
			if strings.HasSuffix(c.PublicURL, ":0") { // nobody set another one
				c.PublicURL = "http://" + c.Listen
			}
		}
		if p.app, err = p.newApp(tracing); err != nil {
			return errors.Join(err, p.ln.Close())
		}
	}
	p.closers = append(p.closers, within(serveMetrics(c.MetricsListen, p.metrics, p.log)))
	return nil
}

func (p *program) newWorker() *worker.Worker {
	o := worker.Options{
		Store: p.store, Database: p.db, Index: p.index, Keyring: p.keys, CasePage: p.PublicURL + "/my/",
		Push: p.senders.push, SMS: p.senders.sms, Mail: p.senders.mail,
		Fields: p.ref.Fields, Rules: p.ref.Rules, Ladders: p.ref.Ladders, Reports: p.ref.Reports, Remits: p.remits, Routing: p.ref,
		Lessons: routingLessons, Kept: knowledge.Retention(),
		RouteThreshold: p.RouteThreshold, RouteError: p.RouteError,
		DeleteFile: p.deleteFile,
		Busy:       p.load.Busy,
		Lease:      p.WorkLease, Drain: p.ShutdownTimeout, Now: models.Now, Log: p.log, Metrics: p.metrics,
	}
	if p.severs() {
		o.Retention = knowledge.Retention()
	}
	if p.pushKeys.Public != "" {
		browsers := webpush.New(p.pushKeys, p.PublicURL, nil)
		p.closers = append(p.closers, func() error { browsers.Close(); return nil })
		o.Browser = browsers
	}
	if p.hurry != nil {
		p.hurry(&o)
	}
	return worker.New(o)
}

func (p *program) newApp(tracing bool) (*fiber.App, error) {
	o := handlers.Options{
		Store: p.store, Index: p.index, Remits: p.remits, Bucket: p.bucket, Ref: p.ref, Keyring: p.keys, PublicURL: p.PublicURL,
		Operator: p.Operator, RateLimit: p.RateLimit == "on", Proxies: p.TrustedProxies, Tracing: tracing, Log: p.log, Metrics: p.metrics,
		Now: models.Now, Wake: func() {}, Load: &p.load, WebPushKey: p.pushKeys.Public, BucketCircuit: p.circuits.bucket,
	}
	if p.worker != nil {
		o.Wake = p.worker.Wake
	}
	if p.FCMCredentials != "" {
		o.Push = reachable(p.pushAddress())
	}
	if p.Clamd != "" {
		o.Scan, o.ScanCircuit = scanner(p.Clamd), p.circuits.clamd
	}
	var ctx context.Context
	ctx, p.ending = context.WithCancel(context.Background())
	return handlers.New(ctx, o)
}

// warnOfCalendar says in time that the calendar of a year is missing in which terms that start
// in the next days end: cases that reach into it get no due date.
func warnOfCalendar(log *slog.Logger, rules *models.Rules, now time.Time) {
	const longest = 90 // days that a term of the rules takes at most, with days off
	if year := now.In(models.VietNam).AddDate(0, 0, longest).Year(); !rules.Knows(year) {
		log.Warn("the official calendar of a year is not loaded: cases due in it get no due date; an administrator enters its days off at the console", "year", year)
	}
}

// Run serves until ctx ends, or a file of the data folder is lost, which is an error. Then
// it stops listening, lets requests and work under way end (each at most for the shutdown
// timeout), and returns.
func (p *program) Run(ctx context.Context) error {
	for _, name := range p.unknown {
		p.log.Warn("this setting is unknown and ignored", "name", name)
	}
	if len(p.senders.missing) > 0 {
		p.log.Warn("FOR TRYING OUT ONLY: nothing is sent on these channels, messages are written to a file anyone with access can read",
			"channels", strings.Join(p.senders.missing, ","), "file", p.path(outboxFile))
	}
	warnOfCalendar(p.log, p.ref.Rules, models.Now())
	var background sync.WaitGroup
	defer background.Wait()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	background.Go(func() { end(p.folder.gone(ctx)) })
	first, failed := p.firstRecord(ctx) // before there may be new ones, which are not indexed yet
	background.Go(func() { p.prepareIndex(ctx, first, failed) })
	background.Go(func() { p.sealTexts(ctx) })
	background.Go(func() { p.removeTorn(ctx) })
	background.Go(func() { p.giveBack(ctx) })

	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	if p.worker != nil {
		background.Go(func() { p.worker.Run(working) })
	} else {
		background.Go(func() { worker.SayDetector(ctx, p.store, p.log) })
	}
	if p.app == nil {
		<-ctx.Done()
		p.log.Info("stopping")
		return p.lost(ctx)
	}

	served := make(chan error, 1)
	go func() { served <- p.app.Listener(p.ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	lost, lameDuck := p.lost(ctx), p.LameDuck
	if lost != nil {
		lameDuck = 0 // what is taken now is lost as well
	}
	p.log.Info("stopping", "lame_duck", lameDuck.String())
	p.ending() // from here on /readyz says 503, and connections are not kept
	select {
	case <-time.After(lameDuck):
	case err := <-served:
		return err
	}
	err := p.app.ShutdownWithTimeout(p.ShutdownTimeout)
	if errors.Is(err, context.DeadlineExceeded) {
		p.log.Warn("some requests did not end in time", "timeout", p.ShutdownTimeout.String())
		err = nil
	}
	return errors.Join(lost, err, <-served)
}

// lost returns the error when it is for a lost file that ctx ended, and logs it.
func (p *program) lost(ctx context.Context) error {
	err := context.Cause(ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	p.log.Error("the data folder is lost", "error", err.Error())
	return err
}

// Close lets go of everything in the reverse order of opening.
func (p *program) Close() error {
	if p.ending != nil {
		p.ending()
	}
	var err error
	for i := len(p.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, p.closers[i]())
	}
	p.closers = nil
	return err
}

// within gives a stop function a short time of its own.
func within(stop func(context.Context) error) func() error {
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		err := stop(ctx)
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		return err
	}
}
