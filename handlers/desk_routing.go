package handlers

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// routingPairs is how many mix-ups are shown.
const routingPairs = 50

// routingView is what is known of how right suggestions were, for one agency or kind of
// local agencies, or for all when it is empty; all but the model is zero before it was
// counted first.
func (s *server) routingView(ctx context.Context, agency string) (api.RoutingView, error) {
	v := api.RoutingView{Months: []api.RoutingMonth{}, Agencies: []api.RoutingAgency{}, Confusion: []api.RoutingPair{}}
	if err := s.atRoot(ctx); err != nil {
		return v, err
	}
	l, err := store.Learnt(ctx, s.Store)
	if err != nil {
		return v, err
	}
	v.Model = s.routingModel(l)
	x, err := s.routed.get("", func() (*models.RoutingFigures, error) { return store.RoutingFigures(ctx, s.Store) })
	if errors.Is(err, models.ErrNotFound) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	total, byMonth, byAgency, confused := x.Sum(agency)
	v.At, v.Total = &x.At, routingTally(total)
	for _, month := range slices.Backward(slices.Sorted(maps.Keys(byMonth))) {
		v.Months = append(v.Months, api.RoutingMonth{Month: month, Tally: routingTally(*byMonth[month])})
	}
	for code, t := range byAgency {
		v.Agencies = append(v.Agencies, api.RoutingAgency{Agency: *s.agencyRef(code), Tally: routingTally(*t)})
	}
	slices.SortFunc(v.Agencies, func(a, b api.RoutingAgency) int {
		return cmp.Or(b.Tally.Cases-a.Tally.Cases, cmp.Compare(a.Agency.Code, b.Agency.Code))
	})
	for _, p := range confused[:min(len(confused), routingPairs)] {
		other := p.Agency == models.OtherPlace
		if other {
			p.Agency = p.Suggested
		}
		v.Confusion = append(v.Confusion, api.RoutingPair{Suggested: *s.agencyRef(p.Suggested), Agency: *s.agencyRef(p.Agency), OtherPlace: other, Cases: p.Cases})
	}
	return v, nil
}

// routingModel says which model counts in this process.
func (s *server) routingModel(l models.Learnt) api.RoutingModel {
	m := api.RoutingModel{Learnt: s.Ref.LearntVersion() != "", SwitchedOff: s.Ref.Features().BuiltInModel}
	if l.Version != "" {
		m.Version, m.At, m.Cases, m.Trial = &l.Version, &l.At, &l.Cases, routingTrial(l.Trial)
	}
	if r := l.Refused; r != nil {
		m.Refused = &api.RoutingRefusal{At: r.At, Cases: r.Cases, Trial: *routingTrial(r.Trial)}
	}
	return m
}

func routingTrial(t models.Trial) *api.RoutingTrial {
	return &api.RoutingTrial{CorpusBefore: t.Before.Corpus, CorpusAfter: t.After.Corpus, CorpusOf: t.After.CorpusOf,
		CasesBefore: t.Before.Cases, CasesAfter: t.After.Cases, CasesOf: t.After.CasesOf}
}

func routingTally(t models.RoutingTally) api.RoutingTally {
	return api.RoutingTally{Cases: t.Cases, Automatic: t.Automatic, Accepted: t.Accepted, Corrected: t.Corrected, Moved: t.Moved, Right: t.Right}
}

// DeskRouting shows how right suggestions were.
func (s *server) DeskRouting(ctx context.Context, in api.DeskRoutingRequestObject) (api.DeskRoutingResponseObject, error) {
	v, err := s.routingView(ctx, value(in.Params.Agency))
	return api.DeskRouting200JSONResponse(v), err
}
