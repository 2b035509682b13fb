package models

import "testing"

func TestNameIsMaskedHoweverItIsWritten(t *testing.T) {
	const name = "Phạm Thị Hạnh"
	for text, want := range map[string]string{
		"Tôi là Phạm Thị Hạnh, ở hẻm 5.":        "Tôi là […], ở hẻm 5.",
		"toi la pham thi hanh":                  "toi la […]",
		"PHẠM  THỊ HẠNH và Pham Thi Hanh":       "[…] và […]",
		"Phạm Thị Hạnh":                         "[…]",
		"Bà Hạnh, chị Phạm Thị Hạnhh, Thị Hạnh": "Bà Hạnh, chị Phạm Thị Hạnhh, Thị Hạnh",
		"Đường Phạm Thị Hồng hỏng 😡":            "Đường Phạm Thị Hồng hỏng 😡",
		"": "",
		"ký tên: Phạm\nThị\nHạnh 😡 (đã ký) đường": "ký tên: […] 😡 (đã ký) đường",
	} {
		if got := maskSpans(text, nameSpans(name, text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if nameSpans("Hạnh", "tôi là Hạnh") != nil {
		t.Error("a single word is no full name")
	}
	if got := maskSpans("abc", []Span{{2, 9}, {-1, 1}}); got != "abc" {
		t.Errorf("spans that do not fit: %q", got)
	}
}
