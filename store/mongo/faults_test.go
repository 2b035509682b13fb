package mongo

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.uber.org/goleak"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoServer asks a port where nothing listens.
func TestNoServer(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := Open(t.Context(), "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200")
	must(t, err)
	defer s.Close()
	ctx := t.Context()
	_, read := s.Feedback(ctx, "x")
	_, update := s.UpdateFeedback(ctx, "x", nil)
	_, claim := s.ClaimWork(ctx, time.Now(), time.Minute, 1)
	for what, err := range map[string]error{
		"read": read, "update": update, "claim": claim, "ping": s.Ping(ctx), "migrate": s.Migrate(ctx),
		"create": s.CreateFeedback(ctx, &models.Feedback{ID: "x"}),
	} {
		if !errors.Is(err, models.ErrUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	hurry, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if err := s.Ping(hurry); !errors.Is(err, models.ErrUnavailable) || time.Since(begun) > 150*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

func TestNewerSchema(t *testing.T) {
	s := openTest(t, nil)
	_, err := s.schema.UpdateByID(t.Context(), "schema", bson.D{{Key: "$set", Value: bson.D{{Key: "number", Value: 999}}}})
	must(t, err)
	if err := s.Migrate(t.Context()); !errors.Is(err, store.ErrNewerSchema) {
		t.Fatal(err)
	}
}

// TestAuditHeals loses the move of the head, as a crash does, and cuts entries off, with one
// process that knows what it appended and with another one each time.
func TestAuditHeals(t *testing.T) {
	for name, processes := range map[string]int{"one process": 1, "two in turn": 2, "another each time": 100} {
		t.Run(name, func(t *testing.T) { auditHeals(t, processes) })
	}
}

func auditHeals(t *testing.T, processes int) {
	s, ctx, key := openTest(t, nil), t.Context(), []byte("key")
	all := []*Store{s}
	for range processes - 1 {
		other := *s
		other.chain = make(chan struct{}, 1)
		all = append(all, &other)
	}
	add := func(n int) {
		t.Helper()
		must(t, all[n%processes].AppendAudit(ctx, func(h models.AuditHead) models.AuditEntry {
			return models.AuditEntry{ID: fmt.Sprint(n), At: time.UnixMilli(0), Action: "x"}.Chain(h, key)
		}))
	}
	verify := func() error {
		t.Helper()
		head, err := s.AuditHead(ctx)
		must(t, err)
		c := models.NewAuditCheck(key)
		if err := s.EachAudit(ctx, head.Seq, c.Next); err != nil {
			return err
		}
		return c.End(head)
	}
	add(1)
	add(2)
	add(2) // again, as a worker that died does
	var head models.AuditHead
	must(t, s.auditHead.FindOne(ctx, byID("head")).Decode(&head))
	if head.Seq != 2 {
		t.Errorf("%d entries", head.Seq)
	}
	add(3)
	_, err := s.auditHead.ReplaceOne(ctx, byID("head"), head)
	must(t, err)
	must(t, verify())
	add(4)
	must(t, verify())

	must(t, deleteOne(ctx, s.audit, bson.D{{Key: "_id", Value: int64(4)}}))
	if verify() == nil {
		t.Error("an entry that was cut off is not missed")
	}
	for n := 5; n < 9; n++ {
		add(n)
		if verify() == nil {
			t.Errorf("an entry that was cut off is not missed after the %d that followed", n-4)
		}
	}
}

// poolCleared stands for the driver's own error, which it does not export: an operation
// that waited for a connection when another one found the server gone.
type poolCleared struct{ error }

func (poolCleared) Retryable() bool { return true }

func TestPoolClearedIsUnavailable(t *testing.T) {
	err := wrap(t.Context(), fmt.Errorf("insert: %w", poolCleared{errors.New("connection pool was cleared")}))
	if !errors.Is(err, models.ErrUnavailable) {
		t.Error(err)
	}
}
