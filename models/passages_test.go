package models

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPassages(t *testing.T) {
	const text = "Kính gửi quý cơ quan. Tôi là dân ở đây đã lâu năm. Đường hỏng!"
	ends, words := passagesOf(text)
	if len(ends) != 2 || text[:ends[0]] != "Kính gửi quý cơ quan. Tôi là dân ở đây đã lâu năm." || ends[1] != len(text) || words != 15 {
		t.Errorf("%d words, %v", words, ends)
	}
	if ends, words := passagesOf(strings.Repeat("đường ", 100)); len(ends) != 4 || words != 100 {
		t.Errorf("%d words without an end of a sentence: %v", words, ends)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		ends, words := passagesOf(s)
		at := 0
		for _, end := range ends {
			if end < at || end > len(s) {
				t.Fatalf("%q: %v", s, ends)
			}
			at = end
		}
		if n := len(strings.Fields(s)); words < n/2 && !strings.ContainsAny(s, "\v\f\u0085\u00a0") && n > 20 {
			t.Fatalf("%q: %d words, not %d", s, words, n)
		}
	})
}

// TestOfALongLetterTheMatterIsRead: where it stands, and all where nothing tells the parts.
func TestOfALongLetterTheMatterIsRead(t *testing.T) {
	aside := "Tôi kính chúc các anh chị mạnh khỏe và xin lỗi vì viết dài."
	matter := "Đèn đường hỏng tối om suốt tháng này."
	lessons := lessonsForTest()
	for i := range lessons {
		lessons[i].Writer = "a"
	}
	for range 12 {
		lessons = append(lessons, Example{Text: aside, Aside: true})
	}
	long := strings.Repeat(aside+" ", 10) + matter + strings.Repeat(" "+aside, 10)
	c := TrainClassifier(lessons, ModelHeader{})
	g := c.Guess(long)
	if got, _ := g.Agency.Best(); strings.TrimSpace(g.Read) != matter || got != "xa-ubnd" {
		t.Errorf("%s, having read %q", got, g.Read)
	}
	if g := c.Guess(aside + " " + matter); g.Read != aside+" "+matter {
		t.Errorf("of a short letter %q is read", g.Read)
	}
	if g := TrainClassifier(lessonsForTest(), ModelHeader{}).Guess(long); g.Read != long {
		t.Errorf("without lessons on parts %q is read", g.Read)
	}
}
