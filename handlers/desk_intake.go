package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// DeskCreateFeedback keys in what came on paper, by phone, at the counter or by mail
// (QĐ 31/2021/QĐ-TTg Art. 43: such petitions must be entered in full).
func (s *server) DeskCreateFeedback(ctx context.Context, in api.DeskCreateFeedbackRequestObject) (api.DeskCreateFeedbackResponseObject, error) {
	f, err := s.keyIn(ctx, in.Params.IdempotencyKey, in.Body)
	if err != nil {
		return nil, err
	}
	v, err := s.deskAnswer(ctx, f.AsCreated())
	if err != nil {
		return nil, err
	}
	return api.DeskCreateFeedback201JSONResponse{DeskCreatedJSONResponse: api.DeskCreatedJSONResponse{
		Body: v.Body, Headers: api.DeskCreatedResponseHeaders{ETag: v.Headers.ETag, Location: "/v1/desk/feedback/" + f.ID},
	}}, nil
}

// keyIn stores what a clerk enters for a sender, once for each key.
func (s *server) keyIn(ctx context.Context, key string, b *api.NewDeskFeedback) (*models.Feedback, error) {
	r := of(ctx)
	if n := b.Notice; n != nil && !slices.ContainsFunc(s.Ref.NoticesUntil(s.Now()), func(x models.Notice) bool { return x.Version == n.Version }) {
		return nil, models.Invalid([]models.FieldError{{Field: "notice.version", Code: "unknown"}})
	}
	who, err := json.Marshal(b.Sender)
	if err != nil {
		return nil, err
	}
	sender, err := s.enterSender(ctx, b.Sender, models.DeriveID(r.Account, "sender", key, string(who)))
	if err != nil {
		return nil, err
	}
	f, err := s.submit(ctx, key, b, b.Uploads, keyedIn(b, sender, r.actor()))
	if err != nil || b.Notice == nil {
		return f, err
	}
	now := s.Now()
	_, err = s.Store.UpdatePerson(ctx, sender.ID, func(p *models.Person) error {
		p.Told(b.Notice.Version, models.Source(b.Notice.Where), r.Account, now)
		return nil
	})
	return f, err
}

// keyedIn is the submission of what a clerk enters.
func keyedIn(b *api.NewDeskFeedback, sender *models.Person, by models.Actor) models.Submission {
	return models.Submission{
		Sender: sender, Title: b.Title, Body: b.Body, Province: value(b.Province), Commune: value(b.Commune), Place: value(b.Place),
		Field: value(b.Field), Agency: value(b.Agency), PublishName: b.PublishName, Private: b.Private,
		Source: models.Source(b.Source), By: by,
	}
}

// enterSender finds the sender by phone, or makes a person under that ID. What a known
// person said of themselves is not overwritten by a clerk.
func (s *server) enterSender(ctx context.Context, in api.NewSender, id string) (*models.Person, error) {
	phone, index := normalPhone(value(in.Phone)), ""
	if phone != "" {
		index = s.Keyring.Index(phone)
		p, err := s.Store.PersonByPhone(ctx, index)
		if err == nil && len(p.Name) == 0 {
			return s.Store.UpdatePerson(ctx, p.ID, func(p *models.Person) error {
				if len(p.Name) == 0 {
					p.Name, p.UpdatedAt = s.Keyring.Seal(models.CleanLine(in.Name)), s.Now()
				}
				return nil
			})
		}
		if !errors.Is(err, models.ErrNotFound) {
			return p, err
		}
	}
	now := s.Now()
	p := &models.Person{
		ID: id, PhoneIndex: index, Phone: s.Keyring.Seal(phone), Name: s.Keyring.Seal(models.CleanLine(in.Name)),
		Email: s.Keyring.Seal(models.CleanLine(value(in.Email))), Address: s.Keyring.Seal(models.CleanLine(value(in.Address))),
		Organisation: s.Keyring.Seal(models.CleanLine(value(in.Organisation))), Business: in.Kind == api.SenderKindBusiness,
		Language: "vi", CreatedAt: now, UpdatedAt: now,
	}
	err := s.Store.CreatePerson(ctx, p)
	if errors.Is(err, models.ErrExists) {
		if index != "" {
			if have, err := s.Store.PersonByPhone(ctx, index); err == nil {
				return have, nil
			}
		}
		return s.Store.Person(ctx, id)
	}
	return p, err
}

// DeskListParked lists work that was given up after many tries. It is the program's and
// not an agency's: only the root's administrators see it.
func (s *server) DeskListParked(ctx context.Context, in api.DeskListParkedRequestObject) (api.DeskListParkedResponseObject, error) {
	if err := s.atRoot(ctx); err != nil {
		return nil, err
	}
	page, err := s.Store.ParkedWork(ctx, limitOf(in.Params.Limit), value(in.Params.Next))
	if err != nil {
		return nil, err
	}
	list := api.ParkedWorkList{Items: []api.ParkedWork{}, Next: optional(page.Next)}
	for _, w := range page.Items {
		item := api.ParkedWork{ID: w.ID, Kind: string(w.Kind), Reason: w.Reason, Attempts: w.Attempts, CreatedAt: w.CreatedAt, ParkedAt: w.DueAt}
		f, err := s.Store.Feedback(ctx, w.OwnerID)
		if err == nil {
			item.Feedback = &api.FeedbackRef{ID: f.ID, Code: f.Code}
		} else if !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
		list.Items = append(list.Items, item)
	}
	return api.DeskListParked200JSONResponse(list), nil
}

// DeskRetryWork gives parked work, one piece or all of it, another round of tries.
func (s *server) DeskRetryWork(ctx context.Context, in api.DeskRetryWorkRequestObject) (api.DeskRetryWorkResponseObject, error) {
	return api.DeskRetryWork204Response{}, s.retryWork(ctx, in.ID)
}

func (s *server) retryWork(ctx context.Context, id string) error {
	if err := s.atRoot(ctx); err != nil {
		return err
	}
	now := s.Now()
	release := s.Store.ReleaseWork
	if id == "all" {
		release = s.releaseAll
	}
	if err := release(ctx, id, now); err != nil {
		return err
	}
	s.Wake()
	return s.audit(ctx, models.NewID(), of(ctx).actor(), models.ActRetryWork, id, "", now)
}

// releaseAll releases work until none is parked. What another request released
// meanwhile is no error.
func (s *server) releaseAll(ctx context.Context, _ string, now time.Time) error {
	for {
		page, err := s.Store.ParkedWork(ctx, 100, "")
		if err != nil || len(page.Items) == 0 {
			return err
		}
		for _, w := range page.Items {
			if err := s.Store.ReleaseWork(ctx, w.ID, now); err != nil && !errors.Is(err, models.ErrNotFound) {
				return err
			}
		}
	}
}
