package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	_ "modernc.org/sqlite" // the program's own driver

	"kiennghi/search"
)

// bare is a server with nothing of ours in it, for comparing: Fiber with a constant
// answer, or Fiber with one row of the same database by the same driver, or with the commands
// that MongoDB's driver sends for the program; database is its address then.
func bare(kind, addr, database string, bytes int) error {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	switch kind {
	case "constant":
		body := make([]byte, bytes)
		for i := range body {
			body[i] = 'x'
		}
		app.Get("/*", func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
			return c.Send(body)
		})
	case "row":
		db, err := openSQL(database)
		if err != nil {
			return err
		}
		db.SetMaxOpenConns(4)
		db.SetMaxIdleConns(4)
		find, err := db.Prepare("SELECT doc FROM feedback WHERE code = ?")
		if err != nil {
			return err
		}
		app.Get("/:code", func(c *fiber.Ctx) error {
			var doc []byte
			if err := find.QueryRowContext(c.Context(), c.Params("code")).Scan(&doc); err != nil {
				return err
			}
			c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
			return c.Send(doc)
		})
	case "driver":
		d, err := newDriver(context.Background(), database)
		if err != nil {
			return err
		}
		d.routes(app)
	default:
		return fmt.Errorf("no yardstick %q", kind)
	}
	return app.Listen(addr)
}

func openSQL(path string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)")
}

// startBare starts one as a process of its own, like the program.
func startBare(ctx context.Context, scratch, kind, database string, bytes int) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	addr := free()
	cmd := exec.Command(self, "-bare", kind, "-addr", addr, "-database", database, "-bytes", fmt.Sprint(bytes))
	return launch(ctx, cmd, addr, filepath.Join(scratch, kind+".log"), nil)
}

// repeat calls do from as many goroutines as there are connections, for a while.
func repeat(ctx context.Context, connections int, d time.Duration, do func(n int) error) *result {
	out := &result{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var next atomic.Int64
	start := time.Now()
	for range connections {
		wg.Go(func() {
			one := &result{}
			for ctx.Err() == nil && time.Since(start) < d {
				at := time.Now()
				err := do(int(next.Add(1)))
				one.latency.add(time.Since(at))
				if one.n++; err != nil {
					one.errors++
					one.problem = err.Error()
				}
			}
			mu.Lock()
			defer mu.Unlock()
			out.n += one.n
			out.errors += one.errors
			out.latency.merge(&one.latency)
			out.problem += one.problem
		})
	}
	wg.Wait()
	out.seconds = time.Since(start).Seconds()
	return out
}

// rawInserts keeps what durable inserts of a document take.
func (b *bench) rawInserts(ctx context.Context) error {
	if b.growth > 0 {
		return nil // the same at every size
	}
	single, grouped, err := rawInserts(ctx, b.scratch, connections, 2200, b.time()/2)
	if err != nil {
		return err
	}
	return errors.Join(b.keep("raw insert", single), b.keep("raw inserts, shared commit", grouped))
}

// rawInserts measures durable inserts of a document of that size: each in a transaction
// of its own, and all that wait together in one.
func rawInserts(ctx context.Context, scratch string, connections, bytes int, d time.Duration) (single, grouped *result, err error) {
	db, err := openSQL(filepath.Join(scratch, "raw.db"))
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err = db.Exec("CREATE TABLE raw (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, doc BLOB NOT NULL)"); err != nil {
		return nil, nil, err
	}
	const insert = "INSERT INTO raw (id, doc) VALUES (?, ?)"
	one, err := db.Prepare(insert)
	if err != nil {
		return nil, nil, err
	}
	defer one.Close()
	doc := make([]byte, bytes)
	single = repeat(ctx, connections, d, func(n int) error {
		_, err := one.Exec(fmt.Sprintf("s%032d", n), doc)
		return err
	})

	type write struct {
		id   string
		done chan error
	}
	queue := make(chan write, 256)
	var wg sync.WaitGroup
	wg.Go(func() {
		for w := range queue {
			batch := []write{w}
			for len(queue) > 0 && len(batch) < 256 {
				batch = append(batch, <-queue)
			}
			tx, err := db.Begin()
			if err == nil {
				insert := tx.Stmt(one)
				for _, w := range batch {
					_, e := insert.Exec(w.id, doc)
					err = errors.Join(err, e)
				}
				err = errors.Join(err, tx.Commit())
			}
			for _, w := range batch {
				w.done <- err
			}
		}
	})
	grouped = repeat(ctx, connections, d, func(n int) error {
		w := write{fmt.Sprintf("g%032d", n), make(chan error, 1)}
		queue <- w
		return <-w.done
	})
	close(queue)
	wg.Wait()
	return single, grouped, nil
}

// facets are those of the public search.
var facets = []search.Facet{search.FacetAgency, search.FacetField, search.FacetProvince, search.FacetYear}

// engine asks the search package itself, without the program around it.
func engine(ctx context.Context, x search.Index, list []asked, connections int, d time.Duration) *result {
	return repeat(ctx, connections, d, func(n int) error {
		_, err := x.Search(ctx, list[n%len(list)].query())
		return err
	})
}

func (a asked) query() search.Query {
	return search.Query{Text: a.text, Facets: facets, Limit: 20,
		Filters: search.Filters{Public: true, Province: a.province, Field: a.field}}
}
