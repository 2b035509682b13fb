package handlers

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// soonDue is how far ahead a case counts as due soon.
const soonDue = 3 * 24 * time.Hour

// overdue is how many open cases of an agency, and of those beneath it, are late.
type overdue struct {
	agency        string
	overdue, soon int
}

// overdueOf counts for an agency and for those directly beneath it, which are left out when
// they have none. Everybody who asks within a minute gets the same counts. An agency out of
// the member's reach does not exist for them.
func (s *server) overdueOf(ctx context.Context, agency string) (overdue, []overdue, error) {
	if _, ok := s.Ref.Tree.Get(agency); !ok || !s.within(ctx, agency) {
		return overdue{}, nil, models.ErrNotFound
	}
	all, err := s.late.get(agency, func() ([]overdue, error) {
		codes := append([]string{agency}, s.Ref.Tree.Children(agency)...)
		now := s.Now()
		late, err := s.Store.CountDue(ctx, codes, now)
		if err != nil {
			return nil, err
		}
		soon, err := s.Store.CountDue(ctx, codes, now.Add(soonDue))
		if err != nil {
			return nil, err
		}
		out := make([]overdue, len(codes))
		for i, code := range codes {
			out[i] = overdue{code, late[code], soon[code] - late[code]}
		}
		rest := out[1:]
		rest = slices.DeleteFunc(rest, func(o overdue) bool { return o.overdue == 0 && o.soon <= 0 })
		slices.SortStableFunc(rest, func(a, b overdue) int { return cmp.Or(b.overdue-a.overdue, b.soon-a.soon) })
		return out[:1+len(rest)], nil
	})
	if err != nil {
		return overdue{}, nil, err
	}
	return all[0], all[1:], nil
}

// within reports whether an agency is the member's or beneath it.
func (s *server) within(ctx context.Context, agency string) bool {
	mine := of(ctx).Staff.Agency
	return mine == models.RootAgency || s.Ref.Tree.Covers(mine, agency)
}

// DeskOverdue counts overdue cases by agency.
func (s *server) DeskOverdue(ctx context.Context, in api.DeskOverdueRequestObject) (api.DeskOverdueResponseObject, error) {
	own, beneath, err := s.overdueOf(ctx, cmp.Or(value(in.Params.Agency), of(ctx).Staff.Agency))
	if err != nil {
		return nil, err
	}
	v := api.OverdueView{Agency: *s.agencyRef(own.agency), Overdue: own.overdue, Soon: max(own.soon, 0), Items: []api.OverdueRow{}}
	for _, o := range beneath {
		v.Items = append(v.Items, api.OverdueRow{Agency: *s.agencyRef(o.agency), Overdue: o.overdue, Soon: max(o.soon, 0)})
	}
	return api.DeskOverdue200JSONResponse(v), nil
}

// DeskNudge urges whoever has an overdue case.
func (s *server) DeskNudge(ctx context.Context, in api.DeskNudgeRequestObject) (api.DeskNudgeResponseObject, error) {
	note := ""
	if in.Body != nil {
		note = value(in.Body.Note)
	}
	v, err := s.nudge(ctx, in.ID, in.Params.IfMatch, note)
	return api.DeskNudge200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) nudge(ctx context.Context, id string, ifMatch *string, note string) (api.DeskViewJSONResponse, error) {
	now := s.Now()
	return s.deskChange(ctx, id, ifMatch, models.ActNudge, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Nudge(by, note, now)
	})
}

// DeskEscalate reports an overdue case to the agency above.
func (s *server) DeskEscalate(ctx context.Context, in api.DeskEscalateRequestObject) (api.DeskEscalateResponseObject, error) {
	v, err := s.escalate(ctx, in.ID, in.Params.IfMatch, in.Body.Reason)
	return api.DeskEscalate200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) escalate(ctx context.Context, id string, ifMatch *string, reason string) (api.DeskViewJSONResponse, error) {
	now := s.Now()
	return s.deskChange(ctx, id, ifMatch, models.ActEscalate, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Escalate(by, reason, s.Ref.Tree, now)
	})
}
