package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
	"kiennghi/notify/fcm/fcmtest"
	"kiennghi/worker"
)

// running is the program started inside the test, on a data folder and port of its own.
type running struct {
	base    string
	data    string
	environ []string
	binary  string // of the subcommands; empty: the one built for the tests
	program *program
	google  *fcmtest.Server // nil: pushes go to the outbox
	secrets []string        // what people signed in with, and got for it
	log     *programtest.Log
	end     context.CancelFunc
	ended   chan error
	once    sync.Once
}

// startProgram starts the program with those settings (names without KIENNGHI_) beside
// what keeps tests apart. It is stopped when the test ends.
func startProgram(t *testing.T, settings ...string) *running {
	t.Helper()
	return startHurried(t, nil, settings...)
}

// startHurried is startProgram with a worker that is less patient. The goroutines of the
// program are labelled with the test's name: see goroutines.
func startHurried(t *testing.T, hurry func(*worker.Options), settings ...string) *running {
	t.Helper()
	r := &running{data: t.TempDir(), log: &programtest.Log{}, ended: make(chan error, 1)}
	r.environ = []string{"KIENNGHI_LISTEN=127.0.0.1:0", "KIENNGHI_METRICS_LISTEN=", "KIENNGHI_DATA=" + r.data}
	for _, s := range settings {
		r.environ = append(r.environ, prefix+s)
	}
	c, err := loadConfig(r.environ)
	if err != nil {
		t.Fatal(err)
	}
	c.MetricsListen, c.hurry = "", hurry
	var ctx context.Context
	ctx, r.end = context.WithCancel(context.Background())
	pprof.Do(ctx, pprof.Labels("test", t.Name()), func(ctx context.Context) {
		p, err := newProgram(t.Context(), c, parts{api: true, workers: true}, r.log)
		if err != nil {
			t.Fatal(err)
		}
		r.base, r.program = c.PublicURL, p
		go func() {
			err := p.Run(ctx)
			if e := p.Close(); err == nil {
				err = e
			}
			r.ended <- err
		}()
	})
	t.Cleanup(func() { r.stop(t) })
	return r
}

// stop ends the program as SIGTERM does, and waits until it has drained.
func (r *running) stop(t *testing.T) {
	r.once.Do(func() {
		r.end()
		if err := <-r.ended; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
}

// command runs a subcommand with the same settings.
func (r *running) command(args ...string) (string, error) {
	i := programtest.Install{Env: append(r.environ, "PATH="+os.Getenv("PATH")), Path: r.binary}
	return i.Run(args...)
}

func (r *running) anyone(t *testing.T) *client { return &client{t: t, base: r.base} }

// staff adds a member by the command line and signs them in.
func (r *running) staff(t *testing.T, username, agency, roles string) *client {
	t.Helper()
	password := "Mat-khau-rat-dai-" + username
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := r.command("staff", "add", "--username", username, "--name", "Cán bộ "+username, "--agency", agency,
		"--role", roles, "--password-file", file); err != nil {
		t.Fatal(err, out)
	}
	c := r.anyone(t)
	r.signedIn(c, password, c.call("POST", "/v1/auth/staff", 200, body{"username": username, "password": password}))
	return c
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// citizen signs a person in with the code that the outbox got.
func (r *running) citizen(t *testing.T, phone string) *client {
	t.Helper()
	c := r.anyone(t)
	c.call("POST", "/v1/auth/otp", 202, body{"phone": phone})
	code := eventually(t, "the code is sent", func() (string, bool) {
		for _, m := range r.outbox(t) {
			if m["channel"] == "sms" && strings.HasSuffix(m["to"].(string), phone[1:]) {
				return sixDigits.FindString(m["body"].(string)), true
			}
		}
		return "", false
	})
	r.signedIn(c, code, c.call("POST", "/v1/auth/otp/verify", 200, body{"phone": phone, "code": code}))
	return c
}

// signedIn gives the client its token, and keeps what is secret of its signing in.
func (r *running) signedIn(c *client, with string, session *answer) {
	c.token = session.str("access_token")
	r.secrets = append(r.secrets, with, c.token, session.str("refresh_token"))
}

// keptSecret is what nobody may read in a log: what people signed in with and got for it, and the
// keys of the installation and of its neighbours.
func (r *running) keptSecret(t *testing.T) []string {
	t.Helper()
	ring, err := os.ReadFile(filepath.Join(r.data, keysFile))
	if err != nil {
		t.Fatal(err)
	}
	out := append([]string(nil), r.secrets...)
	for _, key := range strings.FieldsFunc(string(ring), func(c rune) bool { return c == ',' || c == '\n' }) {
		_, secret, _ := strings.Cut(key, ":")
		out = append(out, secret)
	}
	for _, e := range r.environ {
		if key, ok := strings.CutPrefix(e, prefix+"MEILI_KEY="); ok && key != "" {
			out = append(out, key)
		}
	}
	if r.google != nil {
		_, key, _ := strings.Cut(r.google.Credentials(), `PRIVATE KEY-----\n`)
		out = append(out, key[:60]) // its first line
	}
	for _, secret := range out {
		if len(secret) < 6 {
			t.Fatalf("%q is no secret", out)
		}
	}
	return out
}

// outbox is every message that was written instead of sent.
func (r *running) outbox(t *testing.T) []map[string]any {
	t.Helper()
	file, err := os.Open(filepath.Join(r.data, outboxFile))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []map[string]any
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var m map[string]any
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatalf("outbox: %v in %s", err, lines.Text())
		}
		out = append(out, m)
	}
	return out
}

// pushed finds the push of that event to that phone.
func (r *running) pushed(token, code, event string) (map[string]any, bool) {
	var all []map[string]any
	if r.google != nil {
		all = r.google.Messages()
	} else {
		raw, _ := os.ReadFile(filepath.Join(r.data, outboxFile)) // not there yet: nothing was pushed
		for line := range strings.Lines(string(raw)) {
			var m map[string]any
			if json.Unmarshal([]byte(line), &m) == nil && m["channel"] == "push" {
				m["token"] = m["to"]
				all = append(all, m)
			}
		}
	}
	for _, m := range all {
		data, _ := m["data"].(map[string]any)
		if m["token"] == token && data["code"] == code && data["event"] == event {
			return m, true
		}
	}
	return nil, false
}

func unique() string { return models.NewID()[:8] }
