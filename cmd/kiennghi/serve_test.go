package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/store/mongo/mongotest"
)

func TestServe(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.refused(nil, "healthcheck")
	s := i.Serve()
	i.must([]string{"alive"}, "healthcheck")
	for _, path := range []string{"/readyz", "/openapi.yaml", "/.well-known/jwks.json", "/v1/provinces"} {
		if got := i.get(path); got != http.StatusOK {
			t.Errorf("GET %s: %d", path, got)
		}
	}
	second := newInstall(t)
	second.Env = append(second.Env, "KIENNGHI_DATA="+i.Data)
	second.refused([]string{"another process"}, "serve")
	i.must([]string{"running program", "records indexed"}, "reindex")
	i.refused([]string{"in use"}, "restore", i.write("x", "x"))

	s.Stop(t)
	log := i.Log.String()
	for _, want := range []string{"FOR TRYING OUT ONLY", "listening on", `"stopping"`, `"level":"WARN"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %q:\n%s", want, log)
		}
	}
	i.must([]string{"records indexed"}, "reindex")
}

// A request that is under way when the program is told to stop is answered.
func TestServeDrains(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	s := i.Serve()
	conn, err := net.Dial("tcp", strings.TrimPrefix(i.url(""), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	body := `{"title":"Đường hỏng","body":"Đường trước trường học có nhiều ổ gà."}`
	io.WriteString(conn, "POST /v1/triage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n")
	from := bufio.NewReader(conn)
	for range 2 { // it says that it has the request, and an empty line
		if line, err := from.ReadString('\n'); err != nil {
			t.Fatal(line, err)
		}
	}
	io.WriteString(conn, body[:10])
	stopped := make(chan struct{})
	go func() { s.Stop(t); close(stopped) }()
	if !programtest.Poll(10*time.Second, func() bool { return i.get("/healthz") == 0 }) {
		t.Error("still listening")
	}
	io.WriteString(conn, body[10:])
	answer, err := io.ReadAll(from)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200") {
		t.Errorf("answer: %v\n%s", err, answer)
	}
	<-stopped
}

func TestServeParts(t *testing.T) {
	t.Parallel()
	i := newInstall(t, "KIENNGHI_METRICS_LISTEN=127.0.0.1:"+strconv.Itoa(programtest.FreePort(t)))
	i.refused([]string{"nothing to do"}, "serve", "--no-api", "--no-workers")
	i.must(nil, "migrate")
	i.Serve("--no-api")
	if !programtest.Poll(20*time.Second, func() bool { _, err := i.Run("healthcheck", "--worker"); return err == nil }) {
		t.Error("the worker is not alive")
	}
	if i.get("/healthz") != 0 {
		t.Error("--no-api serves the API")
	}
}

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	password := i.write("password", "Mat-khau-rat-dai-2026\n")
	i.must(nil, "staff", "add", "--username", "canbo1", "--name", "Cán bộ", "--agency", "bxd", "--role", "handler", "--password-file", password)
	s := i.Serve()
	upload := filepath.Join(i.Data, uploadsFolder, "ab", "cd")
	if err := os.MkdirAll(filepath.Dir(upload), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{upload, upload + ".18ec3f4a06ffec9c.tmp"} { // the second is being written
		if err := os.WriteFile(name, []byte("ảnh"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "backup.tar")
	i.must([]string{"keys"}, "backup", file)
	i.refused([]string{"there already"}, "backup", file)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v, %v", info.Mode(), err)
	}
	s.Stop(t)
	i.must(nil, "staff", "add", "--username", "later", "--name", "Sau", "--agency", "bxd", "--role", "handler", "--password-file", password)

	i.refused([]string{"not empty", "--force"}, "restore", file)
	i.refused([]string{"backup"}, "restore", "--force", i.write("torn", "this is no tar"))
	i.must([]string{"2 entries"}, "audit", "verify") // nothing was touched
	i.must([]string{"restored", beforePrefix}, "restore", "--force", file)
	i.must([]string{"1 entries"}, "audit", "verify")
	i.refused([]string{"there is no"}, "staff", "reset-password", "--username", "later", "--password-file", password)
	if b, err := os.ReadFile(upload); err != nil || string(b) != "ảnh" {
		t.Errorf("the upload is %q, %v", b, err)
	}

	other := newInstall(t)
	other.must([]string{"restored"}, "restore", file)
	if files := names(t, filepath.Join(other.Data, uploadsFolder, "ab")); !slices.Equal(files, []string{"cd"}) {
		t.Errorf("the backup has %v of the uploads, not only what was whole", files)
	}
	o := other.Serve()
	other.must([]string{"1 entries"}, "audit", "verify")
	o.Stop(t)

	// An interrupted restore: nothing starts until it was run again.
	if err := os.MkdirAll(filepath.Join(other.Data, restoringFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	other.refused([]string{"interrupted"}, "serve")
	other.refused([]string{"backup"}, "restore", "--force", other.write("torn", "this is no tar"))
	other.refused([]string{"interrupted"}, "serve") // one that fails does not end it
	other.must([]string{"restored"}, "restore", "--force", file)
	other.must([]string{"1 entries"}, "audit", "verify")
}

// TestMongoBackup: what the drill of docs/operations.md does not do.
func TestMongoBackup(t *testing.T) {
	t.Parallel()
	i := newInstall(t, "KIENNGHI_MONGO_URI="+mongotest.Start(t))
	password := i.write("password", "a good password")
	i.must(nil, "staff", "add", "--username", "an", "--name", "An", "--agency", "vpcp", "--role", "admin", "--password-file", password)
	file := filepath.Join(t.TempDir(), "backup.tar")
	i.must([]string{"keys"}, "backup", file)
	i.refused([]string{"database", "not empty"}, "restore", "--force", file)

	ofFolder := newInstall(t)
	ofFolder.must(nil, "seed")
	embedded := filepath.Join(t.TempDir(), "embedded.tar")
	ofFolder.must(nil, "backup", embedded)
	i.refused([]string{"not of MongoDB"}, "restore", "--force", embedded)
	ofFolder.refused([]string{"set KIENNGHI_MONGO_URI"}, "restore", "--force", file)
	ofFolder.must([]string{"whole"}, "audit", "verify") // nothing was touched

	keys, err := os.ReadFile(filepath.Join(i.Data, keysFile))
	if err != nil {
		t.Fatal(err)
	}
	apart := newInstall(t, "KIENNGHI_MONGO_URI="+mongotest.Start(t), "KIENNGHI_KEYS="+string(keys))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	apart.refused([]string{"unexpected EOF"}, "restore", apart.write("torn", string(whole[:len(whole)/2])))
	apart.refused([]string{"run it again"}, "serve")
	apart.must([]string{"restored", "reindex"}, "restore", file)
	apart.must([]string{"1 entries"}, "audit", "verify")
	apart.must([]string{"without the keys"}, "backup", filepath.Join(t.TempDir(), "again.tar"))
	apart.refused([]string{"is taken"}, "staff", "add", "--username", "an", "--name", "An", "--agency", "vpcp", "--role", "admin", "--password-file", password)
}

// A balancer sees that the process is about to stop before it stops to listen.
func TestServeLameDuck(t *testing.T) {
	t.Parallel()
	i := newInstall(t, "KIENNGHI_LAME_DUCK=2s")
	s := i.Serve()
	if got := i.get("/readyz"); got != http.StatusOK {
		t.Fatalf("ready: %d", got)
	}
	stopped := make(chan struct{})
	go func() { s.Stop(t); close(stopped) }()
	if !programtest.Poll(10*time.Second, func() bool { return i.get("/readyz") == http.StatusServiceUnavailable }) {
		t.Error("never unready")
	}
	res, err := http.Get(i.url("/v1/provinces"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK || !res.Close {
		t.Errorf("a request meanwhile: %d, connection kept: %v", res.StatusCode, !res.Close)
	}
	<-stopped
}

// TestServeFolderGone removes and replaces the data folder beneath the running program,
// which ends with an error rather than take what it cannot keep.
func TestServeFolderGone(t *testing.T) {
	t.Parallel()
	away := map[string]func(data string) error{
		"removed": os.RemoveAll,
		"moved":   func(data string) error { return os.Rename(data, data+"-moved") },
		"replaced": func(data string) error {
			return errors.Join(os.Rename(filepath.Join(data, databaseFile), filepath.Join(data, "old")), os.WriteFile(filepath.Join(data, databaseFile), nil, 0o600))
		},
		"without its index": func(data string) error { return os.RemoveAll(filepath.Join(data, indexFolder)) },
	}
	for how, do := range away {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			i := newInstall(t)
			s := i.Serve()
			if err := do(i.Data); err != nil {
				t.Fatal(err)
			}
			select {
			case <-s.Done:
			case <-time.After(30 * time.Second):
				t.Fatalf("it runs on:\n%s", i.Log)
			}
			if code := s.Cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(i.Log.String(), "was removed or replaced") {
				t.Errorf("it ended with %d:\n%s", code, i.Log)
			}
			if spent := s.Cmd.ProcessState.UserTime(); spent > 10*time.Second {
				t.Errorf("it computed for %v", spent)
			}
		})
	}
}

// TestTornUploads: what a kill left of an upload goes at the next start, what is being written stays.
func TestTornUploads(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	dir := filepath.Join(i.Data, uploadsFolder, "2026", "11")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"old.1.tmp": 2 * tornAfter, "new.2.tmp": 0, "whole": 2 * tornAfter} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Chtimes(file, time.Time{}, time.Now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	s := i.Serve()
	programtest.Until(t, 10*time.Second, "the old one is gone", func() bool { return len(names(t, dir)) == 2 })
	s.Stop(t)
	if left := names(t, dir); !slices.Equal(left, []string{"new.2.tmp", "whole"}) {
		t.Errorf("left: %v", left)
	}
}

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}
