package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

const lease = time.Minute

// job returns the n-th work of an owner, due in the n-th minute.
func job(n int, owner string) models.Work {
	w := models.NewWork(models.WorkNotify, owner, minute(n), map[string]string{"$a.b": "đ", "n": fmt.Sprint(n)})
	w.ID = fmt.Sprintf("%s-%03d", owner[len(owner)-4:], n)
	return w
}

func claim(t *testing.T, s store.Store, now time.Time, n int) []models.Work {
	t.Helper()
	w, err := s.ClaimWork(ctx, now, lease, n)
	must(t, err)
	return w
}

func one(t *testing.T, s store.Store, now time.Time) models.Work {
	t.Helper()
	w := claim(t, s, now, 1)
	if len(w) != 1 {
		t.Fatalf("claimed %d", len(w))
	}
	return w[0]
}

func counts(t *testing.T, s store.Store, want models.WorkCount) {
	t.Helper()
	got, err := s.CountWork(ctx)
	must(t, err)
	equal(t, got, want)
}

var workTests = map[string]func(*testing.T, store.Store){
	"work comes with its record, oldest due first": func(t *testing.T, s store.Store) {
		w := job(1, id(1))
		w.Sealed = models.Sealed("\x00\xff secret")
		must(t, s.CreateFeedback(ctx, sample(1), job(5, id(1)), w))
		must(t, s.CreateFeedback(ctx, sample(2), job(3, id(2))))
		_, err := s.UpdateFeedback(ctx, id(1), change(func(*models.Feedback) {}, job(2, id(1)), job(9, id(1))))
		must(t, err)
		counts(t, s, models.WorkCount{Pending: 5, Oldest: minute(1)})
		equal(t, len(claim(t, s, minute(0), 10)), 0)
		got := claim(t, s, minute(5), 3)
		w.Attempts, w.DueAt, w.Lease = 1, minute(5).Add(lease), got[0].Lease
		equal(t, got[0], w)
		var ids, leases []string
		for _, w := range append(got, claim(t, s, minute(5), 3)...) {
			ids, leases = append(ids, w.ID), append(leases, w.Lease)
		}
		equal(t, ids, []string{"0001-001", "0001-002", "0002-003", "0001-005"})
		slices.Sort(leases)
		if len(slices.Compact(leases)) != 4 || leases[0] == "" {
			t.Fatalf("leases %v", leases)
		}
	},
	"work that somebody waits for goes first": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1), job(1, id(1)), job(2, id(1))))
		must(t, s.PutChallenge(ctx, &models.Challenge{ID: id(3), ExpiresAt: minute(9)}, job(5, id(3)).First()))
		equal(t, one(t, s, minute(5)).ID, "0003-005")
		equal(t, len(claim(t, s, minute(5), 10)), 2)
	},
	"finished work is gone": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1), job(1, id(1)), job(2, id(1))))
		must(t, s.FinishWork(ctx, one(t, s, minute(1))))
		counts(t, s, models.WorkCount{Pending: 1, Oldest: minute(2)})
		must(t, s.FinishWork(ctx, one(t, s, minute(2))))
		counts(t, s, models.WorkCount{})
		equal(t, len(claim(t, s, minute(99), 10)), 0)
		f, err := s.Feedback(ctx, id(1))
		must(t, err)
		if f.Version != 1 || !f.UpdatedAt.Equal(minute(1)) {
			t.Fatalf("work changed the record: %+v", f)
		}
	},
	"a lease that ran out is taken over, and its holder is ignored": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1), job(1, id(1))))
		late := one(t, s, minute(1))
		equal(t, len(claim(t, s, minute(2).Add(-time.Millisecond), 1)), 0)
		now := one(t, s, minute(2))
		equal(t, now.Attempts, 2)
		if now.Lease == late.Lease {
			t.Fatal("same lease")
		}
		must(t, s.FinishWork(ctx, late))
		must(t, s.RetryWork(ctx, late))
		must(t, s.ParkWork(ctx, late))
		unclaimed := late
		unclaimed.Lease = ""
		must(t, s.FinishWork(ctx, unclaimed))
		counts(t, s, models.WorkCount{Pending: 1, Oldest: minute(1)})
		equal(t, len(claim(t, s, minute(2), 1)), 0)
		must(t, s.FinishWork(ctx, now))
		counts(t, s, models.WorkCount{})
		must(t, s.FinishWork(ctx, now)) // gone already
		must(t, s.RetryWork(ctx, now))
	},
	"work is given back": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1), job(1, id(1))))
		w := one(t, s, minute(1))
		w.DueAt, w.Reason, w.Failures, w.Data = minute(7), "timeout", 1, map[string]string{"done": "a"}
		must(t, s.RetryWork(ctx, w))
		equal(t, len(claim(t, s, minute(6), 1)), 0)
		got := one(t, s, minute(7))
		w.Attempts, w.DueAt, w.Lease = 2, minute(7).Add(lease), got.Lease
		equal(t, got, w)
		got.Data = nil
		got.DueAt = minute(8)
		got.Attempts-- // nobody tried
		must(t, s.RetryWork(ctx, got))
		if again := one(t, s, minute(8)); again.Data != nil || again.Attempts != 2 {
			t.Fatal(again)
		}
	},
	"work is parked and released": func(t *testing.T, s store.Store) {
		for i := range 5 {
			must(t, s.CreateFeedback(ctx, sample(i), job(i, id(i))))
		}
		for _, w := range claim(t, s, minute(3), 10) {
			w.Reason, w.Failures = "dead "+w.ID, 12
			must(t, s.ParkWork(ctx, w))
			must(t, s.FinishWork(ctx, w)) // no longer ours
		}
		counts(t, s, models.WorkCount{Pending: 1, Parked: 4, Oldest: minute(4)})
		equal(t, len(claim(t, s, minute(3).Add(time.Hour), 10)), 1)
		var ids []string
		next := ""
		for {
			p, err := s.ParkedWork(ctx, 3, next)
			must(t, err)
			for _, w := range p.Items {
				ids = append(ids, w.ID)
				if !w.Parked || w.Reason != "dead "+w.ID || w.Lease != "" || w.Attempts != 1 || w.Failures != 12 {
					t.Fatalf("%+v", w)
				}
			}
			if next = p.Next; next == "" {
				break
			}
		}
		equal(t, ids, []string{"0000-000", "0001-001", "0002-002", "0003-003"})
		must(t, s.ReleaseWork(ctx, "0002-002", minute(500)))
		wantErr(t, s.ReleaseWork(ctx, "0002-002", minute(500)), models.ErrNotFound)
		for _, key := range hostile {
			wantErr(t, s.ReleaseWork(ctx, key, minute(500)), models.ErrNotFound)
		}
		equal(t, len(claim(t, s, minute(499), 10)), 1) // the unparked one, its lease over
		got := one(t, s, minute(500))
		if got.ID != "0002-002" || got.Attempts != 1 || got.Failures != 0 || got.Parked {
			t.Fatalf("%+v", got)
		}
	},
	"an update of the record keeps the claim": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1), job(1, id(1)), job(2, id(1))))
		held, err := s.ClaimWork(ctx, minute(1), time.Hour, 1)
		must(t, err)
		_, err = s.UpdateFeedback(ctx, id(1), change(func(f *models.Feedback) { f.Title = "mới" }, job(3, id(1))))
		must(t, err)
		equal(t, one(t, s, minute(2)).ID, "0001-002")
		must(t, s.FinishWork(ctx, held[0]))
		counts(t, s, models.WorkCount{Pending: 2, Oldest: minute(2)})
		f, err := s.Feedback(ctx, id(1))
		must(t, err)
		equal(t, f.Title, "mới")
	},
	"claimers at once never hold the same": func(t *testing.T, s store.Store) {
		const n = 100
		for i := range n / 2 {
			must(t, s.CreateFeedback(ctx, sample(i), job(1, id(i)), job(2, id(i))))
		}
		var mu sync.Mutex
		held := map[string]int{}
		errs := atOnce(8, func(int) error {
			for empty := 0; empty < 3; {
				got, err := s.ClaimWork(ctx, minute(5), time.Hour, 7)
				if err != nil {
					return err
				}
				if len(got) == 0 {
					empty++
				}
				mu.Lock()
				for _, w := range got {
					held[w.ID]++
				}
				mu.Unlock()
				for _, w := range got {
					if err := s.FinishWork(ctx, w); err != nil {
						return err
					}
				}
			}
			return nil
		})
		mustAll(t, errs)
		for _, w := range claim(t, s, minute(5), 10*n) { // what a busy moment left over
			held[w.ID]++
		}
		equal(t, len(held), n)
		for id, times := range held {
			if times != 1 {
				t.Errorf("%s was held %d times", id, times)
			}
		}
	},
	"many pieces of one record are claimed together": func(t *testing.T, s store.Store) {
		var work []models.Work
		for i := range 30 {
			work = append(work, job(i, id(1)))
		}
		must(t, s.CreateFeedback(ctx, sample(1), work...))
		equal(t, len(claim(t, s, minute(40), 12)), 12)
		equal(t, len(claim(t, s, minute(40), 100)), 18)
		equal(t, len(claim(t, s, minute(40), 0)), 0)
	},
}
