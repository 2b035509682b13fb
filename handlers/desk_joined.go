package handlers

import (
	"context"
	"errors"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// otherCase returns the case with a tracking code as somebody typed it, which the member
// may do that to. What they may not see does not exist for them: it is a wrong field.
func (s *server) otherCase(ctx context.Context, field, typed string, a models.Action) (*models.Feedback, error) {
	unknown := models.Invalid([]models.FieldError{{Field: field, Code: "unknown_case"}})
	code, ok := models.ParseCode(typed)
	if !ok {
		return nil, unknown
	}
	f, err := s.Store.FeedbackByCode(ctx, code)
	if err == nil {
		err = of(ctx).Staff.MayOn(a, f)
	}
	if errors.Is(err, models.ErrNotFound) {
		return nil, unknown
	}
	return f, err
}

// seenCase returns the case that the member may do that to, and saw as it is.
func (s *server) seenCase(ctx context.Context, id string, seen *string, a models.Action) (*models.Feedback, error) {
	if seen == nil {
		return nil, models.Fail(models.KindPrecondition, "precondition")
	}
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := of(ctx).Staff.MayOn(a, f); err != nil {
		return nil, err
	}
	if !versionIn(*seen, f.Version) {
		return f, models.ErrConflict
	}
	return f, nil
}

// joinedAnswer shows a case after what concerned two, or how it is now when the member
// saw an older version.
func (s *server) joinedAnswer(ctx context.Context, id string, err error) (api.DeskViewJSONResponse, error) {
	if errors.Is(err, models.ErrConflict) {
		return api.DeskViewJSONResponse{}, s.stale(ctx, id)
	}
	if err != nil {
		return api.DeskViewJSONResponse{}, err
	}
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return api.DeskViewJSONResponse{}, err
	}
	return s.deskAnswer(ctx, f)
}

// DeskMerge merges a duplicate into another case.
func (s *server) DeskMerge(ctx context.Context, in api.DeskMergeRequestObject) (api.DeskMergeResponseObject, error) {
	v, err := s.joinedAnswer(ctx, in.ID, s.merge(ctx, in.ID, in.Params.IfMatch, in.Body.Into, in.Body.Reason))
	return api.DeskMerge200JSONResponse{DeskViewJSONResponse: v}, err
}

// merge merges a case into the one with that code. Asked again by the same member, it
// finds it done. models.ErrConflict when the case is not as the member saw it.
func (s *server) merge(ctx context.Context, id string, seen *string, into, reason string) error {
	by, now := of(ctx).Staff.Actor(), s.Now()
	f, err := s.seenCase(ctx, id, seen, models.ActMerge)
	code, _ := models.ParseCode(into)
	if err != nil {
		if f != nil && f.Merged != nil && f.Merged.Code == code && f.Merged.By == by.ID && errors.Is(err, models.ErrConflict) {
			return nil
		}
		return err
	}
	main, err := s.otherCase(ctx, "into", into, models.ActMerge)
	if err != nil {
		return err
	}
	if f.Agency != main.Agency && !of(ctx).Staff.May(models.ActAssign) { // one of the two changes hands
		return models.ErrForbidden
	}
	d, err := models.NewDuplicate(by, f, main, reason, now)
	if err != nil {
		return err
	}
	if _, err := s.Store.UpdateFeedback(ctx, main.ID, func(main *models.Feedback) ([]models.Work, error) { return main.Reserve(d) }); err != nil {
		return err
	}
	err = store.SettleMerge(ctx, s.Store, main.ID, d.Merge, now)
	s.Wake()
	if errors.Is(err, models.Fail(models.KindWrongState, "merge_changed")) {
		return models.ErrConflict
	}
	return err
}

// DeskProposeMerge asks those above to merge a case into one of another agency.
func (s *server) DeskProposeMerge(ctx context.Context, in api.DeskProposeMergeRequestObject) (api.DeskProposeMergeResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActProposeMerge, s.proposingMerge(in.Body.Into, in.Body.Reason))
	return api.DeskProposeMerge200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) proposingMerge(into, reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.ProposeMerge(by, into, reason, now)
	}
}

// DeskDeclineMerge ends a proposal to merge.
func (s *server) DeskDeclineMerge(ctx context.Context, in api.DeskDeclineMergeRequestObject) (api.DeskDeclineMergeResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActDeclineMerge, s.decliningMerge(in.Body.Reason))
	return api.DeskDeclineMerge200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) decliningMerge(reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.DeclineMerge(by, reason, now)
	}
}

// DeskUnmerge undoes a merging.
func (s *server) DeskUnmerge(ctx context.Context, in api.DeskUnmergeRequestObject) (api.DeskUnmergeResponseObject, error) {
	v, err := s.joinedAnswer(ctx, in.ID, s.unmerge(ctx, in.ID, in.Params.IfMatch))
	return api.DeskUnmerge200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) unmerge(ctx context.Context, id string, seen *string) error {
	if seen == nil {
		return models.Fail(models.KindPrecondition, "precondition")
	}
	now := s.Now()
	var was models.Merge
	_, err := s.deskUpdate(ctx, id, *seen, models.ActUnmerge, never, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		if f.Merged != nil {
			was = *f.Merged
		}
		return f.Unmerge(by, now)
	})
	if err != nil {
		return err
	}
	err = store.SettleMerge(ctx, s.Store, was.Into, was.ID, now)
	s.Wake()
	if models.ErrorKindOf(err) == models.KindWrongState { // the merging was not through, and never will be
		return nil
	}
	return err
}

// DeskLink links a case with a related one.
func (s *server) DeskLink(ctx context.Context, in api.DeskLinkRequestObject) (api.DeskLinkResponseObject, error) {
	v, err := s.joinedAnswer(ctx, in.ID, s.link(ctx, in.ID, in.Params.IfMatch, in.Body.Code, value(in.Body.Reason)))
	return api.DeskLink200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) link(ctx context.Context, id string, seen *string, code, reason string) error {
	f, err := s.seenCase(ctx, id, seen, models.ActLink)
	if err != nil {
		return err
	}
	other, err := s.otherCase(ctx, "code", code, models.ActLink)
	if err != nil {
		return err
	}
	first, second := f, other
	if second.ID < first.ID {
		first, second = second, first
	}
	now := s.Now()
	l, err := models.NewLink(of(ctx).Staff.Actor(), first, second, reason, now)
	if err != nil {
		return err
	}
	if _, err := s.Store.UpdateFeedback(ctx, first.ID, func(f *models.Feedback) ([]models.Work, error) { return f.AddLink(l, now) }); err != nil {
		return err
	}
	err = store.SettleLink(ctx, s.Store, first.ID, second.ID, now)
	s.Wake()
	return err
}

// DeskUnlink takes back a link.
func (s *server) DeskUnlink(ctx context.Context, in api.DeskUnlinkRequestObject) (api.DeskUnlinkResponseObject, error) {
	v, err := s.joinedAnswer(ctx, in.ID, s.unlink(ctx, in.ID, in.Params.IfMatch, in.Other))
	return api.DeskUnlink200JSONResponse{DeskViewJSONResponse: v}, err
}

// unlink takes back the link with the case of that code, which the member need not see.
func (s *server) unlink(ctx context.Context, id string, seen *string, typed string) error {
	f, err := s.seenCase(ctx, id, seen, models.ActUnlink)
	if err != nil {
		return err
	}
	code, _ := models.ParseCode(typed)
	for _, l := range f.Links {
		if l.Code != code {
			continue
		}
		first, second, now := min(f.ID, l.ID), max(f.ID, l.ID), s.Now()
		_, err := s.Store.UpdateFeedback(ctx, first, func(f *models.Feedback) ([]models.Work, error) {
			return f.RemoveLink(of(ctx).Staff.Actor(), second, now), nil
		})
		if err == nil {
			err = store.SettleLink(ctx, s.Store, first, second, now)
		}
		s.Wake()
		return err
	}
	return models.ErrNotFound
}

// DeskSplit makes cases of several matters of a letter.
func (s *server) DeskSplit(ctx context.Context, in api.DeskSplitRequestObject) (api.DeskSplitResponseObject, error) {
	var parts []models.PartText
	for _, p := range in.Body.Parts {
		parts = append(parts, models.PartText{Title: p.Title, Body: p.Body, Agency: value(p.Agency), Field: value(p.Field), Uploads: p.Uploads})
	}
	id := madeID(of(ctx).Account, in.ID+" split", in.Params.IdempotencyKey)
	v, err := s.joinedAnswer(ctx, in.ID, s.split(ctx, in.ID, in.Params.IfMatch, id, parts))
	return api.DeskSplit200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) split(ctx context.Context, id string, seen *string, splitting string, parts []models.PartText) error {
	if seen == nil {
		return models.Fail(models.KindPrecondition, "precondition")
	}
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return err
	}
	if err := of(ctx).Staff.MayOn(models.ActSplit, f); err != nil {
		return err
	}
	who, err := s.senderOf(ctx, f)
	if err != nil {
		return err
	}
	now := s.Now()
	has := func(f *models.Feedback) bool {
		for _, p := range f.Parts {
			if p.Split == splitting {
				return true
			}
		}
		return false
	}
	_, err = s.deskUpdate(ctx, id, *seen, models.ActSplit, has, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Split(by, splitting, parts, who, s.Ref, now)
	})
	if err != nil {
		return err
	}
	return store.SettleSplit(ctx, s.Store, id, now)
}

// DeskUnsplit undoes the newest splitting.
func (s *server) DeskUnsplit(ctx context.Context, in api.DeskUnsplitRequestObject) (api.DeskUnsplitResponseObject, error) {
	v, err := s.joinedAnswer(ctx, in.ID, s.unsplit(ctx, in.ID, in.Params.IfMatch))
	return api.DeskUnsplit200JSONResponse{DeskViewJSONResponse: v}, err
}

// unsplit takes the newest parts back, unless somebody has worked on one of them.
func (s *server) unsplit(ctx context.Context, id string, seen *string) error {
	f, err := s.seenCase(ctx, id, seen, models.ActUnsplit)
	if err != nil {
		return err
	}
	now := s.Now()
	if f.MayUnsplit(now) {
		for _, p := range f.NewestParts() {
			g, err := s.Store.Feedback(ctx, p.ID)
			if errors.Is(err, models.ErrNotFound) {
				continue // it is not made yet
			}
			if err != nil {
				return err
			}
			if !g.Untouched() || !g.Status.Open() {
				return models.Fail(models.KindWrongState, "part_worked_on")
			}
		}
	}
	_, err = s.deskUpdate(ctx, id, *seen, models.ActUnsplit, never, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Unsplit(by, now)
	})
	if err != nil {
		return err
	}
	return store.SettleSplit(ctx, s.Store, id, now)
}

// joinedViews says which other cases a case has to do with; to its sender only what
// concerns them.
func joinedViews(f *models.Feedback) (merged, partOf *api.CaseLink, parts []api.CaseLink) {
	if m := f.Merged; m != nil {
		merged = &api.CaseLink{Code: m.Code, At: m.At}
	}
	if o := f.PartOf; o != nil {
		partOf = &api.CaseLink{Code: o.Code, At: o.At}
	}
	for _, p := range f.Parts {
		parts = append(parts, api.CaseLink{Code: p.Code, At: p.At})
	}
	return merged, partOf, parts
}

// joinedDesk adds what only staff see of other cases.
func joinedDesk(v *api.DeskFeedback, f *models.Feedback, mayUnmerge bool) {
	v.MergedInto, v.PartOf, v.Parts = joinedViews(f)
	if v.MergedInto != nil {
		v.MergedInto.Reason, v.MergedInto.MayUndo = optional(f.Merged.Reason), &mayUnmerge
	}
	if p := f.Proposed; p != nil {
		v.MergeProposed = &api.CaseLink{Code: p.Code, At: p.At, Reason: optional(p.Reason)}
	}
	for _, d := range f.Duplicates {
		if !d.Pending {
			v.Duplicates = append(v.Duplicates, api.CaseLink{Code: d.Code, At: d.At, Reason: optional(d.Reason)})
		}
	}
	for _, l := range f.Links {
		v.Links = append(v.Links, api.CaseLink{Code: l.Code, At: l.At, Reason: optional(l.Reason)})
	}
}
