package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
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
	_, err = putSigningKey(ctx, keys, keyring, now)
	return err
}

// RotateSigningKey makes a new signing key and retires the others; it returns the new
// kid. Tokens that a retired key signed stay good until they end by themselves. Running
// processes notice within a minute, or at the first token with the new kid.
func RotateSigningKey(ctx context.Context, keys Keys, keyring *models.Keyring, now time.Time) (string, error) {
	old, err := keys.SigningKeys(ctx)
	if err != nil {
		return "", err
	}
	id, err := putSigningKey(ctx, keys, keyring, now)
	if err != nil {
		return "", err
	}
	for _, k := range old {
		if k.RetiredAt == nil {
			k.RetiredAt = &now
			if err := keys.PutSigningKey(ctx, &k); err != nil {
				return "", err
			}
		}
	}
	return id, nil
}

func putSigningKey(ctx context.Context, keys Keys, keyring *models.Keyring, now time.Time) (string, error) {
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	id := models.NewID()[:16]
	return id, keys.PutSigningKey(ctx, &models.SigningKey{
		ID: id, Public: public, Private: keyring.Seal(string(secret.Seed())), CreatedAt: now,
	})
}
