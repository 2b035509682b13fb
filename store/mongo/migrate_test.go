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
