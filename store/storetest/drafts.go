package storetest

import (
	"testing"

	"kiennghi/models"
	"kiennghi/store"
)

func draft(n int) *models.Draft {
	return &models.Draft{ID: id(n), Rev: 1, Sealed: models.Sealed("\x00\xff letter"), ExpiresAt: minute(n)}
}

// sameDraft compares all but the revision of a draft that was put, which is the adapter's
// business.
func sameDraft(t *testing.T, s store.Store, want *models.Draft) {
	t.Helper()
	got, err := s.Draft(ctx, want.ID)
	must(t, err)
	got.Rev = want.Rev
	equal(t, got, want)
}

var draftTests = map[string]func(*testing.T, store.Store){
	"put, replace, update, delete": func(t *testing.T, s store.Store) {
		must(t, s.PutDraft(ctx, draft(1)))
		sameDraft(t, s, draft(1))
		second := draft(1)
		second.Sealed, second.ExpiresAt = models.Sealed("second"), minute(9)
		must(t, s.PutDraft(ctx, second))
		sameDraft(t, s, second)
		got, err := s.UpdateDraft(ctx, id(1), func(d *models.Draft) error { d.Sealed = models.Sealed("third"); return nil })
		must(t, err)
		equal(t, string(got.Sealed), "third")
		second.Sealed = models.Sealed("third")
		sameDraft(t, s, second)
		_, err = s.UpdateDraft(ctx, id(1), func(*models.Draft) error { return errStop })
		wantErr(t, err, errStop)
		must(t, s.DeleteDraft(ctx, id(1)))
		must(t, s.DeleteDraft(ctx, id(1)))
		for _, key := range append([]string{id(1)}, hostile...) {
			_, err = s.Draft(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			_, err = s.UpdateDraft(ctx, key, func(*models.Draft) error { return nil })
			wantErr(t, err, models.ErrNotFound)
			must(t, s.DeleteDraft(ctx, key))
		}
	},
	"two changes at once both hold": func(t *testing.T, s store.Store) {
		must(t, s.PutDraft(ctx, draft(1)))
		mustAll(t, atOnce(10, func(int) error {
			_, err := s.UpdateDraft(ctx, id(1), func(d *models.Draft) error { d.Sealed = append(d.Sealed, '+'); return nil })
			return err
		}))
		got, err := s.Draft(ctx, id(1))
		must(t, err)
		equal(t, len(got.Sealed), len(draft(1).Sealed)+10)
	},
	"expired ones are forgotten, the oldest first": func(t *testing.T, s store.Store) {
		now := models.Now() // MongoDB removes what expired by its own clock
		for i := range 6 {
			d := draft(i)
			d.ExpiresAt = now.Add(minute(i).Sub(start))
			must(t, s.PutDraft(ctx, d))
		}
		gone := func(want ...int) {
			t.Helper()
			var have []int
			for i := range 6 {
				if _, err := s.Draft(ctx, id(i)); err != nil {
					wantErr(t, err, models.ErrNotFound)
					have = append(have, i)
				}
			}
			equal(t, have, want)
		}
		n, err := s.CountDrafts(ctx, now.Add(minute(4).Sub(start)))
		must(t, err)
		equal(t, n, 4)
		n, err = s.ForgetDrafts(ctx, now.Add(minute(4).Sub(start)), 3)
		must(t, err)
		equal(t, n, 3)
		gone(0, 1, 2)
		n, err = s.ForgetDrafts(ctx, now.Add(minute(4).Sub(start)), 3)
		must(t, err)
		equal(t, n, 1)
		gone(0, 1, 2, 3)
		n, err = s.ForgetDrafts(ctx, now.Add(minute(4).Sub(start)), 3)
		must(t, err)
		equal(t, n, 0)
	},
}
