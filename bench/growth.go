package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// small is the prefix of what was measured with few cases.
const small = "small "

// grownAtMost is how many times worse a figure may be with all cases than with few.
const grownAtMost = 1.5

// folders fills the folders that measuring would use.
func (b *bench) folders(ctx context.Context) error {
	for _, cases := range []int{b.growth, b.cases} {
		if cases == 0 {
			continue
		}
		if _, _, err := keptFolder(ctx, b.program, cases); err != nil {
			return err
		}
	}
	return nil
}

// grown measures with few cases and with many.
func (b *bench) grown(ctx context.Context) error {
	if err := b.size(ctx, b.growth, small); err != nil {
		return err
	}
	return b.size(ctx, b.cases, "")
}

// growth is the report of what becomes of the figures as cases become more.
func (r *report) growth() string {
	var b strings.Builder
	r.head(&b)
	few, many := r.filled[small], r.filled[""]
	fmt.Fprintf(&b, "\n## Growth\n\nHow many times worse each figure is with more cases; the aim is at most %.1f.\n\n", grownAtMost)
	fmt.Fprintf(&b, "| | %d published cases | %d | times worse | |\n|---|---|---|---|---|\n", few.Cases, many.Cases)
	line := func(what string, x, y, worse float64, format string) {
		if x > 0 && y > 0 {
			fmt.Fprintf(&b, "| %s | "+format+" | "+format+" | %.2f | %s |\n", what, x, y, worse, verdict(worse <= grownAtMost))
		}
	}
	more := func(what string, x, y float64, format string) { line(what, x, y, y/x, format) }
	for _, name := range append([]string{"Fiber and one raw row", "search/bleve alone"}, names...) {
		x, y := r.results[small+name], r.results[name]
		if x == nil || y == nil {
			continue
		}
		line(title(name), x.rate(), y.rate(), x.rate()/y.rate(), "%.0f/s")
		more(title(name)+", p99", millis(x.latency.quantile(.99)), millis(y.latency.quantile(.99)), "%.1f ms")
	}
	for _, name := range []string{"submit", "routed"} {
		x, y := r.drained[small+name].rate(), r.drained[name].rate()
		line("work left by "+title(name)+", done", x, y, x/y, "%.0f/s")
	}
	before, _ := r.start(small)
	after, _ := r.start("")
	more("start to the first answer", millis(before), millis(after), "%.0f ms")
	more("memory of its own after the run", mega(r.memory[small].own), mega(r.memory[""].own), "%.0f MB")
	perRecord := func(f *filled, x float64) float64 { return x / float64(f.Cases+f.Others) }
	each := func(what, format string, of func(*filled) float64) {
		more(what, perRecord(few, of(few)), perRecord(many, of(many)), format)
	}
	each("storing, a case", "%.2f ms", func(f *filled) float64 { return millis(f.Fill) })
	each("building the index, a case", "%.2f ms", func(f *filled) float64 { return millis(f.Reindex) })
	each("store, a case", "%.1f kB", func(f *filled) float64 { return float64(f.Store) / 1000 })
	each("index, a case", "%.1f kB", func(f *filled) float64 { return float64(f.Index) / 1000 })

	fmt.Fprintf(&b, "\n## Sizes\n\n| published cases | in work | stored in | store | reindexed in | index |\n|---|---|---|---|---|---|\n")
	for _, f := range []*filled{few, many} {
		fmt.Fprintf(&b, "| %d | %d | %v | %.0f MB | %v | %.0f MB |\n", f.Cases, f.Others, f.Fill.Round(100*time.Millisecond), mega(f.Store),
			f.Reindex.Round(100*time.Millisecond), mega(f.Index))
	}
	r.absolutes(&b)
	return b.String()
}

func mega(bytes int64) float64 { return float64(bytes) / (1 << 20) }
