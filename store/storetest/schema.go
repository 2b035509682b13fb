package storetest

import (
	"context"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

var schemaTests = map[string]func(*testing.T, store.Store){
	"migrating again, also at once, keeps everything": func(t *testing.T, s store.Store) {
		f := sample(1)
		must(t, s.CreateFeedback(ctx, f))
		must(t, s.Migrate(ctx))
		for _, err := range atOnce(4, func(int) error { return s.Migrate(ctx) }) {
			must(t, err)
		}
		got, err := s.Feedback(ctx, f.ID)
		must(t, err)
		equal(t, got, f)
	},
	"ping answers": func(t *testing.T, s store.Store) {
		must(t, s.Ping(ctx))
		must(t, s.Ping(ctx))
	},
	"a cancelled context does nothing": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		ended, cancel := context.WithCancel(ctx)
		cancel()
		_, byID := s.Feedback(ended, id(1))
		_, list := s.ListFeedback(ended, store.FeedbackQuery{All: true})
		_, update := s.UpdateFeedback(ended, id(1), func(f *models.Feedback) ([]models.Work, error) {
			f.Title = "late"
			return nil, nil
		})
		_, claim := s.ClaimWork(ended, start, lease, 1)
		_, hit := s.Hit(ended, "k", 1, lease, start)
		for what, err := range map[string]error{
			"read": byID, "list": list, "update": update, "claim": claim, "hit": hit,
			"create": s.CreateFeedback(ended, sample(2)), "ping": s.Ping(ended), "finish": s.FinishWork(ended, models.Work{ID: "w", Lease: "l"}),
			"each":  s.EachFeedback(ended, start, func(*models.Feedback) error { return nil }),
			"audit": s.AppendAudit(ended, func(h models.AuditHead) models.AuditEntry { return entry(1).Chain(h, auditKey) }),
		} {
			if err == nil {
				t.Errorf("%s: no error", what)
			}
		}
		wantErr(t, byID, context.Canceled)
		wantErr(t, update, context.Canceled)
		late, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Second))
		defer cancel()
		for _, err := range []error{s.Ping(late), s.CreateFeedback(late, sample(2)), s.EachAudit(late, 1, nil)} {
			wantErr(t, err, context.DeadlineExceeded)
			wantErr(t, err, models.ErrUnavailable)
		}
		_, err := s.Feedback(ctx, id(2))
		wantErr(t, err, models.ErrNotFound)
		f, err := s.Feedback(ctx, id(1))
		must(t, err)
		equal(t, f.Title, sample(1).Title)
	},
}
