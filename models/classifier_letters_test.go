package models

import (
	"slices"
	"testing"
)

// TestLettersTellMistypedWords holds that what is mistyped, or run together, is read by its
// letters, and that known words are not.
func TestLettersTellMistypedWords(t *testing.T) {
	var lessons []Example
	for range 40 {
		lessons = append(lessons, lessonsForTest()...)
	}
	c := TrainClassifier(lessons, ModelHeader{})
	for text, want := range map[string]string{
		"nhatrường thu họcphí": "so-gddt", "hoccphi": "so-gddt", "tócáo hốilộ": "so-xd", "đènđường": "xa-ubnd", "denduongg": "xa-ubnd",
	} {
		if got, p := c.Guess(text).Agency.Best(); got != want || p < 0.35 {
			t.Errorf("%q: %s with %.2f, want %s", text, got, p, want)
		}
	}
	spelled := func(text string) bool {
		return slices.ContainsFunc(featuresOf(text, c.knows), func(f feature) bool { return f.family() == featureLetters })
	}
	if spelled("đèn đường học phí") || !spelled("đènđường") {
		t.Error("letters are read of known words, or not of others")
	}
	if slices.ContainsFunc(featuresOf("đènđường", nil), func(f feature) bool { return f.family() == featureLetters }) {
		t.Error("letters are read though it is not said which words are known")
	}
}

func TestMistyped(t *testing.T) {
	const text = "Đèn đường trước nhà tôi hỏng suốt tháng này mà không thấy ai đến sửa, đề nghị phường xem lại giúp bà con trong xóm"
	a, b := mistyped(text, 1), mistyped(text, 1)
	if a != b || a == text || a == mistyped(text, 2) {
		t.Errorf("%q, %q", a, b)
	}
	if got := mistyped("", 1); got != "" {
		t.Errorf("nothing became %q", got)
	}
}
