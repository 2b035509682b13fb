package main

import (
	"path/filepath"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/bleve"
	"kiennghi/store/sqlite"
	"kiennghi/worker"
)

// TestPrepareIndex: a rebuild is asked for when the records of before are not in the index, also
// when what came since is, and at no other time: not while one is asked for already.
func TestPrepareIndex(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "kiennghi.db"))
	must(err)
	defer st.Close()
	must(st.Migrate(ctx))
	idx, err := bleve.Open(t.TempDir())
	must(err)
	defer idx.Close()
	wish := ""
	asks := func(want bool) {
		t.Helper()
		first, err := firstRecord(ctx, st)
		must(err)
		must(ensureIndex(ctx, st, idx, first))
		now, err := st.Setting(ctx, "reindex_request")
		if want {
			must(err)
		}
		if asked := now != wish; asked != want {
			t.Errorf("a rebuild is asked for: %v", asked)
		}
		wish = now
	}
	at := models.Now()
	create := func(title string) *models.Feedback {
		t.Helper()
		at = at.Add(time.Minute)
		f := &models.Feedback{
			ID: models.NewID(), Code: models.NewCode(), SenderID: "p", Title: title,
			Kind: models.Ordinary, Source: models.FromApp, Status: models.Received, Scope: []string{models.RootAgency},
			Timeline: []models.Event{{At: at, Event: models.ActReceive, Version: 1}}, CreatedAt: at, UpdatedAt: at,
		}
		must(st.CreateFeedback(ctx, f))
		return f
	}

	fulfilled := func() { must(st.PutSetting(ctx, "reindex_done", wish+" 0")) }

	asks(false)
	create("Đèn đường hỏng")
	asks(true)
	asks(false)
	fulfilled()
	must(idx.Put(ctx, search.FeedbackDocument(create("Đường ngập"))))
	asks(true)
	fulfilled()
	_, err = worker.Reindex(ctx, st, idx, nil)
	must(err)
	asks(false)
}
