package meili

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/meilisearch/meilisearch-go"

	"kiennghi/search"
)

// answers is a server that answers everything the same.
type answers struct {
	status int
	body   string
}

func (a answers) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: req}, nil
}

// FuzzAnswer: whatever the server answers, hits have a score and facets a count, and an error does
// not quote what was asked.
func FuzzAnswer(f *testing.F) {
	f.Add(200, `{"hits": [{"id": "_YQ", "title": "Đèn", "body": "b", "date": 1700000000000, "_rankingScore": 0.5}], "estimatedTotalHits": 1, "facetDistribution": {"agency": {"xa": 2, "so": 2}}}`)
	f.Add(200, `{"results": [{"hits": [{"id": "a", "agency": "x", "_rankingScore": 7}]}, {}, {"hits": [{}]}]}`)
	f.Add(200, `{"hits": [{"id": 5, "date": "x"}], "facetDistribution": []}`)
	f.Add(200, `{"hits": [null], "facetDistribution": null}`)
	f.Add(400, `{"message": "m", "code": "invalid_search_q", "type": "invalid_request", "link": "l"}`)
	f.Add(500, `<html>`)
	const asked = "zyxmar"
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 || strings.Contains(strings.ToLower(body), asked) {
			return
		}
		x := &Index{name: "fuzz", client: meilisearch.New("http://meili.invalid", meilisearch.DisableRetries(), meilisearch.WithCustomClient(&http.Client{Transport: answers{status, body}}))}
		x.setUp.Store(true)
		check := func(found []search.Hit, err error) {
			if err != nil && strings.Contains(strings.ToLower(err.Error()), asked) {
				t.Errorf("the error quotes the query: %v", err)
			}
			for _, h := range found {
				if !(h.Score > 0 && h.Score <= 1) {
					t.Errorf("%+v has score %v", h, h.Score)
				}
			}
		}
		r, err := x.Search(t.Context(), search.Query{Text: "đèn " + asked, Facets: []search.Facet{search.FacetAgency, search.FacetYear}})
		check(r.Hits, err)
		for facet, counts := range r.Facets {
			for i, c := range counts {
				if c.Count < 1 || i > 0 && c.Count > counts[i-1].Count {
					t.Errorf("%s: %v", facet, counts)
				}
			}
		}
		similar, err := x.Similar(t.Context(), "đèn đường hỏng "+asked, search.Filters{}, 5)
		if check(similar, err); len(similar) > 5 {
			t.Errorf("%d of 5", len(similar))
		}
		check(x.Suggest(t.Context(), asked, 3))
	})
}
