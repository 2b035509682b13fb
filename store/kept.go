package store

import (
	"context"

	"kiennghi/models"
)

// CountForRoot counts what q selects for the root: all cases without those that are kept from it.
// A store calls it from CountByStatus.
func CountForRoot(ctx context.Context, s Feedbacks, q FeedbackQuery) (map[models.Status]int, error) {
	q.Scope, q.All = "", true
	out, err := s.CountByStatus(ctx, q)
	if err != nil {
		return nil, err
	}
	q.Scope, q.All = models.KeptFromRoot, false
	kept, err := s.CountByStatus(ctx, q)
	for status, n := range kept {
		if out[status] -= n; out[status] == 0 {
			delete(out, status)
		}
	}
	return out, err
}

// DueForRoot takes what is kept from the root out of what CountDue counted for it, where it was
// counted: for KeptFromRoot.
func DueForRoot(counts map[string]int) {
	if n, ok := counts[models.RootAgency]; ok {
		if counts[models.RootAgency] = n - counts[models.KeptFromRoot]; n == counts[models.KeptFromRoot] {
			delete(counts, models.RootAgency)
		}
	}
	delete(counts, models.KeptFromRoot)
}
