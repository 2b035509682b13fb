package store

import (
	"context"
	"encoding/json"

	"kiennghi/models"
)

// The figures are one named value, and those of routing another: they are counted as a
// whole and shown as a whole.
const (
	figures        = "figures"
	routingFigures = "routing.figures"
)

// PutFigures stores the figures in place of those before.
func PutFigures(ctx context.Context, s Keys, x *models.Figures) error {
	return putValue(ctx, s, figures, x)
}

// Figures returns the figures as they were last counted, models.ErrNotFound when they
// never were.
func Figures(ctx context.Context, s Keys) (*models.Figures, error) {
	return value[models.Figures](ctx, s, figures)
}

// PutRoutingFigures stores the figures of routing in place of those before.
func PutRoutingFigures(ctx context.Context, s Keys, x *models.RoutingFigures) error {
	return putValue(ctx, s, routingFigures, x)
}

// RoutingFigures returns the figures of routing as Figures returns the others.
func RoutingFigures(ctx context.Context, s Keys) (*models.RoutingFigures, error) {
	return value[models.RoutingFigures](ctx, s, routingFigures)
}

// putValue stores a named value as JSON.
func putValue(ctx context.Context, s Keys, name string, x any) error {
	text, err := json.Marshal(x)
	if err != nil {
		return models.Wrap(models.KindInternal, err)
	}
	return s.PutSetting(ctx, name, string(text))
}

// value returns what putValue stored.
func value[T any](ctx context.Context, s Keys, name string) (*T, error) {
	text, err := s.Setting(ctx, name)
	if err != nil {
		return nil, err
	}
	var x T
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return nil, models.Wrap(models.KindInternal, err)
	}
	return &x, nil
}
