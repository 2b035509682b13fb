package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"kiennghi/models"
)

// SealKeys reads what agencies sign with, and begins the first root when there is none.
// amendments are those of the store.
func SealKeys(ctx context.Context, s Keys, amendments []models.Amendment, keys *models.Keyring) (*models.SealKeys, error) {
	roots, err := sealRoots(ctx, s)
	if err == nil && len(roots) == 0 {
		if _, err = s.InitSetting(ctx, models.SealRootName(1), keys.FirstSealRoot().String()); err == nil {
			roots, err = sealRoots(ctx, s)
		}
	}
	if err != nil {
		return nil, err
	}
	generations, err := s.Setting(ctx, models.SettingSealGenerations)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	return models.NewSealKeys(keys, roots, generations, amendments)
}

// sealRoots returns the roots of agencies' keys, the oldest first.
func sealRoots(ctx context.Context, s Keys) (roots []models.SealRoot, err error) {
	for {
		text, err := s.Setting(ctx, models.SealRootName(len(roots)+1))
		if errors.Is(err, models.ErrNotFound) {
			return roots, nil
		}
		if err != nil {
			return nil, err
		}
		r, err := models.ParseSealRoot(text)
		if err != nil {
			return nil, err
		}
		roots = append(roots, r)
	}
}

// nextSealRoot is the number of the root after the newest one; the first is begun if need be.
func nextSealRoot(ctx context.Context, s Keys, keys *models.Keyring) (int, error) {
	if _, err := SealKeys(ctx, s, nil, keys); err != nil {
		return 0, err
	}
	roots, err := sealRoots(ctx, s)
	return len(roots) + 1, err
}

// beginSealRoot lets all agencies sign in a moment with new keys, of the root with that number.
// Begun already, it is that one.
func beginSealRoot(ctx context.Context, s Keys, keys *models.Keyring, n int, now time.Time) error {
	if _, err := s.InitSetting(ctx, models.SealRootName(n), keys.NewSealRoot(models.Moment(now.Add(models.SealKeyAhead))).String()); err != nil {
		return err
	}
	return s.PutSetting(ctx, models.SettingChanged, models.NewID())
}

// NewSealRoot lets all agencies sign with new keys in a moment.
func NewSealRoot(ctx context.Context, s Keys, keys *models.Keyring, now time.Time) error {
	n, err := nextSealRoot(ctx, s, keys)
	if err != nil {
		return err
	}
	return beginSealRoot(ctx, s, keys, n, now)
}

// RotateSealKey lets an agency sign with its next key in a moment, and returns that key. The
// audit log says first who wanted it and why. Keys of before go on to verify.
// models.ErrNotFound when there is no such agency, models.KindWrongState when another key is
// about to begin.
func RotateSealKey(ctx context.Context, s Store, keys *models.Keyring, agency, by, reason string, now time.Time) (models.SealKey, error) {
	var none models.SealKey
	agencies, err := s.Agencies(ctx)
	if err != nil {
		return none, err
	}
	if !slices.ContainsFunc(agencies, func(a models.Agency) bool { return a.Code == agency }) {
		return none, models.ErrNotFound
	}
	amendments, err := s.Amendments(ctx)
	if err != nil {
		return none, err
	}
	have, err := SealKeys(ctx, s, amendments, keys)
	if err != nil {
		return none, err
	}
	reason = models.Clean(reason)
	start, err := have.Next(agency, reason, now)
	if err != nil {
		return none, err
	}
	a := start.Amendment(by, now)
	if have, err = SealKeys(ctx, s, append(amendments, a), keys); err != nil {
		return none, err
	}
	key := have.Of(agency)[0]
	e := models.AuditEntry{ID: models.NewID(), At: now, Actor: by, Action: models.ActRotate, Object: agency, Agency: agency, Detail: "seal key " + key.KeyID + ": " + reason}
	if err := audit(ctx, s, keys, e); err != nil {
		return none, err
	}
	if err := s.AddAmendment(ctx, &a); errors.Is(err, models.ErrExists) { // somebody did in this moment
		return none, models.Fail(models.KindWrongState, "seal_key_begins")
	} else if err != nil {
		return none, err
	}
	return key, s.PutSetting(ctx, models.SettingChanged, models.NewID())
}
