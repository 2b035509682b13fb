package handlers

import (
	"context"
	"path"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/web"
)

// relatedShown is how many similar answers a page names.
const relatedShown = 5

// answerPage shows one published answer. A code in another form leads to the right address.
func (s *server) answerPage(c *fiber.Ctx) error {
	ctx, lang := c.UserContext(), of(c.UserContext()).Lang
	a, err := s.publicAnswer(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	if a.Code != c.Params("code") {
		return c.Redirect("/answers/"+a.Code, fiber.StatusMovedPermanently)
	}
	p := &web.Answer{Frame: s.frame(c, "answer.title", "/answers"), Code: a.Code, Subject: a.Title, Question: a.Body, Reply: a.Reply, SenderName: a.SenderName,
		Agency: web.Choice{Path: "/agencies/" + a.Agency, Text: s.agencyName(a.Agency, lang)}, Asked: a.CreatedAt, Sent: a.SentAt, Published: a.PublishedAt,
		OfficialNumber: a.OfficialNumber, Summary: models.Shorten(models.CleanLine(web.ReplyText(a.Reply)), 200)}
	p.Title, p.URL = a.Title, s.PublicURL+"/answers/"+a.Code
	if a.Field != "" {
		p.Field = web.Choice{Path: asked{field: a.Field}.path(), Text: s.fieldName(a.Field, lang)}
	}
	if a.Province != "" {
		p.Province = web.Choice{Path: asked{province: a.Province}.path(), Text: s.provinceName(a.Province, lang)}
	}
	p.Commune = s.communeName(a.Commune, lang)
	if day, err := time.ParseInLocation(time.DateOnly, a.OfficialDate, models.VietNam); err == nil {
		p.OfficialDate = day
	}
	for _, u := range a.Uploads {
		p.Files = append(p.Files, web.File{Path: "/v1/uploads/" + u.ID, Name: u.Name, Kind: strings.ToUpper(strings.TrimPrefix(path.Ext(u.Name), ".")), Size: u.Size})
	}
	p.History = s.publicSteps(a.History, lang)
	p.Related = s.related(ctx, a, lang)
	p.Citation = s.citation(a, lang)
	if a.Seal != nil {
		p.Proof, p.Doubt = "/v1/answers/"+a.Code+"/proof", s.doubt(&a, lang)
	}
	p.Data = s.qaPage(a, p.URL, lang)
	return s.show(c, p)
}

// publicSteps says how an answer became what it is now; nothing when it was published once.
func (s *server) publicSteps(history []models.PublicEvent, lang string) []web.PublicStep {
	if len(history) < 2 {
		return nil
	}
	var out []web.PublicStep
	for i, e := range history {
		reason, in := e.ReasonIn(lang)
		out = append(out, web.PublicStep{At: e.At, What: s.publicStep(e, i > 0, lang), Reason: reason, ReasonLang: in})
	}
	return out
}

// publicStep says what happened to an answer; again: it was published before.
func (s *server) publicStep(e models.PublicEvent, again bool, lang string) string {
	what := string(e.Event)
	switch {
	case e.Event == models.ActPublish && again:
		what = "republish"
	case e.Files:
		what = "files"
	case e.Event == models.ActRedact && e.Hides:
		what = "hide"
	case e.Event == models.ActRedact:
		what = "show"
	}
	return s.site.T(lang, "answer.history."+what)
}

// related are published answers to like questions: in the same field, with at least half
// of the words of the title. Which they are is remembered for a while, whether they are
// still public is not. Without the search engine there are none.
func (s *server) related(ctx context.Context, a models.Answer, lang string) []web.AnswerRow {
	hits, err := s.alike.get(a.ID, func() ([]search.Hit, error) {
		r, err := s.Index.Search(ctx, search.Query{Text: a.Title, Filters: search.Filters{Public: true, Field: a.Field}, Limit: relatedShown + 1})
		return r.Hits, err
	})
	if err != nil {
		return nil
	}
	answers, err := s.published(ctx, hits)
	if err != nil {
		return nil
	}
	var others []found
	for _, other := range answers {
		if other.ID != a.ID && len(others) < relatedShown {
			others = append(others, other)
		}
	}
	return s.answerRows(others, lang)
}

// citation is how the answer is quoted.
func (s *server) citation(a models.Answer, lang string) string {
	day := func(t time.Time) string { return t.In(models.VietNam).Format("02/01/2006") }
	if lang == "en" {
		day = func(t time.Time) string { return t.In(models.VietNam).Format("2 January 2006") }
	}
	number := ""
	if a.OfficialNumber != "" {
		number = s.site.T(lang, "answer.citation.number", a.OfficialNumber)
	}
	return s.site.T(lang, "answer.citation.text", s.agencyName(a.Agency, lang), day(a.SentAt), a.Title, a.Code, number, s.PublicURL+"/answers/"+a.Code, day(s.Now()))
}

// qaPage is the answer for machines.
func (s *server) qaPage(a models.Answer, address, lang string) web.QAPage {
	sender := a.SenderName
	if sender == "" {
		sender = s.site.T(lang, "answer.sender")
	}
	page := web.QAPage{Context: "https://schema.org", Type: "QAPage", MainEntity: web.LDQuestion{
		Type: "Question", Name: a.Title, Text: a.Body, InLanguage: "vi", Created: a.CreatedAt, AnswerCount: 1, Author: web.LDAuthor{Type: "Person", Name: sender},
		Accepted: web.LDAnswer{Type: "Answer", Text: a.Reply, InLanguage: "vi", Created: a.SentAt, Published: a.PublishedAt, URL: address,
			Author: web.LDAuthor{Type: "GovernmentOrganization", Name: s.agencyName(a.Agency, lang), URL: s.PublicURL + "/agencies/" + a.Agency}},
	}}
	answer := &page.MainEntity.Accepted
	for i, e := range a.History {
		switch {
		case i == 0:
			answer.Published = e.At
		case e.Event == models.ActPublish:
			answer.Modified = &e.At
			answer.Corrections = append(answer.Corrections, web.LDCorrection{Type: "CorrectionComment", Text: e.Reason, Published: e.At})
		case e.Event == models.ActRedact:
			answer.Modified = &e.At
		}
	}
	return page
}
