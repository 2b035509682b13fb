// Package meilitest gives tests a real Meilisearch server.
package meilitest

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Key is the key of the servers that tests start.
const Key = "a-key-for-tests-only"

var running struct {
	sync.Mutex
	users int
	url   string
	stop  func()
}

// Start returns the address and key of a server: the one in KIENNGHI_TEST_MEILI_URL and
// KIENNGHI_TEST_MEILI_KEY, else one that it starts from the executable "meilisearch" on
// the PATH or in ~/.cache/kn. Tests of one process that run at the same time share it;
// it ends with the last of them. Without any the test is skipped, or fails when
// KIENNGHI_REQUIRE names meili. Use an index name of your own.
func Start(t testing.TB) (url, apiKey string) {
	t.Helper()
	if url := os.Getenv("KIENNGHI_TEST_MEILI_URL"); url != "" {
		return url, os.Getenv("KIENNGHI_TEST_MEILI_KEY")
	}
	path := Program(t)
	running.Lock()
	defer running.Unlock()
	if running.users == 0 {
		if err := start(path); err != nil {
			t.Fatal(err)
		}
	}
	running.users++
	t.Cleanup(func() {
		running.Lock()
		defer running.Unlock()
		if running.users--; running.users == 0 {
			running.stop()
		}
	})
	return running.url, Key
}

// Program returns the path of meilisearch, for tests that start it themselves. Without it
// they are skipped or fail, as in Start.
func Program(t testing.TB) string {
	t.Helper()
	path := find()
	if path == "" {
		const why = "no Meilisearch: set KIENNGHI_TEST_MEILI_URL, or put the executable meilisearch on the PATH or in ~/.cache/kn"
		if strings.Contains(os.Getenv("KIENNGHI_REQUIRE"), "meili") {
			t.Fatal(why)
		}
		t.Skip("SKIPPED: " + why)
	}
	return path
}

func find() string {
	if path, err := exec.LookPath("meilisearch"); err == nil {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	path := filepath.Join(home, ".cache", "kn", "meilisearch")
	if info, err := os.Stat(path); err != nil || info.Mode()&0o111 == 0 {
		return ""
	}
	return path
}

// Arguments are those of a server with its files in a folder, listening on an address.
func Arguments(dir, address string) []string {
	return []string{"--no-analytics", "--db-path", filepath.Join(dir, "db"), "--dump-dir", filepath.Join(dir, "dumps"),
		"--snapshot-dir", filepath.Join(dir, "snapshots"), "--http-addr", address, "--master-key", Key, "--log-level", "WARN"}
}

func start(path string) error {
	dir, err := os.MkdirTemp("", "kiennghi-meili-")
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := l.Addr().String()
	l.Close()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	cmd := exec.Command(path, Arguments(dir, addr)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	running.url = "http://" + addr
	running.stop = func() {
		cmd.Process.Kill()
		cmd.Wait()
		log.Close()
		os.RemoveAll(dir)
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if resp, err := http.Get(running.url + "/health"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	text, _ := os.ReadFile(log.Name())
	running.stop()
	return fmt.Errorf("meilisearch did not start: %s", text)
}
