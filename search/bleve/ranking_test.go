package bleve

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	bleve "github.com/blevesearch/bleve/v2"

	"kiennghi/models"
	"kiennghi/search"
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

// ranking is an index whose documents are looked at one by one beside it.
type ranking struct {
	*testing.T
	x    *Index
	r    *rand.Rand
	docs map[string]*ranked
}

func (t *ranking) words(n int) (words []string) {
	vocabulary := strings.Fields("mot hai ba bac bon nam sau say tam chin")
	for range n {
		words = append(words, vocabulary[t.r.IntN(len(vocabulary))])
	}
	return words
}

// some makes documents with these IDs, about as old as their numbers say.
func (t *ranking) some(from, n, step int) (docs []search.Document) {
	start := time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		id := fmt.Sprint(from + i*step)
		d := &ranked{texts: [][]string{t.words(1 + t.r.IntN(3)), t.words(2 + t.r.IntN(6))}}
		d.Document = search.Document{ID: id, Title: strings.Join(d.texts[0], " "), Body: strings.Join(d.texts[1], " "), Public: t.r.IntN(9) > 0,
			Agency: fmt.Sprint("a", t.r.IntN(5)), Province: fmt.Sprint(t.r.IntN(4)), Date: start.Add(time.Duration(from+i)*time.Hour + time.Duration(t.r.IntN(90*24))*time.Hour)}
		t.docs[id] = d
		docs = append(docs, d.Document)
	}
	return docs
}

// query asks for anything.
func (t *ranking) query() search.Query {
	words := t.words(1 + t.r.IntN(4))
	slices.Sort(words)
	q := search.Query{Text: strings.Join(slices.Compact(words), " "), Limit: 1 + t.r.IntN(30), Offset: t.r.IntN(3) * t.r.IntN(30),
		Filters: search.Filters{Public: true}, Facets: []search.Facet{search.FacetAgency, search.FacetYear},
		Sort: []search.Sort{search.ByRelevance, search.Newest, search.Oldest}[t.r.IntN(3)]}
	if t.r.IntN(3) == 0 {
		q.Filters.Province = fmt.Sprint(t.r.IntN(4))
	}
	if t.r.IntN(3) == 0 {
		q.Filters.From = time.Date(2025, time.Month(t.r.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
		q.Filters.To = q.Filters.From.AddDate(0, t.r.IntN(8), 0)
	}
	return q
}

// matches returns the documents with so many of the words that pass the filters, in order.
func (t *ranking) matches(q search.Query, words []string, least int) []*ranked {
	found := slices.DeleteFunc(slices.Collect(maps.Values(t.docs)), func(d *ranked) bool {
		_, have := d.score(words)
		f := q.Filters
		return !d.Public || have < least || f.Province != "" && d.Province != f.Province || !f.From.IsZero() && (d.Date.Before(f.From) || !d.Date.Before(f.To))
	})
	scores := map[*ranked]string{}
	for _, d := range found {
		score, _ := d.score(words)
		scores[d] = fmt.Sprintf("%.4f", score)
	}
	slices.SortFunc(found, func(a, b *ranked) int {
		byDate := b.Date.Compare(a.Date)
		switch q.Sort {
		case search.Newest:
			return byDate
		case search.Oldest:
			return -byDate
		}
		return cmp.Or(cmp.Compare(scores[b], scores[a]), byDate)
	})
	return found
}

// holds compares an answer with what looking at every document gives, and says whether only some
// of the words had to match.
func (t *ranking) holds(q search.Query) (loose bool) {
	t.Helper()
	words := strings.Fields(q.Text)
	found := t.matches(q, words, len(words))
	if loose = len(words) > 1 && len(found) < search.Enough && (len(found) == 0 || q.Sort == search.ByRelevance); loose {
		found = t.matches(q, words, (len(words)+1)/2)
	}
	out, err := t.x.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[search.Facet]map[string]int{search.FacetAgency: {}, search.FacetYear: {}}
	for _, d := range found {
		counts[search.FacetAgency][d.Agency]++
		counts[search.FacetYear][fmt.Sprint(d.Date.In(models.VietNam).Year())]++
	}
	for facet, want := range counts {
		got := map[string]int{}
		for _, c := range out.Facets[facet] {
			got[c.Value] = c.Count
		}
		if !maps.Equal(got, want) {
			t.Fatalf("%+v: %v instead of %v", q, got, want)
		}
	}
	want := found[min(q.Offset, len(found)):min(q.Offset+q.Limit, len(found))]
	if out.Total != len(found) || len(out.Hits) != len(want) {
		t.Fatalf("%+v: %d hits of %d, instead of %d of %d", q, len(out.Hits), out.Total, len(want), len(found))
	}
	for i, h := range out.Hits {
		if !h.Date.Equal(want[i].Date) { // those of the same moment may come in any order
			t.Fatalf("%+v: hit %d is of %s instead of %s", q, i, h.Date, want[i].Date)
		}
	}
	return loose
}

func newRanking(t *testing.T) *ranking {
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return &ranking{t, x, rand.New(rand.NewPCG(1, 2)), map[string]*ranked{}}
}

func (t *ranking) rebuild(docs []search.Document) {
	t.Helper()
	if err := t.x.Rebuild(t.Context(), func(put func(...search.Document) error) error { return put(docs...) }); err != nil {
		t.Fatal(err)
	}
}

func (t *ranking) put(docs ...search.Document) {
	t.Helper()
	if err := t.x.Put(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
}

// parts is how many segments the index has.
func (t *ranking) parts() (n int) {
	t.Helper()
	err := t.x.with(t.Context(), func(gen bleve.Index) error {
		return readParts(t.Context(), gen, func(s *snapshot) error {
			n = len(s.parts)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRankingIsThatOfEveryDocument: the documents of a page, their number and the counts are those
// that looking at one document after the other gives, in whatever order, whether all words or some
// have to match, in one segment of several blocks and others beside it.
func TestRankingIsThatOfEveryDocument(t *testing.T) {
	for _, docs := range []int{150, 9000} {
		x := newRanking(t)
		x.rebuild(x.some(0, docs, 1))
		x.put(x.some(docs, docs/20, 1)...)
		x.put(x.some(0, docs/10, 3)...) // instead of others
		if docs == 9000 && x.parts() < 2 {
			t.Fatal("all documents are in one segment")
		}
		compared := map[bool]int{}
		for range 300 {
			compared[x.holds(x.query())]++
		}
		if compared[false] < 50 || docs == 150 && compared[true] < 50 {
			t.Errorf("%d documents: all words had to match in %d queries, some in %d", docs, compared[false], compared[true])
		}
	}
}

// TestNothingOfASegmentIsAmongTheFirst: what an earlier segment has is better than all that
// another one may have.
func TestNothingOfASegmentIsAmongTheFirst(t *testing.T) {
	x := newRanking(t)
	var docs []search.Document
	for i := range 2100 {
		docs = append(docs, search.Document{ID: fmt.Sprint(i), Title: "mất điện", Public: true})
	}
	x.rebuild(docs)
	x.put(search.Document{ID: "x", Title: "mất nước", Body: "điện yếu", Public: true}, search.Document{ID: "y", Title: "điện yếu", Public: true})
	if x.parts() < 2 {
		t.Fatal("all documents are in one segment")
	}
	r, err := x.x.Search(t.Context(), search.Query{Text: "mất điện", Filters: search.Filters{Public: true}})
	if err != nil || r.Total != 2101 || len(r.Hits) != 20 {
		t.Errorf("%d hits of %d, %v", len(r.Hits), r.Total, err)
	}
}
