package sqlite

import (
	"context"

	"kiennghi/models"
)

// PutSigningKey stores or replaces a key.
func (s *Store) PutSigningKey(ctx context.Context, k *models.SigningKey) error {
	doc, err := encode(k)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, sqlPutKey, k.ID, k.CreatedAt, doc)
	return err
}

// SigningKeys returns all of them, newest first.
func (s *Store) SigningKeys(ctx context.Context) ([]models.SigningKey, error) {
	return list[models.SigningKey](ctx, s, sqlKeys)
}

// Setting returns a named value.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := s.r.use(ctx, func(c *conn) error {
		v, err := c.one(sqlSetting, name)
		value, _ = v.(string)
		return err
	})
	return value, err
}

// PutSetting stores a named value.
func (s *Store) PutSetting(ctx context.Context, name, value string) error {
	_, err := s.write(ctx, sqlPutSetting, name, value)
	return err
}

// SwapSetting stores the value in place of that other one.
func (s *Store) SwapSetting(ctx context.Context, name, from, value string) (bool, error) {
	var n int64
	err := s.w.write(ctx, func(t *tx) (err error) {
		if n, err = t.exec(sqlSwapSetting, value, name, from); err == nil && n == 0 && from == "" {
			n, err = t.exec(sqlInitSetting, name, value)
		}
		return err
	})
	return err == nil && n > 0, err
}

// InitSetting stores the value unless the name has one.
func (s *Store) InitSetting(ctx context.Context, name, value string) (string, error) {
	var now string
	err := s.w.write(ctx, func(t *tx) error {
		if _, err := t.exec(sqlInitSetting, name, value); err != nil {
			return err
		}
		v, err := t.c.one(sqlSetting, name)
		now, _ = v.(string)
		return err
	})
	return now, err
}
