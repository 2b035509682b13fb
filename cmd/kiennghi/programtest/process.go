package programtest

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Install is a data folder with settings.
type Install struct {
	T    testing.TB
	Data string
	Env  []string
	Log  *Log   // what its servers print
	Path string // another program than the one that Main built
}

// New returns an empty data folder, and settings that keep tests apart: a port that the
// system chooses, no metrics. More of them, as NAME=value, may say otherwise.
func New(t testing.TB, settings ...string) *Install {
	t.Helper()
	i := &Install{T: t, Data: filepath.Join(t.TempDir(), "data"), Log: &Log{}}
	i.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "KIENNGHI_DATA=" + i.Data,
		"KIENNGHI_LISTEN=127.0.0.1:0", "KIENNGHI_METRICS_LISTEN="}, settings...)
	return i
}

// Command prepares a command with the settings. It dies with the test.
func (i *Install) Command(args ...string) *exec.Cmd {
	path := Path
	if i.Path != "" {
		path = i.Path
	}
	c := exec.Command(path, args...)
	c.Env = i.Env
	DieWithTest(c)
	return c
}

// Run runs a command to its end and returns what it printed.
func (i *Install) Run(args ...string) (string, error) {
	c := i.Command(args...)
	tooLong := time.AfterFunc(2*time.Minute, func() { c.Process.Kill() })
	defer tooLong.Stop()
	out, err := c.CombinedOutput()
	return string(out), err
}

// Must runs a command that has to succeed.
func (i *Install) Must(args ...string) string {
	i.T.Helper()
	out, err := i.Run(args...)
	if err != nil {
		i.T.Fatalf("kiennghi %v: %v\n%s", args, err, out)
	}
	return out
}

// Process is one started server.
type Process struct {
	Cmd  *exec.Cmd
	URL  string        // empty for a worker
	Done chan struct{} // closed when it has ended
	Log  *Log
}

// Serve starts `serve` and waits until it is ready. It is killed when the test ends.
func (i *Install) Serve(args ...string) *Process {
	i.T.Helper()
	p := &Process{Cmd: i.Command(append([]string{"serve"}, args...)...), Done: make(chan struct{}), Log: i.Log}
	out, err := p.Cmd.StdoutPipe()
	if err != nil {
		i.T.Fatal(err)
	}
	p.Cmd.Stderr = i.Log
	if err := p.Cmd.Start(); err != nil {
		i.T.Fatal(err)
	}
	i.T.Cleanup(p.Kill)
	said := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(io.TeeReader(out, i.Log)); lines.Scan(); {
			address, found := strings.CutPrefix(lines.Text(), "listening on ")
			if found || lines.Text() == "workers only" {
				said <- address
			}
		}
		p.Cmd.Wait()
		close(p.Done)
	}()
	select {
	case address := <-said:
		if address == "workers only" {
			return p
		}
		p.URL = "http://" + address
	case <-p.Done:
		i.T.Fatalf("serve ended:\n%s", i.Log)
	case <-time.After(time.Minute):
		i.T.Fatalf("serve does not begin:\n%s", i.Log)
	}
	Until(i.T, time.Minute, "the program is ready", func() bool { return Status(p.URL+"/readyz") == http.StatusOK })
	return p
}

// Kill ends the process at once, as a crash does.
func (p *Process) Kill() {
	p.Cmd.Process.Kill()
	<-p.Done
}

// Stop ends it as an operator does.
func (p *Process) Stop(t testing.TB) {
	t.Helper()
	p.Cmd.Process.Signal(syscall.SIGTERM)
	<-p.Done
	if code := p.Cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("serve ended with %d:\n%s", code, p.Log)
	}
}

// Log is a log that is read while it is written. With Keep, only that much of its end
// stays.
type Log struct {
	Keep int
	mu   sync.Mutex
	b    []byte
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b = append(l.b, p...); l.Keep > 0 && len(l.b) > 2*l.Keep {
		l.b = append([]byte(nil), l.b[len(l.b)-l.Keep:]...)
	}
	return len(p), nil
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.b)
}
