package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"time"

	"kiennghi/models"
)

// EnsureSigningKey makes the first signing key. Two processes that start at once may
// make one each: both are published, and each signs with the newest it knows.
func EnsureSigningKey(ctx context.Context, keys Keys, keyring *models.Keyring, now time.Time) error {
	all, err := keys.SigningKeys(ctx)
	if err != nil {
		return err
	}
	for _, k := range all {
		if k.RetiredAt == nil {
			return nil
		}
	}
	k, err := newSigningKey(keyring, now)
	if err != nil {
		return err
	}
	return keys.PutSigningKey(ctx, k)
}

// RotateSigningKey makes a new signing key and retires the others; it returns the new
// kid. Tokens that a retired key signed stay good until they end by themselves. Running
// processes notice within a minute, or at the first token with the new kid.
func RotateSigningKey(ctx context.Context, keys Keys, keyring *models.Keyring, now time.Time) (string, error) {
	k, err := newSigningKey(keyring, now)
	if err != nil {
		return "", err
	}
	return k.ID, replaceSigningKey(ctx, keys, k, now)
}

// replaceSigningKey puts a key in the place of those before it. It may be done again.
func replaceSigningKey(ctx context.Context, keys Keys, k *models.SigningKey, now time.Time) error {
	all, err := keys.SigningKeys(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(x models.SigningKey) bool { return x.ID == k.ID }) {
		if err := keys.PutSigningKey(ctx, k); err != nil {
			return err
		}
	}
	for _, old := range all {
		if old.ID != k.ID && old.RetiredAt == nil && !old.CreatedAt.After(k.CreatedAt) {
			old.RetiredAt = &now
			if err := keys.PutSigningKey(ctx, &old); err != nil {
				return err
			}
		}
	}
	return nil
}

func newSigningKey(keyring *models.Keyring, now time.Time) (*models.SigningKey, error) {
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return &models.SigningKey{ID: models.NewID()[:16], Public: public, Private: keyring.Seal(string(secret.Seed())), CreatedAt: now}, nil
}
