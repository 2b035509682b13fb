package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKeysFromACommand gives the keyring out by a script, as a key management service does:
// rotated, refused, and silent.
func TestKeysFromACommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	vault, script := filepath.Join(dir, "vault"), filepath.Join(dir, "unwrap")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	first := "k1:" + strings.Repeat("A", 43) + "="
	write(vault, first+"\n")
	write(script, "#!/bin/sh\ntest -z \"$KIENNGHI_DATA\" || exit 9\ncat \"$1\"\n")
	i := newInstall(t)
	i.Env = append(i.Env, "KIENNGHI_KEYS_COMMAND="+script+" "+vault)
	i.must(nil, "migrate")
	out, err := i.Run("keys", "rotate")
	if err == nil || !strings.Contains(out, ","+first) || !strings.Contains(out, "KIENNGHI_KEYS_COMMAND") {
		t.Fatalf("keys rotate: %v\n%s", err, out)
	}
	text, _, _ := strings.Cut(out, "\n")
	write(vault, text)
	i.must([]string{"going on", "data key", "sealed anew"}, "keys", "rotate", "--now")
	if _, err := os.Stat(filepath.Join(i.Data, keysFile)); err == nil {
		t.Error("keys.txt was made although a command gives the keyring out")
	}
	i.must(nil, "backup", filepath.Join(dir, "backup.tar.gz"))

	write(script, "#!/bin/sh\necho planted-secret\necho 'access denied for role kn' >&2\nexit 3\n")
	if out, err := i.Run("migrate"); err == nil || !strings.Contains(out, "access denied for role kn") || !strings.Contains(out, "KIENNGHI_KEYS_COMMAND") || strings.Contains(out, "planted-secret") {
		t.Errorf("a command that fails: %v\n%s", err, out)
	}
	write(script, "#!/bin/sh\n")
	i.refused([]string{"printed nothing"}, "migrate")
	write(script, "#!/bin/sh\necho not-a-ring\n")
	i.refused([]string{"KIENNGHI_KEYS_COMMAND", "id:base64"}, "migrate")
	i.Env[len(i.Env)-1] = "KIENNGHI_KEYS_COMMAND=" + filepath.Join(dir, "missing")
	i.refused([]string{"missing", "KIENNGHI_KEYS_COMMAND"}, "migrate")
}

// TestFailingCommandIsNotAskedAgain: not for everyone who reads what nobody has the key of.
func TestFailingCommandIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	asked := 0
	read := notAgain(func() (string, error) { asked++; return "", away })
	for range 3 {
		if text, err := read(); text != "" || !errors.Is(err, away) {
			t.Errorf("%q, %v", text, err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// TestHangingCommandIsKilled: one that asks a service that does not answer, and left a child
// that holds its output open.
func TestHangingCommandIsKilled(t *testing.T) {
	t.Parallel()
	script := filepath.Join(t.TempDir(), "unwrap")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho k1:half\nsleep 20 &\nwait\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	text, err := askKeys(script, 100*time.Millisecond)
	if text != "" || err == nil || !strings.Contains(err.Error(), "did not end within 100ms") {
		t.Errorf("%q, %v", text, err)
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("waited %v", took)
	}
}
