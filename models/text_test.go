package models_test

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"kiennghi/models"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Điện Giá": "dien gia", "ĐƯỜNG": "duong", norm.NFD.String("Nguyễn Huệ"): "nguyen hue", "ABC 12": "abc 12", "": "", "Ở Huế 😀": "o hue 😀",
	} {
		if got := models.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldIsTheSameForEveryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("aăâđêôơưáảạếềữ ĐẾ 1"))).Draw(t, "s")
		if models.Fold(norm.NFC.String(s)) != models.Fold(norm.NFD.String(s)) {
			t.Fatal("NFC and NFD fold differently")
		}
		if f := models.Fold(s); models.Fold(f) != f {
			t.Fatal("folding twice changes it")
		}
	})
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  a\r\nb\rc  ": "a\nb\nc", "a\x00b\x02c": "abc", "a\u202Eb": "ab", "x\xffy": "x\uFFFDy", norm.NFD.String("ế"): "ế", "\uFEFFa": "a",
	} {
		if got := models.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := models.CleanLine(" a\n\t b "); got != "a b" {
		t.Errorf("CleanLine = %q", got)
	}
}

func TestShorten(t *testing.T) {
	if got := models.Shorten("một hai ba bốn", 10); got != "một hai…" {
		t.Errorf("got %q", got)
	}
	if got := models.Shorten("ngắn", 4); got != "ngắn" {
		t.Errorf("got %q", got)
	}
}
