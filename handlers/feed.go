package handlers

import (
	"context"
	"html"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/search"
)

// AnswersFeed is the Atom feed of a search in the published answers, newest first.
func (s *server) AnswersFeed(ctx context.Context, in api.AnswersFeedRequestObject) (api.AnswersFeedResponseObject, error) {
	p := in.Params
	q := answerQuery{q: value(p.Q), agency: value(p.Agency), field: value(p.Field), province: value(p.Province), limit: 50, sort: search.Newest}
	self := url.Values{}
	for name, v := range map[string]string{"q": q.q, "agency": q.agency, "field": q.field, "province": q.province} {
		if v != "" {
			self.Set(name, v)
		}
	}
	if p.From != nil {
		q.from = dayStart(p.From.Time)
		self.Set("from", p.From.Format(time.DateOnly))
	}
	if p.To != nil {
		q.to = dayStart(p.To.Time).AddDate(0, 0, 1)
		self.Set("to", p.To.Format(time.DateOnly))
	}
	list, _, err := s.findAnswers(ctx, q)
	if err != nil {
		return nil, err
	}
	answers, err := s.whole(ctx, list)
	if err != nil {
		return nil, err
	}
	address := s.PublicURL + "/v1/feeds/answers.atom"
	if len(self) > 0 {
		address += "?" + self.Encode()
	}
	title := models.TextPair{VI: "Trả lời phản ánh, kiến nghị", EN: "Answers to feedback and petitions"}.In(of(ctx).Lang)
	if q.q != "" {
		title += ": " + q.q
	}
	feed := &feeds.Feed{Id: address, Title: title, Link: &feeds.Link{Href: address, Rel: "self"}, Updated: s.Now()}
	for i, a := range answers {
		updated, text := a.PublishedAt, html.EscapeString(models.Shorten(a.Reply, 500))
		if x := a.Changed(); x != nil {
			updated = x.At
			what := s.publicStep(*x, true, of(ctx).Lang)
			if reason, _ := x.ReasonIn(of(ctx).Lang); reason != "" {
				what += ": " + reason
			}
			text = html.EscapeString(what) + "\n\n" + text
		}
		if i == 0 || updated.After(feed.Updated) {
			feed.Updated = updated
		}
		link := s.PublicURL + "/answers/" + a.Code
		feed.Items = append(feed.Items, &feeds.Item{
			Id: link, Title: a.Title, Link: &feeds.Link{Href: link}, Author: &feeds.Author{Name: s.agencyRef(a.Agency).Name},
			Description: strings.ReplaceAll(text, "\n", "<br>"), Created: a.CreatedAt, Updated: updated,
		})
	}
	text, err := feed.ToAtom()
	if err != nil {
		return nil, err
	}
	return api.AnswersFeed200ApplicationAtomXMLResponse{
		Body: strings.NewReader(text), ContentLength: int64(len(text)),
		Headers: api.AnswersFeed200ResponseHeaders{CacheControl: cacheAnswers},
	}, nil
}
