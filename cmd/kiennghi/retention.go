package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/worker"
)

type retentionCommand struct {
	DryRun bool `help:"Change nothing: print the terms in force, how much is past each, and the codes of the cases whose sender would be severed."`
}

// Run tells what is past its term, or severs the identities that are.
func (cmd *retentionCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		now := models.Now()
		if cmd.DryRun {
			return r.tellRetention(ctx, con, now)
		}
		if !r.severs() {
			return errors.New("identities are severed for ever: look at `kiennghi retention --dry-run` first, then set KIENNGHI_RETENTION=on")
		}
		n, err := worker.SeverPast(ctx, r.store, r.keys, knowledge.Retention(), "cli", now, math.MaxInt)
		con.printf("%d identities severed\n", n)
		return err
	})
}

// severs reports whether identities past their term are severed.
func (c *Config) severs() bool { return c.Retention == "on" }

// mostCounted is up to how many unused uploads are counted.
const mostCounted = 10_000

// tellRetention prints each term in force and how much is past it at now, and the codes of
// the cases of senders who are past theirs. It prints nothing about who they are.
func (r *records) tellRetention(ctx context.Context, con *console, now time.Time) error {
	var codes []string
	people := 0
	err := worker.EachPastIdentity(ctx, r.store, knowledge.Retention(), now, func(c []string) error {
		people++
		codes = append(codes, c...)
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range models.KeptKinds {
		row := models.RetentionOf(knowledge.Retention(), kind, now)
		if row == nil {
			con.printf("%s: no term in force\n", kind)
			continue
		}
		past, err := r.pastTerm(ctx, row, people, len(codes), now)
		if err != nil {
			return err
		}
		con.printf("%s: %s; %s\n  %s; confidence: %s\n", kind, termText(row), past, row.LegalBasisEN, row.Confidence)
	}
	if len(codes) > 0 {
		con.printf("cases whose sender would be severed:\n%s\n", strings.Join(codes, "\n"))
	}
	return nil
}

// pastTerm says how much is past a term. people and cases are the identities.
func (r *records) pastTerm(ctx context.Context, row *models.Retention, people, cases int, now time.Time) (string, error) {
	switch row.What {
	case models.KeptIdentity:
		return fmt.Sprintf("past it: people %d, cases %d", people, cases), nil
	case models.KeptDraft:
		n, err := r.store.CountDrafts(ctx, now)
		return fmt.Sprintf("past it: %d", n), err
	case models.KeptUpload:
		old, err := r.store.UnusedUploads(ctx, now.Add(-time.Duration(row.Term)*time.Hour), mostCounted)
		if len(old) == mostCounted {
			return fmt.Sprintf("past it: %d or more", mostCounted), err
		}
		return fmt.Sprintf("past it: %d", len(old)), err
	case models.KeptSession:
		return "the database removes them by itself", nil
	}
	return row.NoteEN, nil
}

func termText(row *models.Retention) string {
	text := "no term of its own"
	if row.Term > 0 {
		text = fmt.Sprintf("%d %s from %s", row.Term, row.Unit, strings.ReplaceAll(row.Starts, "_", " "))
	}
	if row.Choice {
		text += " (the operator's choice)"
	}
	return text
}
