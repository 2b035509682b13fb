package models

import (
	"strings"
	"testing"
	"time"
)

// BenchmarkSealRecord seals every text of a case with a letter of 500 words, three replies,
// ten messages and forty events, and BenchmarkOpenRecord opens it again: what each write and
// each read of such a case costs more than without sealing.
func BenchmarkSealRecord(b *testing.B) {
	keys, f := benchRecord(b)
	for b.Loop() {
		g := *f
		g.OwnTexts()
		g.Texts(func(s *string) { *s = keys.SealText(*s) })
	}
}

func BenchmarkOpenRecord(b *testing.B) {
	keys, f := benchRecord(b)
	f.Texts(func(s *string) { *s = keys.SealText(*s) })
	for b.Loop() {
		g := *f
		g.OwnTexts()
		g.Texts(func(s *string) {
			plain, err := keys.OpenText(*s)
			if err != nil {
				b.Fatal(err)
			}
			*s = plain
		})
	}
}

func benchRecord(b *testing.B) (*Keyring, *Feedback) {
	b.Helper()
	keys, err := ParseKeyring(NewKeyringText())
	if err != nil {
		b.Fatal(err)
	}
	now := Now()
	letter := strings.Repeat("Mặt đường trước trường hư hỏng nhiều ổ gà, ", 50) // 500 words
	f := &Feedback{ID: NewID(), Title: "Đường trước trường học hư hỏng", Body: letter, Place: "trước cổng trường"}
	for range 10 {
		f.Messages = append(f.Messages, Message{ID: NewID(), At: now, Body: "Đoạn đường từ cổng trường đến chợ, khoảng 200 mét."})
	}
	for range 3 {
		f.Replies = append(f.Replies, Reply{ID: NewID(), Body: letter, CreatedAt: now})
	}
	for i := range 40 {
		f.Timeline = append(f.Timeline, Event{At: now.Add(time.Duration(i) * time.Minute), Event: ActForward, Remark: "Thuộc thẩm quyền của sở"})
	}
	return keys, f
}
