package searchtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"kiennghi/search"
)

func testWrite(t *testing.T, x search.Index) {
	doc := search.Document{ID: "one", Title: "Cây đổ \x02chắn\x03 đường", Body: "a\x02b\x03", Province: "79", Public: true, Date: day("2025-01-01T00:00:00Z")}
	put(t, x)
	put(t, x, doc)
	r := find(t, x, search.Query{Text: "cay do"})
	if len(r.Hits) != 1 {
		t.Fatalf("what was put is found at once: %v", ids(r.Hits))
	}
	same(t, "marks are removed on the way in", r.Hits[0].Title, "\x02Cây đổ\x03 chắn đường")
	same(t, "and from the body", r.Hits[0].Snippet, "ab")

	doc.Title, doc.Province, doc.Public = "Ổ gà trên quốc lộ", "01", false
	put(t, x, doc)
	same(t, "the old text is gone", find(t, x, search.Query{Text: "cay do"}).Total, 0)
	same(t, "the old filter is gone", find(t, x, search.Query{Filters: search.Filters{Province: "79"}}).Total, 0)
	same(t, "it is public no more", find(t, x, search.Query{Filters: search.Filters{Public: true}}).Total, 0)
	same(t, "the new text is found", find(t, x, search.Query{Text: "o ga quoc lo"}).Total, 1)
	same(t, "one document", find(t, x, search.Query{}).Total, 1)

	if err := x.Delete(t.Context(), "one", "unknown", "with space/and \"quote\""); err != nil {
		t.Fatal("delete:", err)
	}
	if err := x.Delete(t.Context()); err != nil {
		t.Fatal("delete nothing:", err)
	}
	same(t, "after delete", find(t, x, search.Query{}).Total, 0)

	bare := search.Document{ID: "bare"}
	put(t, x, bare)
	same(t, "a document without anything", ids(find(t, x, search.Query{}).Hits), []string{"bare"})
}

func testRebuild(t *testing.T, x search.Index) {
	old := search.Document{ID: "old", Title: "Nước máy bị đục", Date: day("2025-01-01T00:00:00Z")}
	put(t, x, old, search.Document{ID: "gone", Title: "Nước máy yếu"})
	refused := errors.New("the fill fails")
	err := x.Rebuild(t.Context(), func(put func(...search.Document) error) error {
		if err := put(search.Document{ID: "half", Title: "Nước máy"}); err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("a fill that fails: got %v", err)
	}
	same(t, "the old one stays", sorted(find(t, x, search.Query{Text: "nuoc may"}).Hits), []string{"gone", "old"})

	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				r, err := x.Search(t.Context(), search.Query{Text: "nuoc may"})
				if err != nil || r.Total == 0 {
					t.Errorf("search %d while it is rebuilt: %d hits, %v", n, r.Total, err)
					return
				}
			}
		})
	}
	for round := range 3 {
		err = x.Rebuild(t.Context(), func(put func(...search.Document) error) error {
			for batch := range 2 {
				docs := []search.Document{old}
				for i := range 20 {
					docs = append(docs, search.Document{ID: fmt.Sprintf("r%d-%d-%d", round, batch, i), Title: "Nước máy"})
				}
				if err := put(docs...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Error("rebuild:", err)
		}
	}
	close(stop)
	wg.Wait()
	same(t, "what the last fill put", find(t, x, search.Query{}).Total, 41)
	put(t, x, search.Document{ID: "after", Title: "Sau khi dựng lại"})
	same(t, "a put afterwards", find(t, x, search.Query{}).Total, 42)
}

func testAtOnce(t *testing.T, x search.Index) {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 5 {
				id := fmt.Sprintf("w%d-%d", w, i)
				err := x.Put(t.Context(), search.Document{ID: id, Title: "Ngập nước " + id, Date: day("2025-01-01T00:00:00Z")})
				if err != nil {
					t.Error("put:", err)
				}
				r, err := x.Search(t.Context(), search.Query{Text: "ngap nuoc", Limit: 100, Facets: []search.Facet{search.FacetYear}})
				if err != nil || !contains(r.Hits, id) {
					t.Errorf("%s is not found after its put: %v", id, err)
				}
			}
			if err := x.Delete(t.Context(), fmt.Sprintf("w%d-0", w)); err != nil {
				t.Error("delete:", err)
			}
		})
	}
	wg.Wait()
	same(t, "after 20 puts and 4 deletes", find(t, x, search.Query{}).Total, 16)
}

func contains(hits []search.Hit, id string) bool {
	for _, h := range hits {
		if h.ID == id {
			return true
		}
	}
	return false
}
