package bleve_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kiennghi/search"
)

// mapped is how many kilobytes of the files of an index are in this process's memory.
func mapped(t *testing.T, dir string) (sum int) {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	counts := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, n := lines.Text(), 0
		if _, err := fmt.Sscanf(line, "Rss: %d kB", &n); err == nil && counts {
			sum += n
		}
		if strings.Contains(line, " r--s ") || strings.Contains(line, "-p ") || strings.Contains(line, "rw-s ") {
			counts = strings.Contains(line, dir) && strings.HasSuffix(line, ".zap")
		}
	}
	return sum
}

func TestGiveBack(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	var docs []search.Document
	for i := range 2000 {
		docs = append(docs, search.Document{ID: fmt.Sprint(i), Title: fmt.Sprint("Đèn đường số ", i), Body: strings.Repeat("hư đã lâu ", 20)})
	}
	if err := x.Put(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	x.Close()
	x = open(t, dir)
	find := func() string {
		t.Helper()
		r, err := x.Search(t.Context(), search.Query{Text: "đèn đường 1234"})
		if err != nil || len(r.Hits) == 0 {
			t.Fatal(r, err)
		}
		return fmt.Sprint(r.Total, " ", r.Hits[0].ID) // equal ones may change places when files are merged
	}
	before := find()
	if mapped(t, dir) == 0 {
		t.Fatal("nothing of the index is in memory after a search")
	}
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) { // the engine may be merging files
		if err := x.GiveBack(t.Context()); err != nil {
			t.Fatal(err)
		}
		kb := mapped(t, dir)
		if kb == 0 {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("%d kB of the index are still in memory", kb)
		}
	}
	if after := find(); after != before {
		t.Errorf("found %s, and before %s", after, before)
	}
}
