package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kiennghi/search/bleve"
)

// bench is one run.
type bench struct {
	*options
	program string
	scratch string
	report  *report
	starts  int
}

// names of what -only selects.
var names = []string{"track", "304", "answer", "list", "inbox", "search", "popular", "home page", "answers page", "console page", "mixed", "submit", "routed", "start", "engines"}

// aim is what an endpoint is to reach; zero fields are not asked for.
type aim struct {
	rate  float64
	p99   time.Duration
	share float64 // of the yardstick's rate
	of    string  // the yardstick
	raw   string  // what the raw driver does behind Fiber that is the same, of whose rate it is to reach driverShare
}

var aims = map[string]aim{
	"track":  {12000, 20 * time.Millisecond, .5, "Fiber and one raw row", "one case, decoded"},
	"304":    {12000, 20 * time.Millisecond, 0, "", "unchanged"},
	"answer": {5000, 30 * time.Millisecond, 0, "", "one case, decoded"},
	"list":   {5000, 30 * time.Millisecond, 0, "", "list"},
	"inbox":  {5000, 30 * time.Millisecond, 0, "", "inbox"},
	"search": {0, 100 * time.Millisecond, .9, "Bleve alone", ""},
	"submit": {3000, 30 * time.Millisecond, 0, "", "submit"},

	"home page":    {2000, 50 * time.Millisecond, 0, "", ""},
	"answers page": {2000, 50 * time.Millisecond, 0, "", ""},
	"console page": {2000, 50 * time.Millisecond, 0, "", ""},
}

// untilGivenBack is how long the program is at rest before its memory is measured: it gives
// back what it does not need after ten seconds, every twenty, and the index merges its files meanwhile.
const untilGivenBack = 60 * time.Second

// size measures SQLite and Bleve with that many cases; prefix tells the figures from others.
func (b *bench) size(ctx context.Context, cases int, prefix string) error {
	at, f, err := prepared(ctx, b.program, b.scratch, cases)
	if err != nil {
		return err
	}
	defer os.RemoveAll(at.data)
	b.report.filled[prefix] = f
	database := filepath.Join(at.data, "kiennghi.db")

	if b.wants("search") || b.wants("engines") {
		x, err := bleve.Open(filepath.Join(at.data, "index"))
		if err != nil {
			return err
		}
		queries := newWriter(reference(nil), nil).queries(2000)
		r := engine(ctx, x, queries, connections, b.time())
		if err := errors.Join(x.Close(), b.keep(prefix+"search/bleve alone", r)); err != nil {
			return err
		}
	}

	p, err := b.serve(ctx, at)
	if err != nil {
		return err
	}
	b.report.started(prefix, p)
	s, err := newScene(ctx, p, at)
	if err != nil {
		p.stop()
		return err
	}
	err = b.reads(ctx, p, s, prefix, database)
	if err == nil {
		err = b.writes(ctx, p, s, prefix)
	}
	if err == nil {
		err = p.rest(ctx, untilGivenBack)
	}
	b.report.memory[prefix] = p.memory()
	if b.profiles != "" {
		err = errors.Join(err, p.download("heap", filepath.Join(b.profiles, "rest.heap.pprof")))
	}
	logf("%-28s %v", prefix+"memory", b.report.memory[prefix])
	p.stop()
	if err != nil || !b.wants("start") {
		return err
	}
	for range 3 {
		if p, err = b.serve(ctx, at); err != nil {
			return err
		}
		b.report.started(prefix, p)
		p.stop()
	}
	if b.wants("engines") && b.growth == 0 {
		return errors.Join(b.plain(ctx, at), b.meili(ctx, at))
	}
	return nil
}

func (b *bench) serve(ctx context.Context, at *place, flags ...string) (*process, error) {
	b.starts++
	return serve(ctx, b.program, at, filepath.Join(b.scratch, fmt.Sprintf("kiennghi-%d.log", b.starts)), "/readyz", flags...)
}

// reads measures what does not write.
func (b *bench) reads(ctx context.Context, p *process, s *scene, prefix, database string) error {
	if b.wants("track") {
		_, body, err := fetch(p.addr, appendGet(nil, "/v1/feedback/"+s.callers[0].cases[0].code, s.callers[0].token, "Connection: close\r\n"))
		if err != nil {
			return err
		}
		if err := b.yardstick(ctx, prefix+"Fiber and a constant", "constant", "", len(body), s); err != nil {
			return err
		}
		if database != "" {
			if err := b.yardstick(ctx, prefix+"Fiber and one raw row", "row", database, 0, s); err != nil {
				return err
			}
		}
	}
	for _, t := range []target{
		{"track", p.addr, 200, s.track}, {"304", p.addr, 304, s.unchanged}, {"answer", p.addr, 200, s.answer},
		{"list", p.addr, 200, s.list}, {"inbox", p.addr, 200, s.inbox}, {"search", p.addr, 200, s.search},
		{"popular", p.addr, 200, s.popular}, {"home page", p.addr, 200, s.homePage}, {"answers page", p.addr, 200, s.answersPage},
		{"console page", p.addr, 200, s.inboxPage}, {"mixed", p.addr, 0, s.mixed},
	} {
		if err := b.endpoint(ctx, p, t, prefix); err != nil {
			return err
		}
	}
	return nil
}

// yardstick measures a server with nothing of ours in it.
func (b *bench) yardstick(ctx context.Context, name, kind, database string, bytes int, s *scene) error {
	p, err := startBare(ctx, b.scratch, kind, database, bytes)
	if err != nil {
		return err
	}
	defer p.stop()
	t := target{name, p.addr, 200, s.row}
	closed(ctx, t, connections, time.Second) // until it is warm
	before := p.cpu()
	r := closed(ctx, t, connections, b.time())
	r.cpu = p.cpu() - before
	return b.keep(name, r)
}

// endpoint measures one endpoint, closed and then open loop.
func (b *bench) endpoint(ctx context.Context, p *process, t target, prefix string) error {
	if !b.wants(t.name) {
		return nil
	}
	closed(ctx, t, connections, min(time.Second, b.time()/4)) // until it is warm
	wait := p.profile(b.profiles, t.name, b.time()-time.Second)
	before := p.cpu()
	r := closed(ctx, t, connections, b.time())
	r.cpu = p.cpu() - before
	wait()
	if err := b.keep(prefix+t.name, r); err != nil {
		return err
	}
	if b.growth > 0 {
		return nil
	}
	rate := r.rate() * .7
	if a := aims[t.name]; a.rate > 0 {
		rate = min(rate, a.rate)
	}
	return b.keep(t.name+" open", open(ctx, t, connections, rate, b.time()/2))
}

// keep puts a result into the report.
func (b *bench) keep(name string, r *result) error {
	logf("%-28s %8.0f/s  p50 %8.2f ms  p99 %8.2f ms  cpu %6.0f us  errors %d %s", name, r.rate(), millis(r.latency.quantile(.5)),
		millis(r.latency.quantile(.99)), float64(r.cpu.Microseconds())/float64(max(r.n, 1)), r.errors, r.problem)
	b.report.results[name] = r
	return nil
}

// writes measures submissions and how fast what they leave behind is done.
func (b *bench) writes(ctx context.Context, p *process, s *scene, prefix string) error {
	for _, named := range []bool{true, false} {
		name := map[bool]string{true: "submit", false: "routed"}[named]
		if !b.wants(name) {
			continue
		}
		if named {
			if err := s.repeats(p); err != nil {
				return err
			}
			if err := b.rawInserts(ctx); err != nil {
				return err
			}
		}
		p.workers.pause() // what they do is measured by the drain
		err := b.endpoint(ctx, p, target{name, p.addr, 201, s.submit(named)}, prefix)
		p.workers.goOn()
		if err != nil {
			return err
		}
		if err := b.drain(ctx, p, prefix+name); err != nil {
			return err
		}
	}
	return nil
}

// drain watches the queue for a while.
func (b *bench) drain(ctx context.Context, p *process, name string) error {
	first, err := pending(p.addr)
	if err != nil {
		return err
	}
	wait := p.profile(b.profiles, name+".drain", b.time()-time.Second)
	defer wait()
	start, left := time.Now(), first
	for left > 0 && time.Since(start) < 2*b.time() && ctx.Err() == nil {
		time.Sleep(200 * time.Millisecond) // between two looks at the queue
		if left, err = pending(p.addr); err != nil {
			return err
		}
	}
	d := drained{first, left, time.Since(start)}
	logf("%-28s %8.0f/s  %d waited, %d left after %v", name+" drain", d.rate(), first, left, d.took.Round(time.Millisecond))
	b.report.drained[name] = d
	return nil
}

type drained struct {
	waited, left int
	took         time.Duration
}

func (d drained) rate() float64 { return float64(d.waited-d.left) / d.took.Seconds() }

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
