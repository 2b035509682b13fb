package knowledge

import (
	"testing"

	"kiennghi/models"
)

// TestWords: every line names a field and who answers, and no phrase stands twice in a field.
func TestWords(t *testing.T) {
	known, seen := corpusNames(), map[string]map[string]bool{}
	for _, f := range Fields() {
		seen[f.Slug] = map[string]bool{}
	}
	for i, w := range Words() {
		of, ok := seen[w.Field]
		if !ok {
			t.Errorf("line %d: no field %q", i+2, w.Field)
			continue
		}
		for _, agency := range []string{w.Local, w.Central} {
			if agency != "" && !known[agency] {
				t.Errorf("line %d: no agency %q", i+2, agency)
			}
		}
		if w.Local == "" && w.Central == "" {
			t.Errorf("line %d: nobody answers", i+2)
		}
		for _, x := range w.Words {
			if n := len(models.Words(x)); n == 0 || n > 12 || of[x] {
				t.Errorf("line %d: %q has %d words, or stands in the field twice", i+2, x, n)
			}
			of[x] = true
		}
	}
	for field, of := range seen {
		if len(of) < 100 {
			t.Errorf("%d phrases of %s", len(of), field)
		}
	}
}

// TestWordsOfKinds: every line names a kind of which letters tell, and no phrase is of two kinds.
func TestWordsOfKinds(t *testing.T) {
	phrases, seen := map[string]int{}, map[string]bool{}
	for i, w := range WordsOfKinds() {
		if !corpusKinds[w.Kind] || w.Kind == string(models.Spam) {
			t.Errorf("line %d: no kind %q", i+2, w.Kind)
		}
		for _, x := range w.Words {
			if n := len(models.Words(x)); n < 2 || n > 12 || seen[x] {
				t.Errorf("line %d: %q has %d words, or stands here twice", i+2, x, n)
			}
			seen[x] = true
			phrases[w.Kind]++
		}
	}
	for _, kind := range []string{"feedback", "incident", "question", "complaint", "denunciation", "crime", "emergency"} {
		if n := phrases[kind]; n < 300 {
			t.Errorf("%d phrases of %s", n, kind)
		}
	}
}
