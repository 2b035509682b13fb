// Package mongotest gives tests a MongoDB database of their own.
package mongotest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
)

// Start returns the URI of a database that nobody else uses. The server is, in this order:
//
//  1. the one that KIENNGHI_TEST_MONGO_URI names (anything in its path is replaced);
//  2. secantusd-rs from the PATH or ~/.cargo/bin, started once for the test process with
//     every commit on disk. It ends when the process does, however that happens.
//
// Without either the test is skipped, or fails when KIENNGHI_REQUIRE contains "mongo".
func Start(t testing.TB) string {
	t.Helper()
	base, err := server()
	must(t, err)
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/kiennghi_test_" + models.NewID()[:16]
	return u.String()
}

// Program returns the path of secantusd-rs, for tests that start it themselves. Without
// it they are skipped or fail, as in Start.
func Program(t testing.TB) string {
	t.Helper()
	path, err := find()
	must(t, err)
	return path
}

// must skips the test when there is no server, or fails it where there has to be one.
func must(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if strings.Contains(os.Getenv("KIENNGHI_REQUIRE"), "mongo") {
		t.Fatal(err)
	}
	t.Skip("SKIPPED, NOTHING WAS TESTED: ", err)
}

func find() (string, error) {
	if path, err := exec.LookPath("secantusd-rs"); err == nil {
		return path, nil
	}
	home, _ := os.UserHomeDir()
	path, err := exec.LookPath(filepath.Join(home, ".cargo", "bin", "secantusd-rs"))
	if err != nil {
		return "", errors.New("no MongoDB: set KIENNGHI_TEST_MONGO_URI or install secantusd-rs")
	}
	return path, nil
}

var server = sync.OnceValues(func() (string, error) {
	if uri := os.Getenv("KIENNGHI_TEST_MONGO_URI"); uri != "" {
		return uri, nil
	}
	program, err := find()
	if err != nil {
		return "", err
	}
	return start(program)
})

// lifeline is kept so that the pipe stays open as long as this process lives.
//
//lint:ignore U1000 it is held, not read
var lifeline io.WriteCloser

// start runs the server beneath a shell that waits for the end of its input: the other
// end of that pipe is held by this process only, so a test that is killed takes the
// server with it.
func start(program string) (string, error) {
	dir, err := os.MkdirTemp("", "kiennghi-mongo-")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	const script = `"$1" --port "$2" --storage-path "$3" --sync-on-commit --log-level ERROR --log-file-max 16MB --cache-size 512M >"$3/log" 2>&1 </dev/null &
child=$!
cat >/dev/null
kill -9 $child
wait $child 2>/dev/null
rm -rf "$3"`
	cmd := exec.Command("/bin/sh", "-c", script, "sh", program, port, dir)
	if lifeline, err = cmd.StdinPipe(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	for deadline := time.Now().Add(30 * time.Second); ; {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
		if err == nil {
			c.Close()
			return "mongodb://127.0.0.1:" + port + "/?directConnection=true", nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			return "", fmt.Errorf("secantusd-rs does not answer: %w\n%s", err, log)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
