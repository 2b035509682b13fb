package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// built is the program, made once for all tests here.
var built string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "kiennghi-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	built = filepath.Join(dir, "kiennghi")
	build := exec.Command("go", "build", "-o", built, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// install is one data folder with settings.
type install struct {
	t    *testing.T
	data string
	port int
	env  []string
}

func newInstall(t *testing.T, env ...string) *install {
	t.Helper()
	i := &install{t: t, data: filepath.Join(t.TempDir(), "data"), port: freePort(t)}
	i.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "KIENNGHI_DATA=" + i.data,
		fmt.Sprintf("KIENNGHI_LISTEN=127.0.0.1:%d", i.port), "KIENNGHI_METRICS_LISTEN=",
	}
	i.env = append(i.env, env...)
	return i
}

// freePort returns a port that nothing listens on, from below those that the system
// hands out by itself, so that no outgoing connection takes it before the program does.
func freePort(t *testing.T) int {
	t.Helper()
	for {
		port := 10000 + rand.IntN(20000)
		ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			ln.Close()
			return port
		}
	}
}

func (i *install) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	i.t.Cleanup(cancel)
	c := exec.CommandContext(ctx, built, args...)
	c.Env = i.env
	return c
}

// run runs a command to its end and returns what it printed.
func (i *install) run(args ...string) (string, error) {
	out, err := i.command(args...).CombinedOutput()
	return string(out), err
}

// must runs a command that has to succeed and say all of want.
func (i *install) must(want []string, args ...string) string {
	i.t.Helper()
	out, err := i.run(args...)
	if err != nil {
		i.t.Fatalf("kiennghi %v: %v\n%s", args, err, out)
	}
	i.says(out, want, args)
	return out
}

// refused runs a command that has to fail with exit code 1 and say all of want.
func (i *install) refused(want []string, args ...string) {
	i.t.Helper()
	out, err := i.run(args...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		i.t.Errorf("kiennghi %v: %v, want exit code 1\n%s", args, err, out)
	}
	i.says(out, want, args)
}

func (i *install) says(out string, want, args []string) {
	i.t.Helper()
	for _, w := range want {
		if !strings.Contains(out, w) {
			i.t.Errorf("kiennghi %v does not say %q:\n%s", args, w, out)
		}
	}
}

// serving is a running program.
type serving struct {
	i   *install
	cmd *exec.Cmd
	log *bytes.Buffer
}

// serve starts the program and waits until it answers.
func (i *install) serve() *serving {
	i.t.Helper()
	s := &serving{i: i, cmd: i.command("serve"), log: &bytes.Buffer{}}
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { s.cmd.Process.Kill(); s.cmd.Wait() })
	if !answers(20*time.Second, func() bool { return i.get("/healthz") == http.StatusOK }) {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		i.t.Fatalf("serve does not answer:\n%s", s.log)
	}
	return s
}

// stop asks the program to end and returns what it logged.
func (s *serving) stop() string {
	s.i.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.i.t.Errorf("serve ended with %v:\n%s", err, s.log)
	}
	return s.log.String()
}

func (i *install) url(path string) string { return fmt.Sprintf("http://127.0.0.1:%d%s", i.port, path) }

// get returns the status of a path, 0 when nobody answers.
func (i *install) get(path string) int {
	res, err := http.Get(i.url(path))
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// answers polls until ok, and reports whether it came to that.
func answers(limit time.Duration, ok func() bool) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); {
		if ok() {
			return true
		}
		time.Sleep(10 * time.Millisecond) // polling
	}
	return false
}

// sql runs a statement on the database file, past the program.
func (i *install) sql(statement string) {
	i.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(i.data, databaseFile))
	if err != nil {
		i.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		i.t.Fatal(err)
	}
}

func (i *install) write(name, text string) string {
	i.t.Helper()
	path := filepath.Join(i.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		i.t.Fatal(err)
	}
	return path
}
