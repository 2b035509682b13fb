package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

const (
	termWords = 600 // how far into a text TermsOf looks
	rarest    = 12  // how many of a text's terms are asked for
)

// Term is a folded word of a text, or a pair of neighbours with a space between them.
type Term struct {
	Text      string
	Documents uint64  // that have it
	Weight    float64 // how much it says
}

// Pair tells a pair from a word.
func (t Term) Pair() bool { return strings.Contains(t.Text, " ") }

// TermsOf returns what a text can be compared by, each once: its pairs, and its words but
// for those that say nothing.
func TermsOf(text string) []Term {
	runs := Telling(text, termWords)
	words := 0
	for _, run := range runs {
		words += len(run)
	}
	out, seen := make([]Term, 0, 2*words), make(map[string]bool, 2*words)
	add := func(s string) {
		if !seen[s] {
			seen[s] = true
			out = append(out, Term{Text: s})
		}
	}
	for _, run := range runs {
		line, before, from := strings.Join(run, " "), 0, 0 // the terms are parts of it
		for i, w := range run {
			to := from + len(w)
			if !Common(w) {
				add(line[from:to])
			}
			if i > 0 {
				add(line[before:to])
			}
			before, from = from, to+1
		}
	}
	return out
}

// weigh weighs a term by how few of all documents have it.
func (t *Term) weigh(documents uint64) {
	t.Weight = math.Log(1 + float64(documents)/float64(t.Documents))
	if !t.Pair() {
		t.Weight /= 2 // a syllable says less than a word
	}
}

// Rarest weighs terms by how few of all documents have them, and returns those that say most
// and what they weigh together. Where their Documents are to be counted, count adds those of one
// of so many parts, the one with most first; a term is left as soon as it has too many.
func Rarest(terms []Term, documents uint64, parts int, count func(t *Term, part int) error) (out []Term, total float64, err error) {
	for i := range terms {
		if parts > 0 {
			if err := count(&terms[i], 0); err != nil {
				return nil, 0, err
			}
		}
		terms[i].weigh(documents) // at most so much
	}
	more := func(a, b Term) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Text, b.Text))
	}
	slices.SortFunc(terms, more)
	out = make([]Term, 0, rarest+1)
	for _, t := range terms {
		beaten := func() bool { return len(out) == rarest && t.Weight < out[rarest-1].Weight }
		if beaten() {
			break // as all that follow
		}
		for part := 1; part < parts && !beaten(); part++ {
			if err := count(&t, part); err != nil {
				return nil, 0, err
			}
			t.weigh(documents)
		}
		if t.Documents == 0 || documents > 20 && t.Documents > documents/4 {
			continue // not there, or says nothing
		}
		at, _ := slices.BinarySearchFunc(out, t, more)
		out = slices.Insert(out, at, t)
		out = out[:min(len(out), rarest)]
	}
	for _, t := range out {
		total += t.Weight
	}
	return out, total, nil
}
