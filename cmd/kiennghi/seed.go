package main

import (
	"context"
	"errors"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/bleve"
	"kiennghi/worker"
)

type migrateCommand struct{}

// Run migrates the database. Every other command does it too; this one does only it.
func (*migrateCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		con.printf("the schema is up to date\n")
		return nil
	})
}

type seedCommand struct {
	Demo bool `help:"Add invented staff, letters and answers as well. For trying out only: the passwords are known."`
}

// Run loads the agencies, and the demo on top.
func (s *seedCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		n, err := r.seedAgencies(ctx)
		if err != nil {
			return err
		}
		con.printf("%d agencies\n", n)
		if !s.Demo {
			first, err := firstRecord(ctx, r.store)
			if err != nil {
				return err
			}
			return r.withIndex(ctx, func(idx search.Index) error { return ensureIndex(ctx, r.store, idx, first) }, func() error { return nil })
		}
		if err := r.seedDemo(ctx, con); err != nil {
			return err
		}
		if _, err := worker.CountFigures(ctx, r.store, models.Now(), knowledge.Reports(), nil); err != nil {
			return err
		}
		return r.reindex(ctx, con)
	})
}

type figuresCommand struct{}

// Run counts the public figures.
func (*figuresCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		x, err := worker.CountFigures(ctx, r.store, models.Now(), knowledge.Reports(), nil)
		if err != nil {
			return err
		}
		n := 0
		for _, p := range x.Years {
			n += p.Total.Received
		}
		con.printf("%d submissions counted\n", n)
		return nil
	})
}

type reindexCommand struct{}

// Run rebuilds the search index.
func (*reindexCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error { return r.reindex(ctx, con) })
}

// withRecords opens the records for a command and closes them after it.
func withRecords(ctx context.Context, con *console, do func(*records) error) error {
	c, err := con.config()
	if err != nil {
		return err
	}
	r, err := openRecords(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(do(r), r.close())
}

// withIndex opens the search index for here. An index in the data folder that a
// running program has is left to it: then elsewhere is called.
func (r *records) withIndex(ctx context.Context, here func(search.Index) error, elsewhere func() error) error {
	idx, err := openIndex(ctx, r.Config)
	if errors.Is(err, bleve.ErrInUse) {
		return elsewhere()
	}
	if err != nil {
		return err
	}
	return errors.Join(here(idx), idx.Close())
}

// reindex rebuilds the search index, or has the running program do it.
func (r *records) reindex(ctx context.Context, con *console) error {
	return r.withIndex(ctx, func(idx search.Index) error {
		n, err := worker.ReindexNow(ctx, r.store, idx)
		if err != nil {
			return err
		}
		con.printf("%d records indexed\n", n)
		return nil
	}, func() error {
		id, err := worker.RequestReindex(ctx, r.store)
		if err != nil {
			return err
		}
		con.printf("the running program rebuilds its index\n")
		n, err := worker.WaitReindex(ctx, r.store, id)
		if errors.Is(err, models.ErrConflict) {
			return errors.New("a later reindex took the place of this one")
		}
		if err != nil {
			return err
		}
		con.printf("%d records indexed\n", n)
		return nil
	})
}
