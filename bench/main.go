// Command bench measures the program under load, beside yardsticks in the same run, and
// writes what it found. It builds the program and runs it as a process of its own, on a
// folder that it fills.
//
//	go run ./bench [-cases 100000] [-seconds 8] [-shape embedded] [-only submit,track] [-out bench/RESULTS.md]
//	go run ./bench -cases 1000000 -growth 10000 [-build]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const connections = 32

type options struct {
	cases    int
	seconds  float64
	shape    string
	only     string
	out      string
	profiles string
	growth   int
	build    bool
}

func (o *options) wants(name string) bool {
	return o.only == "" || slices.Contains(strings.Split(o.only, ","), name)
}

func (o *options) time() time.Duration { return time.Duration(o.seconds * float64(time.Second)) }

func logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

func main() {
	var o options
	var kind, addr, database string
	var bytes int
	flag.IntVar(&o.cases, "cases", 100_000, "published cases; a quarter more are still in work")
	flag.Float64Var(&o.seconds, "seconds", 8, "how long each is measured")
	flag.StringVar(&o.shape, "shape", "embedded", "embedded (SQLite, Bleve) or production (MongoDB, Meilisearch)")
	flag.StringVar(&o.only, "only", "", "only these, separated by commas: "+strings.Join(names, ", "))
	flag.StringVar(&o.out, "out", "", "where the results go; empty: bench/RESULTS.md, RESULTS-production.md in that shape, RESULTS-growth.md with -growth")
	flag.StringVar(&o.profiles, "profiles", "", "keep profiles of CPU and memory of each measurement in this folder")
	flag.IntVar(&o.growth, "growth", 0, "measure with so many cases first, then with -cases, and compare")
	flag.BoolVar(&o.build, "build", false, "fill the folders in the user's cache folder and measure nothing")
	flag.StringVar(&kind, "bare", "", "used by the command itself: serve a yardstick")
	flag.StringVar(&addr, "addr", "", "used by the command itself")
	flag.StringVar(&database, "database", "", "used by the command itself")
	flag.IntVar(&bytes, "bytes", 1000, "used by the command itself")
	flag.Parse()
	switch {
	case o.out != "":
	case o.growth > 0:
		o.out = "bench/RESULTS-growth.md"
	case o.shape == "production":
		o.out = "bench/RESULTS-production.md"
	default:
		o.out = "bench/RESULTS.md"
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if kind != "" {
		err = bare(kind, addr, database, bytes)
	} else {
		err = measure(ctx, &o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measure runs everything and writes the results.
func measure(ctx context.Context, o *options) error {
	scratch, err := os.MkdirTemp("", "kiennghi-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	program := filepath.Join(scratch, "kiennghi")
	logf("building")
	build := exec.CommandContext(ctx, "go", "build", "-pgo=cmd/kiennghi/kiennghi.pgo", "-o", program, "./cmd/kiennghi")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as the product is built, whatever the shell says
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	b := &bench{options: o, program: program, scratch: scratch, report: newReport(o)}
	text := b.report.text
	switch {
	case o.shape == "production" && (o.build || o.growth > 0):
		err = errors.New("folders are kept, and compared, in the embedded shape only")
	case o.shape == "production":
		err = b.production(ctx)
	case o.shape != "embedded":
		err = fmt.Errorf("no shape %q", o.shape)
	case o.build:
		return b.folders(ctx)
	case o.growth > 0:
		err, text = b.grown(ctx), b.report.growth
	default:
		err = b.size(ctx, o.cases, "")
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	out := text()
	fmt.Print(out)
	return os.WriteFile(o.out, []byte(out), 0o644)
}
