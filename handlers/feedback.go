package handlers

import (
	"context"
	"encoding/json"
	"errors"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// CreateFeedback receives a submission.
func (s *server) CreateFeedback(ctx context.Context, in api.CreateFeedbackRequestObject) (api.CreateFeedbackResponseObject, error) {
	r := of(ctx)
	sender, err := s.Store.Person(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	b := in.Body
	f, err := s.submit(ctx, in.Params.IdempotencyKey, b, b.Uploads, models.Submission{
		Sender: sender, Title: b.Title, Body: b.Body, Province: value(b.Province), Commune: value(b.Commune), Place: value(b.Place),
		Field: value(b.Field), Agency: value(b.Agency), PublishName: b.PublishName, Private: b.Private,
		Source: source(r.Agent), By: r.actor(),
	})
	if err != nil {
		return nil, err
	}
	first := f.AsCreated()
	return api.CreateFeedback201JSONResponse{
		Body:    s.feedbackView(first, r.Lang),
		Headers: api.CreateFeedback201ResponseHeaders{ETag: etagOf(first.Version, r.Lang), Location: "/v1/feedback/" + f.Code},
	}, nil
}

// source tells the mobile app from the web by its User-Agent.
func source(agent string) models.Source {
	if len(agent) >= 5 && agent[:5] == "Mgov/" {
		return models.FromApp
	}
	return models.FromWeb
}

// submit stores a submission once for each account and key, whatever happens between:
// the record's ID follows from them. A repeat finds the first record; with another body
// it is refused.
func (s *server) submit(ctx context.Context, key string, body any, uploads []string, in models.Submission) (*models.Feedback, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	in.ID = models.DeriveID(in.By.ID, "feedback", key)
	in.RequestHash = models.Hash(string(encoded))
	if in.SenderIs, err = s.Keyring.OpenSender(in.Sender); err != nil {
		return nil, err
	}
	in.SenderName = in.SenderIs.Name
	if len(uploads) > 0 { // only a submission that holds marks its files as used
		if _, _, err := models.NewFeedback(in, s.Ref, s.Now()); err != nil {
			return nil, err
		}
	}
	var free []freeUpload
	if in.Uploads, free, err = s.findUploads(ctx, in.By.ID, uploads, in.ID); err != nil {
		return nil, err
	}
	for range 5 {
		f, work, err := models.NewFeedback(in, s.Ref, s.Now())
		if err != nil {
			return nil, err
		}
		if err := s.markUploads(ctx, in.By.ID, free, in.ID); err != nil { // as attach does, but not for what is refused
			return nil, err
		}
		err = s.Store.CreateFeedback(ctx, f, work...)
		if err == nil {
			s.Wake()
			if f.Due == nil {
				s.Log.Error("a feedback has no due date: no rule or no calendar for its time", "feedback", f.ID)
			}
			return f, nil
		}
		if !errors.Is(err, models.ErrExists) {
			return nil, err
		}
		have, err := s.Store.Feedback(ctx, in.ID)
		if err == nil {
			if have.RequestHash != in.RequestHash {
				return nil, models.Fail(models.KindInvalid, "idempotency_mismatch")
			}
			return have, nil
		}
		if !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
		// The tracking code was taken: another one is drawn.
	}
	return nil, models.Fail(models.KindUnavailable, "")
}

// ListMyFeedback lists the sender's own cases, in full.
func (s *server) ListMyFeedback(ctx context.Context, in api.ListMyFeedbackRequestObject) (api.ListMyFeedbackResponseObject, error) {
	r := of(ctx)
	q := store.FeedbackQuery{Sender: r.Account, Limit: limitOf(in.Params.Limit), Next: value(in.Params.Next)}
	if in.Params.UpdatedAfter != nil {
		q.UpdatedAfter, q.Sort = *in.Params.UpdatedAfter, store.ByUpdated
	}
	page, err := s.Store.ListFeedback(ctx, q)
	if err != nil {
		return nil, err
	}
	list := api.FeedbackList{Items: []api.Feedback{}, Next: optional(page.Next)}
	for _, row := range page.Items {
		f, err := s.Store.Feedback(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, s.feedbackView(f, r.Lang))
	}
	return api.ListMyFeedback200JSONResponse(list), nil
}

func limitOf(n *int) int {
	if n == nil {
		return 20
	}
	return *n
}

// GetMyFeedback shows one case to its sender.
func (s *server) GetMyFeedback(ctx context.Context, in api.GetMyFeedbackRequestObject) (api.GetMyFeedbackResponseObject, error) {
	r := of(ctx)
	if in.Params.IfNoneMatch != nil {
		tag, err := s.unchanged(ctx, in.Code, *in.Params.IfNoneMatch)
		if err != nil {
			return nil, err
		}
		if tag != "" {
			return api.GetMyFeedback304Response{Headers: api.GetMyFeedback304ResponseHeaders{ETag: tag}}, nil
		}
	}
	f, err := s.mine(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	return api.GetMyFeedback200JSONResponse{FeedbackViewJSONResponse: s.senderAnswer(f, r.Lang)}, nil
}

// unchanged returns the ETag of a case of the signed-in sender when it is the one that
// they have, else nothing. Apps ask this often: it is answered without reading and
// decoding the whole record.
func (s *server) unchanged(ctx context.Context, code, have string) (string, error) {
	r := of(ctx)
	code, ok := models.ParseCode(code)
	if !ok {
		return "", models.ErrNotFound
	}
	sender, version, err := s.Store.VersionByCode(ctx, code)
	if err != nil {
		return "", err
	}
	if sender != r.Account {
		return "", models.ErrNotFound
	}
	tag := etagOf(version, r.Lang)
	if !sameTag(have, tag) {
		return "", nil
	}
	return tag, nil
}

// mine loads a case of the signed-in sender. Another's does not exist for them.
func (s *server) mine(ctx context.Context, code string) (*models.Feedback, error) {
	code, ok := models.ParseCode(code)
	if !ok {
		return nil, models.ErrNotFound
	}
	f, err := s.Store.FeedbackByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	if f.SenderID != of(ctx).Account {
		return nil, models.ErrNotFound
	}
	return f, nil
}

func (s *server) senderAnswer(f *models.Feedback, lang string) api.FeedbackViewJSONResponse {
	return api.FeedbackViewJSONResponse{
		Body: s.feedbackView(f, lang), Headers: api.FeedbackViewResponseHeaders{ETag: etagOf(f.Version, lang)},
	}
}

// changeMine lets the sender do something to their own case.
func (s *server) changeMine(ctx context.Context, code string, do func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error) {
	f, err := s.mine(ctx, code)
	if err != nil {
		return nil, err
	}
	f, err = s.Store.UpdateFeedback(ctx, f.ID, models.Clocked(s.Ref.Rules, s.Ref.Tree, s.Now(), do))
	if err == nil {
		s.Wake()
	}
	return f, err
}

// AddMessage adds what the sender writes.
func (s *server) AddMessage(ctx context.Context, in api.AddMessageRequestObject) (api.AddMessageResponseObject, error) {
	f, err := s.writeMessage(ctx, in.Code, in.Body.Body, in.Body.Uploads, in.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return api.AddMessage201JSONResponse{FeedbackViewJSONResponse: s.senderAnswer(f, of(ctx).Lang)}, nil
}

func (s *server) writeMessage(ctx context.Context, code, body string, uploadIDs []string, key *string) (*models.Feedback, error) {
	r, now := of(ctx), s.Now()
	f, err := s.mine(ctx, code)
	if err != nil {
		return nil, err
	}
	uploads, err := s.attach(ctx, r.Account, uploadIDs, f.ID)
	if err != nil {
		return nil, err
	}
	id := madeID(r.Account, f.ID+" message", key)
	return s.changeMine(ctx, code, func(f *models.Feedback) ([]models.Work, error) {
		return f.AddMessage(r.actor(), id, body, uploads, now)
	})
}

// madeID is the ID of what a POST creates: derived from the idempotency key when there
// is one, else random.
func madeID(account, what string, key *string) string {
	if key == nil {
		return models.NewID()
	}
	return models.DeriveID(account, what, *key)
}

// WithdrawFeedback ends the sender's case at their wish.
func (s *server) WithdrawFeedback(ctx context.Context, in api.WithdrawFeedbackRequestObject) (api.WithdrawFeedbackResponseObject, error) {
	reason := ""
	if in.Body != nil {
		reason = value(in.Body.Reason)
	}
	f, err := s.withdraw(ctx, in.Code, reason)
	if err != nil {
		return nil, err
	}
	return api.WithdrawFeedback200JSONResponse{FeedbackViewJSONResponse: s.senderAnswer(f, of(ctx).Lang)}, nil
}

func (s *server) withdraw(ctx context.Context, code, reason string) (*models.Feedback, error) {
	now := s.Now()
	return s.changeMine(ctx, code, func(f *models.Feedback) ([]models.Work, error) {
		return f.Withdraw(of(ctx).actor(), reason, now)
	})
}

// RateFeedback keeps the sender's opinion of the answer.
func (s *server) RateFeedback(ctx context.Context, in api.RateFeedbackRequestObject) (api.RateFeedbackResponseObject, error) {
	f, err := s.rate(ctx, in.Code, in.Body.Score, value(in.Body.Comment))
	if err != nil {
		return nil, err
	}
	return api.RateFeedback200JSONResponse{FeedbackViewJSONResponse: s.senderAnswer(f, of(ctx).Lang)}, nil
}

func (s *server) rate(ctx context.Context, code string, score int, comment string) (*models.Feedback, error) {
	now := s.Now()
	return s.changeMine(ctx, code, func(f *models.Feedback) ([]models.Work, error) {
		return f.Rate(of(ctx).actor(), score, comment, now)
	})
}

// ReopenFeedback puts an ended case back to work.
func (s *server) ReopenFeedback(ctx context.Context, in api.ReopenFeedbackRequestObject) (api.ReopenFeedbackResponseObject, error) {
	f, err := s.reopen(ctx, in.Code, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.ReopenFeedback200JSONResponse{FeedbackViewJSONResponse: s.senderAnswer(f, of(ctx).Lang)}, nil
}

func (s *server) reopen(ctx context.Context, code, reason string) (*models.Feedback, error) {
	now := s.Now()
	return s.changeMine(ctx, code, func(f *models.Feedback) ([]models.Work, error) {
		return f.Reopen(of(ctx).actor(), reason, s.Ref.Rules, now)
	})
}
