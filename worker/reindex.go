package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
)

const (
	reindexBatch = 500
	reindexPoll  = 2 * time.Second
	overlap      = time.Minute // processes' clocks differ, and a write takes a while
)

// Reindex builds a new search index from all records and puts it in the
// old one's place. Serving, writing and indexing may go on meanwhile. progress, which
// may be nil, is told the number of records so far; the answer is their number.
func Reindex(ctx context.Context, st store.Store, idx search.Index, progress func(int)) (int, error) {
	start := models.Now()
	count := 0
	err := idx.Rebuild(ctx, func(put func(...search.Document) error) error {
		docs := make([]search.Document, 0, reindexBatch)
		flush := func() error {
			if len(docs) == 0 {
				return nil
			}
			err := put(docs...)
			count += len(docs)
			docs = docs[:0]
			if err == nil && progress != nil {
				progress(count)
			}
			return err
		}
		err := st.EachFeedback(ctx, time.Time{}, func(f *models.Feedback) error {
			docs = append(docs, search.FeedbackDocument(f))
			if len(docs) < reindexBatch {
				return nil
			}
			return flush()
		})
		if err != nil {
			return err
		}
		return flush()
	})
	if err != nil {
		return 0, err
	}
	var changed []string // while the index was built; what changes from here on is put into the new one by itself
	err = st.EachFeedback(ctx, start.Add(-overlap), func(f *models.Feedback) error {
		changed = append(changed, f.ID)
		return nil
	})
	if err != nil {
		return 0, err
	}
	for batch := range slices.Chunk(changed, reindexBatch) {
		if err := putFresh(ctx, st, idx, batch); err != nil {
			return 0, err
		}
		if progress != nil {
			progress(count)
		}
	}
	return count, nil
}

// Where an embedded index belongs to a running process, another one cannot rebuild it.
// It asks through the store instead, and whoever rebuilds says so there: reindex_request
// holds the id of the newest wish, reindex_beat "id count time" while somebody works on it,
// reindex_done "id count".
const (
	reindexRequest = "reindex_request"
	reindexBeat    = "reindex_beat"
	reindexDone    = "reindex_done"
	beatEvery      = 5 * time.Second
	beatStale      = time.Minute
)

// RequestReindex asks the running workers to rebuild the search index and returns the
// id of the wish.
func RequestReindex(ctx context.Context, st store.Store) (string, error) {
	id := models.NewID()
	return id, st.PutSetting(ctx, reindexRequest, id)
}

// EnsureReindex asks for a rebuild unless one is asked for, or under way, already.
func EnsureReindex(ctx context.Context, st store.Store) error {
	id, err := openWish(ctx, st)
	if err != nil || id != "" {
		return err
	}
	_, err = RequestReindex(ctx, st)
	return err
}

// openWish returns the newest wish if it is not fulfilled, or "".
func openWish(ctx context.Context, st store.Store) (string, error) {
	id, err := setting(ctx, st, reindexRequest)
	if err != nil || id == "" {
		return "", err
	}
	doneID, _, _, err := reindexState(ctx, st, reindexDone)
	if err != nil || doneID == id {
		return "", err
	}
	return id, nil
}

// WaitReindex waits until a worker has fulfilled the wish, or ctx ends, and returns
// how many records were indexed. models.ErrConflict when a later wish took its place.
func WaitReindex(ctx context.Context, st store.Store, id string) (int, error) {
	t := time.NewTicker(250 * time.Millisecond)
	defer t.Stop()
	for {
		doneID, count, _, err := reindexState(ctx, st, reindexDone)
		if err != nil {
			return 0, err
		}
		if doneID == id {
			return count, nil
		}
		if newest, err := setting(ctx, st, reindexRequest); err != nil {
			return 0, err
		} else if newest != id {
			return 0, models.ErrConflict
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-t.C:
		}
	}
}

// ReindexNow is Reindex for a process without workers. It leaves a wish until it is done:
// when it is cut off, what changed meanwhile may be missing in the new index for good, and
// a worker does it anew once the sign of life is stale.
func ReindexNow(ctx context.Context, st store.Store, idx search.Index) (int, error) {
	id := models.NewID()
	if err := putBeat(ctx, st, id, 0, models.Now()); err != nil { // before the wish: no worker shall begin too
		return 0, err
	}
	if err := st.PutSetting(ctx, reindexRequest, id); err != nil {
		return 0, err
	}
	return fulfil(ctx, st, idx, id, models.Now)
}

func putBeat(ctx context.Context, st store.Store, id string, count int, at time.Time) error {
	return st.PutSetting(ctx, reindexBeat, fmt.Sprintf("%s %d %d", id, count, at.UnixMilli()))
}

// fulfil rebuilds the index for the wish with that id, with signs of life, and returns how
// many records were indexed. After an error the wish stays.
func fulfil(ctx context.Context, st store.Store, idx search.Index, id string, now func() time.Time) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	last := time.Time{}
	beat := func(count int) {
		if at := now(); at.Sub(last) >= beatEvery {
			last = at
			if putBeat(ctx, st, id, count, at) != nil {
				cancel() // without a sign of life another worker may begin
			}
		}
	}
	beat(0)
	count, err := Reindex(ctx, st, idx, beat)
	if err != nil {
		return 0, err
	}
	return count, st.PutSetting(ctx, reindexDone, fmt.Sprintf("%s %d", id, count))
}

// serveReindex fulfils a wish, if there is one that nobody works on.
func (w *Worker) serveReindex(ctx context.Context) {
	id, err := w.reindexWanted(ctx)
	if err != nil || id == "" {
		return
	}
	w.o.Log.Info("the search index is being rebuilt", "request", id)
	count, err := fulfil(ctx, w.o.Store, w.o.Index, id, w.o.Now)
	if err != nil { // the sign of life goes stale, and somebody tries again
		w.o.Log.Error("the search index could not be rebuilt", "request", id, "reason", reason(err))
		return
	}
	w.o.Log.Info("the search index was rebuilt", "request", id, "records", count)
}

// reindexWanted returns the wish to fulfil now, or "". One worker wins: the first to
// count at the last sign of life that there was.
func (w *Worker) reindexWanted(ctx context.Context) (string, error) {
	id, err := openWish(ctx, w.o.Store)
	if err != nil || id == "" {
		return "", err
	}
	beatID, _, at, err := reindexState(ctx, w.o.Store, reindexBeat)
	if err != nil {
		return "", err
	}
	now := w.o.Now()
	if beatID == id && now.Sub(at) < beatStale {
		return "", nil
	}
	turn := "first"
	if beatID == id {
		turn = strconv.FormatInt(at.UnixMilli(), 10)
	}
	n, err := w.o.Store.Hit(ctx, "reindex "+id+" "+turn, 1, time.Hour, now)
	if err != nil || n > 1 {
		return "", err
	}
	return id, nil
}

func reindexState(ctx context.Context, st store.Store, name string) (id string, count int, at time.Time, err error) {
	value, err := setting(ctx, st, name)
	parts := strings.Fields(value)
	if len(parts) > 0 {
		id = parts[0]
	}
	if len(parts) > 1 {
		count, _ = strconv.Atoi(parts[1])
	}
	if len(parts) > 2 {
		ms, _ := strconv.ParseInt(parts[2], 10, 64)
		at = time.UnixMilli(ms)
	}
	return id, count, at, err
}

func setting(ctx context.Context, st store.Store, name string) (string, error) {
	value, err := st.Setting(ctx, name)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	return value, err
}
