package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
)

// own is how many kilobytes this process has in memory without mapped files.
func own(t *testing.T) (kb int) {
	t.Helper()
	debug.FreeOSMemory()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("RssAnon:"))
	if _, err := fmt.Sscanf(string(b[at:]), "RssAnon: %d kB", &kb); err != nil {
		t.Fatal(err)
	}
	return kb
}

// TestGiveBack: what was read is forgotten, and read again.
func TestGiveBack(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	const cases = 4000
	for i := range cases {
		f, _ := letter(i)
		if err := s.CreateFeedback(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	read := func() {
		t.Helper()
		for i := range cases {
			if f, err := s.FeedbackByCode(ctx, fmt.Sprintf("KN-%08d", i)); err != nil || f.Title == "" {
				t.Fatal(f, err)
			}
		}
	}
	read()
	before := own(t)
	if err := s.GiveBack(ctx); err != nil {
		t.Fatal(err)
	}
	if after := own(t); after > before-8<<10 {
		t.Errorf("%d kB in memory, and %d before they were given back", after, before)
	}
	read()
	f, _ := letter(cases)
	if err := s.CreateFeedback(ctx, f); err != nil {
		t.Fatal(err)
	}
}
