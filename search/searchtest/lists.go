package searchtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kiennghi/search"
)

func testFacets(t *testing.T, x search.Index) {
	r := find(t, x, search.Query{Facets: []search.Facet{search.FacetAgency, search.FacetField, search.FacetProvince, search.FacetYear}})
	same(t, "provinces", r.Facets[search.FacetProvince], []search.Count{{Value: "79", Count: 5}, {Value: "01", Count: 2}})
	same(t, "years in Viet Nam's time", r.Facets[search.FacetYear], []search.Count{{Value: "2025", Count: 7}})
	same(t, "agencies", r.Facets[search.FacetAgency], []search.Count{{Value: "so-xd-79", Count: 2}, {Value: "so-ct-79", Count: 1}, {Value: "so-gddt-01", Count: 1},
		{Value: "so-nnmt-01", Count: 1}, {Value: "so-nnmt-74", Count: 1}, {Value: "xa-26740", Count: 1}})
	if n := len(r.Facets[search.FacetField]); n != 7 {
		t.Errorf("fields: got %d values, want 7", n)
	}
	r = find(t, x, search.Query{Text: "giao thong", Filters: search.Filters{Province: "79"}, Facets: []search.Facet{search.FacetProvince}})
	same(t, "facets count what was found", r.Facets[search.FacetProvince], []search.Count{{Value: "79", Count: r.Total}})
	r = find(t, x, search.Query{Text: "zzzzqqq", Facets: []search.Facet{search.FacetProvince}})
	same(t, "facets of nothing", len(r.Facets[search.FacetProvince]), 0)
}

func testFilters(t *testing.T, x search.Index) {
	for _, c := range []struct {
		f    search.Filters
		want []string
	}{
		{search.Filters{Public: true, Province: "79"}, []string{"jam", "lamp", "long", "price"}},
		{search.Filters{Scope: "ubnd-01"}, []string{"crossing", "school"}},
		{search.Filters{Agency: "so-xd-79"}, []string{"jam", "lamp"}},
		{search.Filters{Field: "dien-luc"}, []string{"price"}},
		{search.Filters{Status: "in_progress"}, []string{"noise"}},
		{search.Filters{Scope: "ubnd-79", Public: true, Field: "moi-truong"}, []string{"long"}},
		{search.Filters{From: day("2025-07-01T03:00:00Z")}, []string{"long", "noise", "school"}},
		{search.Filters{To: day("2025-03-02T03:00:00Z")}, []string{"price"}},
		{search.Filters{From: day("2025-03-02T03:00:00Z"), To: day("2025-05-10T03:00:00Z")}, []string{"lamp"}},
		{search.Filters{Agency: "nobody"}, nil},
	} {
		r := find(t, x, search.Query{Filters: c.f})
		if c.want == nil {
			c.want = []string{}
		}
		same(t, fmt.Sprintf("%+v", c.f), sorted(r.Hits), c.want)
		same(t, fmt.Sprintf("total of %+v", c.f), r.Total, len(c.want))
	}
	same(t, "a text with a filter", ids(find(t, x, search.Query{Text: "giao thong", Filters: search.Filters{Agency: "so-xd-79"}}).Hits[:1]), []string{"jam"})
}

func testSorts(t *testing.T, x search.Index) {
	newest := []string{"school", "long", "noise", "crossing", "jam", "lamp", "price"}
	same(t, "no text", ids(find(t, x, search.Query{}).Hits), newest)
	same(t, "newest", ids(find(t, x, search.Query{Sort: search.Newest}).Hits), newest)
	oldest := slices.Clone(newest)
	slices.Reverse(oldest)
	same(t, "oldest", ids(find(t, x, search.Query{Sort: search.Oldest}).Hits), oldest)
	same(t, "a text, newest", ids(find(t, x, search.Query{Text: "giao", Sort: search.Newest, Filters: search.Filters{Public: true}}).Hits[:2]), []string{"school", "crossing"})
	same(t, "a text, oldest", ids(find(t, x, search.Query{Text: "duong", Sort: search.Oldest}).Hits)[0], "lamp")
	var got []string
	for offset := 0; offset < 9; offset += 2 {
		r := find(t, x, search.Query{Offset: offset, Limit: 2})
		same(t, "total on every page", r.Total, 7)
		got = append(got, ids(r.Hits)...)
	}
	same(t, "page by page", got, newest)
}

func testDeepPages(t *testing.T, x search.Index) {
	const n = 10_050
	start := day("2020-01-01T00:00:00Z")
	docs := make([]search.Document, n)
	for i := range docs {
		docs[i] = search.Document{ID: fmt.Sprintf("d%05d", i), Title: "Đường ngập nước", Date: start.Add(time.Duration(i) * time.Minute)}
	}
	put(t, x, docs...)
	r := find(t, x, search.Query{Offset: search.MaxDepth - 100, Limit: 100})
	if len(r.Hits) != 100 || r.Hits[99].ID != "d00050" {
		t.Errorf("the last page: %d hits", len(r.Hits))
	}
	if r.Total < search.MaxDepth {
		t.Errorf("total %d, want %d or more", r.Total, search.MaxDepth)
	}
	r = find(t, x, search.Query{Text: "ngap", Offset: search.MaxDepth - 10, Limit: 100})
	same(t, "a page over the edge", len(r.Hits), 10)
	r = find(t, x, search.Query{Text: "ngap", Offset: search.MaxDepth})
	same(t, "a page beyond", len(r.Hits), 0)
}
