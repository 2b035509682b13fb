package mongo

import (
	"context"
	"testing"

	"kiennghi/store/mongo/mongotest"

	"go.mongodb.org/mongo-driver/v2/event"
)

func openTest(t testing.TB, monitor *event.CommandMonitor) *Store {
	t.Helper()
	ctx := context.Background()
	s, err := open(ctx, mongotest.Start(t), monitor)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.db.Drop(ctx); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}
