package search

import (
	"context"
	"errors"

	"kiennghi/models"
)

// Route finds the agency that a submission is for: from what the agencies answer for,
// from published cases like it, and from the signs in its text. When the engine cannot
// be asked it still ranks by all but the cases. The only error is a cancelled context's.
func Route(ctx context.Context, x Index, remits *Remits, tree *models.Tree, fields []models.Field, in models.RouteInput) (models.Routing, error) {
	text := in.Title + ". " + in.Body
	cases, err := x.Answering(ctx, text, Filters{Public: true}, 10)
	if err != nil && !errors.Is(err, models.ErrUnavailable) {
		return models.Routing{}, err
	}
	return models.Rank(in, tree, fields, remits.Like(text), cases), nil
}
