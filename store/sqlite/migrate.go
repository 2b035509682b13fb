package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// Each file is one step: a number, what it does, SQL. Steps are never changed once
// they were released; a new one is added.
//
//go:embed migrations/*.sql
var migrations embed.FS

// Migrate runs the steps that the file does not have yet, each in a transaction that
// also records it.
func (s *Store) Migrate(ctx context.Context) error {
	steps, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return err
	}
	for i, step := range steps {
		sql, err := migrations.ReadFile("migrations/" + step.Name())
		if err != nil {
			return err
		}
		err = s.w.write(ctx, func(t *tx) error { return migrate(t, i+1, len(steps), step.Name(), string(sql)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// migrate runs step number of the program's latest, unless the file has it.
func migrate(t *tx, number, latest int, name, sql string) error {
	if _, err := t.exec(sqlMigrationTable); err != nil {
		return err
	}
	v, err := t.c.one(sqlMigrated)
	if err != nil {
		return err
	}
	has := v.(int64)
	if has > int64(latest) {
		return models.Wrap(models.KindInternal, fmt.Errorf("schema %d, this program knows %d: %w", has, latest, store.ErrNewerSchema))
	}
	if has >= int64(number) {
		return nil
	}
	if _, err := t.exec(&statement{sql: sql}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	_, err = t.exec(sqlRecordMigration, number, name, time.Now().UTC().Format(time.RFC3339))
	return err
}
