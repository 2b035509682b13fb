package bleve

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	bleve "github.com/blevesearch/bleve/v2"

	"kiennghi/search"
)

// letter makes n words, few of which are in many texts.
func (t *ranking) letter(n int) (words []string) {
	for range n {
		at := t.r.IntN(1 + t.r.IntN(1+t.r.IntN(350)))
		words = append(words, string("bcdghklmnrstvx"[at%14])+string("aeiou"[at/14%5])+[]string{"", "n", "t", "m", "p"}[at/70])
	}
	return words
}

// sent makes n documents with letters, of different times, from a number on. A tenth have one of
// the first ten letters.
func (t *ranking) sent(from, n int, public bool) (docs []search.Document) {
	for i := from; i < from+n; i++ {
		d := &ranked{texts: [][]string{t.letter(1 + t.r.IntN(3)), t.letter(3 + t.r.IntN(12))}}
		if again := t.docs[fmt.Sprint(t.r.IntN(100))]; again != nil && len(again.ID) == 1 {
			d.texts = again.texts
		}
		d.Document = search.Document{ID: fmt.Sprint(i), Title: strings.Join(d.texts[0], " "), Body: strings.Join(d.texts[1], " "), Public: public && t.r.IntN(9) > 0,
			Province: fmt.Sprint(t.r.IntN(4)), Date: time.UnixMilli(int64(i+1)*1000 + int64(len(t.docs)))}
		if t.r.IntN(20) == 0 {
			d.Date = d.Date.Add(time.Duration(t.r.IntN(5000)) * time.Minute)
		}
		t.docs[d.ID] = d
		docs = append(docs, d.Document)
	}
	return docs
}

// like returns what Similar is to return: every term is counted everywhere, and every document
// looked at.
func (t *ranking) like(text string, f search.Filters, n int) (best []search.Hit) {
	t.Helper()
	terms, all := search.TermsOf(text), 0.0
	err := t.x.with(t.Context(), func(gen bleve.Index) error {
		return t.x.read(t.Context(), gen, func(s *snapshot) error {
			all = float64(s.total)
			return s.count(terms)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	terms = slices.DeleteFunc(terms, func(x search.Term) bool { return x.Documents == 0 || float64(x.Documents) > math.Floor(all/4) })
	for i, x := range terms {
		terms[i].Weight = math.Log(1 + all/float64(x.Documents))
		if !x.Pair() {
			terms[i].Weight /= 2
		}
	}
	slices.SortFunc(terms, func(a, b search.Term) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Text, b.Text))
	})
	terms = terms[:min(12, len(terms))]
	total := 0.0
	for _, x := range terms {
		total += x.Weight
	}
	for _, d := range t.docs {
		if f.Public && !d.Public || f.Province != "" && d.Province != f.Province {
			continue
		}
		score, among, seen := float32(0), false, uint64(0)
		for _, x := range terms {
			if d.has(d.texts, strings.Fields(x.Text), false) {
				score += float32(x.Weight)
				among = among || seen < similarAmong
			}
			seen += x.Documents
		}
		if among {
			best = append(best, search.Hit{ID: d.ID, Date: d.Date, Score: float64(float32(float64(score) / total))})
		}
	}
	slices.SortFunc(best, func(a, b search.Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), b.Date.Compare(a.Date)) })
	return best[:min(n, len(best))]
}

// TestSimilarIsThatOfEveryDocument: the documents that are most like a letter are those that
// looking at one after the other gives, with the same scores and in the same order, in a segment of
// several blocks and small ones beside it.
func TestSimilarIsThatOfEveryDocument(t *testing.T) {
	x := newRanking(t)
	x.rebuild(x.sent(0, 6000, true))
	x.put(x.sent(6000, 2500, true)...)
	x.put(x.sent(3000, 300, true)...) // instead of others
	for i := range 8 {
		x.put(x.sent(20_000+100*i, 30, i%2 == 0)...)
	}
	if x.parts() < 3 {
		t.Fatalf("only %d segments", x.parts())
	}
	many := 0
	for i := range 100 {
		text := strings.Join(x.letter(5+x.r.IntN(40)), " ")
		switch i % 3 { // some like another one
		case 0:
			text += " " + x.docs[fmt.Sprint(x.r.IntN(8000))].Body
		case 1:
			text += " " + x.docs[fmt.Sprint(20_000+100*x.r.IntN(8)+x.r.IntN(30))].Body
		case 2:
			text = x.docs[fmt.Sprint(x.r.IntN(10))].Body // hundreds have this one
		}
		f := search.Filters{Public: i%5 != 0}
		if i%4 == 0 {
			f.Province = "1"
		}
		n := 1 + x.r.IntN(20)
		want := x.like(text, f, n)
		got, err := x.x.Similar(t.Context(), text, f, n)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: %d instead of %d, %v", text, len(got), len(want), err)
		}
		for j, h := range got {
			if w := want[j]; h.ID != w.ID || h.Score != min(max(w.Score, 1e-9), 1) {
				t.Fatalf("%q, %+v: %d is %s with %v instead of %s with %v", text, f, j, h.ID, h.Score, w.ID, w.Score)
			}
		}
		if len(got) == n {
			many++
		}
	}
	if many < 70 {
		t.Errorf("only %d letters are like many", many)
	}
}
