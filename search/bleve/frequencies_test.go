package bleve

import (
	"fmt"
	"testing"

	"github.com/blevesearch/bleve/v2"

	"kiennghi/search"
)

// TestFrequenciesRemembered: what is remembered of a big segment is what was counted.
func TestFrequenciesRemembered(t *testing.T) {
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	docs := make([]search.Document, 20)
	for i := range docs {
		docs[i] = search.Document{ID: fmt.Sprintf("%032x", i), Title: "Đèn đường hỏng"}
		if i%10 == 0 {
			docs[i].Title = "Đường đèn"
		}
	}
	if err := x.Put(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{"den": 20, "den duong": 18, "duong den": 2, "zzz": 0}
	err = x.with(t.Context(), func(gen bleve.Index) error {
		return x.read(t.Context(), gen, func(s *snapshot) error {
			for _, p := range s.parts {
				p.size = rememberFrom // as if it were big
			}
			for _, how := range []string{"counted", "remembered"} {
				var terms []search.Term
				for text := range want {
					terms = append(terms, search.Term{Text: text})
				}
				if err := s.count(terms); err != nil {
					return err
				}
				for _, term := range terms {
					if term.Documents != want[term.Text] {
						t.Errorf("%s: %q is in %d documents, want %d", how, term.Text, term.Documents, want[term.Text])
					}
				}
				for _, p := range s.parts {
					if n := len(p.seen.have); n != len(want) {
						t.Errorf("%s: %d counts are in memory, want %d", how, n, len(want))
					}
				}
			}
			return nil
		})
	})
	if err == nil {
		err = x.GiveBack(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range x.columns.have {
		if len(c.seen.have) > 0 {
			t.Errorf("%d counts are still in memory after what was remembered was given back", len(c.seen.have))
		}
	}
}
