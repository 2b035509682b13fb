package store

import (
	"context"
	"encoding/json"

	"kiennghi/models"
)

// The figures are one named value: they are counted as a whole and shown as a whole.
const figures = "figures"

// PutFigures stores the figures in place of those before.
func PutFigures(ctx context.Context, s Keys, x *models.Figures) error {
	text, err := json.Marshal(x)
	if err != nil {
		return models.Wrap(models.KindInternal, err)
	}
	return s.PutSetting(ctx, figures, string(text))
}

// Figures returns the figures as they were last counted, models.ErrNotFound when they
// never were.
func Figures(ctx context.Context, s Keys) (*models.Figures, error) {
	text, err := s.Setting(ctx, figures)
	if err != nil {
		return nil, err
	}
	var x models.Figures
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return nil, models.Wrap(models.KindInternal, err)
	}
	return &x, nil
}
