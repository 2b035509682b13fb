package web

import (
	"testing"
	"time"

	"kiennghi/models"
)

func TestFormats(t *testing.T) {
	s := newSite(t)
	at := time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC) // 17:00 in Viet Nam; now is 9:00 of that day
	var none *time.Time
	in := func(d time.Duration) time.Time { return s.now().Add(d) }
	for _, lang := range Languages {
		f := format{lang: lang, now: s.now, t: func(key string, args ...any) string { return s.T(lang, key, args...) }}
		for _, c := range []struct{ what, got, vi, en string }{
			{"date", string(f.date(at)), `<time datetime="2026-03-05T17:00:00+07:00">05/03/2026</time>`, `<time datetime="2026-03-05T17:00:00+07:00">5 March 2026</time>`},
			{"day", string(f.day(&at)), `<time datetime="2026-03-05T17:00:00+07:00">thứ Năm 05/03/2026</time>`, `<time datetime="2026-03-05T17:00:00+07:00">Thursday 5 March 2026</time>`},
			{"when", string(f.when(at)), `<time datetime="2026-03-05T17:00:00+07:00">17:00 thứ Năm 05/03/2026</time>`, `<time datetime="2026-03-05T17:00:00+07:00">17:00, Thursday 5 March 2026</time>`},
			{"late at night in UTC", f.dayWords(time.Date(2026, 3, 7, 18, 0, 0, 0, time.UTC).In(models.VietNam)), "Chủ Nhật 08/03/2026", "Sunday 8 March 2026"},
			{"no time", string(f.when(none)) + string(f.date(time.Time{})), "", ""},
			{"num", f.num(1234567) + " " + f.num(-1000) + " " + f.num(999), "1.234.567 −1.000 999", "1,234,567 −1,000 999"},
			{"size", f.size(500) + " " + f.size(200<<10) + " " + f.size(5<<20+300<<10), "500 B 200 KB 5,3 MB", "500 B 200 KB 5.3 MB"},
			{"left, today", f.left(at), "còn 8 giờ", "8 hours left"},
			{"left, tomorrow evening", f.left(in(32 * time.Hour)), "còn 1 ngày", "1 day left"},
			{"left, tomorrow early", f.left(in(22 * time.Hour)), "còn 1 ngày", "1 day left"},
			{"left, a week", f.left(in(7 * 24 * time.Hour)), "còn 7 ngày", "7 days left"},
			{"left, little", f.left(in(30 * time.Second)), "còn 1 phút", "1 minute left"},
			{"late", f.left(in(-3 * 24 * time.Hour)), "quá hạn 3 ngày", "3 days overdue"},
			{"late, long", f.left(in(-100 * 24 * time.Hour)), "quá hạn 3 tháng", "3 months overdue"},
			{"ago", f.ago(in(-2 * time.Hour)), "2 giờ trước", "2 hours ago"},
			{"ago, last evening", f.ago(in(-12 * time.Hour)), "1 ngày trước", "1 day ago"},
			{"ago, just now", f.ago(s.now()), "1 phút trước", "1 minute ago"},
			{"ago, years", f.ago(in(-800 * 24 * time.Hour)), "2 năm trước", "2 years ago"},
		} {
			want := c.vi
			if lang == "en" {
				want = c.en
			}
			if c.got != want {
				t.Errorf("%s, %s: %q, want %q", lang, c.what, c.got, want)
			}
		}
	}
}

// TestOtherLanguageKeepsTheAddress switches the language on the page where one is.
func TestOtherLanguageKeepsTheAddress(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/?lang=en", "/answers?q=%C4%91%C3%A8n&page=2": "/answers?lang=en&page=2&q=%C4%91%C3%A8n", "/answers?lang=xx": "/answers?lang=en", "%zz": "/?lang=en",
	} {
		if got := (&Frame{Lang: "vi", Path: path}).OtherPath(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
