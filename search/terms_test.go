package search

import (
	"slices"
	"testing"
)

func TestTerms(t *testing.T) {
	terms := TermsOf("Kính gửi cơ quan. Đèn đường của xóm, đèn đường!")
	var texts []string
	for _, x := range terms {
		texts = append(texts, x.Text)
		if x.Pair() != slices.Contains([]string{"den duong", "duong cua", "cua xom", "xom den"}, x.Text) {
			t.Errorf("%q: pair %v", x.Text, x.Pair())
		}
	}
	if want := []string{"duong", "den duong", "duong cua", "xom", "cua xom", "xom den"}; !slices.Equal(texts, want) {
		t.Errorf("terms %q, want %q", texts, want)
	}
	for i, n := range []uint64{4, 2, 0, 4, 1, 100} { // of "duong", "den duong", …
		terms[i].Documents = n
	}
	said, total, _ := Rarest(terms, 200, 0, nil)
	texts, sum := nil, 0.0
	for _, x := range said {
		texts, sum = append(texts, x.Text), sum+x.Weight
	}
	if want := []string{"cua xom", "den duong", "duong", "xom"}; !slices.Equal(texts, want) || sum != total {
		t.Errorf("the rarest are %q, want %q; they weigh %v, in all %v", texts, want, sum, total)
	}
}
