package web

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kiennghi/models"
)

// TestReplyHTML: headings, lists and links are understood, line ends are kept, and all
// else is text.
func TestReplyHTML(t *testing.T) {
	for in, want := range map[string]string{
		"Kính gửi ông/bà,\nSở xin trả lời.":             "<p>Kính gửi ông/bà,<br>\nSở xin trả lời.</p>\n",
		"# Kết quả\n\nĐã sửa.":                          "<h3>Kết quả</h3>\n<p>Đã sửa.</p>\n",
		"###### Nhỏ":                                    "<h6>Nhỏ</h6>\n",
		"- một\n- hai":                                  "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>\n",
		"1. một\n2. hai":                                "<ol>\n<li>một</li>\n<li>hai</li>\n</ol>\n",
		"[Cổng](https://a.vn/x?a=1&b=2)":                `<p><a href="https://a.vn/x?a=1&amp;b=2" rel="nofollow noreferrer">Cổng</a></p>` + "\n",
		"Xem https://a.vn/x.":                           `<p>Xem <a href="https://a.vn/x" rel="nofollow noreferrer">https://a.vn/x</a>.</p>` + "\n",
		"[gọi](tel:19001000)":                           `<p><a href="tel:19001000" rel="nofollow noreferrer">gọi</a></p>` + "\n",
		"[x](javascript:alert(1))":                      "<p>[x](javascript:alert(1))</p>\n",
		"[x](//evil.vn)":                                "<p>[x](//evil.vn)</p>\n",
		"gọi […](Ba) ngay":                              "<p>gọi […](Ba) ngay</p>\n",
		"![ảnh](https://a.vn/x.png \"t\")":              `<p>![ảnh](https://a.vn/x.png "t")</p>` + "\n",
		"<script>alert(1)</script> & <b>đậm</b>":        "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;đậm&lt;/b&gt;</p>\n",
		"*không* nghiêng, `mã`, a_b_c, 2 * 3 * 4":       "<p>*không* nghiêng, `mã`, a_b_c, 2 * 3 * 4</p>\n",
		"    thụt vào\n\n> trích\n\n---\n\n```\nx\n```": "<p>thụt vào</p>\n<p>&gt; trích</p>\n<p>---</p>\n<p>```<br>\nx<br>\n```</p>\n",
		"": "",
	} {
		if got := string(ReplyHTML(in)); got != want {
			t.Errorf("%q:\n\t%s, want\n\t%s", in, got, want)
		}
	}
}

// FuzzReplyHTML: whatever is typed, only these elements come out, no attribute but an
// address that was checked, and every word.
func FuzzReplyHTML(f *testing.F) {
	for _, s := range []string{"# a\n- b\n  1. c\n[d](https://e.vn \"f\")", "<img src=x onerror=alert(1)>", "[a]: javascript:x\n[a]", "[x](http://\"onclick=1)", "\x00\xff[", "https://a\u202e.vn", "](https://0.aA000"} {
		f.Add(s)
	}
	allowed := map[string]bool{"p": true, "br": true, "h3": true, "h4": true, "h5": true, "h6": true, "ul": true, "ol": true, "li": true, "a": true}
	links := regexp.MustCompile(`</?a\b[^>]*>`) // one may end within a word
	f.Fuzz(func(t *testing.T, s string) {
		page := string(ReplyHTML(models.Clean(strings.NewReplacer("&", "", "%", "", `\`, "").Replace(s))))
		out := models.Fold(html.UnescapeString(page + links.ReplaceAllString(page, "")))
		for _, word := range strings.FieldsFunc(models.Fold(models.Clean(s)), func(r rune) bool { return r < 'a' || r > 'z' }) {
			if !strings.Contains(s, "&") && !strings.Contains(out, word) {
				t.Fatalf("%q becomes %q without %q", s, out, word)
			}
		}
		z := html.NewTokenizer(strings.NewReader(string(ReplyHTML(s))))
		for z.Next() != html.ErrorToken {
			token := z.Token()
			switch token.Type {
			case html.CommentToken, html.DoctypeToken:
				t.Fatalf("%q becomes %s", s, token)
			case html.StartTagToken, html.SelfClosingTagToken:
				if !allowed[token.Data] {
					t.Fatalf("%q becomes %s", s, token)
				}
				for _, a := range token.Attr {
					if _, ok := linkTo(a.Val); a.Key == "href" && ok || a.Key == "rel" || token.Data == "ol" && a.Key == "start" {
						continue
					}
					t.Fatalf("%q becomes %s", s, token)
				}
			}
		}
	})
}
