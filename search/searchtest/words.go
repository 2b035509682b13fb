package searchtest

import (
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"

	"kiennghi/search"
)

func testWords(t *testing.T, x search.Index) {
	for _, c := range []struct{ text, want string }{
		{"điện giá", "price"},
		{"dien gia", "price"},
		{"DIEN GIA", "price"},
		{norm.NFD.String("điện giá"), "price"},
		{"đèn đường", "lamp"},
		{"den duong", "lamp"},
		{"đen dương", "lamp"}, // wrong accents
		{"giao thông", "jam"},
		{"giao thonng", "jam"}, // a letter too many
		{"karaok", "noise"},    // still typing
		{"karoke", "noise"},    // a letter left out
		{"tieng on karaoke", "noise"},
		{"thong bao", "crossing"},
		{"ngã tư hàng xa", "jam"}, // the last word is being typed
		{"lam thu dau n", "school"},
		{"cong to", "price"}, // in the reply
		{"xa thai", "long"},  // in the body, in capitals
		{`"giao thông"`, "jam"},
		{`"den duong"`, "lamp"},
		{"“giao thông”", "jam"},
		{`"giao thong`, "jam"}, // a quote that does not end
	} {
		got := ids(find(t, x, search.Query{Text: c.text}).Hits)
		if len(got) == 0 || got[0] != c.want {
			t.Errorf("search %q: got %v, want %s first", c.text, got, c.want)
		}
	}
	for _, c := range []struct{ text, not string }{
		{`"giao thông"`, "crossing"}, // it has both words, apart
		{`"thông giao"`, "jam"},
		{"zzzzqqq", "lamp"},
	} {
		if got := ids(find(t, x, search.Query{Text: c.text}).Hits); slices.Contains(got, c.not) {
			t.Errorf("search %q: got %v, must not find %s", c.text, got, c.not)
		}
	}
	same(t, "a word that is nowhere", find(t, x, search.Query{Text: "zzzzqqq"}).Total, 0)
}

func testOrder(t *testing.T, x search.Index) {
	// All words, then some of them.
	got := ids(find(t, x, search.Query{Text: "den duong hu hong kenh"}).Hits)
	if len(got) == 0 || got[0] != "lamp" {
		t.Errorf("more matching words first: got %v, want lamp first", got)
	}
	// What is written as asked comes before what is only like it.
	got = ids(find(t, x, search.Query{Text: "giao thong"}).Hits)
	if i, j := slices.Index(got, "jam"), slices.Index(got, "crossing"); i < 0 || j >= 0 && j < i {
		t.Errorf("neighbouring words first: got %v, want jam before crossing", got)
	}
}

func testCode(t *testing.T, x search.Index) {
	for _, text := range []string{"KN-7Q4M-2XPQ", "kn-7q4m-2xpq", "7Q4M2XPQ", " kn 7q4m 2xpq "} {
		same(t, "code "+text, ids(find(t, x, search.Query{Text: text}).Hits), []string{"price"})
	}
	if got := ids(find(t, x, search.Query{Text: "KN-7Q4M-2XPQ", Filters: search.Filters{Province: "01"}}).Hits); slices.Contains(got, "price") {
		t.Errorf("a code does not go past the filters: got %v", got)
	}
}

func testHostile(t *testing.T, x search.Index) {
	for _, text := range hostile() {
		for _, q := range []search.Query{{Text: text}, {Text: text, Sort: search.Newest, Filters: search.Filters{Agency: text, Scope: text}}} {
			if _, err := x.Search(t.Context(), q); err != nil {
				t.Errorf("search %.40q: %v", text, err)
			}
		}
		if _, err := x.Suggest(t.Context(), text, 5); err != nil {
			t.Errorf("suggest %.40q: %v", text, err)
		}
		if _, err := x.Similar(t.Context(), text, search.Filters{}, 5); err != nil {
			t.Errorf("similar %.40q: %v", text, err)
		}
	}
	for _, text := range []string{"", "   ", "\n\t", "*", "🙂", `""`, "?!"} {
		same(t, "nothing asked for finds every case: "+text, find(t, x, search.Query{Text: text}).Total, 7)
	}
	for _, q := range []search.Query{{Offset: -5}, {Limit: -1}, {Limit: 1000}, {Offset: search.MaxDepth}, {Offset: 1 << 40}, {Facets: []search.Facet{"nothing"}}, {Sort: "nothing"}} {
		if _, err := x.Search(t.Context(), q); err != nil {
			t.Errorf("search %+v: %v", q, err)
		}
	}
}
