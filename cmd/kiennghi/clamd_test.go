package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
)

// clamd speaks as much of clamd's protocol as INSTREAM needs: it finds what contains
// "EICAR", and takes no more than a million bytes, as with StreamMaxLength.
func clamd(t *testing.T) string {
	t.Helper()
	return serve(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		command, _ := r.ReadString(0)
		var content strings.Builder
		for n := uint32(1); n > 0; {
			if binary.Read(r, binary.BigEndian, &n) != nil {
				return
			}
			io.CopyN(&content, r, int64(n))
			if content.Len() > 1e6 { // and hangs up on what is on its way
				io.WriteString(conn, tooLong+"\x00")
				return
			}
		}
		answer := "stream: OK"
		switch {
		case command != "zINSTREAM\x00":
			answer = "UNKNOWN COMMAND"
		case strings.Contains(content.String(), "EICAR"):
			answer = "stream: Eicar-Test-Signature FOUND"
		case strings.Contains(content.String(), "PACKED"):
			answer = "stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND"
		case strings.Contains(content.String(), "MEMORY"):
			answer = "Can't allocate memory ERROR"
		}
		io.WriteString(conn, answer+"\x00")
	})
}

func TestScanner(t *testing.T) {
	t.Parallel()
	scan := scanner(clamd(t))
	long := strings.Repeat("ảnh", 50_000)
	for content, want := range map[string]string{
		long:                           "",
		"":                             "",
		long + "EICAR" + long:          "infected",
		"PACKED":                       "not_scanned",
		strings.Repeat("x", 1_000_001): "not_scanned",
		strings.Repeat("x", 30e6):      "not_scanned",
		"MEMORY":                       "unavailable",
	} {
		if got := said(scan(t.Context(), strings.NewReader(content))); got != want {
			t.Errorf("%.10s… (%d bytes): %q, want %q", content, len(content), got, want)
		}
	}
	away := scanner("127.0.0.1:1")
	if err := away(t.Context(), strings.NewReader("x")); !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("clamd is away: %v", err)
	}
}

// said is what a sender is told of their file: a code, or unavailable; empty: nothing.
func said(err error) string {
	var e *models.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e) && e.Kind == models.KindInvalid && len(e.Fields) == 1 && e.Fields[0].Field == "file":
		return e.Fields[0].Code
	}
	return string(models.ErrorKindOf(err))
}

// TestScannerHangsUp: what it says before it has everything counts, but never that all is well.
func TestScannerHangsUp(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"stream: OK\x00": "unavailable", "stream: X FOUND\x00": "infected", tooLong + "\x00": "not_scanned", tooLong: "unavailable", "": "unavailable",
	} {
		address := serve(t, func(conn net.Conn) {
			io.CopyN(io.Discard, conn, 1000)
			io.WriteString(conn, answer)
		})
		if got := said(scanner(address)(t.Context(), strings.NewReader(strings.Repeat("x", 30e6)))); got != want {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
	}
	broken := iotest.ErrReader(errors.New("the disk is broken"))
	if err := scanner(clamd(t))(t.Context(), broken); err == nil || !strings.Contains(err.Error(), "the disk is broken") {
		t.Error(err)
	}
}

// TestScannerOfClamAV asks the real clamd, with a list of its own of what is infected.
func TestScannerOfClamAV(t *testing.T) {
	t.Parallel()
	program := programtest.Tool(t, "files that ClamAV looks through (Debian package clamav-daemon)", "clamd", "/usr/sbin/clamd")
	dir, port := t.TempDir(), programtest.FreePort(t)
	virus := "this-is-what-the-test-calls-a-virus"
	conf := fmt.Sprintf("TCPSocket %d\nTCPAddr 127.0.0.1\nDatabaseDirectory %s\nForeground yes\nUser root\nStreamMaxLength 1M\nMaxFileSize 512K\nMaxScanSize 512K\nAlertExceedsMax yes\n", port, dir)
	if os.Getuid() != 0 {
		conf = strings.Replace(conf, "User root\n", "", 1)
	}
	for name, content := range map[string]string{"clamd.conf": conf, "test.ndb": fmt.Sprintf("Test:0:*:%x\n", virus)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, "--config-file", filepath.Join(dir, "clamd.conf"))
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Wait() })
	scan := scanner(fmt.Sprintf("127.0.0.1:%d", port))
	if !programtest.Poll(time.Minute, func() bool { return scan(t.Context(), strings.NewReader("x")) == nil }) {
		t.Fatalf("clamd does not answer: %s", log.String())
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	w, err := z.Create("a.txt")
	if err == nil {
		_, err = io.WriteString(w, strings.Repeat("x", 700_000))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	for content, want := range map[string]string{
		"nothing":                   "",
		"x" + virus + "x":           "infected",
		strings.Repeat("x", 700e3):  "not_scanned", // more than MaxFileSize
		packed.String():             "not_scanned",
		strings.Repeat("x", 1500e3): "not_scanned", // more than StreamMaxLength
		strings.Repeat("x", 30e6):   "not_scanned", // and it hangs up
	} {
		if got := said(scan(t.Context(), strings.NewReader(content))); got != want {
			t.Errorf("%.10s… (%d bytes): %q, want %q", content, len(content), got, want)
		}
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	here := &Config{FCMEndpoint: "http://" + clamd(t)}
	if err := reachable(here.pushAddress())(t.Context()); err != nil {
		t.Error(err)
	}
	if err := reachable("127.0.0.1:1")(t.Context()); err == nil {
		t.Error("nobody is there, but it is reachable")
	}
	for endpoint, want := range map[string]string{
		"": "fcm.googleapis.com:443", "https://push.example": "push.example:443", "http://127.0.0.1:9099/v1": "127.0.0.1:9099",
	} {
		if got := (&Config{FCMEndpoint: endpoint}).pushAddress(); got != want {
			t.Errorf("%q: %s, want %s", endpoint, got, want)
		}
	}
}
