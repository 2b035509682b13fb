package store

import (
	"context"
	"slices"

	"kiennghi/models"
)

// SeeToRequest does what follows the changes of a request, each once however often it is
// done: the audit log gets its entries, the person is told.
func SeeToRequest(ctx context.Context, s Store, keys *models.Keyring, r *models.DataRequest) error {
	if len(r.FollowUps) == 0 {
		return nil
	}
	if err := seeTo(ctx, s, keys, r.ID, r.Person, r.FollowUps); err != nil {
		return err
	}
	_, err := s.UpdateDataRequest(ctx, r.ID, func(now *models.DataRequest) error {
		now.FollowUps = without(now.FollowUps, r.FollowUps)
		return nil
	})
	return err
}

// SeeToBreach does the same for an entry of the register of breaches, of which nobody is told here.
func SeeToBreach(ctx context.Context, s Store, keys *models.Keyring, b *models.Breach) error {
	if len(b.FollowUps) == 0 {
		return nil
	}
	if err := seeTo(ctx, s, keys, b.ID, "", b.FollowUps); err != nil {
		return err
	}
	_, err := s.UpdateBreach(ctx, b.ID, func(now *models.Breach) error {
		now.FollowUps = without(now.FollowUps, b.FollowUps)
		return nil
	})
	return err
}

// seeTo writes the entries about an object into the audit log, and tells the person what is to be told.
func seeTo(ctx context.Context, s Store, keys *models.Keyring, object, person string, list []models.FollowUp) error {
	for _, x := range list {
		if err := audit(ctx, s, keys, x.Entry(object)); err != nil {
			return err
		}
		if x.Tell == "" {
			continue
		}
		if err := s.AddNotification(ctx, &models.Notification{ID: x.ID, Account: person, Event: x.Tell, At: x.At}); err != nil {
			return err
		}
	}
	return nil
}

// without returns those that are not among those that were done.
func without(all, done []models.FollowUp) []models.FollowUp {
	return slices.DeleteFunc(all, func(x models.FollowUp) bool {
		return slices.ContainsFunc(done, func(d models.FollowUp) bool { return d.ID == x.ID })
	})
}

func audit(ctx context.Context, s Audit, keys *models.Keyring, e models.AuditEntry) error {
	return s.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry { return e.Chain(head, keys.AuditKey()) })
}
