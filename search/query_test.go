package search

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"kiennghi/models"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "[] [] false",
		"Điện giá":                "[dien gia] [] true",
		`mất "Điện Giá" ở`:        "[mat dien gia o] [[dien gia]] true",
		`mất "điện giá"`:          "[mat dien gia] [[dien gia]] false",
		`"điện`:                   "[dien] [] true",
		`"điện" cao`:              "[dien cao] [] true",
		"-giá +điện* title:x":     "[gia dien title x] [] true",
		"một hai một":             "[hai mot] [] true",
		"1 2 3 4 5 6 7 8 9 10 11": "[1 2 3 4 5 6 7 8 9 10] [] false",
		"🙂 * \x00":                "[] [] false",
	} {
		p := Parse(text)
		if got := fmt.Sprint(p.Words, p.Phrases, p.Prefix); got != want {
			t.Errorf("Parse(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestTelling(t *testing.T) {
	got := fmt.Sprint(Telling("Kính gửi quý cơ quan. Kính mong cơ quan chức năng xem xét giải quyết: nắp cống bị mất. Xin chân thành cảm ơn.", 100))
	if got != "[[nap cong bi mat]]" {
		t.Errorf("got %s", got)
	}
	if n := Telling(strings.Repeat("đường hư ", 1000), 50); len(n) != 1 || len(n[0]) != 50 {
		t.Errorf("a limit of 50 gives %d runs", len(n))
	}
}

func FuzzMark(f *testing.F) {
	f.Add("den duong", "Đèn đường", "Đèn đường hư hỏng", "")
	f.Add(`"giao thong" x`, "e\u0301\u0323", strings.Repeat("giao thông ", 100), "🙂")
	f.Fuzz(func(t *testing.T, query, title, body, reply string) {
		title, body, reply = Strip(title), Strip(body), Strip(reply)
		marked, snippet := NewMarker(Parse(query)).Mark(title, body, reply)
		plain := strings.NewReplacer(MarkStart, "", MarkEnd, "")
		if got := plain.Replace(marked); got != title {
			t.Errorf("the title became %q", got)
		}
		if n := utf8.RuneCountInString(plain.Replace(snippet)); n > 240 {
			t.Errorf("a snippet of %d characters", n)
		}
		if strings.Count(snippet, MarkStart) != strings.Count(snippet, MarkEnd) {
			t.Errorf("marks do not pair in %q", snippet)
		}
	})
}

func TestFeedbackDocument(t *testing.T) {
	now := models.Now()
	f := &models.Feedback{ID: "a", Title: "Gọi 0912345678", Body: "Thư a@b.vn", Kind: models.Ordinary, CreatedAt: now, Agency: "bxd",
		Replies: []models.Reply{{ID: "1", Status: models.ReplySent, Body: "Đã sửa, hỏi 0987654321", Agency: "bxd", SentAt: &now}, {ID: "2", Status: models.ReplyDraft, Body: "nháp"}}}
	d := FeedbackDocument(f)
	if text := d.Title + d.Body + d.Reply; strings.ContainsAny(text, "0123456789@") || strings.Contains(text, "nháp") || !strings.Contains(text, "Đã sửa") {
		t.Errorf("texts: %q", text)
	}
	if d.Public {
		t.Error("public although not published")
	}
	f.Published = &models.Publication{ReplyID: "1", At: now}
	if !FeedbackDocument(f).Public {
		t.Error("published but not public")
	}
	f.Kind = models.Denunciation
	if d := FeedbackDocument(f); d.Title+d.Body+d.Reply != "" || d.Public {
		t.Errorf("a denunciation's text is in the index: %+v", d)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`mất "Điện Giá" ở`, "KN-7Q4M-2XPA", strings.Repeat(`"a b`, 100), "\xff\"\xfe", "“„«»”", strings.Repeat("ệ", 11_000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := Parse(s)
		if len(p.Words) > MaxWords || p.Prefix && len(p.Words) == 0 {
			t.Errorf("%q: %+v", s, p)
		}
		seen := map[string]bool{}
		for _, w := range p.Words {
			if w == "" || seen[w] || models.Fold(w) != w {
				t.Errorf("%q: word %q", s, w)
			}
			seen[w] = true
		}
		for _, phrase := range p.Phrases {
			for _, w := range phrase {
				if !seen[w] {
					t.Errorf("%q: %q of a phrase is not a word", s, w)
				}
			}
		}
		for _, run := range Telling(s, 50) {
			if len(run) == 0 || len(run) > 50 {
				t.Errorf("%q: a run of %d words", s, len(run))
			}
		}
	})
}
