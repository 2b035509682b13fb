package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/worker"
)

type routingLearn struct{}

// Run trains with all processors and says how the new model compares. A running program
// uses it within a minute.
func (*routingLearn) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		ref, err := r.reference(ctx)
		if err != nil {
			return err
		}
		if err := store.UseLearnt(ctx, r.store, ref); err != nil {
			fmt.Fprintln(con.err, err)
		}
		began := time.Now()
		l, used, err := worker.Learn(ctx, r.store, ref, worker.Lessons{Corpus: routingLessons, Kept: knowledge.Retention(), Least: 1}, models.Now(), nil)
		if errors.Is(err, models.ErrNotFound) {
			con.printf("nothing to learn: no officer decided anything since it was tried last, or the built-in model is wanted\n")
			return nil
		}
		if err != nil {
			return err
		}
		said, trial, cases := "used from now on, version "+models.Shorten(l.Version, 12), l.Trial, l.Cases
		if !used {
			said, trial, cases = "worse than the one before, NOT used", l.Refused.Trial, l.Refused.Cases
		}
		con.printf("%d cases, %.1f s: %s\n", cases, time.Since(began).Seconds(), said)
		con.printf("held-back texts of the corpus right: %d before, %d now, of %d\n", trial.Before.Corpus, trial.After.Corpus, trial.After.CorpusOf)
		con.printf("held-back cases right: %d before, %d now, of %d\n", trial.Before.Cases, trial.After.Cases, trial.After.CasesOf)
		return nil
	})
}

// routingLessons is what the built-in model was trained from.
func routingLessons() []models.Example {
	lessons, _ := knowledge.Lessons() // `routing train` names what cannot be read
	return lessons
}
