package web

import "testing"

// TestViewsKey: the same numbers of other views are other views.
func TestViewsKey(t *testing.T) {
	unsorted := CaseList{View: "new", Views: []CaseView{{Name: "new", Count: 5}, {Name: "unsorted", Count: 1}, {Name: "late", Count: 2}}}
	undated := CaseList{View: "new", Views: []CaseView{{Name: "new", Count: 5}, {Name: "late", Count: 1}, {Name: "undated", Count: 2}}}
	if unsorted.ViewsKey() == undated.ViewsKey() {
		t.Errorf("both are %q", undated.ViewsKey())
	}
}
