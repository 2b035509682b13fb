package web

import "testing"

// TestReplyText: no marks are left, and no word is lost.
func TestReplyText(t *testing.T) {
	for in, want := range map[string]string{
		"# Kết quả\n\nĐã sửa,\nxin cảm ơn.": "Kết quả\nĐã sửa,\nxin cảm ơn.",
		"- một\n- hai":                        "- một\n- hai",
		"3. ba\n4. bốn":                       "3. ba\n4. bốn",
		"[Cổng](https://a.vn/x?a=1&b=2)":      "Cổng (https://a.vn/x?a=1&b=2)",
		"Xem https://a.vn/x.":                 "Xem https://a.vn/x.",
		"<script>alert(1)</script> & a_b *c*": "<script>alert(1)</script> & a_b *c*",
		"gọi […](Ba) ngay":                    "gọi […](Ba) ngay",
		"":                                    "",
	} {
		if got := ReplyText(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
