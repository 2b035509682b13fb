package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"kiennghi/api"
	"kiennghi/models"
)

// replyText is what an officer wrote, with its uploads attached to the case: those that were
// added, settleFiles is told what became of the reply. Files that a reply of the case has already
// stay, whoever sent them.
func (s *server) replyText(ctx context.Context, id string, t models.ReplyText, uploads []string) (_ models.ReplyText, added []string, err error) {
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return t, nil, err
	}
	if err := of(ctx).Staff.MayOn(models.ActDraft, f); err != nil {
		return t, nil, err
	}
	known := map[string]models.Attachment{}
	for _, r := range f.Replies {
		for _, u := range r.Uploads {
			known[u.ID] = u
		}
		for _, v := range r.Versions { // what was left out may be put back
			for _, u := range v.Uploads {
				known[u.ID] = u
			}
		}
	}
	for _, task := range f.Tasks { // the lead makes one answer of what others contributed
		for _, u := range task.Uploads {
			known[u.ID] = u
		}
	}
	for _, id := range uploads {
		if _, ok := known[id]; !ok {
			added = append(added, id)
		}
	}
	files, err := s.attach(ctx, of(ctx).Account, added, id)
	if err != nil {
		return t, nil, s.settleFiles(ctx, id, added, err)
	}
	for _, u := range files {
		known[u.ID] = u
	}
	for i, id := range uploads {
		if u, ok := known[id]; ok && !slices.Contains(uploads[:i], id) {
			t.Uploads = append(t.Uploads, u)
		}
	}
	return t, added, nil
}

// settleFiles makes of files that replyText attached to a case what they are now that the reply was
// saved, or was not with that error, which it returns: used, when a reply has them, else files of
// nobody but who sent them. When it is unclear what happened they stay attached. Whoever takes a
// mark away looks at the case once more, and who saved marks once more, so that of two at the same
// moment the one that saved keeps its files.
func (s *server) settleFiles(ctx context.Context, feedback string, files []string, saved error) error {
	var stale *staleError
	kind := models.ErrorKindOf(saved)
	unclear := saved != nil && !errors.As(saved, &stale) && (kind == models.KindUnavailable || kind == models.KindInternal)
	if len(files) == 0 || unclear {
		return saved
	}
	if saved != nil {
		if err := s.unmark(ctx, feedback, files); err != nil {
			s.Log.Warn("files of a reply that was refused stay with the case", "feedback", feedback, "error", err.Error())
			return saved
		}
	}
	err := s.markNamed(ctx, feedback, files)
	if saved != nil {
		return saved
	}
	return err
}

// unmark makes those of the files unused that the case does not have.
func (s *server) unmark(ctx context.Context, feedback string, files []string) error {
	f, err := s.Store.Feedback(ctx, feedback)
	if err != nil {
		return err
	}
	for _, id := range files {
		if isAmong(f.AllUploads(), id) {
			continue
		}
		_, err := s.Store.UpdateUpload(ctx, id, func(u *models.Upload) error {
			if u.FeedbackID != feedback {
				return nil
			}
			u.FeedbackID, u.ForReply = "", feedback
			if now := s.Now(); u.KeptUntil.Before(now) {
				u.KeptUntil = now
			}
			return nil
		})
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
	}
	return nil
}

// letDropped makes those files of a draft unused that it had before it was saved anew, and that the
// case has no more: nobody would see them, and they would stay as long as the case. The draft is
// saved whatever becomes of them.
func (s *server) letDropped(ctx context.Context, feedback string, before, after []models.Attachment) {
	var files []string
	for _, a := range before {
		if !isAmong(after, a.ID) {
			files = append(files, a.ID)
		}
	}
	if len(files) == 0 {
		return
	}
	if err := s.unmark(ctx, feedback, files); err != nil {
		s.Log.Warn("files taken out of a reply stay with the case", "feedback", feedback, "error", err.Error())
	}
}

// markNamed marks those of the files as used that the case has.
func (s *server) markNamed(ctx context.Context, feedback string, files []string) error {
	f, err := s.Store.Feedback(ctx, feedback)
	if err != nil {
		return err
	}
	for _, id := range files {
		if !isAmong(f.AllUploads(), id) {
			continue
		}
		u, err := s.Store.Upload(ctx, id)
		if err == nil && u.FeedbackID == "" {
			_, err = s.Store.UpdateUpload(ctx, id, func(u *models.Upload) error {
				if u.FeedbackID == "" {
					u.FeedbackID = feedback
				}
				return nil
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func isAmong(files []models.Attachment, id string) bool {
	return slices.ContainsFunc(files, func(a models.Attachment) bool { return a.ID == id })
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
	text, added, err := s.replyText(ctx, in.ID, draftText(in.Body), in.Body.Uploads)
	if err != nil {
		return nil, err
	}
	v, err := s.deskCreate(ctx, in.ID, in.Params.IfMatch, models.ActDraft, has, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.DraftReply(by, id, text, now)
	})
	err = s.settleFiles(ctx, in.ID, added, err)
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
	text, added, err := s.replyText(ctx, in.ID, draftText(in.Body), in.Body.Uploads)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	var before []models.Attachment
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActEdit, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		if r, err := f.Reply(in.Rid); err == nil {
			before = r.Uploads
		}
		return f.EditReply(by, in.Rid, text, now)
	})
	err = s.settleFiles(ctx, in.ID, added, err)
	if err == nil {
		s.letDropped(ctx, in.ID, before, text.Uploads)
	}
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
		return work, f.SealReply(reply, s.Ref.SealKeys().Sealer, now)
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
		return work, f.SealPublication(s.Ref.SealKeys().Sealer, now)
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
