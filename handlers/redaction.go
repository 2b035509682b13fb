package handlers

import (
	"context"
	"errors"
	"slices"

	"kiennghi/api"
	"kiennghi/models"
)

// senderOf opens what is known of who sent a case; nothing when nobody knows any more.
func (s *server) senderOf(ctx context.Context, f *models.Feedback) (models.Sender, error) {
	p, err := s.Store.Person(ctx, f.SenderID)
	if errors.Is(err, models.ErrNotFound) {
		return models.Sender{}, nil
	}
	if err != nil {
		return models.Sender{}, err
	}
	return s.Keyring.OpenSender(p)
}

// masking returns what has to be done to a case before an action that lets others read more of
// it, be it who sent a duplicate: to find what is known of the sender, as it is now.
func (s *server) masking(ctx context.Context, id string, a models.Action) (func(*models.Feedback), error) {
	if a != models.ActApprove && a != models.ActPublish && a != models.ActRedact {
		return func(*models.Feedback) {}, nil
	}
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return nil, err
	}
	who, err := s.senderOf(ctx, f)
	return func(f *models.Feedback) { f.FindSender(who) }, err
}

// previewOf is what the public would read if the reply were published now, and what of it
// is hidden; nil when the case is never published.
func (s *server) previewOf(ctx context.Context, f *models.Feedback, reply string) (*models.Answer, []models.Hidden, error) {
	who, err := s.senderOf(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	g := *f
	g.Replies, g.Timeline = slices.Clone(f.Replies), slices.Clone(f.Timeline)
	g.FindSender(who)
	a, hidden, ok := models.Preview(&g, reply, s.Now())
	if !ok {
		return nil, nil, nil
	}
	return &a, hidden, nil
}

// DeskGetRedaction shows a publisher what would be public, and what is hidden of it.
func (s *server) DeskGetRedaction(ctx context.Context, in api.DeskGetRedactionRequestObject) (api.DeskGetRedactionResponseObject, error) {
	f, err := s.Store.Feedback(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := of(ctx).Staff.MayOn(models.ActRedact, f); err != nil {
		return nil, err
	}
	r, err := f.Reply(in.Rid)
	if err != nil {
		return nil, err
	}
	a, hidden, err := s.previewOf(ctx, f, in.Rid)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, models.Fail(models.KindWrongState, f.WhyNot(models.ActRedact))
	}
	v := api.Redaction{Title: a.Title, Body: a.Body, Reply: a.Reply, Marks: []api.RedactionMark{}, Files: []api.RedactionFile{}}
	for _, h := range hidden {
		v.Marks = append(v.Marks, api.RedactionMark{In: api.RedactionPlace(h.In), Text: h.Text, Kind: optionalKind(h.Kind), Source: api.RedactionMarkSource(h.Source),
			Lifted: h.Lifted, Reason: optional(h.Reason)})
	}
	for _, u := range r.Uploads {
		v.Files = append(v.Files, api.RedactionFile{ID: u.ID, Name: u.Name, LookedAt: r.Looked(u)})
	}
	return api.DeskGetRedaction200JSONResponse{Body: v, Headers: api.DeskGetRedaction200ResponseHeaders{ETag: etagOf(f.Version, of(ctx).Lang)}}, nil
}

func optionalKind(k models.MarkKind) *api.MarkKind {
	if k == "" {
		return nil
	}
	kind := api.MarkKind(k)
	return &kind
}

// DeskRedact writes down what a publisher decided about marks and files.
func (s *server) DeskRedact(ctx context.Context, in api.DeskRedactRequestObject) (api.DeskRedactResponseObject, error) {
	var marks []models.MarkDecision
	for _, m := range in.Body.Marks {
		d := models.MarkDecision{In: string(m.In), Text: m.Text, Lift: m.Lift != nil && *m.Lift, Reason: m.Reason}
		if m.Kind != nil {
			d.Kind = models.MarkKind(*m.Kind)
		}
		marks = append(marks, d)
	}
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActRedact, s.redacting(in.Rid, marks, in.Body.LookedAt))
	return api.DeskRedact200JSONResponse{DeskViewJSONResponse: v}, err
}

// redacting decides about marks and about files of a reply. What is public changes with
// it, and is sealed anew.
func (s *server) redacting(reply string, marks []models.MarkDecision, looked []string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		var work []models.Work
		if _, err := f.Reply(reply); err != nil {
			return nil, err
		}
		if len(marks) > 0 || len(looked) == 0 {
			w, err := f.Redact(by, marks, now)
			if err != nil {
				return nil, err
			}
			work = w
		}
		if len(looked) > 0 {
			w, err := f.PassFiles(by, reply, looked, now)
			if err != nil {
				return nil, err
			}
			work = append(work, w...)
		}
		if !f.Public() {
			return work, nil
		}
		return work, f.SealPublication(s.Ref.SealKeys().Sealer, now)
	}
}
