package storetest

import (
	"testing"

	"kiennghi/models"
	"kiennghi/store"
)

// Found checks of a database behind store.Sealing that what the detector finds is kept with
// what is published, anew with every change, and goes with the publication.
func Found(t *testing.T, s store.Store) {
	f := sample(1)
	f.Title = "Gọi 0912 345 678"
	f.Replies = []models.Reply{{ID: "r1", Status: models.ReplySent, Agency: f.Agency, Body: "Đã gọi 0987 654 321", CreatedAt: minute(5), SentAt: &f.CreatedAt}}
	must(t, s.CreateFeedback(ctx, f))
	kept := ""
	for _, step := range []struct {
		name string
		edit func(*models.Feedback)
		keep bool
	}{
		{"published", func(f *models.Feedback) { f.Published = &models.Publication{ReplyID: "r1", At: minute(6)} }, true},
		{"changed", func(f *models.Feedback) { f.Replies[0].Body = "Đã gọi lại 0987 654 321" }, true},
		{"of before", func(f *models.Feedback) { f.Published.Found = "" }, true},
		{"taken back", func(f *models.Feedback) { f.Published.Until = &f.CreatedAt }, false},
	} {
		_, err := s.UpdateFeedback(ctx, f.ID, change(step.edit))
		must(t, err)
		got, err := s.Feedback(ctx, f.ID)
		must(t, err)
		want := *got
		want.OwnTexts()
		want.Published.Found = ""
		want.KeepFound()
		if (got.Published.Found != "") != step.keep || got.Published.Found != want.Published.Found || step.name == "changed" && got.Published.Found == kept {
			t.Errorf("%s: kept %q, want %q", step.name, got.Published.Found, want.Published.Found)
		}
		kept = got.Published.Found
	}
}
