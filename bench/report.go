package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report collects the figures and writes them as Markdown.
type report struct {
	o       *options
	began   time.Time
	results map[string]*result
	drained map[string]drained
	filled  map[string]*filled         // by prefix
	ready   map[string][]time.Duration // starts on the existing folder, by prefix
	memory  map[string]memory
	notes   []string
}

func newReport(o *options) *report {
	return &report{o: o, began: time.Now(), results: map[string]*result{}, drained: map[string]drained{}, filled: map[string]*filled{},
		ready: map[string][]time.Duration{}, memory: map[string]memory{}}
}

// started notes how long a start took.
func (r *report) started(prefix string, p *process) {
	r.ready[prefix] = append(r.ready[prefix], p.ready)
}

// start is the median of the starts and how many there were.
func (r *report) start(prefix string) (time.Duration, int) {
	sorted := slices.Sorted(slices.Values(r.ready[prefix]))
	if len(sorted) == 0 {
		return 0, 0
	}
	return sorted[len(sorted)/2], len(sorted)
}

var titles = map[string]string{
	"track": "track one (owner)", "304": "track one, unchanged (304)", "answer": "public answer", "list": "list of 20 answers",
	"inbox": "inbox page of 20", "search": "public search with facets", "popular": "the same, 50 queries again and again",
	"mixed": "mixed", "submit": "submit, agency named", "routed": "submit, to be routed",
}

func output(name string, args ...string) string {
	out, _ := exec.Command(name, args...).Output()
	return strings.TrimSpace(string(out))
}

func cpuModel() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func load() string {
	b, _ := os.ReadFile("/proc/loadavg")
	return strings.Join(strings.Fields(string(b))[:3], " ")
}

func verdict(ok bool) string {
	if ok {
		return "held"
	}
	return "**not held**"
}

// text is the whole report.
func (r *report) text() string {
	var b strings.Builder
	r.head(&b)
	for prefix, f := range r.filled {
		fmt.Fprintf(&b, "- %s%d published cases and %d in work; stored in %v (%d MB), indexed in %v (%d MB)\n", prefix, f.Cases, f.Others,
			f.Fill.Round(100*time.Millisecond), f.Store>>20, f.Reindex.Round(100*time.Millisecond), f.Index>>20)
	}
	r.ratios(&b)
	r.aims(&b)
	r.absolutes(&b)
	return b.String()
}

// settings are the command's options, but for where it writes: that is another place on every
// machine.
func settings() string {
	var said []string
	flag.Visit(func(f *flag.Flag) {
		switch value := f.Value.String(); {
		case f.Name == "out" || f.Name == "profiles":
		case strings.Contains(value, " "):
			said = append(said, fmt.Sprintf("-%s %q", f.Name, value))
		default:
			said = append(said, "-"+f.Name+" "+value)
		}
	})
	return strings.Join(said, " ")
}

// head says how and where the figures came about.
func (r *report) head(b *strings.Builder) {
	commit := output("git", "rev-parse", "--short=12", "HEAD")
	if output("git", "status", "--porcelain", "--untracked-files=no") != "" {
		commit += " with changes"
	}
	fmt.Fprintf(b, "# Results\n\nWritten by `go run ./bench %s`; no figure is by hand.\n\n", settings())
	fmt.Fprintf(b, "- %s, took %v\n- %d cores, %s; the load generator runs on the same cores\n- load average at the end: %s\n- commit %s, %s\n",
		r.began.UTC().Format("2006-01-02 15:04 UTC"), time.Since(r.began).Round(time.Second), runtime.NumCPU(), cpuModel(), load(), commit, runtime.Version())
	loops := map[bool]string{true: "closed loop", false: "closed loop, then half as long open loop"}[r.o.growth > 0]
	fmt.Fprintf(b, "- shape: %s; %d connections; each measured for %v %s\n", r.o.shape, connections, r.o.time(), loops)
}

func (r *report) ratios(b *strings.Builder) {
	fmt.Fprint(b, "\n## Ratios\n\n| of | to | ratio |\n|---|---|---|\n")
	line := func(of, to string) {
		x, y := r.results[of], r.results[to]
		if x != nil && y != nil && y.rate() > 0 {
			fmt.Fprintf(b, "| %s | %s | %.0f %% |\n", title(of), title(to), 100*x.rate()/y.rate())
		}
	}
	line("track", "Fiber and a constant")
	line("track", "Fiber and one raw row")
	line("304", "Fiber and one raw row")
	line("answer", "Fiber and one raw row")
	line("list", "Fiber and one raw row")
	line("inbox", "Fiber and one raw row")
	line("submit", "raw insert")
	line("submit", "raw inserts, shared commit")
	line("search", "Bleve alone")
	line("search", "search/bleve alone")
	line("popular", "search/bleve alone")
	line("search", "Meilisearch alone")
	for _, name := range names {
		line(name, rawDriver+aims[name].raw)
		line(name, fiberDriver+aims[name].raw)
	}
	for _, name := range []string{"track", "answer"} {
		line(name, rawDriver+"one case")
		line(name, fiberDriver+"one case")
	}
}

func title(name string) string {
	if name, small := strings.CutPrefix(name, small); small {
		return title(name) + ", few cases"
	}
	base, rest, _ := strings.Cut(name, " ")
	if t := titles[base]; t != "" {
		return strings.TrimSpace(t + " " + rest)
	}
	return name
}

func (r *report) aims(b *strings.Builder) {
	fmt.Fprint(b, "\n## Aims\n\nA rate is that of the closed loop. p99 is that of the open loop at 70 % of what the closed loop reached, or at the aimed rate where that is lower.\n\n")
	fmt.Fprint(b, "| what | aim | found | |\n|---|---|---|---|\n")
	failed := 0
	for _, name := range names {
		a, x := aims[name], r.results[name]
		if x == nil {
			continue
		}
		if a.rate > 0 {
			fmt.Fprintf(b, "| %s | ≥ %.0f/s | %.0f/s | %s |\n", title(name), a.rate, x.rate(), verdict(x.rate() >= a.rate))
		}
		for _, to := range []struct {
			of    string
			least float64
		}{{a.of, a.share}, {fiberDriver + a.raw, driverShare}} {
			if y := r.results[to.of]; y != nil {
				share := x.rate() / y.rate()
				fmt.Fprintf(b, "| %s | ≥ %.0f %% of %s | %.0f %% | %s |\n", title(name), 100*to.least, to.of, 100*share, verdict(share >= to.least))
			}
		}
		if o := r.results[name+" open"]; a.p99 > 0 && o != nil {
			p := o.latency.quantile(.99)
			fmt.Fprintf(b, "| %s | p99 ≤ %v | %.1f ms at %.0f/s | %s |\n", title(name), a.p99, millis(p), o.rate(), verdict(p <= a.p99))
		}
		failed += x.errors
	}
	fmt.Fprintf(b, "| all | 0 errors | %d | %s |\n", failed, verdict(failed == 0))
	if m := r.memory[""]; m.all > 0 && r.o.only == "" {
		fmt.Fprintf(b, "| resident memory after the run, at rest | ≤ 150 MB | %v | %s |\n", m, verdict(m.all <= 150<<20))
	}
	if m, n := r.start(""); n > 0 {
		fmt.Fprintf(b, "| start on the existing folder, to the first answer | ≤ 300 ms | %d ms (median of %d) | %s |\n", m.Milliseconds(), n, verdict(m <= 300*time.Millisecond))
	}
}

func (r *report) absolutes(b *strings.Builder) {
	fmt.Fprint(b, "\n## Figures\n\n| what | rate | p50 | p90 | p99 | p99.9 | most | server's CPU per request | errors |\n|---|---|---|---|---|---|---|---|---|\n")
	line := func(name string) {
		x := r.results[name]
		if x == nil {
			return
		}
		cpu := "–"
		if x.cpu > 0 {
			cpu = fmt.Sprintf("%.0f µs", float64(x.cpu.Microseconds())/float64(max(x.n, 1)))
		}
		fmt.Fprintf(b, "| %s | %.0f/s |", title(name), x.rate())
		for _, q := range []float64{.5, .9, .99, .999, 1} {
			fmt.Fprintf(b, " %.2f ms |", millis(x.latency.quantile(q)))
		}
		fmt.Fprintf(b, " %s | %d |\n", cpu, x.errors)
	}
	for _, name := range []string{"Fiber and a constant", "Fiber and one raw row", "raw insert", "raw inserts, shared commit", "Bleve alone", "search/bleve alone", "Meilisearch alone"} {
		line(name)
		line(small + name)
	}
	for name := range (*driver)(nil).commands() {
		line(rawDriver + name)
		line(fiberDriver + name)
	}
	for _, name := range names {
		line(name)
		line(name + " open")
		line(small + name)
	}
	fmt.Fprint(b, "\n| work left by | waited | done per second | left |\n|---|---|---|---|\n")
	for _, name := range []string{"submit", small + "submit", "routed", small + "routed"} {
		if d, ok := r.drained[name]; ok {
			fmt.Fprintf(b, "| %s | %d | %.0f | %d |\n", title(name), d.waited, d.rate(), d.left)
		}
	}
	for _, n := range r.notes {
		fmt.Fprintf(b, "\n%s\n", n)
	}
}
