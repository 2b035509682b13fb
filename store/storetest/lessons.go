package storetest

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

var lessonTests = map[string]func(*testing.T, store.Store){
	"what teaches is listed by its decision, the latest first, as long as it teaches": func(t *testing.T, s store.Store) {
		for i := range 6 {
			f := sample(i + 1)
			f.Kind, f.Status, f.Agency, f.Private, f.Original, f.Merged, f.Parts = models.Ordinary, models.Assigned, "so-xd-79", false, nil, nil, nil
			f.Corrections = []models.Correction{{At: minute(10 - i), To: "so-xd-79", Staff: "s"}}
			must(t, s.CreateFeedback(ctx, f))
		}
		list := func(since time.Time, limit int) string {
			t.Helper()
			var ids []string
			for next := ""; ; {
				p, err := s.Teaching(ctx, since, limit, next)
				must(t, err)
				for _, id := range p.Items {
					ids = append(ids, strings.TrimLeft(id, "0"))
				}
				if next = p.Next; next == "" {
					return strings.Join(ids, " ")
				}
			}
		}
		for _, limit := range []int{1, 2, 100} {
			if got := list(minute(6), limit); got != "1 2 3 4" {
				t.Errorf("by %d: %s", limit, got)
			}
		}
		for n, change := range map[int]func(*models.Feedback){
			1: func(f *models.Feedback) { f.Status = models.Withdrawn },
			2: func(f *models.Feedback) { f.Kind = models.Denunciation },
			3: func(f *models.Feedback) { f.Corrections = nil },
			4: func(f *models.Feedback) { f.Status, f.Merged = models.Merged, &models.Merge{ID: "m"} },
			5: func(f *models.Feedback) {
				f.Corrections = append(f.Corrections, models.Correction{At: minute(20), From: "so-xd-79", To: "bxd", Staff: "s"})
			},
		} {
			_, err := s.UpdateFeedback(ctx, id(n), func(f *models.Feedback) ([]models.Work, error) { change(f); return nil, nil })
			must(t, err)
		}
		if got := list(time.Time{}, 2); got != "5 6" {
			t.Errorf("after changes: %s", got)
		}
		for n, back := range map[int]models.Correction{5: {At: minute(30), From: "so-xd-79", Staff: "s"}, 6: {At: minute(31), Staff: "s"}} {
			_, err := s.UpdateFeedback(ctx, id(n), func(f *models.Feedback) ([]models.Work, error) {
				f.Agency, f.Status, f.Corrections = "", models.Received, append(f.Corrections, back)
				return nil, nil
			})
			must(t, err)
		}
		if got := list(minute(29), 2); got != "5" {
			t.Errorf("after they came back, one of them from nobody: %s", got)
		}
		_, err := s.Teaching(ctx, minute(1), 10, "x")
		wantInvalid(t, err, "next")
	},
	"a learnt model comes back as it was, and the one before stays until the new one is named": func(t *testing.T, s store.Store) {
		none, err := store.Learnt(ctx, s)
		must(t, err)
		equal(t, none, models.Learnt{})
		file := []byte(strings.Repeat("mô hình\x00\xff", 400_000))
		must(t, store.PutLearnt(ctx, s, models.Learnt{Corpus: "c", At: start, Cases: 3, Trial: models.Trial{Share: 0.3}}, file))
		first, err := store.Learnt(ctx, s)
		must(t, err)
		equal(t, first, models.Learnt{Version: models.Hash(string(file)), Slot: "a", Corpus: "c", At: start, Cases: 3, Trial: models.Trial{Share: 0.3}})
		changed, err := s.Setting(ctx, models.SettingChanged)
		must(t, err)
		first.Refused = &models.RefusedModel{At: minute(1), Cases: 4}
		must(t, store.PutLearnt(ctx, s, first, nil))
		again, err := store.Learnt(ctx, s)
		must(t, err)
		equal(t, again, first)
		if now, err := s.Setting(ctx, models.SettingChanged); err != nil || now == changed {
			t.Errorf("nobody notices: %v", err)
		}
		must(t, store.PutLearnt(ctx, s, again, []byte("the next")))
		if next, err := store.Learnt(ctx, s); err != nil || next.Slot != "b" || next.Version == first.Version {
			t.Errorf("%+v, %v", next, err)
		}
		if err := store.PutLearnt(ctx, s, first, make([]byte, 12<<20)); models.ErrorKindOf(err) != models.KindInternal {
			t.Errorf("a model that MongoDB could not keep: %v", err)
		}
	},
}
