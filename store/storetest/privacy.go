package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kiennghi/knowledge"
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

// walk reads a list page by page.
func walk[T any](t *testing.T, want []string, id func(T) string, list func(next string) (store.Page[T], error)) {
	t.Helper()
	var got []string
	must(t, store.EachOn(list, func(x T) error { got = append(got, id(x)); return nil }))
	equal(t, got, want)
	if _, err := list("trang-hai"); models.ErrorKindOf(err) != models.KindInvalid {
		t.Errorf("a token of somebody's own: %v", err)
	}
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
		mine, err := s.DataRequestsOf(ctx, "a", 10, "")
		must(t, err)
		equal(t, mine.Items, []models.DataRequest{*dataRequest(4, "a"), *dataRequest(2, "a")})
		mine, err = s.DataRequestsOf(ctx, "a", 1, "")
		must(t, err)
		equal(t, mine.Items, []models.DataRequest{*dataRequest(4, "a")})
		ended := minute(50)
		_, err = s.UpdateDataRequest(ctx, id(3), func(r *models.DataRequest) error {
			r.Status, r.EndedAt = models.DataRefused, &ended
			return nil
		})
		must(t, err)
		open, err := s.OpenDataRequests(ctx, 10, "")
		must(t, err)
		equal(t, open.Items, []models.DataRequest{*dataRequest(4, "a"), *dataRequest(2, "a"), *dataRequest(1, "b")})
		_, err = s.UpdateDataRequest(ctx, id(2), func(*models.DataRequest) error { return errStop })
		wantErr(t, err, errStop)
		for _, key := range hostile {
			_, err = s.DataRequest(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			none, err := s.DataRequestsOf(ctx, key, 10, "")
			must(t, err)
			equal(t, len(none.Items), 0)
		}
	},
	"lists are read to their end, page by page": func(t *testing.T, s store.Store) {
		due := models.Due{At: minute(7), Rule: "pdp.erase"}
		for n := 1; n <= 5; n++ {
			r := dataRequest(n, "a")
			if n != 3 { // they tie
				r.CreatedAt, r.Due = minute(5), &due
			}
			must(t, s.CreateDataRequest(ctx, r))
			b := breach(n)
			b.DetectedAt = minute(5)
			must(t, s.CreateBreach(ctx, b))
		}
		walk(t, []string{id(5), id(4), id(2), id(1), id(3)}, func(r models.DataRequest) string { return r.ID }, func(next string) (store.Page[models.DataRequest], error) {
			return s.DataRequestsOf(ctx, "a", 2, next)
		})
		walk(t, []string{id(1), id(2), id(4), id(5), id(3)}, func(r models.DataRequest) string { return r.ID }, func(next string) (store.Page[models.DataRequest], error) {
			return s.OpenDataRequests(ctx, 2, next)
		})
		walk(t, []string{id(5), id(4), id(3), id(2), id(1)}, func(b models.Breach) string { return b.ID }, func(next string) (store.Page[models.Breach], error) {
			return s.Breaches(ctx, 2, next)
		})
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
	"what follows a decision is stored with it and done once": func(t *testing.T, s store.Store) {
		keys := Keyring(t)
		by, rules := models.Actor{ID: "dpo", Agency: models.RootAgency, Staff: true}, models.NewRules(knowledge.Rules(), knowledge.Calendar())
		r := dataRequest(1, "hoa")
		r.Right, r.Due, r.Extensions = models.RightWithdraw, nil, nil
		r.CreatedAt = time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)
		if !r.Date(rules) {
			t.Fatal("the request has no date")
		}
		r.Asked(models.Actor{ID: "hoa"})
		must(t, s.CreateDataRequest(ctx, r)) // and the process is killed, as after every step
		day := r.CreatedAt.Add(time.Hour)
		_, err := s.UpdateDataRequest(ctx, id(1), func(r *models.DataRequest) error { return r.Extend(by, 5, "Chờ cơ quan lưu trữ", rules, day) })
		must(t, err)
		_, err = s.UpdateDataRequest(ctx, id(1), func(r *models.DataRequest) error {
			return r.Decide(by, false, "hồ sơ còn trong hạn lưu trữ", day.Add(time.Hour))
		})
		must(t, err)
		open, err := s.OpenDataRequests(ctx, 10, "")
		must(t, err)
		if len(open.Items) != 1 || open.Items[0].Owed() || len(open.Items[0].FollowUps) != 3 {
			t.Fatalf("a worker does not find it: %+v", open)
		}
		seen := open.Items[0]
		mustAll(t, atOnce(4, func(int) error { return store.SeeToRequest(ctx, s, keys, &seen) }))
		open, err = s.OpenDataRequests(ctx, 10, "")
		must(t, err)
		equal(t, len(open.Items), 0)
		var log []string
		must(t, s.EachAudit(ctx, 100, func(e models.AuditEntry) error {
			log = append(log, fmt.Sprint(e.Actor, " ", e.Agency, " ", e.Object == id(1), " ", e.Detail))
			return nil
		}))
		slices.Sort(log)
		equal(t, log, []string{"dpo vpcp true withdraw: gia hạn giải quyết đến 23/11/2026. Chờ cơ quan lưu trữ", "dpo vpcp true withdraw: refused. hồ sơ còn trong hạn lưu trữ", "hoa  true withdraw"})
		told, err := s.ListNotifications(ctx, "hoa", 10, "")
		must(t, err)
		var events []models.Action
		for _, n := range told.Items {
			events = append(events, n.Event)
		}
		equal(t, events, []models.Action{models.ActDataRights, models.ActDataExtended})

		b := breach(1)
		b.Entered(by)
		must(t, s.CreateBreach(ctx, b))
		b, err = s.UpdateBreach(ctx, id(1), func(b *models.Breach) error { return b.Notify(by, "A05, số 1", minute(2), minute(3)) })
		must(t, err)
		equal(t, len(b.FollowUps), 2)
		mustAll(t, atOnce(4, func(int) error { return store.SeeToBreach(ctx, s, keys, b) }))
		b, err = s.Breach(ctx, id(1))
		must(t, err)
		equal(t, len(b.FollowUps), 0)
		head, err := s.AuditHead(ctx)
		must(t, err)
		equal(t, head.Seq, int64(5))
	},
	"breaches": func(t *testing.T, s store.Store) {
		for n := 1; n <= 3; n++ {
			must(t, s.CreateBreach(ctx, breach(n)))
		}
		wantErr(t, s.CreateBreach(ctx, breach(2)), models.ErrExists)
		all, err := s.Breaches(ctx, 2, "")
		must(t, err)
		equal(t, all.Items, []models.Breach{*breach(3), *breach(2)})
		_, err = s.UpdateBreach(ctx, id(1), func(b *models.Breach) error {
			return b.Notify(models.Actor{ID: "dpo"}, "A05, số 1", minute(2), minute(3))
		})
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
