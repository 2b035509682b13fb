// Package worker does the work that is stored beside the records: it indexes, tells
// senders, sends messages, routes new cases, reminds staff of what is due, and appends
// to the audit chain. Work is done at least once; each job is safe to do again. Any
// number of workers, in any number of processes, may run on one store.
package worker

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kiennghi/circuit"
	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/search"
	"kiennghi/store"
)

// Options says what a worker works with. Store, Index, Keyring, Push, SMS and Mail
// are needed; a zero value of the others means the default.
type Options struct {
	Store   store.Store
	Index   search.Index
	Keyring *models.Keyring
	Push    notify.Sender
	Browser notify.Sender // nil: browsers are not pushed to
	SMS     notify.Sender
	Mail    notify.Sender

	// Fields are the subjects that new cases are routed by; without it by none.
	Fields *models.Fields
	// Rules count the clocks of cases that the worker hands on and date those without a due
	// date; without it they have none.
	Rules *models.Rules
	// Ladders say who is reminded of cases and when, in the office hours of Rules; without
	// them nobody is.
	Ladders []models.Ladder
	Reports []models.ReportTerm // when the quarters of the figures end
	// Routing reads new cases beside signs, remits and past cases: by its Places where they
	// are when their senders did not say, and by its model. nil: nothing does.
	Routing *models.Reference
	// Lessons is what the built-in model was trained from: with it and Routing, the model
	// learns from what officers decide.
	Lessons func() []models.Example
	// Kept says how long lessons and files that no text uses are kept. Without it nothing is
	// learnt of before and no file is removed.
	Kept []models.Retention
	// RouteThreshold is the least probability from which a case is assigned without an
	// officer, unless administrators set another; 0 means never.
	RouteThreshold float64
	// RouteError is the share of wrong agencies that is accepted among those, unless
	// administrators set another; it raises the probability where the model needs it.
	RouteError float64

	// Retention says how long personal data is kept: identities past their term are severed.
	// Without it none is.
	Retention []models.Retention

	// Database is what seals nothing, behind Store: what is sealed with an older key of Keyring is
	// sealed anew there. Without it nothing is.
	Database store.Store

	// CasePage is what stands before the tracking code in the address of a case on the
	// web, for example https://example.vn/my/. Empty: messages carry no address.
	CasePage string
	// Remits are what new cases are compared with.
	Remits *search.Remits
	// DeleteFile removes a file from the bucket; it is no error when it is gone. Without
	// it, unused uploads stay.
	DeleteFile func(ctx context.Context, key string) error

	// Busy reports whether the process has something more urgent to do, such as requests
	// that wait for an answer. While it does, work is left alone, for a while (see yield).
	// Without it, work never waits.
	Busy func() bool

	Concurrency int           // pieces of work in hand at most; 512
	Batch       int           // claimed at once at most; 256, and index work goes to the engine together
	Lease       time.Duration // how long claimed work is ours; 60 s. A job may take half of it
	Poll        time.Duration // how long an empty queue is left alone at most; 500 ms
	Drain       time.Duration // how long Run waits for work in hand when it is stopped; 20 s
	MaxAttempts int           // then work is parked; 12
	FirstWait   time.Duration // before the second attempt; 2 s, and doubled each time
	SealAfter   time.Duration // between the beginning of a rotation and of sealing anew, and between two looks for one; 1 min
	Pause       time.Duration // how long a service that keeps failing is left alone; 30 s

	Now     func() time.Time      // models.Now
	Log     *slog.Logger          // slog.Default()
	Metrics prometheus.Registerer // none
}

// asking is how long the store may take to hand out or count work.
const asking = 10 * time.Second

// Worker claims work and does it.
type Worker struct {
	o        Options
	wake     chan struct{}
	metrics  *metrics
	breakers map[notify.Channel]*breaker
	pending  atomic.Int64  // work that waits, as it was counted last
	gathered gathered      // index work that waits for the engine
	ringGrew time.Time     // when a key was first seen in the ring for which no rotation was begun; of sealAnew alone
	thinking chan struct{} // full while as many route as may at once
	seals    struct {
		sync.Mutex
		keys *models.SealKeys
		read time.Time
	}
	agencies struct {
		sync.Mutex
		tree      *models.Tree
		threshold float64
		read      time.Time
	}
}

// New returns a worker; Run starts it.
func New(o Options) *Worker {
	orDefault(&o.Concurrency, 512)
	orDefault(&o.Batch, 256)
	orDefault(&o.Lease, time.Minute)
	orDefault(&o.Poll, 500*time.Millisecond)
	orDefault(&o.Drain, 20*time.Second)
	orDefault(&o.MaxAttempts, 12)
	orDefault(&o.FirstWait, 2*time.Second)
	orDefault(&o.SealAfter, models.SealKeyAhead)
	orDefault(&o.Pause, 30*time.Second)
	if o.Now == nil {
		o.Now = models.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Rules == nil {
		o.Rules = models.NewRules(nil, &models.Calendar{})
	}
	if o.Fields == nil {
		o.Fields = models.NewFields(nil, nil)
	}
	w := &Worker{o: o, wake: make(chan struct{}, 1), breakers: map[notify.Channel]*breaker{},
		// Routing is all computing: more at once would only keep others from the processors.
		thinking: make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))}
	for c, s := range map[notify.Channel]notify.Sender{notify.Push: o.Push, notify.Browser: o.Browser, notify.SMS: o.SMS, notify.Mail: o.Mail} {
		if s == nil {
			continue
		}
		w.breakers[c] = &breaker{sender: s, slots: make(chan struct{}, atOnce[c]),
			circuit: circuit.Circuit{After: breakAfter, Pause: o.Pause, Now: o.Now}}
	}
	w.metrics = newMetrics(o.Metrics, w.breakers)
	return w
}

func orDefault[T int | time.Duration](v *T, value T) {
	if *v <= 0 {
		*v = value
	}
}

// Wake makes the worker look for work now. It never blocks. A process that writes
// work and also runs the worker calls it, so that side effects take milliseconds.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. Then it claims no more, waits for what is in hand (up to
// Options.Drain; what takes longer is interrupted and will be due again), and returns.
// It may be called again afterwards.
func (w *Worker) Run(ctx context.Context) {
	jobs, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	stopDrain := context.AfterFunc(ctx, func() {
		select {
		case <-jobs.Done():
		case <-time.After(w.o.Drain):
			interrupt()
		}
	})
	defer stopDrain()

	var wg sync.WaitGroup
	wg.Go(func() { w.claim(ctx, jobs) })
	wg.Go(func() { every(ctx, 15*time.Second, w.measure) })
	wg.Go(func() { every(ctx, reindexPoll, w.serveReindex) })
	wg.Go(func() { every(ctx, time.Minute, w.handOver) })
	wg.Go(func() { every(ctx, time.Minute, w.carryOut) })
	wg.Go(func() { every(ctx, time.Hour, w.forgetDrafts) })
	wg.Go(func() { every(ctx, time.Minute, w.countFigures) })
	wg.Go(func() { every(ctx, time.Minute, w.keepFound) })
	wg.Go(func() { every(ctx, time.Minute, w.dateAll) })
	if w.o.Routing != nil && w.o.Lessons != nil {
		wg.Go(func() { every(ctx, time.Minute, w.learn) })
	}
	if len(w.o.Retention) > 0 {
		wg.Go(func() { every(ctx, time.Minute, w.severPast) })
	}
	if len(w.o.Ladders) > 0 {
		wg.Go(func() { every(ctx, time.Minute, w.climb) })
	}
	if w.o.Database != nil {
		wg.Go(func() { every(ctx, w.o.SealAfter, w.sealAnew) })
	}
	if w.o.DeleteFile != nil {
		wg.Go(func() { every(ctx, time.Hour, w.sweep) })
	}
	wg.Wait()
}

// every calls do at once and then again and again, until ctx ends.
func every(ctx context.Context, interval time.Duration, do func(context.Context)) {
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		do(ctx)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// claim takes as much work as there are free hands, until ctx ends, and then waits
// for the hands.
func (w *Worker) claim(ctx, jobs context.Context) {
	hands := make(chan struct{}, w.o.Concurrency)
	var inHand sync.WaitGroup
	defer inHand.Wait()
	for failures := 0; ; {
		free := take(ctx, hands, w.yield(ctx))
		if free == 0 {
			return
		}
		asking, enough := context.WithTimeout(ctx, asking)
		work, err := w.o.Store.ClaimWork(asking, w.o.Now(), w.o.Lease, free)
		enough()
		if err == nil {
			w.metrics.claimed.Set(float64(w.o.Now().Unix()))
		}
		for range free - len(work) {
			<-hands
		}
		run := func(group []models.Work) {
			defer func() {
				for range group {
					<-hands
				}
			}()
			w.do(jobs, group)
		}
		for _, group := range groups(work) {
			if group[0].Kind != models.WorkIndex {
				inHand.Go(func() { run(group) })
			} else if w.gathered.add(group) {
				inHand.Go(func() {
					for group := w.gathered.take(w.o.Batch); group != nil; group = w.gathered.take(w.o.Batch) {
						run(group)
					}
				})
			}
		}
		wait := w.o.Poll/2 + rand.N(w.o.Poll/2+1)
		switch {
		case err == nil && len(work) == free:
			failures = 0
			continue
		case err == nil:
			failures = 0
		case ctx.Err() != nil:
			return
		default:
			failures++
			wait = backoff(failures, w.o.FirstWait, 5*time.Second)
			w.o.Log.Error("cannot claim work", "error", reason(err), "again_in", wait.String())
		}
		if !w.sleep(ctx, wait) {
			return
		}
	}
}

const (
	yieldFor  = 500 * time.Millisecond // how long work waits at most for the process to be less busy
	yieldStep = 20 * time.Millisecond
	yielded   = 16 // claimed at once while the process stays busy
)

// yield waits while the process is busy, and returns how much work to claim. Work is
// late then but not starved: intake goes first, because a sender waits for it.
func (w *Worker) yield(ctx context.Context) int {
	if w.o.Busy == nil {
		return w.o.Batch
	}
	for range yieldFor / yieldStep {
		if !w.o.Busy() {
			return w.o.Batch
		}
		select {
		case <-ctx.Done():
			return w.o.Batch
		case <-time.After(yieldStep):
		}
	}
	return min(yielded, w.o.Batch)
}

// take waits for a free hand and returns how many it took, at most n; 0 when ctx ended.
func take(ctx context.Context, hands chan struct{}, n int) int {
	if ctx.Err() != nil {
		return 0
	}
	select {
	case <-ctx.Done():
		return 0
	case hands <- struct{}{}:
	}
	for i := 1; i < n; i++ {
		select {
		case hands <- struct{}{}:
		default:
			return i
		}
	}
	return n
}

// sleep waits until there may be work, and reports whether to go on.
func (w *Worker) sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-w.wake:
	case <-t.C:
	}
	return true
}

// groups puts index work together, because an engine takes many documents at the
// price of one, and leaves the rest one by one.
func groups(work []models.Work) [][]models.Work {
	var out [][]models.Work
	var index []models.Work
	for _, x := range work {
		if x.Kind == models.WorkIndex {
			index = append(index, x)
		} else {
			out = append(out, []models.Work{x})
		}
	}
	if len(index) > 0 {
		out = append(out, index)
	}
	return out
}
