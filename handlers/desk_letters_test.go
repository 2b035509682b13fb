package handlers

import (
	"slices"
	"testing"
)

// TestPlacesOfLetters: letters of the same millisecond, also two of one agency, come each once,
// whatever the pages are cut at.
func TestPlacesOfLetters(t *testing.T) {
	sorted := []letterPlace{{9, "a", 7}, {8, "a", 6}, {8, "a", 5}, {8, "b", 2}, {8, "ubnd-79", 1}, {7, "a", 4}}
	all := []letterPlace{sorted[3], sorted[5], sorted[0], sorted[2], sorted[4], sorted[1]}
	slices.SortFunc(all, letterPlace.compare)
	if !slices.Equal(all, sorted) {
		t.Fatalf("%v", all)
	}
	for i, cut := range sorted {
		last, err := parseLetterPlace(cut.String())
		if err != nil || last != cut {
			t.Fatalf("%q is %v, %v", cut, last, err)
		}
		for j, p := range sorted {
			if last.before(p) != (j > i) {
				t.Errorf("after %v comes %v: %v", cut, p, last.before(p))
			}
		}
	}
	for _, wrong := range []string{"x", "8", "8.a", "a.b.c", "8.a.x", "8.a.1.2"} {
		if _, err := parseLetterPlace(wrong); err == nil {
			t.Errorf("%q is read", wrong)
		}
	}
}
