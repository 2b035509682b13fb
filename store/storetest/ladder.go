package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

var ladderTests = map[string]func(*testing.T, store.Store){
	"ladders are looked at in their order, until there is nothing to remind of": func(t *testing.T, s store.Store) {
		due := func(n int) *models.Due {
			return &models.Due{At: start.Add(models.LadderLead + time.Duration(n)*time.Minute)}
		}
		for i := range 6 {
			f := sample(i + 1)
			f.Status, f.Due = models.Assigned, due(6-i)
			must(t, s.CreateFeedback(ctx, f))
		}
		look := func(now time.Time, limit int) string { return lookedAt(t, s.ToLookAt, now, limit) }
		for _, limit := range []int{1, 2, 100} {
			if got := look(minute(4), limit); got != "6 5 4 3" {
				t.Errorf("by %d: %s", limit, got)
			}
		}
		for n, change := range map[int]func(*models.Feedback){
			1: func(f *models.Feedback) { // what others are asked has dates of its own
				at, by := minute(1), minute(20)
				f.PausedAt, f.Tasks = &at, []models.Task{{ID: "t1", Agency: "bxd", Status: models.TaskOpen, DueAt: &by}}
			},
			2: func(f *models.Feedback) { f.Status = models.Answered },
			3: func(f *models.Feedback) { f.Due = due(50) },
			4: func(f *models.Feedback) { next := minute(2); f.Climbed = &models.Climbed{DueAt: f.Due.At, Next: &next} },
			5: func(f *models.Feedback) {
				f.Climbed = &models.Climbed{DueAt: f.Due.At, Taken: []models.Taken{{Step: "late.1", DueAt: f.Due.At, At: minute(3)}}}
			},
		} {
			_, err := s.UpdateFeedback(ctx, id(n), func(f *models.Feedback) ([]models.Work, error) { change(f); return nil, nil })
			must(t, err)
		}
		if got := look(minute(10), 2); got != "6 4" {
			t.Errorf("after changes: %s", got)
		}
		if got := look(minute(50), 2); got != "6 4 1 3" {
			t.Errorf("later: %s", got)
		}
		f, err := s.Feedback(ctx, id(5))
		must(t, err)
		if len(f.Climbed.Taken) != 1 || !slices.Equal(f.Climbed.Taken, []models.Taken{{Step: "late.1", DueAt: f.Due.At, At: minute(3)}}) {
			t.Errorf("%+v", f.Climbed)
		}
		_, err = s.ToLookAt(ctx, minute(1), 10, "x")
		wantInvalid(t, err, "next")
	},
	"what is to be sorted is looked at for itself, also in a case without another date": func(t *testing.T, s store.Store) {
		for i := range 4 {
			f := sample(i + 1)
			next := minute(i)
			f.Status, f.Due, f.Sorting = models.Received, nil, &models.Sorting{Agency: models.RootAgency, Due: models.Due{At: minute(100), Rule: "s"}, Climbed: &models.Climbed{DueAt: minute(100), Next: &next}}
			must(t, s.CreateFeedback(ctx, f))
		}
		for n, change := range map[int]func(*models.Feedback){
			1: func(f *models.Feedback) { f.Sorting = nil },
			2: func(f *models.Feedback) { f.Sorting.PausedAt = f.Sorting.Climbed.Next },
			3: func(f *models.Feedback) { f.Sorting.Climbed = nil },
		} {
			_, err := s.UpdateFeedback(ctx, id(n), func(f *models.Feedback) ([]models.Work, error) { change(f); return nil, nil })
			must(t, err)
		}
		if got := lookedAt(t, s.ToLookAt, minute(10), 2); got != "4" {
			t.Errorf("looked at %s", got)
		}
		if got := lookedAt(t, s.ToLookAt, minute(100), 2); got != "4 3" {
			t.Errorf("later %s", got)
		}
	},
}

// lookedAt walks a list of what to look at by pages of limit, and returns the numbers in it.
func lookedAt(t *testing.T, list func(ctx context.Context, now time.Time, limit int, next string) (store.Page[string], error), now time.Time, limit int) string {
	t.Helper()
	var ids []string
	for next := ""; ; {
		p, err := list(t.Context(), now, limit, next)
		must(t, err)
		for _, id := range p.Items {
			ids = append(ids, strings.TrimLeft(id, "0"))
		}
		if next = p.Next; next == "" {
			return strings.Join(ids, " ")
		}
		if len(p.Items) != limit {
			t.Fatalf("a page of %d that is not the last", len(p.Items))
		}
	}
}
