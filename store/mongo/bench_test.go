package mongo

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// letter returns a feedback as they come in, with its work.
func letter(n int) (*models.Feedback, []models.Work) {
	at := time.Date(2026, 3, 2, 1, 2, 3, 0, time.UTC).Add(time.Duration(n) * time.Second)
	agency := fmt.Sprint("xa-", 26000+n%100)
	f := &models.Feedback{
		ID: models.DeriveID("bench", fmt.Sprint(n)), Code: fmt.Sprintf("KN-%08d", n), SenderID: models.DeriveID("person", fmt.Sprint(n%5000)),
		Title: "Ổ gà lớn trước cổng trường tiểu học, mưa xuống ngập không thấy đường", Body: strings.Repeat("Đoạn đường trước nhà tôi hư hỏng đã ba tháng nay. ", 16),
		Kind: models.Ordinary, Source: models.FromApp, Status: models.Received, Province: "79", Field: "giao-thong",
		Agency: agency, Scope: []string{agency, "ubnd-79", models.RootAgency},
		Due:      &models.Due{At: at.Add(10 * 24 * time.Hour), Rule: "answer", LegalBasis: "Nghị định", Explanation: "10 ngày làm việc"},
		Timeline: []models.Event{{At: at, Event: "submit", Version: 1}}, CreatedAt: at, UpdatedAt: at,
	}
	return f, []models.Work{models.NewWork(models.WorkRoute, f.ID, at, nil), models.NewWork(models.WorkIndex, f.ID, at, nil)}
}

func BenchmarkCreateFeedback(b *testing.B) {
	s := openTest(b, nil)
	var n atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			f, work := letter(int(n.Add(1)))
			if err := s.CreateFeedback(context.Background(), f, work...); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

// BenchmarkRead says little about lists on the test server: it reads the whole range of
// an index before it takes the first 21, where MongoDB stops after them.
func BenchmarkRead(b *testing.B) {
	s := openTest(b, nil)
	for i := range 2000 {
		f, work := letter(i)
		must(b, s.CreateFeedback(b.Context(), f, work...))
	}
	b.Run("by code", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, err := s.FeedbackByCode(b.Context(), fmt.Sprintf("KN-%08d", i%2000))
			must(b, err)
		}
	})
	b.Run("inbox by due", func(b *testing.B) {
		for b.Loop() {
			_, err := s.ListFeedback(b.Context(), store.FeedbackQuery{Scope: "ubnd-79", Sort: store.ByDue, Statuses: []models.Status{models.Received, models.Assigned}})
			must(b, err)
		}
	})
}
