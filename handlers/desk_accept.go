package handlers

import (
	"context"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// DeskAccept accepts a complaint or denunciation.
func (s *server) DeskAccept(ctx context.Context, in api.DeskAcceptRequestObject) (api.DeskAcceptResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActAccept, s.accepting(in.Body.Rule))
	return api.DeskAccept200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) accepting(rule string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Accept(by, rule, s.Ref, now)
	}
}

// acceptances are the terms by which the member can accept the case, or go on after that.
func (s *server) acceptances(me *models.Staff, f *models.Feedback, now time.Time) []models.Rule {
	if me.MayOn(models.ActAccept, f) != nil || f.WhyNot(models.ActAccept) != "" {
		return nil
	}
	return f.Acceptances(me.Agency, s.Ref, now)
}

func acceptable(rules []models.Rule) []string {
	out := []string{}
	for _, r := range rules {
		out = append(out, r.Key)
	}
	return out
}

func (s *server) acceptOptions(rules []models.Rule, lang string) (out []web.Option) {
	for _, r := range rules {
		x := s.ruleRow(r, lang)
		out = append(out, web.Option{Value: r.Key, Text: x.For + ": " + x.Term})
	}
	return out
}

func acceptedView(a *models.Acceptance) *api.Acceptance {
	if a == nil {
		return nil
	}
	return &api.Acceptance{At: a.At, Rule: a.Rule}
}
