package models_test

import (
	"fmt"
	"strings"
	"testing"

	"kiennghi/models"
)

var letter = strings.Repeat("Kính gửi cơ quan có thẩm quyền, đoạn đường trước cổng trường có nhiều ổ gà lớn. ", 20)

func BenchmarkFold(b *testing.B) {
	b.SetBytes(int64(len(letter)))
	for b.Loop() {
		models.Fold(letter)
	}
}

func BenchmarkClean(b *testing.B) {
	b.SetBytes(int64(len(letter)))
	for b.Loop() {
		models.Clean(letter)
	}
}

func BenchmarkRedact(b *testing.B) {
	b.SetBytes(int64(len(letter)))
	for b.Loop() {
		models.Redact(letter)
	}
}

func BenchmarkTriage(b *testing.B) {
	triage := ref().Triage
	b.SetBytes(int64(len(letter)))
	for b.Loop() {
		triage.Kind("Đường hỏng", letter)
	}
}

func BenchmarkNewFeedback(b *testing.B) {
	r, in := ref(), submission()
	in.Agency = "bxd"
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := models.NewFeedback(in, r, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPublicView(b *testing.B) {
	in := submission()
	in.Agency = "bxd"
	f, _, err := models.NewFeedback(in, ref(), now)
	if err != nil {
		b.Fatal(err)
	}
	f.Replies = []models.Reply{{ID: "r", Status: models.ReplySent, Agency: "bxd", Body: letter, SentAt: &now}}
	f.Published = &models.Publication{ReplyID: "r", At: now}
	for _, kept := range []bool{false, true} {
		b.Run(fmt.Sprintf("kept=%v", kept), func(b *testing.B) {
			if kept {
				f.KeepFound()
			}
			b.ReportAllocs()
			for b.Loop() {
				models.PublicView(f)
			}
		})
	}
}

func BenchmarkDue(b *testing.B) {
	rules := ref().Rules
	for _, key := range []string{"pakn.answer", "hien_truong.normal"} {
		b.Run(key, func(b *testing.B) {
			for b.Loop() {
				if _, err := rules.Due(key, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
