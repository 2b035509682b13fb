package mongo

import (
	"context"
	"slices"
	"testing"

	"kiennghi/store/mongo/mongotest"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
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

// TestExpiredGoes looks whether the server was told to remove what has expired; it does so
// by its own clock, about once a minute.
func TestExpiredGoes(t *testing.T) {
	s := openTest(t, nil)
	for name, c := range map[string]*mongo.Collection{"session": s.session, "challenge": s.challenge, "draft": s.draft, "limit": s.limit} {
		all, err := c.Indexes().ListSpecifications(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(all, func(x mongo.IndexSpecification) bool { return x.ExpireAfterSeconds != nil && *x.ExpireAfterSeconds > 0 }) {
			t.Errorf("%s: nothing expires: %v", name, all)
		}
	}
}
