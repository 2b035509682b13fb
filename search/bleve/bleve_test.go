package bleve_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kiennghi/search"
	"kiennghi/search/bleve"
	"kiennghi/search/searchtest"
)

func open(t testing.TB, dir string) *bleve.Index {
	t.Helper()
	x, err := bleve.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func TestContract(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index { return open(t, t.TempDir()) })
}

func total(t *testing.T, x *bleve.Index) int {
	t.Helper()
	r, err := x.Search(t.Context(), search.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Total
}

func doc(id string) search.Document {
	return search.Document{ID: id, Title: "Đèn đường hư"}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	if err := x.Put(t.Context(), doc("a"), doc("b")); err != nil {
		t.Fatal(err)
	}
	x.Close()
	x = open(t, dir)
	if n := total(t, x); n != 2 {
		t.Errorf("%d documents after opening again, want 2", n)
	}
}

// A folder that is copied while it is in use is what a crash would leave behind.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	if err := x.Put(t.Context(), doc("old")); err != nil {
		t.Fatal(err)
	}
	during, after := t.TempDir(), t.TempDir()
	err := x.Rebuild(t.Context(), func(put func(...search.Document) error) error {
		if err := put(doc("a"), doc("b")); err != nil {
			return err
		}
		return os.CopyFS(during, os.DirFS(dir))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(after, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for copied, want := range map[string]int{during: 1, after: 2} {
		y := open(t, copied)
		if n := total(t, y); n != want {
			t.Errorf("%d documents after a crash, want %d", n, want)
		}
		if left, _ := filepath.Glob(filepath.Join(copied, "gen-*")); len(left) != 1 {
			t.Errorf("leftovers stay: %v", left)
		}
		if err := y.Put(t.Context(), doc("more")); err != nil {
			t.Error(err)
		}
	}
}

func TestSecondOpen(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	start := time.Now()
	_, err := bleve.Open(dir)
	if err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second open: %v", err)
	}
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("a second open took %v", d)
	}
}
