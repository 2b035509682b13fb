package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestSearch goes from the home page to one answer, without scripts and with the
// suggestions that scripts bring, in both languages.
func TestSearch(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	for name, c := range map[string]struct {
		count, filter, off, question, agency string
		options                              []Option
	}{
		"Vietnamese, phone, without scripts": {"câu trả lời về", "Lọc kết quả", "bỏ lọc", "Phản ánh, kiến nghị", "Cơ quan trả lời", []Option{Phone, NoScript}},
		"English, without scripts":           {"answers about", "Narrow down", "remove", "Feedback", "Agency", []Option{English, NoScript}},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.Browser(t, c.options...)
			b.Open("/")
			b.Fill("q", "duong hong")
			b.FollowOnly(".searchbar button")
			b.At("/answers")
			b.Sees(c.count)
			b.Sees(c.filter)
			before := b.Text("#found")
			b.FollowOnly(".facet a")
			b.Sees(c.off)
			if after := b.Text("#found"); after == before {
				t.Errorf("nothing was narrowed down: %s", after)
			}
			b.FollowOnly(".chosen a")
			if again := b.Text("#found"); again != before {
				t.Errorf("%s became %s", before, again)
			}
			b.FollowOnly(".results h3 a")
			b.Sees(c.question)
			b.FollowOnly(".facts a") // its agency
			b.Sees(b.Text("h1"))
			b.Open("/agencies")
			b.Fill("q", "so xay dung tphcm")
			b.FollowOnly(".searchbar button")
			b.FollowOnly(".rows h3 a")
			b.At("/agencies/so-xd-79")
		})
	}
}

// TestSuggestions types, walks through what is suggested with the keyboard, and picks one.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	b := s.Browser(t)
	for _, start := range []string{"/", "/answers"} {
		b.Open(start)
		b.Fill("q", "duong")
		b.until("suggestions", `document.querySelectorAll("[role=option]").length > 1`)
		if b.Attr("#q", "aria-expanded") != "true" || b.Attr("#q", "role") != "combobox" {
			t.Error("the box does not say that it has a list")
		}
		b.Axe()
		first := b.Text("[role=option]")
		b.Keys(kb.ArrowDown)
		if got := b.Value("q"); got != first || !b.Has("[role=option][aria-selected=true]") {
			t.Errorf("the box has %q, the first suggestion is %q", got, first)
		}
		b.Keys(kb.ArrowUp)
		if got := b.Value("q"); got != "duong" {
			t.Errorf("what was typed became %q", got)
		}
		b.Keys(kb.Escape)
		b.until("no suggestions", `document.querySelector("[role=listbox]").hidden`)
		b.Keys(kb.ArrowDown)
		b.until("suggestions again", `!document.querySelector("[role=listbox]").hidden`)
		b.FollowOnly("[role=option]")
		b.At("/answers")
		if got := b.Text(".results h3"); got != first {
			t.Errorf("first is %q, picked was %q", got, first)
		}
	}
}

// TestCopyCitation takes a citation to the clipboard with the button that scripts bring.
func TestCopyCitation(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	b := s.Browser(t)
	b.Open(b.filledIn("/answers/{answer}"))
	if b.Text("#citation + button") != "Sao chép" {
		t.Fatal("there is no button")
	}
	Eval[bool](b, `(navigator.clipboard.writeText = async text => { window.copied = text }, true)`)
	b.click(`document.querySelector("#citation + button")`)
	b.until("the citation", `window.copied === document.querySelector("#citation").textContent.trim()`)
	b.Sees("Đã sao chép")
}
