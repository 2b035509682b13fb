package main

import (
	"context"
	"fmt"

	"kiennghi/models"
)

type verifyCommand struct{}

// Run checks the audit log from its first entry to its head.
func (*verifyCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		head, err := r.store.AuditHead(ctx)
		if err != nil {
			return err
		}
		check := models.NewAuditCheck(r.keys.AuditKey())
		var broken error
		err = r.store.EachAudit(ctx, head.Seq, func(e models.AuditEntry) error {
			broken = check.Next(e)
			return broken
		})
		if broken != nil {
			return broken
		}
		if err != nil {
			return fmt.Errorf("the audit log cannot be read beyond entry %d: %w", check.Count(), err)
		}
		if err := check.End(head); err != nil {
			return err
		}
		con.printf("the audit log is whole: %d entries\n", check.Count())
		return nil
	})
}
