package mongo

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"

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

// BenchmarkAppendAudit says how many entries the chain takes in a second, by one writer and by
// many at once as workers are, and how many commands one after another an entry is: with a
// server that is further away each takes as long as the way there and back.
func BenchmarkAppendAudit(b *testing.B) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprint(writers, " at once"), func(b *testing.B) {
			var commands atomic.Int64
			s := openTest(b, &event.CommandMonitor{Started: func(context.Context, *event.CommandStartedEvent) { commands.Add(1) }})
			commands.Store(0)
			left := make(chan struct{})
			var all sync.WaitGroup
			b.ResetTimer()
			for range writers {
				all.Go(func() {
					for range left {
						id := models.NewID()
						if err := s.AppendAudit(context.Background(), func(h models.AuditHead) models.AuditEntry {
							return models.AuditEntry{Seq: h.Seq + 1, ID: id, Hash: id, At: time.UnixMilli(h.Seq).UTC(), Actor: "s1", Action: models.ActNote, Object: "f1"}
						}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for range b.N {
				left <- struct{}{}
			}
			close(left)
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(float64(commands.Load())/float64(b.N), "commands/entry")
		})
	}
}

// BenchmarkCountByStatus counts the cases of an agency that all are beneath; the price is by
// the case.
func BenchmarkCountByStatus(b *testing.B) {
	const cases = 50_000
	s := openTest(b, nil)
	for i := 0; i < cases; i += 1000 {
		var docs []feedbackDoc
		for n := range 1000 {
			f, _ := letter(i + n)
			f.Body = ""
			docs = append(docs, newFeedbackDoc(f, newPending(nil)))
		}
		_, err := s.feedback.InsertMany(b.Context(), docs)
		must(b, err)
	}
	for b.Loop() {
		n, err := s.CountByStatus(b.Context(), store.FeedbackQuery{Scope: models.RootAgency})
		must(b, err)
		if n[models.Received] != cases {
			b.Fatal(n)
		}
	}
	b.ReportMetric(cases*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}
