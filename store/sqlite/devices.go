package sqlite

import (
	"context"

	"kiennghi/models"
)

// PutDevice stores a device; another one with the same token goes away.
func (s *Store) PutDevice(ctx context.Context, d *models.Device) error {
	doc, err := encode(d)
	if err != nil {
		return err
	}
	return s.w.write(ctx, func(t *tx) error {
		if _, err := t.exec(sqlLoseToken, d.Token, d.ID); err != nil {
			return err
		}
		_, err := t.exec(sqlPutDevice, d.ID, d.Account, orNull(d.Token), doc)
		return err
	})
}

// DeleteDevice removes a device of the account.
func (s *Store) DeleteDevice(ctx context.Context, account, id string) error {
	return s.writeOne(ctx, sqlDeleteDevice, id, account)
}

// ListDevices returns an account's devices.
func (s *Store) ListDevices(ctx context.Context, account string) ([]models.Device, error) {
	return list[models.Device](ctx, s, sqlDevices, account)
}

// ForgetToken removes the device with that push token.
func (s *Store) ForgetToken(ctx context.Context, token string) error {
	_, err := s.write(ctx, sqlForgetToken, token)
	return err
}
