package mongo

import (
	"slices"
	"testing"
	"time"

	"kiennghi/models"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestMigrateTeaching: cases from before routing learnt may teach it from when they changed
// last, those of which that is known already keep their date, and a second run changes nothing.
func TestMigrateTeaching(t *testing.T) {
	s, ctx := openTest(t, nil), t.Context()
	ids := map[string]string{}
	var known time.Time
	for n, c := range []struct {
		name   string
		change func(*models.Feedback)
	}{
		{"decided now", func(f *models.Feedback) {
			known = f.CreatedAt.Add(time.Hour)
			f.Corrections = []models.Correction{{At: known, To: f.Agency, Staff: "s"}}
		}},
		{"assigned", func(*models.Feedback) {}},
		{"closed question", func(f *models.Feedback) { f.Status, f.Kind = models.Closed, models.Question }},
		{"with no agency", func(f *models.Feedback) { f.Agency = "" }},
		{"withdrawn", func(f *models.Feedback) { f.Status = models.Withdrawn }},
		{"denunciation", func(f *models.Feedback) { f.Kind = models.Denunciation }},
	} {
		f, _ := letter(n)
		f.Status = models.Assigned
		c.change(f)
		must(t, s.CreateFeedback(ctx, f))
		ids[f.ID] = c.name
	}
	want := []string{"decided now", "closed question", "assigned"} // the latest first
	for range 2 {
		must(t, setTeaches(ctx, s))
		p, err := s.Teaching(ctx, time.Time{}, 10, "")
		must(t, err)
		var got []string
		for _, id := range p.Items {
			got = append(got, ids[id])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q teach, want %q", got, want)
		}
	}
	if n, err := s.feedback.CountDocuments(ctx, bson.D{{Key: "teaches_at", Value: known}}); err != nil || n != 1 {
		t.Errorf("a date that was known: %d, %v", n, err)
	}
}

// TestMigrateTasksLook: cases in which agencies were asked before they were reminded are looked
// at when the first is late, and no later than their ladder wants; others keep what they have.
func TestMigrateTasksLook(t *testing.T) {
	s, ctx := openTest(t, nil), t.Context()
	at := func(days int) *time.Time { d := time.Date(2026, 3, 2+days, 1, 2, 3, 0, time.UTC); return &d }
	want := map[string]*time.Time{}
	for n, c := range []struct {
		status models.Status
		due    *models.Due
		tasks  []models.Task
		look   *time.Time
	}{
		{models.Assigned, nil, []models.Task{{Status: models.TaskOpen, DueAt: at(5)}, {Status: models.TaskOpen, DueAt: at(3)}, {Status: models.TaskReturned, DueAt: at(1)}, {Status: models.TaskOpen, DueAt: at(2), Reminded: true}, {Status: models.TaskOpen}}, at(3)},
		{models.Assigned, &models.Due{At: *at(15)}, []models.Task{{Status: models.TaskOpen, DueAt: at(3)}}, at(1)},
		{models.Assigned, &models.Due{At: *at(30)}, []models.Task{{Status: models.TaskOpen, DueAt: at(3)}}, at(3)},
		{models.Answered, nil, []models.Task{{Status: models.TaskOpen, DueAt: at(3)}}, nil},
		{models.Assigned, nil, []models.Task{{Status: models.TaskDone, DueAt: at(3)}}, nil},
		{models.Assigned, nil, nil, nil},
	} {
		f, _ := letter(n + 1)
		f.Status, f.Due, f.Tasks = c.status, c.due, c.tasks
		must(t, s.CreateFeedback(ctx, f))
		want[f.ID] = c.look
		before := bson.D{{Key: "$unset", Value: bson.D{{Key: "look_at", Value: ""}}}} // of its ladder alone
		if c.due != nil {
			before = bson.D{{Key: "$set", Value: bson.D{{Key: "look_at", Value: c.due.At.Add(-models.LadderLead)}}}}
		}
		_, err := s.feedback.UpdateByID(ctx, f.ID, before)
		must(t, err)
	}
	for range 2 {
		must(t, setTasksLook(ctx, s))
		for day := range 10 {
			p, err := s.ToLookAt(ctx, *at(day), 20, "")
			must(t, err)
			for id, look := range want {
				if got := slices.Contains(p.Items, id); got != (look != nil && !look.After(*at(day))) {
					t.Errorf("%s, to be looked at %v: on day %d %v", id, look, day, got)
				}
			}
		}
	}
}
