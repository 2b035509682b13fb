package storetest

import (
	"context"
	"errors"
	"testing"

	"kiennghi/models"
	"kiennghi/store"
)

// killed ends a portion at the n-th call that writes: what comes after it never reaches the
// database, as when the process is killed there.
type killed struct {
	store.Store
	left *int
}

var errKilled = errors.New("killed")

func (k killed) alive() error {
	if *k.left--; *k.left < 0 {
		return errKilled
	}
	return nil
}

func (k killed) UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error) {
	if err := k.alive(); err != nil {
		return nil, err
	}
	return k.Store.UpdateFeedback(ctx, id, change)
}

func (k killed) UpdatePerson(ctx context.Context, id string, change func(*models.Person) error) (*models.Person, error) {
	if err := k.alive(); err != nil {
		return nil, err
	}
	return k.Store.UpdatePerson(ctx, id, change)
}

func (k killed) PutSetting(ctx context.Context, name, value string) error {
	if err := k.alive(); err != nil {
		return err
	}
	return k.Store.PutSetting(ctx, name, value)
}

func (k killed) InitSetting(ctx context.Context, name, value string) (string, error) {
	if err := k.alive(); err != nil {
		return "", err
	}
	return k.Store.InitSetting(ctx, name, value)
}

func (k killed) SwapSetting(ctx context.Context, name, from, value string) (bool, error) {
	if err := k.alive(); err != nil {
		return false, err
	}
	return k.Store.SwapSetting(ctx, name, from, value)
}

func (k killed) PutSigningKey(ctx context.Context, key *models.SigningKey) error {
	if err := k.alive(); err != nil {
		return err
	}
	return k.Store.PutSigningKey(ctx, key)
}

func (k killed) AddAmendment(ctx context.Context, a *models.Amendment) error {
	if err := k.alive(); err != nil {
		return err
	}
	return k.Store.AddAmendment(ctx, a)
}

func (k killed) AppendAudit(ctx context.Context, link func(models.AuditHead) models.AuditEntry) error {
	if err := k.alive(); err != nil {
		return err
	}
	return k.Store.AppendAudit(ctx, link)
}

// untilDone does something that is killed before its first write, when that did not end it before
// its second, and so on, until it gets to its end; then that is what err is about. It returns how
// often it was killed.
func untilDone(db store.Store, do func(store.Store) error) (deaths int, err error) {
	for ; ; deaths++ {
		left := deaths
		if err = do(killed{db, &left}); !errors.Is(err, errKilled) {
			return deaths, err
		}
	}
}

// rotated counts what the audit log says of keys, and of what.
func rotated(t *testing.T, db store.Store) map[string]int {
	t.Helper()
	n := map[string]int{}
	page, err := db.ListAudit(ctx, store.AuditQuery{Action: models.ActRotate, Limit: 100})
	must(t, err)
	for _, e := range page.Items {
		n[e.Object]++
	}
	return n
}
