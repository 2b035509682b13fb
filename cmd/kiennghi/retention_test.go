package main

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// TestRetention: the dry run tells how much is past its term and which cases it concerns,
// never who; severing has to be switched on, and is done once and audited.
func TestRetention(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.must(nil, "migrate")
	r := recordsOf(t, i.Env)
	old := models.Now().AddDate(-6, 0, 0)
	p := &models.Person{ID: models.NewID(), Phone: r.keys.Seal("+84912345678"), Name: r.keys.Seal("Trần Thị Bí Mật"), PhoneIndex: r.keys.Index("+84912345678"),
		Language: "vi", CreatedAt: old, UpdatedAt: old}
	f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: p.ID, Title: "Chuyện riêng", Body: "Chuyện riêng của Trần Thị Bí Mật.",
		Kind: models.Ordinary, Source: models.FromApp, Status: models.Closed, Scope: []string{models.RootAgency}, CreatedAt: old, UpdatedAt: old}
	draft := &models.Draft{ID: "d", Sealed: models.Sealed("x"), ExpiresAt: old}
	upload := &models.Upload{Attachment: models.Attachment{ID: models.NewID(), Name: "bi-mat.jpg"}, Owner: p.ID, Key: "k", CreatedAt: models.Now().Add(-25 * time.Hour)}
	for _, err := range []error{r.store.CreatePerson(t.Context(), p), r.store.CreateFeedback(t.Context(), f), r.store.PutDraft(t.Context(), draft),
		r.store.CreateUpload(t.Context(), upload), r.close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"identity: 60 months from last change (the operator's choice); past it: people 1, cases 1", "confidence: unconfirmed",
		"draft: 24 hours from last save (the operator's choice); past it: 1\n", "upload: 24 hours from upload (the operator's choice); past it: 1\n",
		"session: ", "device: ", "message: ", f.Code}
	for range 2 { // it changes nothing
		out := i.must(want, "retention", "--dry-run")
		for _, secret := range []string{"Bí Mật", "bi-mat", "912345678", "riêng", p.ID} {
			if strings.Contains(out, secret) {
				t.Errorf("the dry run tells %q:\n%s", secret, out)
			}
		}
	}
	i.refused([]string{"--dry-run", "KIENNGHI_RETENTION=on"}, "retention")
	i.must([]string{"people 1"}, "retention", "--dry-run")
	i.Env = append(i.Env, "KIENNGHI_RETENTION=on")
	i.must([]string{"1 identities severed"}, "retention")
	i.must([]string{"0 identities severed"}, "retention")
	if out := i.must([]string{"people 0, cases 0"}, "retention", "--dry-run"); strings.Contains(out, f.Code) {
		t.Errorf("a severed case is told:\n%s", out)
	}
	i.must([]string{"1 entries"}, "audit", "verify")
	i.Env = append(i.Env, "KIENNGHI_RETENTION=maybe")
	i.refused([]string{"KIENNGHI_RETENTION", "on or off"}, "config")
}
