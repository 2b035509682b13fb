package notify

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"kiennghi/models"
)

// TestReminder is about a due time, whichever: not each is one of an answer.
func TestReminder(t *testing.T) {
	due := time.Date(2026, 3, 12, 10, 0, 0, 0, time.UTC)
	title, body := Reminder("KN-7Q4M-2XPA", "Còn 1 ngày làm việc để phân loại, chuyển", due)
	if title != "Nhắc thời hạn KN-7Q4M-2XPA: Còn 1 ngày làm việc để phân loại, chuyển" {
		t.Errorf("%q", title)
	}
	if want := "Phản ánh, kiến nghị KN-7Q4M-2XPA, hạn 17:00 12/03/2026. Còn 1 ngày làm việc để phân loại, chuyển.\n\n"; !strings.HasPrefix(body, want) || strings.Contains(body, "trả lời") {
		t.Errorf("%q", body)
	}
}

func TestText(t *testing.T) {
	const code = "KN-7Q4M-2XPA"
	told := append(models.ToldActions(), models.ActDataDated)
	if len(told) == 0 || len(told) != len(texts) {
		t.Errorf("the sender is told of %d events, there are texts for %d", len(told), len(texts))
	}
	seen := map[string]models.Action{}
	for _, event := range told {
		codes := 1
		if event == models.ActDataDated { // of no case
			codes = 0
		}
		for _, language := range []string{"vi", "en"} {
			title, body := Text(event, language, code)
			switch {
			case title == "" || body == "":
				t.Errorf("%s has no text in %s", event, language)
			case strings.Count(body, code) != codes || strings.Contains(title, code):
				t.Errorf("%s in %s: the code of a case must stand once, in the body: %q", event, language, body)
			case models.Length(title) > 40 || models.Length(body) > 140:
				t.Errorf("%s in %s is cut off on a phone: %d and %d characters", event, language, models.Length(title), models.Length(body))
			case !norm.NFC.IsNormalString(title + body):
				t.Errorf("%s in %s is not NFC", event, language)
			case strings.Contains(title+body, "PAKN") || strings.Contains(title+body, "UBND"):
				t.Errorf("%s in %s has an abbreviation", event, language)
			case seen[body] != "" && language == "vi":
				t.Errorf("%s says the same as %s", event, seen[body])
			}
			seen[body] = event
			// Nothing but the code varies: another code gives the same text but for it.
			_, other := Text(event, language, "KN-2222-2222")
			if strings.ReplaceAll(other, "KN-2222-2222", code) != body {
				t.Errorf("%s in %s depends on more than the code", event, language)
			}
		}
	}
	if title, body := Text(models.ActNote, "vi", code); title != "" || body != "" {
		t.Errorf("a note is for staff only, but says %q %q", title, body)
	}
	vi, _ := Text(models.ActApprove, "vi", code)
	for _, language := range []string{"", "fr"} {
		if got, _ := Text(models.ActApprove, language, code); got != vi {
			t.Errorf("language %q: %q", language, got)
		}
	}
}

func TestLetter(t *testing.T) {
	vi := Letter("vi", "Đã trả lời KN-1.", "https://example.vn/feedback/KN-1")
	if !strings.HasPrefix(vi, "Kính gửi ông/bà,\n\nĐã trả lời KN-1.\n\nXem tại: https://example.vn/feedback/KN-1\n\n") {
		t.Errorf("vi: %q", vi)
	}
	if en := Letter("en", "Answered.", ""); strings.Contains(en, "ông") || strings.Contains(en, "see") {
		t.Errorf("en: %q", en)
	}
}
