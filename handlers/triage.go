package handlers

import (
	"context"
	"errors"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/search"
)

// Triage says what a text looks like, whose business it probably is, and what was
// answered already. Nothing is stored. Without the search engine the kind and the
// guidance still come.
func (s *server) Triage(ctx context.Context, in api.TriageRequestObject) (api.TriageResponseObject, error) {
	b, lang := in.Body, of(ctx).Lang
	title := models.CleanLine(value(b.Title))
	text := models.Clean(b.Body)
	kind := s.Ref.Kind(title, text)
	v := api.Triage{Kind: api.Kind(kind), Guidance: s.Ref.Triage.Guidance(kind).In(lang),
		Suggestions: []api.Suggestion{}, Similar: []api.SimilarAnswer{}}
	if kind.Routed() {
		known, _ := s.Ref.Look(
			models.RouteInput{Title: title, Body: text, Province: value(b.Province), Commune: value(b.Commune), Kind: kind}, "")
		routing, err := search.Route(ctx, s.Index, s.Remits, s.Ref.Tree, s.Ref.Fields.On(s.Now()), known)
		if err != nil {
			return nil, err
		}
		v.Suggestions = s.suggestionsView(routing.Suggestions, lang)
	}
	similar, err := s.similar(ctx, title+". "+text)
	if err != nil && !errors.Is(err, models.ErrUnavailable) {
		return nil, err
	}
	if similar != nil {
		v.Similar = similar
	}
	return api.Triage200JSONResponse(v), nil
}

// similar returns published answers to questions like this text.
func (s *server) similar(ctx context.Context, text string) ([]api.SimilarAnswer, error) {
	hits, err := s.Index.Similar(ctx, text, search.Filters{Public: true}, 5)
	if err != nil {
		return nil, err
	}
	answers, err := s.published(ctx, hits)
	if err != nil {
		return nil, err
	}
	out := make([]api.SimilarAnswer, 0, len(answers))
	for _, a := range answers {
		out = append(out, api.SimilarAnswer{Code: a.Code, Title: a.Title, Agency: s.agencyRef(a.Agency), PublishedAt: &a.PublishedAt})
	}
	return out, nil
}
