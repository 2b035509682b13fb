package bleve

import (
	"slices"
	"strconv"
	"testing"

	bleve "github.com/blevesearch/bleve/v2"

	"kiennghi/search"
)

// TestRebuiltIsOneSegment: the segments of a rebuild are merged before it is used.
func TestRebuiltIsOneSegment(t *testing.T) {
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	err = x.Rebuild(t.Context(), func(put func(...search.Document) error) error {
		docs := make([]search.Document, 7500)
		for i := range docs {
			docs[i] = search.Document{ID: strconv.Itoa(i), Title: "Đèn đường hư"}
		}
		for some := range slices.Chunk(docs, 2500) { // enough for a segment of their own
			if err := put(some...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = x.with(t.Context(), func(gen bleve.Index) error {
		return readParts(t.Context(), gen, func(s *snapshot) error {
			if len(s.parts) != 1 || s.total != 7500 {
				t.Errorf("%d segments with %d documents, want 1 with 7500", len(s.parts), s.total)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
