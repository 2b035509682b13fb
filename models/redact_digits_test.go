package models

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// What a pattern finds is never skipped for lack of digits.
func TestRedactSkipsNoMatch(t *testing.T) {
	pieces := []string{"0", "1", "29", "345", "0912", "84", "+84", "A", "b1", "K", "ſ", "đ", " ", ".", "-", "/", ",", ":", "\n", "cccd", "số", "stk: ", "a@b.vn",
		"51F", "29-X1", "123.45", "0912 345 678", "012345678901", "B1234567", "ngày", "đồng", "tổ 12"}
	r := rand.New(rand.NewPCG(1, 1))
	matched := 0
	for range 200_000 {
		var b strings.Builder
		for range 1 + r.IntN(9) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		s := b.String()
		have := digitsOf(s)
		for i, p := range personal {
			if !p.find.MatchString(s) {
				continue
			}
			matched++
			if !have.holds(p.needs) {
				t.Fatalf("pattern %d matches %q, which has only %+v", i, s, have)
			}
		}
	}
	if matched < 10_000 {
		t.Fatalf("only %d matches: the texts are not hard enough", matched)
	}
}
