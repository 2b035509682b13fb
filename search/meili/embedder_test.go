package meili_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/meilisearch/meilisearch-go"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/meili"
	"kiennghi/search/meili/meilitest"
)

// TestEmbedder: with an embedder, here a server that knows two meanings, a case is found that has
// no word of the letter; when it does not answer, by words alone as before.
func TestEmbedder(t *testing.T) {
	address, key := meilitest.Start(t)
	var away atomic.Bool
	meanings := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Input string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || away.Load() {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		vector := []float64{0.01, 0.01, 1}
		switch text := strings.ToLower(in.Input); {
		case strings.Contains(text, "sổ đỏ"), strings.Contains(text, "quyền sử dụng đất"):
			vector = []float64{1, 0.01, 0.01}
		case strings.Contains(text, "đèn"), strings.Contains(text, "chiếu sáng"):
			vector = []float64{0.01, 1, 0.01}
		}
		json.NewEncoder(w).Encode(map[string]any{"embedding": vector})
	}))
	defer meanings.Close()
	embedder := &meilisearch.Embedder{
		Source: "rest", URL: meanings.URL, Dimensions: 3, DocumentTemplate: "{{doc.title}} {{doc.body}}",
		Request: map[string]any{"input": "{{text}}"}, Response: map[string]any{"embedding": "{{embedding}}"},
	}
	x, err := meili.Open(t.Context(), address, key, "test-"+models.NewID(), embedder)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for id, text := range map[string]string{
		"land": "Cấp giấy chứng nhận quyền sử dụng đất", "light": "Hệ thống chiếu sáng công cộng tắt", "other": "Trường thu tiền may đồng phục",
	} {
		if err := x.Put(t.Context(), search.Document{ID: id, Title: text, Agency: id, Public: true}); err != nil {
			t.Fatal(err)
		}
	}
	best := func(text string) string {
		t.Helper()
		hits, err := x.Similar(t.Context(), text, search.Filters{Public: true}, 1)
		if err != nil {
			t.Fatal(err)
		}
		whose, err := x.Answering(t.Context(), text, search.Filters{Public: true}, 1)
		if err != nil || len(whose) != len(hits) || len(hits) > 0 && whose[0].Agency != hits[0].Agency {
			t.Errorf("%q: %+v and %+v, %v", text, hits, whose, err)
		}
		if len(hits) == 0 {
			return ""
		}
		return hits[0].ID
	}
	for text, want := range map[string]string{"làm sổ đỏ lâu quá": "land", "đèn ngoài ngõ tối om": "light", "tiền may đồng phục đắt": "other"} {
		if got := best(text); got != want {
			t.Errorf("%q is like %q, not %q", text, got, want)
		}
	}
	away.Store(true)
	if got := best("tiền may đồng phục"); got != "other" {
		t.Errorf("without the embedder: %q", got)
	}
	if got := best("làm sổ đỏ lâu quá"); got == "land" {
		t.Error("an embedder that is away has answered")
	}
}
