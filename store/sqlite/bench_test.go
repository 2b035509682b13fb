package sqlite

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

var begin = time.Date(2026, 3, 2, 1, 2, 3, 0, time.UTC)

// letter returns a feedback as they come in, with its work.
func letter(n int) (*models.Feedback, []models.Work) {
	at := begin.Add(time.Duration(n) * time.Second)
	f := &models.Feedback{
		ID: models.DeriveID("bench", fmt.Sprint(n)), Code: fmt.Sprintf("KN-%08d", n), SenderID: models.DeriveID("person", fmt.Sprint(n%5000)),
		Title: "Ổ gà lớn trước cổng trường tiểu học, mưa xuống ngập không thấy đường", Body: strings.Repeat("Đoạn đường trước nhà tôi hư hỏng đã ba tháng nay. ", 16),
		Kind: models.Ordinary, Source: models.FromApp, Status: models.Received, Province: "79", Field: "giao-thong",
		Agency: fmt.Sprint("xa-", 26000+n%100), Scope: []string{fmt.Sprint("xa-", 26000+n%100), "ubnd-79", models.RootAgency},
		Due:      &models.Due{At: at.Add(10 * 24 * time.Hour), Rule: "answer", LegalBasis: "Nghị định", Explanation: "10 ngày làm việc"},
		Timeline: []models.Event{{At: at, Event: "submit", Version: 1}}, CreatedAt: at, UpdatedAt: at,
	}
	if n%3 == 0 {
		f.Status = models.Closed
	}
	return f, []models.Work{models.NewWork(models.WorkRoute, f.ID, at, nil), models.NewWork(models.WorkIndex, f.ID, at, nil)}
}

func fill(b *testing.B, s *Store, n int) {
	b.Helper()
	var next atomic.Int64
	errs := make(chan error)
	for range 64 {
		go func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					errs <- nil
					return
				}
				f, _ := letter(i)
				if err := s.CreateFeedback(context.Background(), f); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	for range 64 {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCreateFeedback is 32 senders at once, each commit durable.
func BenchmarkCreateFeedback(b *testing.B) {
	s := open(b)
	var n atomic.Int64
	b.SetParallelism(16) // times GOMAXPROCS, 2 on the machine of the stated aims
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			f, work := letter(int(n.Add(1)))
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			if err := s.CreateFeedback(ctx, f, work...); err != nil {
				b.Error(err)
			}
			cancel()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

func BenchmarkUpdateFeedback(b *testing.B) {
	s := open(b)
	fill(b, s, 10_000)
	var n atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			f, work := letter(int(n.Add(1)) % 10_000)
			_, err := s.UpdateFeedback(context.Background(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
				f.Version++
				f.Status = models.InProgress
				f.UpdatedAt = f.UpdatedAt.Add(time.Second)
				work[0].ID = models.NewID()
				return work[:1], nil
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

func BenchmarkFeedbackByCode(b *testing.B) {
	s := open(b)
	fill(b, s, 10_000)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.FeedbackByCode(ctx, fmt.Sprintf("KN-%08d", i*7919%10_000)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInbox is a page of 20 out of 10,000 cases.
func BenchmarkInbox(b *testing.B) {
	s := open(b)
	fill(b, s, 10_000)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	open := []models.Status{models.Received, models.NeedsInfo, models.Assigned, models.InProgress}
	for name, q := range map[string]store.FeedbackQuery{
		"open by due":  {Scope: "ubnd-79", Statuses: open, Sort: store.ByDue},
		"all newest":   {Scope: "ubnd-79"},
		"one status":   {Scope: "xa-26001", Statuses: open[:1], Sort: store.ByDue},
		"sender's own": {Sender: models.DeriveID("person", "1")},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, err := s.ListFeedback(ctx, q)
				if err != nil || len(p.Items) == 0 {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.CountByStatus(ctx, store.FeedbackQuery{Scope: "ubnd-79"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
