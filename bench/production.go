package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"kiennghi/search/meili"
)

const (
	meiliKey  = "bench-master-key-0000"
	meiliTime = 12 * time.Minute // how long Meilisearch may take to index everything
)

// find returns the path of a server program: from an environment variable, the PATH, or
// a place in the home folder.
func find(variable, name string, inHome ...string) string {
	if path := os.Getenv(variable); path != "" {
		return path
	}
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	home, _ := os.UserHomeDir()
	path := filepath.Join(append([]string{home}, inHome...)...)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// startMeili starts a Meilisearch of our own; nil when there is none.
func (b *bench) startMeili(ctx context.Context) (*process, error) {
	path := find("MEILISEARCH", "meilisearch", ".cache", "kn", "meilisearch")
	if path == "" {
		b.report.notes = append(b.report.notes, "Meilisearch was not there: its figures are missing.")
		return nil, nil
	}
	addr := free()
	cmd := exec.Command(path, "--no-analytics", "--db-path", filepath.Join(b.scratch, "meili"), "--http-addr", addr,
		"--master-key", meiliKey, "--log-level", "ERROR")
	cmd.Dir = b.scratch
	return launch(ctx, cmd, addr, filepath.Join(b.scratch, "meili.log"), appendGet(nil, "/health", "", "Connection: close\r\n"))
}

// meili measures Meilisearch alone, with the same documents and queries.
func (b *bench) meili(ctx context.Context, at *place) error {
	p, err := b.startMeili(ctx)
	if err != nil || p == nil {
		return err
	}
	defer p.stop()
	x, err := meili.Open(ctx, "http://"+p.addr, meiliKey, "kiennghi", nil)
	if err != nil {
		return err
	}
	start := time.Now()
	limited, cancel := context.WithTimeout(ctx, meiliTime)
	defer cancel()
	err = at.reindex(limited, x)
	if limited.Err() != nil && ctx.Err() == nil {
		b.report.notes = append(b.report.notes, fmt.Sprintf("Meilisearch had not indexed the same cases after %v: its figures are missing.", meiliTime))
		return nil
	}
	if err != nil {
		return err
	}
	b.report.notes = append(b.report.notes, fmt.Sprintf("Meilisearch indexed the same cases in %v.", time.Since(start).Round(100*time.Millisecond)))
	queries := newWriter(reference(nil), nil).queries(2000)
	return b.keep("Meilisearch alone", engine(ctx, x, queries, connections, b.time()))
}

// production measures MongoDB and Meilisearch, beside their drivers alone. The workers are a process of
// their own there, which stands still while submissions are measured, as the driver alone
// leaves no work behind either.
func (b *bench) production(ctx context.Context) error {
	path := find("SECANTUSD", "secantusd-rs", ".cargo", "bin", "secantusd-rs")
	uri := os.Getenv("KIENNGHI_TEST_MONGO_URI")
	if path == "" && uri == "" {
		return errors.New("no MongoDB: set KIENNGHI_TEST_MONGO_URI or install secantusd-rs")
	}
	if uri == "" {
		addr := free()
		folder := filepath.Join(b.scratch, "mongo")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			return err
		}
		cmd := exec.Command(path, "--port", port, "--storage-path", folder, "--sync-on-commit", "--log-level", "ERROR")
		m, err := launch(ctx, cmd, addr, filepath.Join(b.scratch, "mongo.log"), nil)
		if err != nil {
			return err
		}
		defer m.stop()
		uri = "mongodb://" + addr + "/bench?directConnection=true"
	}
	me, err := b.startMeili(ctx)
	if err != nil {
		return err
	}
	if me == nil {
		return errors.New("no Meilisearch: put it on the PATH or set MEILISEARCH")
	}
	defer me.stop()
	at := &place{data: filepath.Join(b.scratch, "data"), uri: uri,
		env: []string{"KIENNGHI_MONGO_URI=" + uri, "KIENNGHI_MEILI_URL=http://" + me.addr, "KIENNGHI_MEILI_KEY=" + meiliKey}}
	if err := os.MkdirAll(at.data, 0o700); err != nil {
		return err
	}
	var f filled
	if err := fillStore(ctx, at, b.program, b.cases, &f, func() error { return nil }); err != nil {
		return err
	}
	if err := fillIndex(ctx, at, b.program, &f); err != nil {
		return err
	}
	b.report.filled[""] = &f
	p, err := b.serve(ctx, at, "--no-workers")
	if err != nil {
		return err
	}
	defer p.stop()
	if p.workers, err = startWorkers(ctx, b.program, at, filepath.Join(b.scratch, "workers.log")); err != nil {
		return err
	}
	defer p.workers.stop()
	s, err := newScene(ctx, p, at)
	if err != nil {
		return err
	}
	if err := b.rawMongo(ctx, uri); err != nil {
		return err
	}
	x, err := meili.Open(ctx, "http://"+me.addr, meiliKey, "kiennghi", nil)
	if err != nil {
		return err
	}
	if err := b.keep("Meilisearch alone", engine(ctx, x, s.queries, connections, b.time())); err != nil {
		return err
	}
	if err := b.reads(ctx, p, s, "", ""); err != nil {
		return err
	}
	if err := errors.Join(b.writes(ctx, p, s, ""), p.rest(ctx, untilGivenBack)); err != nil {
		return err
	}
	b.report.memory[""] = p.memory()
	return nil
}
