package searchtest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"kiennghi/search"
)

func testMarks(t *testing.T, x search.Index) {
	first := func(text string) search.Hit {
		t.Helper()
		r := find(t, x, search.Query{Text: text})
		if len(r.Hits) == 0 {
			t.Fatalf("search %q finds nothing", text)
		}
		return r.Hits[0]
	}
	h := first("den duong")
	same(t, "title", h.Title, "\x02Đèn đường\x03 hư hỏng")
	same(t, "snippet from the reply", h.Snippet, "Sở Xây dựng đã thay bóng \x02đèn\x03.")
	same(t, "agency and field", h.Agency+" "+h.Field, "so-xd-79 ha-tang-do-thi")
	same(t, "a prefix marks the whole word", first("karaok").Title, "\x02Karaoke\x03 gây tiếng ồn ban đêm")
	same(t, "a typo marks the right word", first("giao thonng").Title, "\x02Giao thông\x03 ùn tắc giờ cao điểm")
	same(t, "no match in the title", first("hang xanh").Title, "Giao thông ùn tắc giờ cao điểm")

	h = first("xa thai kenh")
	if !strings.Contains(h.Snippet, "\x02XẢ THẢI\x03 ra \x02Kênh\x03") {
		t.Errorf("snippet around the match: %q", h.Snippet)
	}
	if n := utf8.RuneCountInString(plain.Replace(h.Snippet)); n < 100 || n > 240 {
		t.Errorf("the snippet has %d characters: %q", n, h.Snippet)
	}
	if !strings.HasPrefix(h.Snippet, "…") || !strings.HasSuffix(h.Snippet, "…") {
		t.Errorf("a snippet shows that it is cut: %q", h.Snippet)
	}
	for _, h := range find(t, x, search.Query{}).Hits {
		if strings.ContainsAny(h.Title+h.Snippet, "\x02\x03") {
			t.Errorf("marks although nothing was asked for: %q", h.Snippet)
		}
		if h.Snippet == "" || utf8.RuneCountInString(h.Snippet) > 240 {
			t.Errorf("snippet of %s without a text: %q", h.ID, h.Snippet)
		}
	}
	for _, q := range []string{"kính", "quan", "lại", "su viec da qua", "nước đen"} {
		for _, h := range find(t, x, search.Query{Text: q}).Hits {
			if n := utf8.RuneCountInString(plain.Replace(h.Snippet)); n > 240 {
				t.Errorf("%q: snippet of %d characters", q, n)
			}
			if strings.Count(h.Snippet, search.MarkStart) != strings.Count(h.Snippet, search.MarkEnd) {
				t.Errorf("%q: marks do not pair: %q", q, h.Snippet)
			}
		}
	}
}
