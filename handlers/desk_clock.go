package handlers

import (
	"context"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// DeskExtend gives more time to answer.
func (s *server) DeskExtend(ctx context.Context, in api.DeskExtendRequestObject) (api.DeskExtendResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActExtend, s.extending(in.Body.Term, in.Body.Reason))
	return api.DeskExtend200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) extending(more int, reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Extend(by, more, reason, s.Ref.Rules, now)
	}
}

// DeskAskExtension asks an approver for more time.
func (s *server) DeskAskExtension(ctx context.Context, in api.DeskAskExtensionRequestObject) (api.DeskAskExtensionResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActAskExtension, s.askingExtension(in.Body.Term, in.Body.Reason))
	return api.DeskAskExtension200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) askingExtension(more int, reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.AskExtension(by, more, reason, now)
	}
}

// DeskDecideExtension grants or refuses more time.
func (s *server) DeskDecideExtension(ctx context.Context, in api.DeskDecideExtensionRequestObject) (api.DeskDecideExtensionResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActDenyExtension, s.decidingExtension(in.Body.Granted, value(in.Body.Remark)))
	return api.DeskDecideExtension200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) decidingExtension(granted bool, remark string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		if granted {
			return f.GrantExtension(by, remark, s.Ref.Rules, now)
		}
		return f.DenyExtension(by, remark, now)
	}
}

// askStatus says what became of a request for more time.
func askStatus(x *models.ExtensionAsk) api.ExtensionAskStatus {
	switch {
	case x.EndedAt == nil:
		return api.ExtensionAskStatusOpen
	case x.Granted:
		return api.ExtensionAskStatusGranted
	}
	return api.ExtensionAskStatusRefused
}

// DeskProgress tells the sender how far an overdue case is.
func (s *server) DeskProgress(ctx context.Context, in api.DeskProgressRequestObject) (api.DeskProgressResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActProgress, s.progressing(in.Body.Note))
	return api.DeskProgress200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) progressing(note string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Progress(by, note, now)
	}
}

// dueView is the deadline of a case with how it was counted, and its date while the clock
// runs.
func (s *server) dueView(f *models.Feedback, lang string) (*api.Due, *time.Time) {
	d := f.Due
	if d == nil {
		return nil, nil
	}
	told := f.TellDue(s.Ref.Rules, s.Ref.Tree, lang)
	v := &api.Due{At: d.At, Rule: d.Rule, LegalBasis: told.Basis, Explanation: told.Line, Steps: told.Steps, Convention: told.Convention,
		Term: d.Term, Start: orNull(d.Start), OriginalAt: orNull(d.Original), ExtendedAt: orNull(d.Extended), PausedSince: f.PausedAt,
		Pauses: []api.DueSpan{}, Extensions: []api.DueExtension{}, Stopped: []api.StoppedClock{}}
	if d.Unit != "" {
		unit := api.Unit(d.Unit)
		v.Unit = &unit
	}
	for _, p := range f.Clock.Pauses {
		v.Pauses = append(v.Pauses, api.DueSpan{From: p.From, To: p.To})
	}
	for _, x := range f.Clock.Extensions {
		v.Extensions = append(v.Extensions, api.DueExtension{At: x.At, Term: x.Term, Reason: x.Reason})
	}
	for _, c := range f.Stopped(s.Ref.Rules) {
		x := api.StoppedClock{Agency: s.agencyRef(c.Agency), Start: c.Due.Start, DueAt: orNull(c.Due.At), StoppedAt: c.At, Rule: c.Due.Rule}
		if x.DueAt != nil {
			x.Explanation = c.Due.Line(lang)
		}
		v.Stopped = append(v.Stopped, x)
	}
	if f.PausedAt != nil {
		return v, nil
	}
	return v, &d.At
}

// undatedView says why the running clock has no date, nil when it has one or is over.
func (s *server) undatedView(f *models.Feedback, lang string) *api.Undated {
	if !f.AwaitsDate() {
		return nil
	}
	u := f.Undated
	told := f.TellUndated(s.Ref.Rules, s.Ref.Tree, lang)
	v := &api.Undated{Explanation: told.Line, Steps: append([]string{}, told.Steps...), Start: u.Due.Start, LegalBasis: told.Basis}
	if u.Year != 0 {
		v.Year = &u.Year
	}
	return v
}

// orNull is a time, null for none.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
