package worker

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// FoundBy is the setting that names the detector whose finds all published cases have.
const FoundBy = "found_by"

// detectors is the setting that names the detectors that programs on this store had, in the order
// in which they appeared, each with when one was seen last.
const detectors = "detectors"

const (
	foundEvery = time.Hour        // between two tries; whose detector was not seen for so long is gone
	foundSeen  = 20 * time.Minute // between two times that a program says which detector it has
	foundBatch = 100              // records between two pauses

	foundPlaces = 20 // how many detectors that are gone keep their place, should there be a rollback
)

// keepFound writes into published cases what this program's detector finds in them, when
// another one's is kept there, or none: until then reading such an answer runs it. Of several
// processes one does, and of those with different detectors, as while a new version is being
// deployed, only those with the one that appeared last. They do it again until the others are
// gone: what those publish meanwhile has their finds.
func (w *Worker) keepFound(ctx context.Context) {
	newest, alone, err := lookAround(ctx, w.o.Store, w.o.Now())
	if err != nil || !newest {
		return
	}
	have, err := setting(ctx, w.o.Store, FoundBy)
	if err != nil || have == models.DetectorName() {
		return
	}
	if n, err := w.o.Store.Hit(ctx, "found "+models.DetectorName(), 1, foundEvery, w.o.Now()); err != nil || n > 1 {
		return
	}
	n, written, last := 0, 0, time.Now()
	err = w.o.Store.EachFeedback(ctx, time.Time{}, func(f *models.Feedback) error {
		if n++; n%foundBatch == 0 {
			w.letOthersGo(ctx, 3*time.Since(last))
			last = time.Now()
		}
		if f.FoundKept() {
			return ctx.Err()
		}
		keys, err := w.sealKeys(ctx) // one may begin while this goes on
		if err != nil {
			return err
		}
		written++
		return w.changeOne(ctx, f.ID, func(f *models.Feedback) ([]models.Work, error) {
			if f.FoundKept() {
				return nil, errNothingToDo
			}
			return f.Refind(keys, w.o.Now())
		})
	})
	if err == nil && alone {
		err = w.o.Store.PutSetting(ctx, FoundBy, models.DetectorName())
	}
	switch {
	case err != nil && ctx.Err() == nil:
		w.o.Log.Warn("what the detector finds is not kept with every published case yet", "written", written, "reason", reason(err))
	case err == nil && written > 0:
		w.o.Log.Info("what the detector finds is kept with published cases", "written", written)
	}
}

// SayDetector says again and again, until ctx ends, that there is this program's detector: for a
// program without workers, which publishes with it too.
func SayDetector(ctx context.Context, st store.Store, log *slog.Logger) {
	every(ctx, time.Minute, func(ctx context.Context) {
		if _, _, err := lookAround(ctx, st, models.Now()); err != nil && ctx.Err() == nil {
			log.Warn("other programs are not told which detector this one has", "reason", reason(err))
		}
	})
}

// lookAround says in the store that there is this program's detector, and reports whether of all
// that there are it is the one that appeared last, and whether it is the only one. One that was
// gone and is there again, as after a rollback, keeps its place, unless many appeared since. Of
// two processes that say so in the same moment one is not heard, and says it again a minute later.
func lookAround(ctx context.Context, st store.Store, now time.Time) (newest, alone bool, err error) {
	text, err := setting(ctx, st, detectors)
	if err != nil {
		return false, false, err
	}
	mine := models.DetectorName()
	here, say := false, true
	newest, alone = true, true
	var lines []string
	gone := 0
	for line := range strings.Lines(text) {
		name, at, _ := strings.Cut(strings.TrimSpace(line), " ")
		seen, err := time.Parse(time.RFC3339, at)
		switch {
		case err != nil:
			continue // nobody wrote that
		case name == mine:
			if here, say = true, now.Sub(seen) >= foundSeen; say {
				line = mine + " " + now.UTC().Format(time.RFC3339) + "\n"
			}
		case now.Sub(seen) < foundEvery:
			newest, alone = newest && !here, false
		default:
			gone++
		}
		lines = append(lines, line)
	}
	if !here {
		lines = append(lines, mine+" "+now.UTC().Format(time.RFC3339)+"\n")
	}
	if say {
		lines = slices.DeleteFunc(lines, func(line string) bool { // the first ones
			name, at, _ := strings.Cut(strings.TrimSpace(line), " ")
			seen, _ := time.Parse(time.RFC3339, at)
			if gone <= foundPlaces || name == mine || now.Sub(seen) < foundEvery {
				return false
			}
			gone--
			return true
		})
		err = st.PutSetting(ctx, detectors, strings.Join(lines, ""))
	}
	return newest, alone, err
}
