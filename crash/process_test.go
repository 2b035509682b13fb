package crash

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
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

// lease is how long work stays with a worker that was killed. A job may take half of it,
// also on a machine that does much else.
const lease = 8 * time.Second

// process is one started process.
type process struct {
	cmd  *exec.Cmd
	url  string
	log  *tail
	done chan struct{} // closed when it has ended
}

// install is a data folder with settings.
type install struct {
	t    testing.TB
	data string
	env  []string
}

func newInstall(t testing.TB, settings ...string) *install {
	i := &install{t: t, data: filepath.Join(t.TempDir(), "data")}
	i.env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "KIENNGHI_DATA=" + i.data,
		"KIENNGHI_LISTEN=127.0.0.1:0", "KIENNGHI_PUBLIC_URL=http://kiennghi.test", "KIENNGHI_METRICS_LISTEN=", "KIENNGHI_RATE_LIMIT=off",
		"KIENNGHI_WORK_LEASE=" + lease.String(), "KIENNGHI_LOG_LEVEL=warn"}, settings...)
	return i
}

// command prepares a command with the settings. It dies with the test.
func (i *install) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, built, args...)
	c.Env = i.env
	dieWithTest(c)
	return c
}

// must runs a command that has to succeed.
func (i *install) must(args ...string) string {
	i.t.Helper()
	out, err := i.command(context.Background(), args...).CombinedOutput()
	if err != nil {
		i.t.Fatalf("kiennghi %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// serve starts the program and waits until it is ready.
func (i *install) serve(args ...string) *process {
	i.t.Helper()
	p := &process{cmd: i.command(context.Background(), append([]string{"serve"}, args...)...), log: &tail{}, done: make(chan struct{})}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		i.t.Fatal(err)
	}
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { p.kill() })
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(io.TeeReader(out, p.log))
		for lines.Scan() {
			if a, found := strings.CutPrefix(lines.Text(), "listening on "); found {
				address <- a
			}
		}
		p.cmd.Wait()
		close(p.done)
	}()
	select {
	case a := <-address:
		p.url = "http://" + a
	case <-p.done:
		i.t.Fatalf("serve ended:\n%s", p.log)
	case <-time.After(60 * time.Second):
		i.t.Fatalf("serve does not begin:\n%s", p.log)
	}
	until(i.t, 60*time.Second, "the program is ready", func() bool { return status(p.url+"/readyz") == http.StatusOK })
	return p
}

// kill ends the process at once, as a crash does.
func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.done
}

// stop ends it as an operator does.
func (p *process) stop(t testing.TB) {
	t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.done
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("serve ended with %d:\n%s", code, p.log)
	}
}

// status returns the status of a GET, 0 when nobody answers.
func status(url string) int {
	res, err := http.Get(url)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// until asks again and again until it is so.
func until(t testing.TB, limit time.Duration, what string, ask func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !ask(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// tail keeps the end of a log.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (l *tail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b = append(l.b, p...); len(l.b) > 64<<10 {
		l.b = append([]byte(nil), l.b[len(l.b)-32<<10:]...)
	}
	return len(p), nil
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.b)
}

// database is a MongoDB server that can be killed and started again on its files.
type database struct {
	t    testing.TB
	uri  string
	args []string
	cmd  *exec.Cmd
}

// startDatabase starts secantusd-rs with every commit on disk. Without it the test is
// skipped, or fails when KIENNGHI_REQUIRE names mongo.
func startDatabase(t testing.TB) *database {
	t.Helper()
	path, err := exec.LookPath("secantusd-rs")
	if err != nil {
		home, _ := os.UserHomeDir()
		path, err = exec.LookPath(filepath.Join(home, ".cargo", "bin", "secantusd-rs"))
	}
	if err != nil {
		const why = "no MongoDB server to kill: put secantusd-rs on the PATH"
		if strings.Contains(os.Getenv("KIENNGHI_REQUIRE"), "mongo") {
			t.Fatal(why)
		}
		t.Skip("SKIPPED, NOTHING WAS TESTED: " + why)
	}
	port := freePort(t)
	d := &database{t: t, uri: fmt.Sprintf("mongodb://127.0.0.1:%d/kiennghi?directConnection=true", port)}
	d.args = []string{path, "--port", fmt.Sprint(port), "--storage-path", t.TempDir(), "--sync-on-commit", "--log-level", "ERROR", "--log-file-max", "16MB"}
	d.start()
	t.Cleanup(d.kill)
	return d
}

func (d *database) start() {
	d.t.Helper()
	d.cmd = exec.Command(d.args[0], d.args[1:]...)
	dieWithTest(d.cmd)
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	until(d.t, 60*time.Second, "the database listens", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+d.args[2])
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (d *database) kill() {
	d.cmd.Process.Kill()
	d.cmd.Wait()
}

// freePort returns a port below those that the system hands out by itself.
func freePort(t testing.TB) int {
	t.Helper()
	for {
		port := 10000 + rand.IntN(20000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			l.Close()
			return port
		}
	}
}
