package bleve

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/search"
)

// An index whose folder is gone costs next to nothing: Bleve tries to write it again and
// again, each time after a pause, and what is put fails.
func TestFolderGone(t *testing.T) {
	for _, when := range []string{"made", "opened again"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			x, err := Open(dir)
			if err == nil && when == "opened again" {
				err = x.Close()
				if err == nil {
					x, err = Open(dir)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			if err := os.RemoveAll(filepath.Join(dir, x.name)); err != nil {
				t.Fatal(err)
			}
			failures := func() uint64 { return x.gen.StatsMap()["index"].(map[string]any)["TotPersistLoopErr"].(uint64) }
			if err := x.Put(t.Context(), search.Document{ID: "a", Title: "Đèn đường hư"}); !errors.Is(err, models.ErrUnavailable) {
				t.Errorf("put: %v", err)
			}
			begun := time.Now()
			for failures() < 3 {
				if time.Since(begun) > 20*time.Second {
					t.Fatalf("only %d failures: this is not what was to be tried", failures())
				}
				time.Sleep(20 * time.Millisecond) // polling
			}
			if n, most := failures(), uint64(time.Since(begun)/time.Second)+2; n > most {
				t.Errorf("%d failures in %v", n, time.Since(begun))
			}
		})
	}
}
