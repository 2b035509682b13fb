package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/search"
)

// Cache times of public answers. An answer that was taken back is gone from shared
// caches after a minute.
const (
	cacheAnswers   = "public, max-age=60"
	cacheReference = "public, max-age=3600"
)

// answerQuery is what one asks of the published answers, in the API and the feed.
type answerQuery struct {
	q, agency, field, province string
	from, to                   time.Time
	sort                       search.Sort
	offset, limit              int
	facets                     bool
}

// found is a published answer as lists show it, with its title and a snippet as HTML in
// which what was searched for is marked.
type found struct {
	ID                            string
	Version                       int64
	Code, Agency, Field, Province string
	Title                         string
	PublishedAt                   time.Time
	Marked, Snippet               string
}

// findAnswers searches the published answers; see published.
func (s *server) findAnswers(ctx context.Context, q answerQuery) ([]found, search.Result, error) {
	query := search.Query{
		Text: q.q, Sort: q.sort, Offset: q.offset, Limit: q.limit,
		Filters: search.Filters{Public: true, Agency: q.agency, Field: q.field, Province: q.province, From: q.from, To: q.to},
	}
	if q.facets {
		query.Facets = []search.Facet{search.FacetAgency, search.FacetField, search.FacetProvince, search.FacetYear}
	}
	result, err := s.Index.Search(ctx, query)
	if err != nil {
		return nil, result, err
	}
	answers, err := s.published(ctx, result.Hits)
	return answers, result, err
}

// published returns what is public of the hits, in their order. The index only proposes:
// what it says is shown when it was made, through models.PublicView, of the very version
// that is public now. Otherwise the record is loaded, and what is no longer public is left
// out even while the index still has it.
func (s *server) published(ctx context.Context, hits []search.Hit) ([]found, error) {
	ids := make([]string, len(hits))
	for i, hit := range hits {
		ids[i] = hit.ID
	}
	versions, err := s.Store.PublishedVersions(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]found, 0, len(hits))
	for _, hit := range hits {
		version, public := versions[hit.ID]
		if !public {
			continue
		}
		x := found{ID: hit.ID, Version: version, Code: hit.Code, Agency: hit.Agency, Field: hit.Field, Province: hit.Province,
			Title: unmarked.Replace(hit.Title), PublishedAt: hit.Date}
		if hit.Version != version {
			a, err := s.answer(ctx, hit.ID, version)
			if errors.Is(err, models.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			x = found{ID: a.ID, Version: a.Version, Code: a.Code, Agency: a.Agency, Field: a.Field, Province: a.Province, Title: a.Title, PublishedAt: a.PublishedAt}
			if unmarked.Replace(hit.Title) != a.Title {
				hit.Title = a.Title
			}
		}
		x.Marked, x.Snippet = snippetHTML(hit.Title), snippetHTML(hit.Snippet)
		out = append(out, x)
	}
	return out, nil
}

// whole loads the answers of a list; those that were taken back meanwhile are left out.
func (s *server) whole(ctx context.Context, list []found) ([]models.Answer, error) {
	out := make([]models.Answer, 0, len(list))
	for _, x := range list {
		a, err := s.answer(ctx, x.ID, x.Version)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// answer returns the public view of a record, remembered by its version.
func (s *server) answer(ctx context.Context, id string, version int64) (models.Answer, error) {
	return s.answers.get(id+" "+strconv.FormatInt(version, 10), func() (models.Answer, error) {
		f, err := s.Store.Feedback(ctx, id)
		if err != nil {
			return models.Answer{}, err
		}
		a, ok := models.PublicView(f)
		if !ok {
			return a, models.ErrNotFound
		}
		return a, nil
	})
}

var (
	unmarked = strings.NewReplacer(search.MarkStart, "", search.MarkEnd, "")
	marked   = strings.NewReplacer(search.MarkStart, "<mark>", search.MarkEnd, "</mark>")
)

// snippetHTML escapes a snippet and marks what matched.
func snippetHTML(s string) string { return marked.Replace(html.EscapeString(s)) }

// ListAnswers searches the published answers.
func (s *server) ListAnswers(ctx context.Context, in api.ListAnswersRequestObject) (api.ListAnswersResponseObject, error) {
	p := in.Params
	offset, err := offsetOf(value(p.Next))
	if err != nil {
		return nil, err
	}
	q := answerQuery{q: value(p.Q), agency: value(p.Agency), field: value(p.Field), province: value(p.Province),
		offset: offset, limit: limitOf(p.Limit), sort: answerSort(value(p.Sort)), facets: true}
	if p.From != nil {
		q.from = dayStart(p.From.Time)
	}
	if p.To != nil {
		q.to = dayStart(p.To.Time).AddDate(0, 0, 1)
	}
	r, err := s.listed(ctx, q)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// listTTL is how long a list of answers is remembered: the same few pages are what most
// visitors ask for. A new answer is in them that much later; one that was taken back is
// out at once (see listed).
const listTTL = 2 * time.Second

// answersPage is a list of answers, as it is sent and for pages, and the records that it
// shows.
type answersPage struct {
	rows    []shownRow
	json    []byte
	answers []found
	list    api.AnswerList // Items, Total, Next and Facets
}

type shownRow struct {
	id      string
	version int64
}

// VisitListAnswersResponse sends the page.
func (p *answersPage) VisitListAnswersResponse(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, cacheAnswers)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(p.json)
}

// listed returns a page of answers. One that is remembered is shown only when all its
// records are public and unchanged now; many who ask for the same at once wait for one.
func (s *server) listed(ctx context.Context, q answerQuery) (*answersPage, error) {
	key := fmt.Sprintf("%s %#v", of(ctx).Lang, q)
	if p, ok := s.lists.find(key); ok {
		current, err := s.current(ctx, p)
		if err != nil || current {
			return p, err
		}
	}
	p, err, shared := s.finding.Do(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout) // whoever else waits for it
		defer cancel()
		p, err := s.list(ctx, q)
		if err == nil {
			s.lists.put(key, p)
		}
		return p, err
	})
	if err != nil {
		return nil, err
	}
	page := p.(*answersPage)
	if shared {
		current, err := s.current(ctx, page)
		if err != nil {
			return nil, err
		}
		if !current {
			return s.list(ctx, q)
		}
	}
	return page, nil
}

// current reports whether the records of a page are still as it shows them.
func (s *server) current(ctx context.Context, p *answersPage) (bool, error) {
	ids := make([]string, len(p.rows))
	for i, row := range p.rows {
		ids[i] = row.id
	}
	versions, err := s.Store.PublishedVersions(ctx, ids)
	if err != nil {
		return false, err
	}
	for _, row := range p.rows {
		if v, ok := versions[row.id]; !ok || v != row.version {
			return false, nil
		}
	}
	return true, nil
}

// list searches and makes a page.
func (s *server) list(ctx context.Context, q answerQuery) (*answersPage, error) {
	answers, result, err := s.findAnswers(ctx, q)
	if err != nil {
		return nil, err
	}
	gone := len(result.Hits) - len(answers) // in the index still, but no longer public
	list := api.AnswerList{Items: []api.AnswerSummary{}, Total: result.Total - gone,
		Next: optional(nextOffset(q.offset, q.limit, result.Total)), Facets: s.facetsView(result.Facets, of(ctx).Lang)}
	for _, a := range answers {
		list.Items = append(list.Items, api.AnswerSummary{
			Code: a.Code, Title: a.Title, Snippet: a.Snippet, Agency: *s.agencyRef(a.Agency), Field: optional(a.Field),
			Province: optional(a.Province), PublishedAt: a.PublishedAt,
		})
	}
	page := &answersPage{answers: answers, list: list}
	for _, a := range answers {
		page.rows = append(page.rows, shownRow{a.ID, a.Version})
	}
	page.json, err = json.Marshal(list)
	return page, err
}

func answerSort(s string) search.Sort {
	switch api.AnswerSort(s) {
	case api.AnswerSortNewest:
		return search.Newest
	case api.AnswerSortOldest:
		return search.Oldest
	}
	return search.ByRelevance
}

// dayStart is the beginning of a date in Viet Nam.
func dayStart(d time.Time) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, models.VietNam)
}

func (s *server) facetsView(facets map[search.Facet][]search.Count, lang string) *api.Facets {
	values := func(f search.Facet, name func(string) string) []api.FacetValue {
		out := make([]api.FacetValue, 0, len(facets[f]))
		for _, c := range facets[f] {
			out = append(out, api.FacetValue{Value: c.Value, Name: name(c.Value), Count: c.Count})
		}
		return out
	}
	return &api.Facets{
		Agency:   values(search.FacetAgency, func(v string) string { return s.agencyRef(v).Name }),
		Field:    values(search.FacetField, func(v string) string { return s.fieldName(v, lang) }),
		Province: values(search.FacetProvince, func(v string) string { return s.provinceName(v, lang) }),
		Year:     values(search.FacetYear, func(v string) string { return v }),
	}
}

func (s *server) fieldName(slug, lang string) string {
	if f, ok := s.Ref.Fields.Get(slug, s.Now()); ok {
		return models.TextPair{VI: f.Name, EN: f.NameEN}.In(lang)
	}
	return slug
}

// publicAnswer returns one published answer by its code; gone when it was public once.
func (s *server) publicAnswer(ctx context.Context, code string) (models.Answer, error) {
	code, ok := models.ParseCode(code)
	if !ok {
		return models.Answer{}, models.ErrNotFound
	}
	f, err := s.Store.FeedbackByCode(ctx, code)
	if err != nil {
		return models.Answer{}, err
	}
	a, ok := models.PublicView(f)
	if !ok {
		if f.Published != nil {
			return models.Answer{}, models.Fail(models.KindGone, "")
		}
		return models.Answer{}, models.ErrNotFound
	}
	return a, nil
}

// historyView says how an answer became what it is now.
func historyView(history []models.PublicEvent, lang string) []api.AnswerEvent {
	out := []api.AnswerEvent{}
	for i, e := range history {
		reason, _ := e.ReasonIn(lang)
		x := api.AnswerEvent{At: e.At, Event: api.AnswerEventEvent(e.Event), Reason: optional(reason)}
		switch {
		case e.Event == models.ActPublish && i > 0:
			x.Event = api.AnswerEventEventCorrect
		case e.Files:
			x.Event = api.AnswerEventEventFiles
		case e.Event == models.ActRedact && e.Hides:
			x.Event = api.AnswerEventEventHide
		case e.Event == models.ActRedact:
			x.Event = api.AnswerEventEventShow
		}
		out = append(out, x)
	}
	return out
}

// GetAnswer shows one published answer.
func (s *server) GetAnswer(ctx context.Context, in api.GetAnswerRequestObject) (api.GetAnswerResponseObject, error) {
	a, err := s.publicAnswer(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	v := api.AnswerView{
		Code: a.Code, Title: a.Title, Body: a.Body, SenderName: optional(a.SenderName), Agency: *s.agencyRef(a.Agency),
		Field: optional(a.Field), Province: optional(a.Province), Commune: optional(a.Commune), CreatedAt: a.CreatedAt,
		PublishedAt: a.PublishedAt, Reply: api.Reply{Body: a.Reply, OfficialNumber: optional(a.OfficialNumber),
			OfficialDate: dateView(a.OfficialDate), SentAt: a.SentAt, Uploads: uploadsView(a.Uploads)},
		History: historyView(a.History, of(ctx).Lang),
	}
	return api.GetAnswer200JSONResponse{Body: v, Headers: api.GetAnswer200ResponseHeaders{CacheControl: cacheAnswers}}, nil
}

// Suggest completes what is being typed with titles of published answers.
func (s *server) Suggest(ctx context.Context, in api.SuggestRequestObject) (api.SuggestResponseObject, error) {
	list := api.SuggestList{Items: []api.SuggestionText{}}
	if q := strings.TrimSpace(value(in.Params.Q)); q != "" {
		hits, err := s.Index.Suggest(ctx, q, 8)
		if err != nil {
			return nil, err
		}
		answers, err := s.published(ctx, hits)
		if err != nil {
			return nil, err
		}
		for _, a := range answers {
			list.Items = append(list.Items, api.SuggestionText{Text: a.Title})
		}
	}
	return api.Suggest200JSONResponse{Body: list, Headers: api.Suggest200ResponseHeaders{CacheControl: cacheAnswers}}, nil
}
