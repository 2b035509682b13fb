package worker

import (
	"context"
	"errors"
	"slices"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

const (
	learnNext  = "routing.learn_next" // when the model is to be trained again
	learnHour  = 2                    // of the night in Viet Nam
	learnRetry = time.Hour            // after a try that was broken off
	learnLeast = 20                   // new decisions that make it worth while
	learnMost  = 2500                 // cases, the latest decisions first: they have to fit into memory
	learnSame  = 500                  // of those, where the officer did as was suggested: they say little
	learnLook  = 20_000               // cases that are looked at for them
	learnAgain = 30 * 24 * time.Hour  // also without new decisions, so that what may not teach any more goes
	learnShare = 4                    // of the time goes into training at most one part
)

// learn trains the model at night, when officers decided enough since it was trained last.
// Of several processes one does. It stores what comes out only at its end: whoever is
// stopped on the way leaves the model that was.
func (w *Worker) learn(ctx context.Context) {
	next, err := setting(ctx, w.o.Store, learnNext)
	now := w.o.Now()
	if err != nil || next > now.UTC().Format(time.RFC3339) {
		return
	}
	if next != "" { // else the program has just been installed
		if n, err := w.o.Store.Hit(ctx, "learn "+next, 1, learnRetry, now); err != nil || n > 1 {
			return
		}
		if err := w.o.Store.PutSetting(ctx, learnNext, now.Add(learnRetry).UTC().Format(time.RFC3339)); err != nil {
			return
		}
		if err := store.UseLearnt(ctx, w.o.Store, w.o.Routing); err != nil {
			w.o.Log.Error("routing", "error", err.Error())
		}
		last := time.Now()
		l, used, err := Learn(ctx, w.o.Store, w.o.Routing, Lessons{w.o.Lessons, w.o.Kept, learnLeast}, now, func() error {
			if took := time.Since(last); took > yieldStep {
				w.letOthersGo(ctx, (learnShare-1)*took)
				last = time.Now()
			}
			return ctx.Err()
		})
		switch {
		case errors.Is(err, models.ErrNotFound):
		case ctx.Err() != nil:
			return
		case err != nil:
			w.o.Log.Warn("routing could not learn", "reason", reason(err))
			return
		case used:
			w.o.Log.Info("routing learnt", "cases", l.Cases, "version", l.Version[:12])
		default:
			w.o.Log.Warn("routing learnt nothing: the new model was worse", "cases", l.Refused.Cases)
		}
	}
	if err := w.o.Store.PutSetting(ctx, learnNext, nextNight(now).UTC().Format(time.RFC3339)); err != nil {
		w.o.Log.Warn("routing could not learn", "reason", reason(err))
	}
}

// nextNight is when to train next.
func nextNight(now time.Time) time.Time {
	t := now.In(models.VietNam)
	at := time.Date(t.Year(), t.Month(), t.Day(), learnHour, 0, 0, 0, models.VietNam)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// Lessons is what there is to learn from beside the cases, and how.
type Lessons struct {
	Corpus func() []models.Example
	Kept   []models.Retention // says how long a decision teaches
	Least  int                // new decisions that make it worth while
}

// Learn trains a model from the corpus and from what officers decided within the term, and
// stores it unless it is worse than the one that ref uses now (see store.UseLearnt); used
// says which, and so does what is stored. models.ErrNotFound: there are too few new
// decisions, or an administrator wants the built-in model, or nothing is left to learn from,
// and then the built-in model counts again. models.ErrConflict: somebody else stored a model
// meanwhile, which stays.
func Learn(ctx context.Context, st store.Store, ref *models.Reference, from Lessons, now time.Time, pause func() error) (l models.Learnt, used bool, err error) {
	features, err := setting(ctx, st, models.SettingFeatures)
	if err != nil {
		return l, false, err
	}
	if l, err = store.Learnt(ctx, st); err != nil {
		return l, false, err
	}
	row := models.RetentionOf(from.Kept, models.KeptLesson, now)
	past := row == nil && l.Cases > 0 || row != nil && l.PastTerm(row.Since(now))
	if models.ParseFeatures(features).BuiltInModel {
		if past { // nobody uses it, and still it may not be kept
			if err := fallBack(ctx, st, ref, models.Learnt{Slot: l.Slot, Tried: now}); err != nil {
				return l, false, err
			}
		}
		return l, false, models.ErrNotFound
	}
	in, was := models.Learning{Pause: pause}, l.Version
	if l.Version != ref.LearntVersion() { // it cannot be used
		l = models.Learnt{Slot: l.Slot}
	}
	if l.Version != "" {
		in.Before, in.BeforeShare = l.At, l.Trial.Share
	}
	fresh, err := st.Teaching(ctx, l.Tried, max(from.Least, 1), "")
	if err != nil {
		return l, false, err
	}
	if len(fresh.Items) < from.Least && !past && (l.Version == "" || now.Sub(l.Tried) < learnAgain) {
		return l, false, models.ErrNotFound
	}
	if in.Cases, err = lessons(ctx, st, ref.Tree, row, now, pause); err != nil {
		return l, false, err
	}
	if len(in.Cases) == 0 {
		if was != "" { // what it learnt from is past its term, or may not teach any more
			if err := fallBack(ctx, st, ref, models.Learnt{Slot: l.Slot, Tried: now}); err != nil {
				return l, false, err
			}
		}
		return l, false, models.ErrNotFound
	}
	in.Corpus = from.Corpus()
	model, trial, err := ref.Learn(in)
	if err != nil {
		return l, false, err
	}
	if latest, err := store.Learnt(ctx, st); err != nil {
		return l, false, err
	} else if latest.Version != was {
		return l, false, models.ErrConflict
	}
	l.Tried = now
	if model == nil {
		l.Refused = &models.RefusedModel{At: now, Cases: len(in.Cases), Trial: trial}
		if past { // the old one was better, but may not be kept
			l = models.Learnt{Slot: l.Slot, Tried: now, Refused: l.Refused}
			return l, false, fallBack(ctx, st, ref, l)
		}
		return l, false, store.PutLearnt(ctx, st, l, nil)
	}
	file, err := model.MarshalBinary()
	if err != nil {
		return l, false, models.Wrap(models.KindInternal, err)
	}
	l = models.Learnt{Slot: l.Slot, Corpus: model.Corpus, At: now, Tried: now, Cases: len(in.Cases), Oldest: oldest(in.Cases), Trial: trial}
	if err := store.PutLearnt(ctx, st, l, file); err != nil {
		return l, false, err
	}
	if l, err = store.Learnt(ctx, st); err == nil {
		err = store.UseLearnt(ctx, st, ref)
	}
	return l, true, err
}

// fallBack makes the built-in model count again, here and in every other process.
func fallBack(ctx context.Context, st store.Store, ref *models.Reference, none models.Learnt) error {
	if err := store.PutLearnt(ctx, st, none, nil); err != nil {
		return err
	}
	return store.UseLearnt(ctx, st, ref)
}

func oldest(cases []models.Lesson) time.Time {
	return slices.MinFunc(cases, func(a, b models.Lesson) int { return a.At.Compare(b.At) }).At
}

// lessons are what officers decided within the term that row sets, the latest first. Cases whose
// senders may not be asked any more teach nothing.
func lessons(ctx context.Context, st store.Store, tree *models.Tree, row *models.Retention, now time.Time, pause func() error) ([]models.Lesson, error) {
	var out []models.Lesson
	looked, same := 0, 0
	for next := ""; row != nil && len(out) < learnMost && looked < learnLook; {
		page, err := st.Teaching(ctx, row.Since(now), 100, next)
		if err != nil {
			return nil, err
		}
		looked += len(page.Items)
		for _, id := range page.Items {
			if pause != nil {
				if err := pause(); err != nil {
					return nil, err
				}
			}
			f, err := st.Feedback(ctx, id)
			if errors.Is(err, models.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			l, ok := f.Lesson(tree)
			if !ok || !l.Corrected && same == learnSame {
				continue
			}
			sender, err := st.Person(ctx, f.SenderID)
			if err != nil && !errors.Is(err, models.ErrNotFound) {
				return nil, err
			}
			if err == nil && sender.MayTeach() {
				if out = append(out, l); !l.Corrected {
					same++
				}
			}
		}
		if next = page.Next; next == "" {
			break
		}
	}
	return out, nil
}
