package storetest

import (
	"testing"

	"kiennghi/models"
	"kiennghi/store"
)

func dataRequest(n int, person string) *models.DataRequest {
	due := models.Due{At: minute(100 - n), Rule: "pdp.erase"}
	return &models.DataRequest{ID: id(n), Rev: 1, RequestHash: "hash", Person: person, Right: models.RightErase, Status: models.DataOpen,
		Text: models.Sealed("\x00\xff"), Due: &due, CreatedAt: minute(n),
		Extensions: []models.Extending{{At: minute(n), Term: 5, Reason: "Chờ cơ quan lưu trữ", By: "dpo"}}}
}

func breach(n int) *models.Breach {
	return &models.Breach{ID: id(n), Rev: 1, RequestHash: "hash", What: "máy chủ bị xâm nhập", Affected: "12 người", DetectedAt: minute(n), By: "dpo", CreatedAt: minute(n)}
}

var privacyTests = map[string]func(*testing.T, store.Store){
	"requests": func(t *testing.T, s store.Store) {
		for n := 1; n <= 4; n++ {
			must(t, s.CreateDataRequest(ctx, dataRequest(n, []string{"a", "b"}[n%2])))
		}
		wantErr(t, s.CreateDataRequest(ctx, dataRequest(1, "a")), models.ErrExists)
		got, err := s.DataRequest(ctx, id(2))
		must(t, err)
		equal(t, got, dataRequest(2, "a"))
		mine, err := s.DataRequestsOf(ctx, "a", 10)
		must(t, err)
		equal(t, mine, []models.DataRequest{*dataRequest(4, "a"), *dataRequest(2, "a")})
		mine, err = s.DataRequestsOf(ctx, "a", 1)
		must(t, err)
		equal(t, mine, []models.DataRequest{*dataRequest(4, "a")})
		ended := minute(50)
		_, err = s.UpdateDataRequest(ctx, id(3), func(r *models.DataRequest) error {
			r.Status, r.EndedAt = models.DataRefused, &ended
			return nil
		})
		must(t, err)
		open, err := s.OpenDataRequests(ctx, 10)
		must(t, err)
		equal(t, open, []models.DataRequest{*dataRequest(4, "a"), *dataRequest(2, "a"), *dataRequest(1, "b")})
		_, err = s.UpdateDataRequest(ctx, id(2), func(*models.DataRequest) error { return errStop })
		wantErr(t, err, errStop)
		for _, key := range hostile {
			_, err = s.DataRequest(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			none, err := s.DataRequestsOf(ctx, key, 10)
			must(t, err)
			equal(t, len(none), 0)
		}
	},
	"a request decided by two at once is decided once": func(t *testing.T, s store.Store) {
		must(t, s.CreateDataRequest(ctx, dataRequest(1, "a")))
		decided := 0
		for _, err := range atOnce(8, func(n int) error {
			_, err := s.UpdateDataRequest(ctx, id(1), func(r *models.DataRequest) error {
				return r.Decide(models.Actor{ID: id(n), Staff: true}, n%2 == 0, "hồ sơ lưu đến hết hạn lưu trữ", minute(3))
			})
			return err
		}) {
			if err == nil {
				decided++
			} else if models.ErrorKindOf(err) != models.KindWrongState {
				t.Error(err)
			}
		}
		equal(t, decided, 1)
	},
	"breaches": func(t *testing.T, s store.Store) {
		for n := 1; n <= 3; n++ {
			must(t, s.CreateBreach(ctx, breach(n)))
		}
		wantErr(t, s.CreateBreach(ctx, breach(2)), models.ErrExists)
		all, err := s.Breaches(ctx, 2)
		must(t, err)
		equal(t, all, []models.Breach{*breach(3), *breach(2)})
		_, err = s.UpdateBreach(ctx, id(1), func(b *models.Breach) error { return b.Notify("A05, số 1", minute(2), minute(3)) })
		must(t, err)
		got, err := s.Breach(ctx, id(1))
		must(t, err)
		if got.NotifiedAt == nil || !got.NotifiedAt.Equal(minute(2)) || got.Rev != 2 {
			t.Errorf("after it was notified: %+v", got)
		}
		for _, key := range hostile {
			_, err = s.Breach(ctx, key)
			wantErr(t, err, models.ErrNotFound)
		}
	},
}
