package handlers

import (
	"context"
	"slices"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"kiennghi/api"
	"kiennghi/models"
)

// replyText is what an officer wrote, with its uploads attached to the case.
func (s *server) replyText(ctx context.Context, id string, b *api.ReplyDraft) (models.ReplyText, error) {
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return models.ReplyText{}, err
	}
	if err := of(ctx).Staff.MayOn(models.ActDraft, f); err != nil {
		return models.ReplyText{}, err
	}
	uploads, err := s.attach(ctx, of(ctx).Account, b.Uploads, id)
	return models.ReplyText{Body: b.Body, OfficialNumber: value(b.OfficialNumber), OfficialDate: dateText(b.OfficialDate), Uploads: uploads}, err
}

func dateText(d *openapi_types.Date) string {
	if d == nil {
		return ""
	}
	return d.Format(time.DateOnly)
}

// DeskCreateReply adds a draft.
func (s *server) DeskCreateReply(ctx context.Context, in api.DeskCreateReplyRequestObject) (api.DeskCreateReplyResponseObject, error) {
	now, id := s.Now(), madeID(of(ctx).Account, in.ID+" reply", in.Params.IdempotencyKey)
	has := func(f *models.Feedback) bool {
		return slices.ContainsFunc(f.Replies, func(r models.Reply) bool { return r.ID == id })
	}
	text, err := s.replyText(ctx, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	v, err := s.deskCreate(ctx, in.ID, in.Params.IfMatch, models.ActDraft, has, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.DraftReply(by, id, text, now)
	})
	if err != nil {
		return nil, err
	}
	return api.DeskCreateReply201JSONResponse{DeskCreatedJSONResponse: api.DeskCreatedJSONResponse{
		Body:    v.Body,
		Headers: api.DeskCreatedResponseHeaders{ETag: v.Headers.ETag, Location: "/v1/desk/feedback/" + in.ID + "/replies/" + id},
	}}, nil
}

// DeskEditReply changes a draft.
func (s *server) DeskEditReply(ctx context.Context, in api.DeskEditReplyRequestObject) (api.DeskEditReplyResponseObject, error) {
	text, err := s.replyText(ctx, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActEdit, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.EditReply(by, in.Rid, text, now)
	})
	return api.DeskEditReply200JSONResponse{DeskViewJSONResponse: v}, err
}

// DeskSubmitReply puts a reply before the approvers.
func (s *server) DeskSubmitReply(ctx context.Context, in api.DeskSubmitReplyRequestObject) (api.DeskSubmitReplyResponseObject, error) {
	now := s.Now()
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActSubmit, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.SubmitReply(by, in.Rid, now)
	})
	return api.DeskSubmitReply200JSONResponse{DeskViewJSONResponse: v}, err
}

// DeskApproveReply sends a reply to the sender.
func (s *server) DeskApproveReply(ctx context.Context, in api.DeskApproveReplyRequestObject) (api.DeskApproveReplyResponseObject, error) {
	now := s.Now()
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActApprove, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.ApproveReply(by, in.Rid, now)
	})
	return api.DeskApproveReply200JSONResponse{DeskViewJSONResponse: v}, err
}

// DeskRejectReply sends a reply back to its author.
func (s *server) DeskRejectReply(ctx context.Context, in api.DeskRejectReplyRequestObject) (api.DeskRejectReplyResponseObject, error) {
	now := s.Now()
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActReject, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.RejectReply(by, in.Rid, in.Body.Remark, now)
	})
	return api.DeskRejectReply200JSONResponse{DeskViewJSONResponse: v}, err
}

// DeskPublishReply makes a sent reply and its question public.
func (s *server) DeskPublishReply(ctx context.Context, in api.DeskPublishReplyRequestObject) (api.DeskPublishReplyResponseObject, error) {
	now := s.Now()
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActPublish, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Publish(by, in.Rid, now)
	})
	return api.DeskPublishReply200JSONResponse{DeskViewJSONResponse: v}, err
}

// DeskUnpublishReply takes a reply back from every public place.
func (s *server) DeskUnpublishReply(ctx context.Context, in api.DeskUnpublishReplyRequestObject) (api.DeskUnpublishReplyResponseObject, error) {
	now := s.Now()
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActUnpublish, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Unpublish(by, in.Rid, in.Body.Reason, now)
	})
	return api.DeskUnpublishReply200JSONResponse{DeskViewJSONResponse: v}, err
}
