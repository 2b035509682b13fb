package worker

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

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

// twoDetectors is a store on which programs with this detector and with another one work: what
// as does is done by a program with the other one.
type twoDetectors struct {
	*env
	id string // a published case, sealed by its agency
}

func newTwoDetectors(t *testing.T) *twoDetectors {
	e := newEnv(t, func(o *Options) { o.Store = store.NewSealing(o.Store, o.Keyring) })
	at := e.o.Now()
	f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: "p", Title: "Gọi 0912 345 678", Kind: models.Ordinary, Source: models.FromWeb, Status: models.Answered,
		Agency: "bxd", Scope: []string{"bxd"}, CreatedAt: at, UpdatedAt: at, Replies: []models.Reply{{ID: "r", Agency: "bxd", Status: models.ReplySent, Body: "Đã xong", SentAt: &at}},
		Published: &models.Publication{ReplyID: "r", At: at}}
	keys, err := sealKeys(t.Context(), e.o.Store, e.o.Keyring)
	e.must(err)
	e.must(f.SealPublication(keys.Sealer, at))
	e.must(e.o.Store.CreateFeedback(t.Context(), f))
	return &twoDetectors{e, f.ID}
}

const another = "0123456789abcdef"

// finds returns whose finds are kept with the case.
func (d *twoDetectors) finds() string {
	d.t.Helper()
	f, err := d.o.Store.Feedback(d.t.Context(), d.id)
	d.must(err)
	name, _, _ := strings.Cut(f.Published.Found, "\n")
	return name
}

// swap puts the name of each detector in place of the other's wherever it is kept: a program only
// tells them apart by that.
func (d *twoDetectors) swap() {
	d.t.Helper()
	names := strings.NewReplacer(another, models.DetectorName(), models.DetectorName(), another)
	for _, name := range []string{FoundBy, detectors} {
		have, err := setting(d.t.Context(), d.o.Store, name)
		d.must(err)
		d.must(d.o.Store.PutSetting(d.t.Context(), name, names.Replace(have)))
	}
	_, err := d.o.Store.UpdateFeedback(d.t.Context(), d.id, func(f *models.Feedback) ([]models.Work, error) {
		f.Published.Found = names.Replace(f.Published.Found)
		return nil, nil
	})
	d.must(err)
}

// look lets a program with each of these detectors look whether there is something to write, as
// it does every minute, once for each 10 minutes that pass.
func (d *twoDetectors) look(passes time.Duration, names ...string) {
	d.t.Helper()
	for ; passes > 0; passes -= 10 * time.Minute {
		for _, name := range names {
			if name == another {
				d.swap()
			}
			d.w.keepFound(d.t.Context())
			if name == another {
				d.swap()
			}
		}
		d.pass(10 * time.Minute)
	}
}

// TestTwoDetectorsOnOneStore: while a version with another detector is being deployed, only the
// one that appeared last writes, and the other one does not write back, as often as they look;
// when it is alone it has the last word. After a rollback the one that is left writes.
func TestTwoDetectorsOnOneStore(t *testing.T) {
	d := newTwoDetectors(t)
	ours := models.DetectorName()
	by := func() string {
		have, err := setting(t.Context(), d.o.Store, FoundBy)
		d.must(err)
		return have
	}
	d.look(time.Hour, another)
	if d.finds() != another || by() != another {
		t.Fatalf("alone: kept by %q, done by %q", d.finds(), by())
	}
	for hour := range 5 { // this one is deployed beside it
		for range 6 {
			d.look(10*time.Minute, ours, another)
			if d.finds() != ours {
				t.Fatalf("hour %d: the one of before wrote back: kept by %q", hour, d.finds())
			}
		}
	}
	if by() != another {
		t.Fatal("done, while there are programs that publish with the other one")
	}
	_, err := d.o.Store.UpdateFeedback(t.Context(), d.id, func(f *models.Feedback) ([]models.Work, error) { // published by it again
		f.Published.Found = strings.Replace(f.Published.Found, ours, another, 1)
		return nil, nil
	})
	if d.must(err); d.finds() != another {
		t.Fatalf("kept by %q", d.finds())
	}
	d.look(2*foundEvery, ours)
	if d.finds() != ours || by() != ours {
		t.Fatalf("alone at last: kept by %q, done by %q", d.finds(), by())
	}
	d.look(foundEvery-foundSeen-10*time.Minute, another) // rolled back
	if d.finds() != ours {
		t.Fatal("the older one wrote at once")
	}
	d.look(foundEvery, another)
	if d.finds() != another || by() != another {
		t.Fatalf("rolled back: kept by %q, done by %q", d.finds(), by())
	}
	d.look(foundEvery, ours, another) // and deployed again: it still is the newer one
	if d.finds() != ours {
		t.Fatalf("deployed again: kept by %q", d.finds())
	}
}

// TestDetectorsAreForgotten: of very many detectors that are gone the first ones are forgotten;
// one that is there is not, wherever it stands.
func TestDetectorsAreForgotten(t *testing.T) {
	e := newEnv(t)
	st := e.o.Store
	line := func(name string, seen time.Time) string { return name + " " + seen.UTC().Format(time.RFC3339) + "\n" }
	here := line(another, e.o.Now())
	text := here
	for i := range foundPlaces + 3 {
		text += line(fmt.Sprintf("%016x", i), e.o.Now().Add(-2*foundEvery))
	}
	e.must(st.PutSetting(t.Context(), detectors, text))
	newest, alone, err := lookAround(t.Context(), st, e.o.Now())
	if e.must(err); !newest || alone {
		t.Errorf("newest %v, alone %v", newest, alone)
	}
	have, err := setting(t.Context(), st, detectors)
	e.must(err)
	if lines := strings.SplitAfter(have, "\n"); len(lines) != foundPlaces+3 || lines[0] != here || !strings.HasPrefix(lines[1], "0000000000000003 ") || lines[foundPlaces+1] != line(models.DetectorName(), e.o.Now()) {
		t.Errorf("%q", have)
	}
}

// TestAProgramWithoutWorkersIsHeard: it says which detector it has, as it publishes with it.
func TestAProgramWithoutWorkersIsHeard(t *testing.T) {
	e := newEnv(t)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		SayDetector(ctx, e.o.Store, e.o.Log)
		close(ended)
	}()
	e.eventually("it is heard", func() bool {
		have, err := setting(t.Context(), e.o.Store, detectors)
		return err == nil && strings.HasPrefix(have, models.DetectorName()+" ")
	})
	end()
	<-ended
}
