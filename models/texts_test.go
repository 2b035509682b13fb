package models

import "testing"

// TestTextsReachReasons: reasons quote the letter, in either language.
func TestTextsReachReasons(t *testing.T) {
	f := &Feedback{Suggestions: []Suggestion{{Reasons: []string{"đọc được từ «Xanhx»"}, ReasonsEN: []string{"read from «Xanhx»"}}}}
	sealed := *f
	sealed.OwnTexts()
	sealed.Texts(func(s *string) { *s = "sealed" })
	if s := sealed.Suggestions[0]; s.Reasons[0] != "sealed" || s.ReasonsEN[0] != "sealed" {
		t.Errorf("%+v", s)
	}
	if s := f.Suggestions[0]; s.Reasons[0] == "sealed" || s.ReasonsEN[0] == "sealed" {
		t.Errorf("changed elsewhere too: %+v", s)
	}
}
