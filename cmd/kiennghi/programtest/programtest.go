// Package programtest builds the program once for the tests of a package and runs it in
// processes and data folders of their own.
package programtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Path is the program, once Main has built it. Nothing else is in its folder, which goes
// when the tests have ended.
var Path string

// Main is the TestMain of a package that starts the program; after is what else has to end
// with the tests.
func Main(m *testing.M, after ...func()) {
	dir, err := os.MkdirTemp("", "kiennghi-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	Path = filepath.Join(dir, "kiennghi")
	build := exec.Command("go", "build", "-o", Path, "kiennghi/cmd/kiennghi")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	code := 1
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
	} else {
		code = m.Run()
		for _, end := range after {
			end()
		}
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// Tool finds an executable by the first of these names, or paths, that there is. Without
// any, the test is skipped, and fails where KIENNGHI_REQUIRE contains the first name; why
// says what is not tested then.
func Tool(t testing.TB, why string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	why = names[0] + " is not installed: " + why
	if strings.Contains(os.Getenv("KIENNGHI_REQUIRE"), names[0]) {
		t.Fatal(why)
	}
	t.Skip("SKIPPED, NOTHING WAS TESTED: " + why)
	return ""
}

// FreePort returns a port that nothing listens on, from below those that the system
// hands out by itself, so that no outgoing connection takes it before the program does.
func FreePort(t testing.TB) int {
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

// Poll asks again and again, and reports whether it came to be so within the limit.
func Poll(limit time.Duration, ask func() bool) bool {
	for end := time.Now().Add(limit); !ask(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// Until is Poll for what has to come; what completes "waited in vain until …".
func Until(t testing.TB, limit time.Duration, what string, ask func() bool) {
	t.Helper()
	if !Poll(limit, ask) {
		t.Fatalf("waited in vain until %s", what)
	}
}

// Status returns the status of a GET, 0 when nobody answers.
func Status(url string) int {
	res, err := http.Get(url)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}
