package handlers

import (
	"context"
	"errors"
	"slices"

	"kiennghi/api"
	"kiennghi/models"
)

// deskDo is what an action does to a feedback. It may run more than once.
type deskDo func(f *models.Feedback, by models.Actor) ([]models.Work, error)

// deskChange is the one way in which staff change a case: what they saw must be what
// is there, and they must be allowed. It answers with the case as it is then.
func (s *server) deskChange(ctx context.Context, id string, ifMatch *string, a models.Action, do deskDo) (api.DeskViewJSONResponse, error) {
	return s.deskCreate(ctx, id, ifMatch, a, func(*models.Feedback) bool { return false }, do)
}

// deskCreate is deskChange for what may be there already under the same idempotency
// key. A repeat is recognised before the version is looked at: the first time changed it.
func (s *server) deskCreate(ctx context.Context, id string, ifMatch *string, a models.Action, has func(*models.Feedback) bool, do deskDo) (api.DeskViewJSONResponse, error) {
	if ifMatch == nil {
		return api.DeskViewJSONResponse{}, models.Fail(models.KindPrecondition, "precondition")
	}
	f, err := s.deskUpdate(ctx, id, *ifMatch, a, has, do)
	if errors.Is(err, models.ErrConflict) {
		return api.DeskViewJSONResponse{}, s.stale(ctx, id)
	}
	if err != nil {
		return api.DeskViewJSONResponse{}, err
	}
	return s.deskAnswer(ctx, f)
}

// deskUpdate changes a case that the member may change and saw as it is; models.ErrConflict
// when they saw an older version.
func (s *server) deskUpdate(ctx context.Context, id, seen string, a models.Action, has func(*models.Feedback) bool, do deskDo) (*models.Feedback, error) {
	me := of(ctx).Staff
	mask, err := s.masking(ctx, id, a)
	if err != nil {
		return nil, err
	}
	f, err := s.Store.UpdateFeedback(ctx, id, models.Clocked(s.Ref.Rules, s.Ref.Tree, s.Now(), func(f *models.Feedback) ([]models.Work, error) {
		if err := me.MayOn(a, f); err != nil {
			return nil, err
		}
		if !has(f) && !versionIn(seen, f.Version) {
			return nil, models.ErrConflict
		}
		mask(f)
		if a == models.ActUnseal {
			if err := s.mayOpen(ctx, f.SenderID); err != nil {
				return nil, err
			}
		}
		work, err := do(f, me.Actor())
		if err == nil {
			mask(f) // also what was just written for all to read
		}
		return work, err
	}))
	if err == nil {
		s.Wake()
	}
	return f, err
}

// mayOpen refuses to open an identity whose owner restricted that, or that is severed.
func (s *server) mayOpen(ctx context.Context, person string) error {
	p, err := s.Store.Person(ctx, person)
	switch {
	case err != nil:
		return err
	case p.SeveredAt != nil:
		return models.Fail(models.KindWrongState, "identity_severed")
	case p.RestrictedAt != nil:
		return models.Fail(models.KindWrongState, "identity_restricted")
	}
	return nil
}

// stale is the answer to a change of something that was seen in an older version.
func (s *server) stale(ctx context.Context, id string) error {
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return err
	}
	if err := of(ctx).Staff.MayOn(models.ActView, f); err != nil {
		return err
	}
	v, tag, err := s.deskView(ctx, f)
	if err != nil {
		return err
	}
	return &staleError{current: v, etag: tag}
}

// deskAnswer shows a case after a change. When the change took the case out of the
// member's sight (forwarded to another agency), it is shown this one last time.
func (s *server) deskAnswer(ctx context.Context, f *models.Feedback) (api.DeskViewJSONResponse, error) {
	v, tag, err := s.deskView(ctx, f)
	return api.DeskViewJSONResponse{Body: v, Headers: api.DeskViewResponseHeaders{ETag: tag}}, err
}

// DeskGetFeedback shows a case to staff.
func (s *server) DeskGetFeedback(ctx context.Context, in api.DeskGetFeedbackRequestObject) (api.DeskGetFeedbackResponseObject, error) {
	f, err := s.Store.Feedback(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := of(ctx).Staff.MayOn(models.ActView, f); err != nil {
		return nil, err
	}
	v, err := s.deskAnswer(ctx, f)
	return api.DeskGetFeedback200JSONResponse{DeskViewJSONResponse: v}, err
}

// DeskAssign hands a case to an agency within the member's own reach.
func (s *server) DeskAssign(ctx context.Context, in api.DeskAssignRequestObject) (api.DeskAssignResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActAssign, s.assigning(in.Body.Agency, value(in.Body.Note)))
	return api.DeskAssign200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) assigning(agency, note string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		path, err := s.pathTo(agency)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(path, by.Agency) {
			return nil, models.Fail(models.KindForbidden, "cannot_assign_upward")
		}
		return f.Assign(by, path, note, now)
	}
}

// pathTo returns an assignable agency and all above it.
func (s *server) pathTo(code string) ([]string, error) {
	a, ok := s.Ref.Tree.Get(code)
	if !ok || !a.Assignable() {
		return nil, models.Invalid([]models.FieldError{{Field: "agency", Code: "unknown"}})
	}
	return s.Ref.Tree.Path(code), nil
}

// DeskForward passes a case to another agency, anywhere.
func (s *server) DeskForward(ctx context.Context, in api.DeskForwardRequestObject) (api.DeskForwardResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActForward, s.forwarding(in.Body.Agency, in.Body.Note))
	return api.DeskForward200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) forwarding(agency, note string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		path, err := s.pathTo(agency)
		if err != nil {
			return nil, err
		}
		return f.Forward(by, path, note, now)
	}
}

// DeskReturn gives a case back to triage.
func (s *server) DeskReturn(ctx context.Context, in api.DeskReturnRequestObject) (api.DeskReturnResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActReturn, s.returning(in.Body.Reason))
	return api.DeskReturn200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) returning(reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Return(by, reason, s.Ref.Tree, now)
	}
}

// DeskRefuse does not accept a submission, on a lawful ground and with a direction.
func (s *server) DeskRefuse(ctx context.Context, in api.DeskRefuseRequestObject) (api.DeskRefuseResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActRefuse, s.refusing(in.Body.Ground, in.Body.Direction))
	return api.DeskRefuse200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) refusing(ground, direction string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		g, ok := s.Ref.Ground(ground)
		if !ok {
			return nil, models.Invalid([]models.FieldError{{Field: "ground", Code: "unknown"}})
		}
		return f.Refuse(by, g, direction, now)
	}
}

// DeskListRefusalGrounds lists the lawful grounds.
func (s *server) DeskListRefusalGrounds(ctx context.Context, _ api.DeskListRefusalGroundsRequestObject) (api.DeskListRefusalGroundsResponseObject, error) {
	lang := of(ctx).Lang
	list := api.RefusalGroundList{Items: []api.RefusalGround{}}
	for _, g := range s.Ref.Grounds {
		list.Items = append(list.Items, api.RefusalGround{
			Code: g.Code, Name: models.TextPair{VI: g.Text, EN: g.TextEN}.In(lang), LegalBasis: g.LegalBasis,
			Direction: models.TextPair{VI: g.Direction, EN: g.DirectionEN}.In(lang),
		})
	}
	return api.DeskListRefusalGrounds200JSONResponse(list), nil
}

// DeskRequestInfo asks the sender for what is missing.
func (s *server) DeskRequestInfo(ctx context.Context, in api.DeskRequestInfoRequestObject) (api.DeskRequestInfoResponseObject, error) {
	files, err := s.filesToSend(ctx, in.ID, models.ActRequestInfo, in.Body.Uploads)
	if err != nil {
		return nil, err
	}
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActRequestInfo, s.asking(in.Body.Question, files))
	return api.DeskRequestInfo200JSONResponse{DeskViewJSONResponse: v}, err
}

// filesToSend makes files of the member those of a case, with which they go to its sender.
func (s *server) filesToSend(ctx context.Context, id string, a models.Action, uploads []string) ([]models.Attachment, error) {
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := of(ctx).Staff.MayOn(a, f); err != nil { // before a file becomes the case's
		return nil, err
	}
	return s.attach(ctx, of(ctx).Account, uploads, id)
}

func (s *server) asking(question string, files []models.Attachment) deskDo {
	now, id := s.Now(), models.NewID()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.RequestInfo(by, id, question, files, now)
	}
}

// DeskWrite tells the sender something that they need not answer.
func (s *server) DeskWrite(ctx context.Context, in api.DeskWriteRequestObject) (api.DeskWriteResponseObject, error) {
	files, err := s.filesToSend(ctx, in.ID, models.ActWrite, in.Body.Uploads)
	if err != nil {
		return nil, err
	}
	id := madeID(of(ctx).Account, in.ID+" write", in.Params.IdempotencyKey)
	has := func(f *models.Feedback) bool {
		return slices.ContainsFunc(f.Messages, func(m models.Message) bool { return m.ID == id })
	}
	v, err := s.deskCreate(ctx, in.ID, in.Params.IfMatch, models.ActWrite, has, s.writing(id, in.Body.Body, files))
	return api.DeskWrite200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) writing(id, body string, files []models.Attachment) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Write(by, id, body, files, now)
	}
}

// DeskAddNote adds a note for staff.
func (s *server) DeskAddNote(ctx context.Context, in api.DeskAddNoteRequestObject) (api.DeskAddNoteResponseObject, error) {
	now, id := s.Now(), madeID(of(ctx).Account, in.ID+" note", in.Params.IdempotencyKey)
	has := func(f *models.Feedback) bool {
		return slices.ContainsFunc(f.Notes, func(n models.Note) bool { return n.ID == id })
	}
	v, err := s.deskCreate(ctx, in.ID, in.Params.IfMatch, models.ActNote, has, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.AddNote(by, id, in.Body.Body, now)
	})
	return api.DeskAddNote200JSONResponse{DeskViewJSONResponse: v}, err
}

// DeskTake makes the member the case's handler.
func (s *server) DeskTake(ctx context.Context, in api.DeskTakeRequestObject) (api.DeskTakeResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActTake, s.taking())
	return api.DeskTake200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) taking() deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Take(by, now)
	}
}

// DeskClassify corrects what a submission is and what it is about.
func (s *server) DeskClassify(ctx context.Context, in api.DeskClassifyRequestObject) (api.DeskClassifyResponseObject, error) {
	b := in.Body
	c := models.Classification{Kind: models.Kind(value(b.Kind)), Field: value(b.Field), Province: value(b.Province), Commune: value(b.Commune), Regime: models.Regime(value(b.Regime))}
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActClassify, s.classifying(c))
	return api.DeskClassify200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) classifying(c models.Classification) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Classify(by, c, s.Ref, now)
	}
}

// DeskUnseal opens the sender's identity to the member, with a reason that the sender
// gets to read.
func (s *server) DeskUnseal(ctx context.Context, in api.DeskUnsealRequestObject) (api.DeskUnsealResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActUnseal, s.unsealing(in.Body.Reason))
	return api.DeskUnseal200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) unsealing(reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Unseal(by, reason, now)
	}
}
