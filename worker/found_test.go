package worker

import (
	"strings"
	"testing"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
)

// TestKeepFound: published cases of before get what this detector finds, once, in the index
// too; others are left alone, and what people see of a case does not change by it.
func TestKeepFound(t *testing.T) {
	e := newEnv(t, func(o *Options) { o.Store = store.NewSealing(o.Store, o.Keyring) })
	at := e.o.Now()
	add := func(public bool) string {
		f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: "p", Title: "Gọi 0912 345 678", Kind: models.Ordinary, Source: models.FromWeb, Status: models.Answered,
			Agency: "bxd", Scope: []string{"bxd"}, CreatedAt: at, UpdatedAt: at, Replies: []models.Reply{{ID: "r", Status: models.ReplySent, Body: "Đã xong", SentAt: &at}}}
		if public {
			f.Published = &models.Publication{ReplyID: "r", At: at}
		}
		if err := e.st.CreateFeedback(t.Context(), f); err != nil { // as before, not by way of the sealing store
			t.Fatal(err)
		}
		return f.ID
	}
	get := func(id string) *models.Feedback {
		f, err := e.o.Store.Feedback(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	public, other := add(true), add(false)
	if get(public).FoundKept() {
		t.Fatal("kept from the beginning")
	}
	old := search.FeedbackDocument(get(public))
	old.Title = "Gọi 0912 345 678" // as a detector that did not find it left it
	e.must(e.o.Index.Put(t.Context(), old))
	e.w.keepFound(t.Context())
	e.steps()
	r, err := e.o.Index.Search(t.Context(), search.Query{Text: "Đã xong", Filters: search.Filters{Public: true}})
	if err != nil || len(r.Hits) != 1 || strings.Contains(r.Hits[0].Title, "0912") {
		t.Errorf("found %+v, %v", r.Hits, err)
	}
	f := get(public)
	if !f.FoundKept() || f.Version != 1 || !f.UpdatedAt.Equal(at) || f.Title != "Gọi 0912 345 678" {
		t.Errorf("kept %v: %+v", f.FoundKept(), f)
	}
	if f := get(other); f.Rev != 1 {
		t.Error("a case that is not public was written")
	}
	if have, _ := setting(t.Context(), e.o.Store, FoundBy); have != models.DetectorName() {
		t.Errorf("done, and %q stands for it", have)
	}
	later := add(true)
	e.pass(2 * foundEvery)
	e.w.keepFound(t.Context())
	if get(later).FoundKept() {
		t.Error("all cases were gone through again with the same detector")
	}
}
