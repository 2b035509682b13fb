package models

import (
	"slices"
	"strings"
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

// oddTexts is longer than what is read of a text, with everything that a word can be made of.
var oddTexts = strings.Repeat("Đường 123456789 hỏng, đuờng 12a; www.x.vn e\u0301\u0323 \xff12\xfe ÀÁ 1\u0660 \u0662 Ǆabc İ ﬁ ß ẞ ſ ª º 𝐀𝟏 K Trường học!\n", 40)

// TestFeaturesStay: a model is good only with the features it was trained with. Where this fails
// on purpose, FeaturesVersion is to be raised and the model trained again.
func TestFeaturesStay(t *testing.T) {
	sum := hashStart
	for _, f := range featuresOf(oddTexts, func(f feature) bool { return f&4 == 0 }) {
		sum = (sum ^ uint32(f)) * hashPrime
	}
	if sum != 0x3b55edfc {
		t.Errorf("features of version %d are others now: %#x", FeaturesVersion, sum)
	}
}
