package models

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// soon fails when work on n bytes takes longer than anything linear does.
func soon(t *testing.T, what string, n int, f func()) {
	t.Helper()
	begun := time.Now()
	f()
	if took := time.Since(begun); took > time.Second+time.Duration(n)*20*time.Microsecond {
		t.Errorf("%s took %v for %d bytes", what, took, n)
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"KN-7Q4M-2XPA", "kn7q4m2xpa", " 7Q4M 2XPA ", "KNKNKNKNKN", "KN-OOOO-OOOO", "\xff\xfe", "ſ"} {
		f.Add(s)
	}
	for range 20 {
		f.Add(NewCode())
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := ParseCode(s)
		if !ok {
			if code != "" {
				t.Errorf("%q is none, and is %q", s, code)
			}
			return
		}
		if again, ok := ParseCode(code); !ok || again != code || len(code) != 12 {
			t.Errorf("%q becomes %q, and that %q", s, code, again)
		}
	})
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{
		"Đèn đường hỏng", "e\u0301\u0323", "a\r\nb\rc\x00d\u202Ee\uFEFF", "\xff\xfe", "ﬀ ǆ İ ẞ ſ K Å", "\u0344\u0958\u2ADC", "가각", strings.Repeat("\u0301", 200), "x\u0301\u0327\u0301",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		soon(t, "cleaning", len(s), func() {
			for name, clean := range map[string]func(string) string{"Clean": Clean, "CleanLine": CleanLine} {
				once := clean(s)
				if again := clean(once); again != once {
					t.Errorf("%s(%q) = %q, again %q", name, s, once, again)
				}
				if !utf8.ValidString(once) || strings.ContainsAny(once, "\x00\r\u202E\uFEFF") || once != strings.TrimSpace(once) {
					t.Errorf("%s(%q) = %q", name, s, once)
				}
			}
		})
		s = Clean(s) // what is kept, and so what is folded
		soon(t, "folding", len(s), func() {
			once := Fold(s)
			if again := Fold(once); again != once {
				t.Errorf("Fold(%q) = %q, again %q", s, once, again)
			}
			for _, w := range Words(s) {
				if w == "" || Fold(w) != w {
					t.Errorf("word %q of %q", w, s)
				}
			}
			if short := Shorten(s, 40); Length(short) > 40 || !utf8.ValidString(short) {
				t.Errorf("Shorten(%q) = %q", s, short)
			}
		})
	})
}

func FuzzKeyring(f *testing.F) {
	ring, err := ParseKeyring(NewKeyringText())
	if err != nil {
		f.Fatal(err)
	}
	text := NewKeyringText()
	for _, s := range []string{text, text + "," + NewKeyringText(), text + "," + text, "k1:", ":", ",", "k1:AAAA", strings.Repeat("k", 300) + text[9:], "k\x00:" + text[10:]} {
		f.Add(s, []byte(ring.Seal("0912345678")))
	}
	f.Add("", []byte{0})
	f.Add("", []byte{255, 1, 2})
	f.Add("", []byte(ring.Seal("x"))[:12])
	f.Fuzz(func(t *testing.T, text string, sealed []byte) {
		if plain, err := ring.Open(sealed); err == nil && len(sealed) > 0 && plain != "0912345678" {
			t.Errorf("%x was opened: %q", sealed, plain)
		}
		ring.Current(sealed)
		k, err := ParseKeyring(text)
		if err != nil {
			if len(text) > 20 && strings.Contains(err.Error(), text) {
				t.Errorf("the error shows the keys: %v", err)
			}
			return
		}
		box := k.Seal("bí mật")
		if plain, err := k.Open(box); err != nil || plain != "bí mật" || !k.Current(box) {
			t.Errorf("sealed with %q: %q %v", text, plain, err)
		}
		if len(sealed) > 0 {
			if _, err := k.Open(sealed); err == nil && k.Index("x") != ring.Index("x") {
				t.Error("another ring opened it")
			}
		}
	})
}
