package handlers

import (
	"context"
	"slices"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"kiennghi/api"
	"kiennghi/models"
)

// replyText is what an officer wrote, with its uploads attached to the case. Files that a
// reply of the case has already stay, whoever sent them.
func (s *server) replyText(ctx context.Context, id string, t models.ReplyText, uploads []string) (models.ReplyText, error) {
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return t, err
	}
	if err := of(ctx).Staff.MayOn(models.ActDraft, f); err != nil {
		return t, err
	}
	known := map[string]models.Attachment{}
	for _, r := range f.Replies {
		for _, u := range r.Uploads {
			known[u.ID] = u
		}
	}
	for _, task := range f.Tasks { // the lead makes one answer of what others contributed
		for _, u := range task.Uploads {
			known[u.ID] = u
		}
	}
	var added []string
	for _, id := range uploads {
		if _, ok := known[id]; !ok {
			added = append(added, id)
		}
	}
	files, err := s.attach(ctx, of(ctx).Account, added, id)
	if err != nil {
		return t, err
	}
	for _, u := range files {
		known[u.ID] = u
	}
	for i, id := range uploads {
		if u, ok := known[id]; ok && !slices.Contains(uploads[:i], id) {
			t.Uploads = append(t.Uploads, u)
		}
	}
	return t, nil
}

func draftText(b *api.ReplyDraft) models.ReplyText {
	return models.ReplyText{Body: b.Body, OfficialNumber: value(b.OfficialNumber), OfficialDate: dateText(b.OfficialDate), Reason: value(b.Reason)}
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
	text, err := s.replyText(ctx, in.ID, draftText(in.Body), in.Body.Uploads)
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
	text, err := s.replyText(ctx, in.ID, draftText(in.Body), in.Body.Uploads)
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
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActSubmit, s.submitting(in.Rid))
	return api.DeskSubmitReply200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) submitting(reply string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.SubmitReply(by, reply, now)
	}
}

// DeskApproveReply sends a reply to the sender.
func (s *server) DeskApproveReply(ctx context.Context, in api.DeskApproveReplyRequestObject) (api.DeskApproveReplyResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActApprove, s.approving(in.Rid))
	return api.DeskApproveReply200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) approving(reply string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		work, err := f.ApproveReply(by, reply, now)
		if err != nil {
			return nil, err
		}
		return work, f.SealReply(reply, s.sealer, now)
	}
}

// DeskRejectReply sends a reply back to its author.
func (s *server) DeskRejectReply(ctx context.Context, in api.DeskRejectReplyRequestObject) (api.DeskRejectReplyResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActReject, s.rejecting(in.Rid, in.Body.Remark))
	return api.DeskRejectReply200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) rejecting(reply, remark string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.RejectReply(by, reply, remark, now)
	}
}

// DeskPublishReply makes a sent reply and its question public, again only with a reason.
func (s *server) DeskPublishReply(ctx context.Context, in api.DeskPublishReplyRequestObject) (api.DeskPublishReplyResponseObject, error) {
	reason := ""
	if in.Body != nil {
		reason = value(in.Body.Reason)
	}
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActPublish, s.publishing(in.Rid, reason))
	return api.DeskPublishReply200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) publishing(reply, reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		work, err := f.Publish(by, reply, reason, now)
		if err != nil {
			return nil, err
		}
		return work, f.SealPublication(s.sealer, now)
	}
}

// DeskUnpublishReply takes a reply back from every public place.
func (s *server) DeskUnpublishReply(ctx context.Context, in api.DeskUnpublishReplyRequestObject) (api.DeskUnpublishReplyResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActUnpublish, s.unpublishing(in.Rid, in.Body.Reason))
	return api.DeskUnpublishReply200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) unpublishing(reply, reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Unpublish(by, reply, reason, now)
	}
}
