package worker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/search"
)

func TestReindex(t *testing.T) {
	e := newEnv(t)
	p := e.person("", "")
	const n = reindexBatch + 50
	var first *models.Feedback
	for i := range n {
		f := e.feedback(p, fmt.Sprintf("Ngập nước lần %d", i))
		if i == 0 {
			first = f
		}
	}
	e.must(e.o.Index.Put(t.Context(), search.Document{ID: "stale", Title: "Bản ghi cũ"}))
	var told []int
	changed := false
	count, err := Reindex(t.Context(), e.st, e.o.Index, func(n int) {
		told = append(told, n)
		if !changed { // while the new index is built, and its batch is already put
			changed = true
			e.rename(first.ID, "Nắp cống vỡ")
			e.feedback(p, "Cây đổ")
		}
	})
	if err != nil || count < n || told[len(told)-1] != count {
		t.Fatalf("%d, %v, told %v", count, err, told)
	}
	if e.found("ngap nuoc") != n-1 || e.found("nap cong") != 1 || e.found("cay do") != 1 || e.found(`"bản ghi cũ"`) != 0 {
		t.Errorf("found %d, %d, %d, %d", e.found("ngap nuoc"), e.found("nap cong"), e.found("cay do"), e.found(`"bản ghi cũ"`))
	}
}

// watched is an index that calls something when a rebuild is filled, and when it is in use.
type watched struct {
	search.Index
	filled, used func()
}

func (x watched) Rebuild(ctx context.Context, fill func(func(...search.Document) error) error) error {
	err := x.Index.Rebuild(ctx, func(put func(...search.Document) error) error {
		defer x.filled()
		return fill(put)
	})
	x.used()
	return err
}

func TestReindexThatIsCutOffIsDoneAgain(t *testing.T) {
	e := newEnv(t)
	p := e.person("", "")
	e.feedback(p, "Đèn đường hỏng")
	ctx, cut := context.WithCancel(t.Context())
	idx := watched{e.o.Index, func() {
		f := e.feedback(p, "Cây đổ")
		e.must(putFresh(t.Context(), e.st, e.o.Index, []string{f.ID})) // into the index that is about to go
	}, cut}
	if _, err := ReindexNow(ctx, e.st, idx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if n := e.found("cay do"); n != 0 {
		t.Fatalf("it was not cut off in time: found %d", n)
	}
	e.w.serveReindex(t.Context())
	if n := e.found("cay do"); n != 0 {
		t.Error("a worker did not wait for the sign of life to become stale")
	}
	e.pass(2 * beatStale)
	e.w.serveReindex(t.Context())
	if n := e.found("cay do"); n != 1 {
		t.Errorf("what changed while the index was built is found %d times", n)
	}
	if n, err := ReindexNow(t.Context(), e.st, e.o.Index); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	e.pass(2 * beatStale)
	if wanted, err := e.w.reindexWanted(t.Context()); wanted != "" || err != nil {
		t.Errorf("done, but wanted again: %q, %v", wanted, err)
	}
}

// busy is an index that calls something before each Put.
type busy struct {
	search.Index
	meanwhile func()
}

func (x busy) Put(ctx context.Context, docs ...search.Document) error {
	x.meanwhile()
	return x.Index.Put(ctx, docs...)
}

func TestReindexEndsWhilePeopleSubmit(t *testing.T) {
	e := newEnv(t)
	p := e.person("", "")
	e.feedback(p, "Đèn đường hỏng")
	came := 0
	idx := busy{e.o.Index, func() {
		if came++; came > 3 {
			t.Fatal("it goes on as long as something comes in")
		}
		e.feedback(p, "Cây đổ") // which a worker puts into the new index
	}}
	if n, err := Reindex(t.Context(), e.st, idx, nil); n != 1 || err != nil || came == 0 {
		t.Errorf("%d, %v; %d came meanwhile", n, err, came)
	}
}

func TestReindexByRequest(t *testing.T) {
	e := newEnv(t)
	e.feedback(e.person("", ""), "Đèn đường hỏng")
	superseded, err := RequestReindex(t.Context(), e.st)
	e.must(err)
	id, err := RequestReindex(t.Context(), e.st)
	e.must(err)
	if _, err := WaitReindex(t.Context(), e.st, superseded); !errors.Is(err, models.ErrConflict) {
		t.Errorf("a wish that another replaced: %v", err)
	}
	o := e.o
	o.Metrics = nil
	other := New(o)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	for _, w := range []*Worker{e.w, other} {
		wg.Go(func() { w.Run(ctx) })
	}
	count, err := WaitReindex(t.Context(), e.st, id)
	if err != nil || count != 1 || e.found("den duong") != 1 {
		t.Errorf("%d, %v, found %d", count, err, e.found("den duong"))
	}
	stop()
	wg.Wait()
	if wanted, err := e.w.reindexWanted(t.Context()); wanted != "" || err != nil {
		t.Errorf("fulfilled, but wanted again: %q, %v", wanted, err)
	}
}

func TestReindexRequestIsTakenOverFromTheDead(t *testing.T) {
	e := newEnv(t)
	id, err := RequestReindex(t.Context(), e.st)
	e.must(err)
	want := func(expected string) {
		t.Helper()
		if got, err := e.w.reindexWanted(t.Context()); err != nil || got != expected {
			t.Errorf("wanted %q (%v), want %q", got, err, expected)
		}
	}
	want(id)
	want("") // somebody has it
	e.must(e.st.PutSetting(t.Context(), reindexBeat, fmt.Sprintf("%s 0 %d", id, e.o.Now().UnixMilli())))
	e.pass(beatStale / 2)
	want("")
	e.pass(beatStale)
	want(id) // the sign of life is old
	want("")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := WaitReindex(ctx, e.st, id); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nobody works on it: %v", err)
	}
}
