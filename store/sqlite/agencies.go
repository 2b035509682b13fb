package sqlite

import (
	"context"

	"kiennghi/models"
)

// PutAgencies stores or replaces agencies by Code.
func (s *Store) PutAgencies(ctx context.Context, agencies []models.Agency) error {
	docs := make([][]byte, len(agencies))
	for i := range agencies {
		var err error
		if docs[i], err = encode(&agencies[i]); err != nil {
			return err
		}
	}
	return s.w.write(ctx, func(t *tx) error {
		for i, a := range agencies {
			if _, err := t.exec(sqlPutAgency, a.Code, docs[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Agencies returns all of them in the order in which they were first stored.
func (s *Store) Agencies(ctx context.Context) ([]models.Agency, error) {
	return list[models.Agency](ctx, s, sqlAgencies)
}
