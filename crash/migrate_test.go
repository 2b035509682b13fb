package crash

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// file opens the database file of an install, past the program.
func (i *install) file() *sql.DB {
	i.T.Helper()
	db, err := sql.Open("sqlite", filepath.Join(i.Data, "kiennghi.db"))
	if err != nil {
		i.T.Fatal(err)
	}
	db.SetMaxOpenConns(1) // what is attached is so for one connection
	return db
}

// words asks for one column of texts.
func words(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return all
}

// older makes the file of i one of the first schema, with the records of now: those tables
// and columns that the first schema has.
func (i *install) older(t *testing.T, now string) {
	t.Helper()
	db := i.file()
	defer db.Close()
	must := func(query string) {
		t.Helper()
		if _, err := db.Exec(query); err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
	}
	first, err := os.ReadFile("../store/sqlite/migrations/0001_records.sql")
	if err != nil {
		t.Fatal(err)
	}
	must("PRAGMA journal_mode = WAL")
	must("ATTACH '" + now + "' AS now")
	must(string(first))
	for _, table := range words(t, db, "SELECT name FROM main.sqlite_schema WHERE type = 'table'") {
		if table == "feedback_view" || table == "feedback_count" {
			continue // the one below; its triggers fill the other
		}
		columns := strings.Join(words(t, db, fmt.Sprintf("SELECT name FROM pragma_table_info('%s', 'main') WHERE name IN (SELECT name FROM pragma_table_info('%[1]s', 'now'))", table)), ", ")
		must(fmt.Sprintf("INSERT INTO main.%s (%s) SELECT %[2]s FROM now.%[1]s", table, columns))
	}
	must(`INSERT INTO main.feedback_view (n, whose, id, status, due, received, updated, published)
		SELECT n, v.whose, f.id, v.status, v.due, v.received, f.updated, v.published
		FROM now.feedback_view v JOIN now.feedback f USING (n) WHERE substr(v.whose, 1, 2) NOT IN ('w:', 'b:')`) // lists that a later step adds
	must("CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL)")
	must("INSERT INTO migration (number, name, at) VALUES (1, '0001_records.sql', '2026-01-01T00:00:00Z')")
	must("DETACH now")
}

// A file of the first schema with records in it, whose migration is killed and then run
// again, has all records and the lists and counts that the program itself wrote.
func TestKillMigrateRecords(t *testing.T) {
	t.Parallel()
	now, n := newDemo(t)
	now.Must("migrate")
	had := now.file()
	defer had.Close()
	tables := words(t, had, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN
		('feedback', 'person', 'staff', 'agency', 'audit', 'notification', 'device', 'upload', 'signing_key')`)
	contents := func(db *sql.DB) (all []string) {
		for _, table := range tables {
			all = append(all, words(t, db, "SELECT '"+table+" ' || hex(doc) FROM "+table+" ORDER BY 1")...)
		}
		all = append(all, words(t, db, `SELECT 'listed ' || concat_ws(' ', whose, status, received, n, due, published) FROM feedback_view ORDER BY 1`)...)
		all = append(all, words(t, db, `SELECT 'counted ' || concat_ws(' ', whose, status, n) FROM feedback_count WHERE n > 0 ORDER BY 1`)...)
		return append(all, words(t, db, `SELECT 'found ' || concat_ws(' ', id, code, sender, status, agency, waiting, back) FROM feedback ORDER BY 1`)...)
	}
	want := contents(had)
	old := func() *install {
		i := newInstall(t)
		if err := os.CopyFS(i.Data, os.DirFS(now.Data)); err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{"", "-wal", "-shm"} {
			os.Remove(filepath.Join(i.Data, "kiennghi.db"+end))
		}
		i.older(t, filepath.Join(now.Data, "kiennghi.db"))
		return i
	}
	whole := old().took("migrate")
	reached := map[string]int{}
	for range 8 {
		i := old()
		i.killed(1, whole, func() {
			db := i.file()
			defer db.Close()
			reached[words(t, db, "SELECT max(number) FROM migration")[0]]++
		}, "migrate")
		i.Must("migrate")
		i.Must("audit", "verify")
		if got := i.cases(); got != n {
			t.Errorf("%d cases, want %d", got, n)
		}
		db := i.file()
		if got := contents(db); !slices.Equal(got, want) {
			for _, s := range got {
				if !slices.Contains(want, s) {
					t.Errorf("only after the migration: %.200s", s)
				}
			}
			for _, s := range want {
				if !slices.Contains(got, s) {
					t.Errorf("missing after the migration: %.200s", s)
				}
			}
		}
		db.Close()
	}
	t.Logf("steps that were done when the kill came, and how often: %v", reached)
}
