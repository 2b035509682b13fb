package handlers

import (
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// TestDraftsAndSignInsGoByTheirTerms: the terms that are written down are those that are kept.
func TestDraftsAndSignInsGoByTheirTerms(t *testing.T) {
	for what, kept := range map[models.Kept]time.Duration{models.KeptDraft: draftLife, models.KeptSession: citizenSession} {
		r := models.RetentionOf(knowledge.Retention(), what, models.Now())
		if until, ok := r.Until(time.Time{}); !ok || until.Sub(time.Time{}) != kept {
			t.Errorf("%s: knowledge/retention.json says %d %s, the program %v", what, r.Term, r.Unit, kept)
		}
	}
}
