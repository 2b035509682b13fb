// Package browsertest drives the real program with a real Chromium: the journeys of people
// through the pages, with and without scripts, in both languages.
//
//	s := browsertest.Start(t)                          // or Demo(t), with the demo's letters
//	b := s.Browser(t, browsertest.Phone, browsertest.NoScript)
//	b.SignIn("0912345678")
//	b.Open("/submit")
//	b.Fill("title", "Đèn đường hỏng")
//	b.Follow("Tiếp tục")                               // presses, and waits for the next page
//	b.Sees("Ở đâu")
//
// Everything that waits has a deadline. A script that throws, and whatever the content
// policy stops, fails the test at its end. Tests are skipped without Chromium, and fail
// where KIENNGHI_REQUIRE contains "chromium".
package browsertest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
)

// patience is how long anything may take to come.
const patience = 30 * time.Second

// Site is the program on a folder and a port of its own.
type Site struct {
	*programtest.Install
	URL string // http://localhost and the port: where browsers keep secure cookies

	running *programtest.Process
	mu      sync.Mutex
	read    map[string]bool // phone and code of those already read
}

// Start runs the program without any data. Settings are NAME=value.
func Start(t *testing.T, settings ...string) *Site {
	t.Helper()
	return start(t, false, settings)
}

// Demo runs the program with the demo: its letters, its staff, its citizen.
func Demo(t *testing.T, settings ...string) *Site {
	t.Helper()
	return start(t, true, settings)
}

// Down takes the site away, as when there is no network. Up brings it back.
func (s *Site) Down() { s.running.Kill() }

// Up brings the site back at the same address, with everything that it had.
func (s *Site) Up() { s.running = s.Serve() }

// DemoPassword is the password of all staff of the demo; DemoPhone is its citizen's.
const (
	DemoPassword = "Thu-nghiem-2026"
	DemoPhone    = "0900000001"
)

// demo is a data folder with the demo in it, made once: seeding costs seconds, a copy none.
var demo struct {
	sync.Once
	data string
}

func (s *Site) copyDemo() {
	s.T.Helper()
	demo.Do(func() {
		made := *s.Install
		made.Data = filepath.Join(filepath.Dir(programtest.Path), "demo") // which goes with the program at the end
		made.Env = append(slices.Clone(made.Env), "KIENNGHI_DATA="+made.Data)
		made.Must("seed", "--demo")
		demo.data = made.Data
	})
	if err := os.CopyFS(s.Data, os.DirFS(demo.data)); err != nil {
		s.T.Fatal(err)
	}
}

func start(t *testing.T, demo bool, settings []string) *Site {
	t.Helper()
	startChromium(t)
	port := programtest.FreePort(t)
	s := &Site{URL: fmt.Sprintf("http://localhost:%d", port), read: map[string]bool{}}
	s.Install = programtest.New(t, append([]string{fmt.Sprintf("KIENNGHI_LISTEN=127.0.0.1:%d", port), "KIENNGHI_PUBLIC_URL=" + s.URL}, settings...)...)
	if demo {
		s.copyDemo()
	}
	s.running = s.Serve()

	return s
}

// Staff adds a member of staff, and returns the password.
func (s *Site) Staff(username, agency, roles string) string {
	s.T.Helper()
	password := "Mat-khau-rat-dai-" + username
	file := filepath.Join(s.T.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		s.T.Fatal(err)
	}
	s.Must("staff", "add", "--username", username, "--name", "Cán bộ "+username, "--agency", agency, "--role", roles, "--password-file", file)
	return password
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// Code waits for the next one-time code to a phone, written as 09…, and returns it. A message
// may come twice: a code that was returned before is no next one.
func (s *Site) Code(phone string) string {
	s.T.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var code string
	programtest.Until(s.T, patience, "a code is sent to "+phone, func() bool {
		for _, m := range s.Outbox() {
			c := sixDigits.FindString(fmt.Sprint(m["body"]))
			if c != "" && m["channel"] == "sms" && strings.HasSuffix(fmt.Sprint(m["to"]), phone[1:]) && !s.read[phone+c] {
				code = c
			}
		}
		return code != ""
	})
	s.read[phone+code] = true
	return code
}

// Outbox is every message that was written instead of sent.
func (s *Site) Outbox() []map[string]any {
	file, err := os.Open(filepath.Join(s.Data, "outbox.jsonl"))
	if err != nil {
		return nil // nothing was sent yet
	}
	defer file.Close()
	var out []map[string]any
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var m map[string]any
		if json.Unmarshal(lines.Bytes(), &m) == nil { // the last line may be half written
			out = append(out, m)
		}
	}
	return out
}
