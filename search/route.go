package search

import (
	"context"
	"errors"

	"kiennghi/models"
)

// Route finds the agency that a submission is for: from what the agencies answer for,
// from published cases like it, and from the signs in its text. When the engine cannot
// be asked it still ranks by the signs and the place. The only error is a cancelled
// context's.
func Route(ctx context.Context, x Index, tree *models.Tree, fields []models.Field, in models.RouteInput) (models.Routing, error) {
	text := in.Title + ". " + in.Body
	remits, err := x.Answering(ctx, text, Filters{Type: Remit, Status: RemitFor}, 10)
	if err == nil {
		var against []models.RouteHit
		against, err = x.Answering(ctx, text, Filters{Type: Remit, Status: RemitAgainst}, 5)
		for _, h := range against {
			remits = append(remits, models.RouteHit{Agency: h.Agency, Score: -h.Score / 2})
		}
	}
	var cases []models.RouteHit
	if err == nil {
		cases, err = x.Answering(ctx, text, Filters{Type: Case, Public: true}, 10)
	}
	if err != nil && !errors.Is(err, models.ErrUnavailable) {
		return models.Routing{}, err
	}
	return models.Rank(in, tree, fields, remits, cases), nil
}
