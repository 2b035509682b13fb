package models_test

import (
	"strings"
	"testing"

	"kiennghi/models"
)

// TestPartHidesWhatTheLetterHides: what a publisher hid of a letter stays hidden in the cases
// that are made of it, and so does what is known of the sender.
func TestPartHidesWhatTheLetterHides(t *testing.T) {
	now := models.Now()
	f := &models.Feedback{ID: models.NewID(), Status: models.Received, Kind: models.Ordinary, Title: "Hai việc", Body: "Đèn ở nhà Zeta hỏng.\nTôi ở nhà 12 ngo tre xanhx, đường Omega nhiều ổ gà.", Timeline: []models.Event{{Event: models.ActReceive}},
		Decisions: []models.MarkDecision{{In: models.InBody, Text: "Zeta", Kind: models.MarkAddress, At: now}, {In: models.InBody, Text: "Omega", Kind: models.MarkAddress, At: now}, {In: models.InBody, Text: "Omega", Lift: true, At: now}}}
	if _, err := f.Split(models.Actor{ID: "lan", Staff: true}, "x", []models.PartText{{Title: "Đèn nhà Zeta", Body: "Đèn ở nhà Zeta hỏng."}, {Title: "Đường Omega", Body: "Tôi ở nhà 12 ngo tre xanhx, đường Omega nhiều ổ gà."}},
		models.Sender{Address: "12 ngõ Tre Xanhx"}, ref(), now); err != nil {
		t.Fatal(err)
	}
	one, _ := f.MakePart(f.Parts[0], now)
	two, _ := f.MakePart(f.Parts[1], now)
	for _, g := range []*models.Feedback{one, two} {
		if title, body, _ := g.Masked(); strings.Contains(title+body, "Zeta") || strings.Contains(body, "xanhx") {
			t.Errorf("%q, %q", title, body)
		}
	}
	if _, body, _ := two.Masked(); !strings.Contains(body, "Omega") {
		t.Errorf("what was shown again is hidden: %q", body)
	}
}
