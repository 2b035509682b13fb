package bleve_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/search"
	"kiennghi/search/bleve"
)

// ranked is a document with what it has of a query, found out one by one.
type ranked struct {
	search.Document
	texts [][]string // title and body, as words
}

// has reports whether one of the texts has the words beside each other; the last of them may go
// on where that is asked for.
func (d *ranked) has(texts [][]string, words []string, goesOn bool) bool {
	return slices.ContainsFunc(texts, func(text []string) bool {
		for at := range len(text) - len(words) + 1 {
			last := len(words) - 1
			if slices.Equal(text[at:at+last], words[:last]) && (text[at+last] == words[last] || goesOn && strings.HasPrefix(text[at+last], words[last])) {
				return true
			}
		}
		return false
	})
}

// score returns what the document has of a query in hundredths of a word, and how many words.
func (d *ranked) score(words []string) (score float64, have int) {
	for i, w := range words {
		last := i == len(words)-1
		if d.has(d.texts, []string{w}, last) {
			have++
			score++
		}
		if d.has(d.texts, []string{w}, false) {
			score += .01
		}
		if d.has(d.texts[:1], []string{w}, false) {
			score += .01
		}
		if i > 0 && d.has(d.texts, words[i-1:i+1], last) {
			score += .7 / float64(len(words)-1)
		}
	}
	return score, have
}

// TestRankingIsThatOfEveryDocument: the documents of a page, their number and the counts are those
// that looking at one document after the other gives, in whatever order is asked for.
func TestRankingIsThatOfEveryDocument(t *testing.T) {
	x, err := bleve.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	vocabulary := strings.Fields("mot hai ba bac bon nam sau say tam chin")
	r := rand.New(rand.NewPCG(1, 2))
	some := func(n int) (words []string) {
		for range n {
			words = append(words, vocabulary[r.IntN(len(vocabulary))])
		}
		return words
	}
	all := map[string]*ranked{}
	start := time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)
	for round := range 6 { // each some segments, in which many of the ones before are replaced
		var docs []search.Document
		for i := range 300 {
			id := fmt.Sprint(i * (1 + round%2))
			d := &ranked{texts: [][]string{some(1 + r.IntN(3)), some(2 + r.IntN(6))}}
			d.Document = search.Document{ID: id, Title: strings.Join(d.texts[0], " "), Body: strings.Join(d.texts[1], " "), Public: r.IntN(9) > 0,
				Agency: fmt.Sprint("a", r.IntN(5)), Province: fmt.Sprint(r.IntN(4)), Date: start.Add(time.Duration(round*300+i)*time.Hour + time.Duration(r.IntN(90*24))*time.Hour)}
			all[id] = d
			docs = append(docs, d.Document)
		}
		if err := x.Put(t.Context(), docs...); err != nil {
			t.Fatal(err)
		}
	}
	compared := 0
	for range 600 {
		words := some(1 + r.IntN(4))
		slices.Sort(words)
		words = slices.Compact(words)
		q := search.Query{Text: strings.Join(words, " "), Limit: 1 + r.IntN(30), Offset: r.IntN(3) * r.IntN(30),
			Filters: search.Filters{Public: true}, Facets: []search.Facet{search.FacetAgency, search.FacetYear},
			Sort: []search.Sort{search.ByRelevance, search.Newest, search.Oldest}[r.IntN(3)]}
		if r.IntN(3) == 0 {
			q.Filters.Province = fmt.Sprint(r.IntN(4))
		}
		found := slices.DeleteFunc(slices.Collect(maps.Values(all)), func(d *ranked) bool {
			_, have := d.score(words)
			return !d.Public || have < len(words) || q.Filters.Province != "" && d.Province != q.Filters.Province
		})
		if len(found) < search.Enough {
			continue // some of the words do then
		}
		compared++
		slices.SortFunc(found, func(a, b *ranked) int {
			byDate := b.Date.Compare(a.Date)
			switch q.Sort {
			case search.Newest:
				return byDate
			case search.Oldest:
				return -byDate
			}
			x, _ := a.score(words)
			y, _ := b.score(words)
			return cmp.Or(cmp.Compare(fmt.Sprintf("%.4f", y), fmt.Sprintf("%.4f", x)), byDate)
		})
		out, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, d := range found {
			counts[d.Agency]++
		}
		for _, c := range out.Facets[search.FacetAgency] {
			if counts[c.Value] != c.Count {
				t.Errorf("%q: %d of %s instead of %d", q.Text, c.Count, c.Value, counts[c.Value])
			}
		}
		want := found[min(q.Offset, len(found)):min(q.Offset+q.Limit, len(found))]
		if out.Total != len(found) || len(out.Hits) != len(want) || len(out.Facets[search.FacetAgency]) != len(counts) {
			t.Fatalf("%+v: %d hits of %d, instead of %d of %d", q, len(out.Hits), out.Total, len(want), len(found))
		}
		for i, h := range out.Hits {
			if !h.Date.Equal(want[i].Date) { // those of the same moment may come in any order
				t.Fatalf("%+v: hit %d is of %s instead of %s", q, i, h.Date, want[i].Date)
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d queries found enough", compared)
	}
}
