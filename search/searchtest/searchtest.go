// Package searchtest checks that a search engine fulfils the contract in package search.
package searchtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/search"
)

// Open makes an empty index that the test closes itself by t.Cleanup.
type Open func(t *testing.T) search.Index

// Run runs the whole suite. Tests that only read share one index, because making one
// is slow in some engines.
func Run(t *testing.T, open Open) {
	t.Run("read", func(t *testing.T) {
		x := open(t)
		put(t, x, corpus...)
		for name, test := range map[string]func(*testing.T, search.Index){
			"words": testWords, "order": testOrder, "code": testCode, "facets": testFacets,
			"filters": testFilters, "sorts": testSorts, "marks": testMarks, "hostile": testHostile,
			"properties": testProperties, "similar": testSimilar, "answering": testAnswering, "suggest": testSuggest, "cancelled": testCancelled,
		} {
			t.Run(name, func(t *testing.T) { test(t, x) })
		}
	})
	t.Run("write", func(t *testing.T) { testWrite(t, open(t)) })
	t.Run("deep pages", func(t *testing.T) { testDeepPages(t, open(t)) })
	t.Run("rebuild", func(t *testing.T) { testRebuild(t, open(t)) })
	t.Run("at once", func(t *testing.T) { testAtOnce(t, open(t)) })
	t.Run("closed", func(t *testing.T) { testClosed(t, open(t)) })
}

func day(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return at
}

// corpus is what the reading tests search in. IDs tell what a document is about.
var corpus = []search.Document{
	{ID: "price", Code: "KN-7Q4M-2XPQ", Title: "Điện giá cao bất thường", Body: "Hóa đơn tháng này tăng gấp đôi.", Reply: "Công ty đã kiểm tra công tơ.",
		Agency: "so-ct-79", Scope: []string{"so-ct-79", "ubnd-79", "vpcp"}, Field: "dien-luc", Province: "79", Status: "answered", Kind: "feedback", Public: true, Date: day("2024-12-31T17:30:00Z"), Version: 7},
	{ID: "lamp", Title: "Đèn đường hư hỏng", Body: "Đèn đường trên đường Lê Lợi không sáng đã hai tuần, đi lại nguy hiểm.", Reply: "Sở Xây dựng đã thay bóng đèn.",
		Agency: "so-xd-79", Scope: []string{"so-xd-79", "ubnd-79", "vpcp"}, Field: "ha-tang-do-thi", Province: "79", Status: "answered", Kind: "feedback", Public: true, Date: day("2025-03-02T03:00:00Z")},
	{ID: "jam", Title: "Giao thông ùn tắc giờ cao điểm", Body: "Ngã tư Hàng Xanh kẹt xe mỗi buổi chiều.",
		Agency: "so-xd-79", Scope: []string{"so-xd-79", "ubnd-79", "vpcp"}, Field: "giao-thong", Province: "79", Status: "answered", Kind: "feedback", Public: true, Date: day("2025-05-10T03:00:00Z")},
	{ID: "crossing", Title: "Thông báo giao nộp hồ sơ", Body: "Tôi chưa nhận được thông báo về việc giao đất.",
		Agency: "so-nnmt-01", Scope: []string{"so-nnmt-01", "ubnd-01", "vpcp"}, Field: "dat-dai", Province: "01", Status: "answered", Kind: "feedback", Public: true, Date: day("2025-06-01T03:00:00Z")},
	{ID: "noise", Title: "Karaoke gây tiếng ồn ban đêm", Body: "Quán hát đến hai giờ sáng, cả khu phố mất ngủ.",
		Agency: "xa-26740", Scope: []string{"xa-26740", "ubnd-79", "vpcp"}, Field: "tieng-on", Province: "79", Status: "in_progress", Kind: "feedback", Date: day("2025-07-01T03:00:00Z")},
	{ID: "long", Title: "Nước thải khu công nghiệp", Body: strings.Repeat("Đoạn mở đầu này chỉ kể lại sự việc đã qua. ", 30) + "Ban đêm nhà máy XẢ THẢI ra Kênh Ba Bò, nước đen và hôi. " + strings.Repeat("Kính mong cơ quan xem xét. ", 30),
		Agency: "so-nnmt-74", Scope: []string{"so-nnmt-74", "ubnd-79", "vpcp"}, Field: "moi-truong", Province: "79", Status: "answered", Kind: "feedback", Public: true, Date: day("2025-08-01T03:00:00Z")},
	{ID: "school", Title: "Trường tiểu học lạm thu đầu năm", Body: "Nhà trường thu nhiều khoản tự nguyện nhưng bắt buộc.", Reply: "Sở Giáo dục đã yêu cầu trả lại tiền cho phụ huynh.",
		Agency: "so-gddt-01", Scope: []string{"so-gddt-01", "ubnd-01", "vpcp"}, Field: "giao-duc", Province: "01", Status: "answered", Kind: "feedback", Public: true, Date: day("2025-09-15T03:00:00Z")},
}

func put(t *testing.T, x search.Index, docs ...search.Document) {
	t.Helper()
	if err := x.Put(t.Context(), docs...); err != nil {
		t.Fatal("put:", err)
	}
}

func find(t *testing.T, x search.Index, q search.Query) search.Result {
	t.Helper()
	r, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	for _, h := range r.Hits {
		if h.Score <= 0 || h.Score > 1 {
			t.Errorf("search %q: %s has score %v, want above 0 to 1", q.Text, h.ID, h.Score)
		}
	}
	return r
}

func ids(hits []search.Hit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, h.ID)
	}
	return out
}

func sorted(hits []search.Hit) []string { s := ids(hits); slices.Sort(s); return s }

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}

// plain removes marks.
var plain = strings.NewReplacer(search.MarkStart, "", search.MarkEnd, "")

func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
