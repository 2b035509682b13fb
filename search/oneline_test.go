package search

import (
	"strings"
	"testing"
)

func TestOneLine(t *testing.T) {
	for _, s := range []string{"", " ", "a", " a  b ", "a\nb\r\n\tc", "đường\u00a0phố\u2003x\u3000y\u0085z", "hỏng\xff \xc2", "\u2028x\u2029"} {
		if got, want := oneLine(s), strings.Join(strings.Fields(s), " "); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", s, got, want)
		}
	}
}
