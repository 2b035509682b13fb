package knowledge

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

func TestRetention(t *testing.T) {
	periods := map[models.Kept][]models.Retention{}
	for _, r := range Retention() {
		if !slices.Contains(models.KeptKinds, r.What) || r.Key == "" || r.Name == "" || r.NameEN == "" || r.LegalBasis == "" || r.LegalBasisEN == "" ||
			r.Note == "" || r.NoteEN == "" || r.Term < 0 ||
			!slices.Contains([]string{"last_change", "last_save", "upload", "last_refresh", "use", "receipt", "decision"}, r.Starts) ||
			!slices.Contains([]string{"read", "secondary", "unconfirmed"}, r.Confidence) {
			t.Errorf("bad row %+v", r)
		}
		if _, ok := r.Until(time.Now()); ok != (r.Term > 0) || (r.Unit != "") != ok {
			t.Errorf("%s: a term of %d %q", r.Key, r.Term, r.Unit)
		}
		if from := day(t, r.ValidFrom); r.ValidTo != "" && day(t, r.ValidTo).Before(from) {
			t.Errorf("%s ends before it begins", r.Key)
		}
		for _, o := range periods[r.What] {
			if (o.ValidTo == "" || r.ValidFrom <= o.ValidTo) && (r.ValidTo == "" || o.ValidFrom <= r.ValidTo) {
				t.Errorf("two rows for %s hold at once", r.What)
			}
		}
		periods[r.What] = append(periods[r.What], r)
	}
	for _, what := range models.KeptKinds {
		if models.RetentionOf(Retention(), what, time.Date(2026, 11, 26, 8, 0, 0, 0, models.VietNam)) == nil {
			t.Errorf("%s: nothing is in force", what)
		}
		if !slices.ContainsFunc(periods[what], func(r models.Retention) bool { return r.ValidTo == "" }) {
			t.Errorf("%s: a day comes on which nothing is in force: it would be deleted as soon as it is there", what)
		}
	}
}

// TestDocsSayTheTerms: the texts that repeat a term say the one that is in force.
func TestDocsSayTheTerms(t *testing.T) {
	term := func(what models.Kept) string { return models.RetentionOf(Retention(), what, time.Now()).TermIn("en") }
	for file, says := range map[string][]string{
		"SECURITY.md":        {term(models.KeptDraft) + " after the last change", "go " + term(models.KeptUpload) + " after they came"},
		"docs/operations.md": {"unused ones are removed after " + term(models.KeptUpload), "citizen " + term(models.KeptSession) + " from the last use", "decisions teach for " + term(models.KeptLesson)},
	} {
		text, err := os.ReadFile("../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range says {
			if !strings.Contains(string(text), one) {
				t.Errorf("%s does not say %q", file, one)
			}
		}
	}
}
