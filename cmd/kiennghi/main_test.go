package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"kiennghi/cmd/kiennghi/programtest"
)

func TestMain(m *testing.M) { programtest.Main(m) }

// install is one data folder with settings, and a port.
type install struct {
	*programtest.Install
	port int
}

func newInstall(t *testing.T, env ...string) *install {
	t.Helper()
	port := programtest.FreePort(t)
	return &install{programtest.New(t, append([]string{fmt.Sprintf("KIENNGHI_LISTEN=127.0.0.1:%d", port)}, env...)...), port}
}

// must runs a command that has to succeed and say all of want.
func (i *install) must(want []string, args ...string) string {
	i.T.Helper()
	out := i.Must(args...)
	i.says(out, want, args)
	return out
}

// refused runs a command that has to fail with exit code 1 and say all of want.
func (i *install) refused(want []string, args ...string) {
	i.T.Helper()
	out, err := i.Run(args...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		i.T.Errorf("kiennghi %v: %v, want exit code 1\n%s", args, err, out)
	}
	i.says(out, want, args)
}

func (i *install) says(out string, want, args []string) {
	i.T.Helper()
	for _, w := range want {
		if !strings.Contains(out, w) {
			i.T.Errorf("kiennghi %v does not say %q:\n%s", args, w, out)
		}
	}
}

func (i *install) url(path string) string { return fmt.Sprintf("http://127.0.0.1:%d%s", i.port, path) }

// get returns the status of a path, 0 when nobody answers.
func (i *install) get(path string) int { return programtest.Status(i.url(path)) }

// sql runs a statement on the database file, past the program.
func (i *install) sql(statement string) {
	i.T.Helper()
	db, err := sql.Open("sqlite", filepath.Join(i.Data, databaseFile))
	if err != nil {
		i.T.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		i.T.Fatal(err)
	}
}

func (i *install) write(name, text string) string {
	i.T.Helper()
	path := filepath.Join(i.T.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		i.T.Fatal(err)
	}
	return path
}

// recordsOf opens the records of an installation, as its commands do. The caller closes them.
func recordsOf(t *testing.T, env []string) *records {
	t.Helper()
	c, err := loadConfig(env)
	if err != nil {
		t.Fatal(err)
	}
	r, err := openRecords(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
