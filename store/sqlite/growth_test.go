package sqlite

import (
	"database/sql"
	"fmt"
	"net/url"
	"testing"
	"time"

	"kiennghi/models"
)

// What has expired goes when something of its kind is stored, a few at a time.
func TestExpiredGoes(t *testing.T) {
	s, ctx := open(t), t.Context()
	long := models.Now().Add(-3 * grace)
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: s.path}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	count := func(table string) int {
		t.Helper()
		var n int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const n = 25
	for i := range n {
		if err := s.CreateSession(ctx, &models.Session{ID: fmt.Sprint("old-", i), Account: "a", CreatedAt: long.Add(-time.Hour), ExpiresAt: long}); err != nil {
			t.Fatal(err)
		}
		if err := s.PutChallenge(ctx, &models.Challenge{ID: fmt.Sprint("old-", i), ExpiresAt: long}); err != nil {
			t.Fatal(err)
		}
	}
	if count("session") != n || count("challenge") != n {
		t.Fatalf("%d sessions, %d challenges", count("session"), count("challenge"))
	}
	now := models.Now()
	for i := range 3 {
		if err := s.CreateSession(ctx, &models.Session{ID: fmt.Sprint(i), Account: "a", CreatedAt: now, ExpiresAt: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if err := s.PutChallenge(ctx, &models.Challenge{ID: fmt.Sprint(i), ExpiresAt: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	if count("session") != 3 || count("challenge") != 3 {
		t.Errorf("%d sessions, %d challenges are left", count("session"), count("challenge"))
	}
}

func TestCountersTakeBoundedMemory(t *testing.T) {
	s, now := open(t), time.Now()
	for i := range maxCounters + 1000 {
		if _, err := s.Hit(t.Context(), fmt.Sprint(i), 1, time.Hour, now); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.limits.counters); n > maxCounters {
		t.Errorf("%d counters", n)
	}
	if _, err := s.Hit(t.Context(), "x", 1, time.Hour, now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := len(s.limits.counters); n != 1 {
		t.Errorf("%d counters of past windows are left", n-1)
	}
}
