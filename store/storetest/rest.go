package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

var agencyTests = map[string]func(*testing.T, store.Store){
	"kept in the order of the first time": func(t *testing.T, s store.Store) {
		got, err := s.Agencies(ctx)
		must(t, err)
		equal(t, len(got), 0)
		first := []models.Agency{{Code: "vpcp", Name: "Văn phòng Chính phủ", Level: models.LevelMinistry}, {Code: "z", Name: "z"}, {Code: "b", Name: "b", Parent: "z"}}
		must(t, s.PutAgencies(ctx, first))
		must(t, s.PutAgencies(ctx, []models.Agency{{Code: "a", Name: "a"}, {Code: "z", Name: "Z mới"}}))
		must(t, s.PutAgencies(ctx, nil))
		got, err = s.Agencies(ctx)
		must(t, err)
		equal(t, got, []models.Agency{first[0], {Code: "z", Name: "Z mới"}, first[2], {Code: "a", Name: "a"}})
	},
	"thousands": func(t *testing.T, s store.Store) {
		var list []models.Agency
		for i := range 3500 {
			list = append(list, models.Agency{Code: fmt.Sprint("xa-", 10000+(i*7919)%3500), Name: "Xã"})
		}
		must(t, s.PutAgencies(ctx, list))
		got, err := s.Agencies(ctx)
		must(t, err)
		equal(t, got, list)
	},
}

func upload(n int) *models.Upload {
	return &models.Upload{
		Attachment: models.Attachment{ID: id(n), Name: "ảnh.jpg", ContentType: "image/jpeg", Size: 1 << 33},
		Rev:        1, Owner: "a", Key: "k/1", Thumbnail: "t", SHA256: "s", RequestHash: "h", CreatedAt: minute(n),
	}
}

var uploadTests = map[string]func(*testing.T, store.Store){
	"create, find, update, delete": func(t *testing.T, s store.Store) {
		must(t, s.CreateUpload(ctx, upload(1)))
		wantErr(t, s.CreateUpload(ctx, upload(1)), models.ErrExists)
		got, err := s.Upload(ctx, id(1))
		must(t, err)
		equal(t, got, upload(1))
		got, err = s.UpdateUpload(ctx, id(1), func(u *models.Upload) error { u.FeedbackID, u.Name = "f", "x"; return nil })
		must(t, err)
		want := upload(1)
		want.FeedbackID, want.Name, want.Rev = "f", "x", 2
		equal(t, got, want)
		got, err = s.Upload(ctx, id(1))
		must(t, err)
		equal(t, got, want)
		_, err = s.UpdateUpload(ctx, id(1), func(*models.Upload) error { return errStop })
		wantErr(t, err, errStop)
		must(t, s.DeleteUpload(ctx, id(1)))
		must(t, s.DeleteUpload(ctx, id(1)))
		for _, key := range append([]string{id(1)}, hostile...) {
			_, err = s.Upload(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			must(t, s.DeleteUpload(ctx, key))
		}
		_, err = s.UpdateUpload(ctx, id(1), func(*models.Upload) error { return nil })
		wantErr(t, err, models.ErrNotFound)
	},
	"unused ones are found, oldest first": func(t *testing.T, s store.Store) {
		for i := range 6 {
			u := upload(i)
			if i == 1 {
				u.FeedbackID = "f"
			}
			must(t, s.CreateUpload(ctx, u))
		}
		_, err := s.UpdateUpload(ctx, id(2), func(u *models.Upload) error { u.FeedbackID = "f"; return nil })
		must(t, err)
		got, err := s.UnusedUploads(ctx, minute(5), 10)
		must(t, err)
		equal(t, got, []models.Upload{*upload(0), *upload(3), *upload(4)})
		got, err = s.UnusedUploads(ctx, minute(5), 2)
		must(t, err)
		equal(t, len(got), 2)
		got, err = s.UnusedUploads(ctx, minute(0), 10)
		must(t, err)
		equal(t, len(got), 0)
	},
	"one kept for what is being written is idle after that": func(t *testing.T, s store.Store) {
		for i := range 3 {
			u := upload(i)
			if i == 1 {
				u.ForReply, u.KeptUntil = "f", minute(7)
			}
			must(t, s.CreateUpload(ctx, u))
		}
		keep := func(until time.Time) {
			t.Helper()
			_, err := s.UpdateUpload(ctx, id(0), func(u *models.Upload) error { u.ForReply, u.KeptUntil = "f", until; return nil })
			must(t, err)
		}
		idle := func(before int, want ...string) {
			t.Helper()
			got, err := s.UnusedUploads(ctx, minute(before), 10)
			must(t, err)
			var ids []string
			for _, u := range got {
				ids = append(ids, u.ID)
			}
			slices.Sort(ids)
			equal(t, ids, want)
		}
		keep(minute(9))
		idle(7, id(2))
		idle(8, id(1), id(2))
		keep(minute(4)) // given up
		idle(4, id(2))
		idle(5, id(0), id(2))
		got, err := s.Upload(ctx, id(0))
		must(t, err)
		equal(t, got.ForReply, "f")
		equal(t, got.KeptUntil, minute(4))
	},
}

var auditKey = []byte("a key for tests only")

func entry(n int) models.AuditEntry {
	return models.AuditEntry{ID: fmt.Sprint("entry-", n), At: minute(n), Actor: "staff-1", Action: "unseal", Object: "f", Agency: "ubnd-79", Detail: "xác minh ổ gà"}
}

func appendEntry(s store.Store, n int) error {
	return s.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry { return entry(n).Chain(head, auditKey) })
}

func verify(t *testing.T, s store.Store, want int64) {
	t.Helper()
	head, err := s.AuditHead(ctx)
	must(t, err)
	check := models.NewAuditCheck(auditKey)
	must(t, s.EachAudit(ctx, head.Seq, check.Next))
	must(t, check.End(head))
	equal(t, check.Count(), want)
}

var auditTests = map[string]func(*testing.T, store.Store){
	"an empty chain": func(t *testing.T, s store.Store) {
		head, err := s.AuditHead(ctx)
		must(t, err)
		equal(t, head, models.AuditHead{})
		verify(t, s, 0)
	},
	"the same entry twice is once": func(t *testing.T, s store.Store) {
		for _, n := range []int{1, 2, 1, 3, 3} {
			must(t, appendEntry(s, n))
		}
		verify(t, s, 3)
		mustAll(t, atOnce(8, func(int) error { return appendEntry(s, 7) }))
		verify(t, s, 4)
	},
	"appending at once leaves no gap": func(t *testing.T, s store.Store) {
		const writers, rounds = 8, 30
		mustAll(t, atOnce(writers, func(w int) error {
			for i := range rounds {
				if err := appendEntry(s, w*rounds+i); err != nil {
					return err
				}
			}
			return nil
		}))
		verify(t, s, writers*rounds)
	},
	"each stops where it is told to": func(t *testing.T, s store.Store) {
		for i := range 5 {
			must(t, appendEntry(s, i))
		}
		var seen []int64
		must(t, s.EachAudit(ctx, 3, func(e models.AuditEntry) error { seen = append(seen, e.Seq); return nil }))
		equal(t, seen, []int64{1, 2, 3})
		wantErr(t, s.EachAudit(ctx, 3, func(models.AuditEntry) error { return errStop }), errStop)
	},
}

var keyTests = map[string]func(*testing.T, store.Store){
	"signing keys, newest first": func(t *testing.T, s store.Store) {
		a := models.SigningKey{ID: "a", Public: []byte{1, 0, 255}, Private: models.Sealed{2}, CreatedAt: minute(1)}
		b := models.SigningKey{ID: "b", Public: []byte{3}, Private: models.Sealed{4}, CreatedAt: minute(2)}
		must(t, s.PutSigningKey(ctx, &a))
		must(t, s.PutSigningKey(ctx, &b))
		retired := minute(3)
		a.RetiredAt = &retired
		must(t, s.PutSigningKey(ctx, &a))
		got, err := s.SigningKeys(ctx)
		must(t, err)
		equal(t, got, []models.SigningKey{b, a})
	},
	"settings": func(t *testing.T, s store.Store) {
		for _, name := range hostile {
			_, err := s.Setting(ctx, name)
			wantErr(t, err, models.ErrNotFound)
		}
		for _, name := range []string{"", "$where", "a.b", "điện 😀"} {
			must(t, s.PutSetting(ctx, name, "1"))
			must(t, s.PutSetting(ctx, name, ""))
			got, err := s.Setting(ctx, name)
			must(t, err)
			equal(t, got, "")
			got, err = s.InitSetting(ctx, name, "2")
			must(t, err)
			equal(t, got, "")
		}
	},
	"a setting is swapped for the value that was read": func(t *testing.T, s store.Store) {
		swap := func(name, from, value string, want bool) {
			t.Helper()
			got, err := s.SwapSetting(ctx, name, from, value)
			must(t, err)
			equal(t, got, want)
		}
		for _, name := range []string{"", "$where", "a.b", "điện 😀"} {
			swap(name, "1", "2", false)
			_, err := s.Setting(ctx, name)
			wantErr(t, err, models.ErrNotFound)
			swap(name, "", "1", true)
			swap(name, "", "2", false)
			swap(name, "2", "3", false)
			swap(name, "1", "", true)
			swap(name, "", "4", true)
			swap(name, "4", "4", true)
			got, err := s.Setting(ctx, name)
			must(t, err)
			equal(t, got, "4")
		}
	},
	"of parallel swaps one wins": func(t *testing.T, s store.Store) {
		for _, from := range []string{"", "begun"} {
			won := make([]bool, 20)
			mustAll(t, atOnce(20, func(i int) (err error) {
				won[i], err = s.SwapSetting(ctx, "name", from, fmt.Sprint(from, i))
				return err
			}))
			n := slices.Index(won, true)
			got, err := s.Setting(ctx, "name")
			must(t, err)
			equal(t, []any{got, slices.Contains(won[n+1:], true)}, []any{fmt.Sprint(from, n), false})
			must(t, s.PutSetting(ctx, "name", "begun"))
		}
	},
	"figures of every agency and many years": func(t *testing.T, s store.Store) {
		_, err := store.Figures(ctx, s)
		wantErr(t, err, models.ErrNotFound)
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		x := models.NewFigures(now)
		for n := range 20_000 { // more than one megabyte
			x.Count(&models.Feedback{Status: models.Answered, Agency: fmt.Sprintf("xa-%05d", n%4000), Field: "dien", Province: "79", CreatedAt: now.AddDate(-n/4000, 0, 0)})
		}
		must(t, store.PutFigures(ctx, s, x))
		got, err := store.Figures(ctx, s)
		must(t, err)
		equal(t, got.At, x.At)
		equal(t, got.Years, x.Years)
	},
	"of parallel inits one wins": func(t *testing.T, s store.Store) {
		got := make([]string, 20)
		mustAll(t, atOnce(20, func(i int) (err error) {
			got[i], err = s.InitSetting(ctx, "name", fmt.Sprint(i))
			return err
		}))
		for _, v := range got {
			equal(t, v, got[0])
		}
	},
}

var limitTests = map[string]func(*testing.T, store.Store){
	"counts exactly, by window and key": func(t *testing.T, s store.Store) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		hit := func(key string, n int, window time.Duration, at time.Time, want int) {
			t.Helper()
			got, err := s.Hit(ctx, key, n, window, at)
			must(t, err)
			equal(t, got, want)
		}
		hit("a", 1, time.Minute, now, 1)
		hit("a", 2, time.Minute, now.Add(59*time.Second), 3)
		hit("b", 1, time.Minute, now, 1)
		hit("a", 1, time.Hour, now, 1)
		hit("a", 1, time.Minute, now.Add(time.Minute), 1)
		hit("a", 0, time.Minute, now.Add(time.Minute), 1)
		for _, key := range hostile {
			hit(key, 1, time.Minute, now, 1)
		}
	},
	"parallel hits are all counted": func(t *testing.T, s store.Store) {
		mustAll(t, atOnce(16, func(int) error {
			for range 20 {
				if _, err := s.Hit(ctx, "k", 1, time.Hour, start); err != nil {
					return err
				}
			}
			return nil
		}))
		got, err := s.Hit(ctx, "k", 0, time.Hour, start)
		must(t, err)
		equal(t, got, 320)
	},
}
