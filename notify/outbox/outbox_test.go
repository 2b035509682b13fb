package outbox

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/notify"
)

func TestSendAppendsOneLinePerMessage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.jsonl")
	errs := New(path).Send(t.Context(), []notify.Message{
		{Channel: notify.SMS, To: "+84900000001", Body: "Mã của ông/bà: <123456>\nhết hạn sau 5 phút"},
		{Channel: notify.Push, To: "token", Title: "Có trả lời", Body: "KN-1", Data: map[string]string{"code": "KN-1"}},
	})
	for i, err := range errs {
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600: it holds one-time codes", info.Mode().Perm())
	}
	lines := read(t, path)
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2", len(lines))
	}
	if lines[0].Channel != notify.SMS || lines[0].To != "+84900000001" || !strings.Contains(lines[0].Body, "123456") {
		t.Errorf("first line: %+v", lines[0])
	}
	if lines[1].Channel != notify.Push || lines[1].Data["code"] != "KN-1" || lines[1].Title != "Có trả lời" {
		t.Errorf("second line: %+v", lines[1])
	}
	at, err := time.Parse(time.RFC3339, lines[0].At)
	if err != nil || !strings.HasSuffix(lines[0].At, "Z") || time.Since(at) > time.Minute {
		t.Errorf("at = %q (%v)", lines[0].At, err)
	}
}

func TestSendersShareAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.jsonl")
	const senders, each = 8, 100
	long := strings.Repeat("ư", 5000)
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for i := range each {
				for _, err := range New(path).Send(context.Background(), []notify.Message{{Channel: notify.Mail, To: fmt.Sprint(s, "-", i), Body: long}}) {
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, l := range read(t, path) {
		if l.Body != long {
			t.Fatal("a line was torn")
		}
		seen[l.To] = true
	}
	if len(seen) != senders*each {
		t.Errorf("%d different lines, want %d", len(seen), senders*each)
	}
}

func TestSendFails(t *testing.T) {
	one := []notify.Message{{Channel: notify.SMS, To: "+84900000001", Body: "secret"}}
	err := New(filepath.Join(t.TempDir(), "missing", "outbox.jsonl")).Send(t.Context(), one)[0]
	if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "+84") {
		t.Errorf("got %v, want an error that names neither text nor recipient", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := New(filepath.Join(t.TempDir(), "o")).Send(ctx, one)[0]; err != context.Canceled {
		t.Errorf("cancelled: got %v", err)
	}
}

func read(t *testing.T, path string) []line {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []line
	for s := bufio.NewScanner(f); s.Scan(); {
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatalf("line %q: %v", s.Text(), err)
		}
		out = append(out, l)
	}
	return out
}
