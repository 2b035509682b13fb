// Package meili is the search engine Meilisearch, asked over HTTP. It fulfils
// search.Index.
package meili

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"kiennghi/models"
	"kiennghi/search"
)

var _ search.Index = (*Index)(nil)

var errClosed = errors.New("the search index is closed")

const (
	askTime   = 2 * time.Second  // for a search to answer
	openTime  = 2 * time.Second  // that a start waits for the server
	setUpTime = 5 * time.Second  // for setting the index up, when a call needs it first
	writeTime = 60 * time.Second // for a write to be found
)

// Index is a search.Index in a Meilisearch server. Several processes may use it.
type Index struct {
	client   meilisearch.ServiceManager
	name     string
	embedder *meilisearch.Embedder // nil: documents resemble each other by their words alone

	closed  atomic.Bool
	setUp   atomic.Bool
	setting chan struct{} // full while somebody sets up
}

// Open connects to the index with that name and gives it its settings; it makes the
// index when there is none. A server that cannot be reached now is no error: the
// settings are then given as soon as it can. A refused key is one. With an embedder the server
// makes a vector of every document, and Similar goes by what a text means, too.
func Open(ctx context.Context, address, key, name string, embedder *meilisearch.Embedder) (*Index, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("search: %q is not the address of a Meilisearch server", address)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32
	transport.ResponseHeaderTimeout = 30 * time.Second
	x := &Index{name: name, embedder: embedder, setting: make(chan struct{}, 1), client: meilisearch.New(strings.TrimRight(address, "/"),
		meilisearch.WithAPIKey(key), meilisearch.WithCustomClient(&http.Client{Transport: retry{transport}}))}
	var refused *meilisearch.Error
	waiting, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	if err := x.ready(waiting); errors.As(err, &refused) && (refused.StatusCode == http.StatusUnauthorized || refused.StatusCode == http.StatusForbidden) {
		return nil, errors.New("search: the Meilisearch server refuses the key")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return x, nil
}

// retry sends a request again when the connection failed. All requests of this
// package may be sent twice.
type retry struct{ next http.RoundTripper }

func (r retry) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	wait := 50 * time.Millisecond
	for try := 0; ; try++ {
		again := req.Clone(req.Context())
		if req.Body != nil {
			again.Body = io.NopCloser(bytes.NewReader(body))
		}
		resp, err := r.next.RoundTrip(again)
		if err == nil || try == 2 {
			return resp, err
		}
		select {
		case <-req.Context().Done():
			return nil, err
		case <-time.After(wait):
			wait *= 4
		}
	}
}

func (x *Index) settings() *meilisearch.Settings {
	s := &meilisearch.Settings{
		SearchableAttributes: []string{"title", "body", "reply"},
		FilterableAttributes: []string{"code", "agency", "scope", "field", "province", "status", "public", "year", "date"},
		SortableAttributes:   []string{"date", "id"},
		// The order that is asked for goes before all; without one it changes nothing.
		RankingRules: []string{"sort", "words", "typo", "proximity", "attribute", "exactness", "date:desc", "id:asc"},
		TypoTolerance: &meilisearch.TypoTolerance{
			Enabled: true, DisableOnNumbers: true, DisableOnWords: []string{}, DisableOnAttributes: []string{},
			MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 5, TwoTypos: 255},
		},
		Pagination: &meilisearch.Pagination{MaxTotalHits: search.MaxDepth},
		Faceting:   &meilisearch.Faceting{MaxValuesPerFacet: 100, SortFacetValuesBy: map[string]meilisearch.SortFacetType{"*": meilisearch.SortFacetTypeCount}},
	}
	if x.embedder != nil {
		s.Embedders = map[string]meilisearch.Embedder{embedderName: *x.embedder}
	}
	return s
}

// ready sets the index up when that has not been done yet.
func (x *Index) ready(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if x.closed.Load() {
		return errClosed
	}
	if x.setUp.Load() {
		return nil
	}
	select {
	case x.setting <- struct{}{}:
		defer func() { <-x.setting }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if x.setUp.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, setUpTime)
	defer cancel()
	if err := x.make(ctx, x.name); err != nil {
		return err
	}
	x.setUp.Store(true)
	return nil
}

// make makes an index, or leaves the one that is there, and gives it its settings.
func (x *Index) make(ctx context.Context, name string) error {
	_, err := x.client.GetIndexWithContext(ctx, name)
	there := err == nil
	if !there {
		var e *meilisearch.Error
		if !errors.As(err, &e) || e.StatusCode != http.StatusNotFound {
			return err
		}
		task, err := x.client.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: name, PrimaryKey: "id"})
		if err := x.done(ctx, task, err); err != nil && !strings.Contains(err.Error(), "index_already_exists") {
			return err
		}
	}
	task, err := x.client.Index(name).UpdateSettingsWithContext(ctx, x.settings())
	if there && err == nil { // one that is set up can be asked; the server may be busy for long
		filters, err := x.client.Index(name).GetFilterableAttributesWithContext(ctx)
		if err == nil && filters != nil && len(*filters) >= len(x.settings().FilterableAttributes) {
			return nil
		}
	}
	return x.done(ctx, task, err)
}

// done waits until a task has succeeded.
func (x *Index) done(ctx context.Context, task *meilisearch.TaskInfo, err error) error {
	if err != nil {
		return err
	}
	for wait := 5 * time.Millisecond; ; wait = min(wait*3/2, 200*time.Millisecond) {
		t, err := x.client.GetTaskWithContext(ctx, task.TaskUID)
		if err != nil {
			return err
		}
		switch t.Status {
		case meilisearch.TaskStatusSucceeded:
			return nil
		case meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return fmt.Errorf("meilisearch task %d %s: %s: %s", task.TaskUID, t.Status, t.Error.Code, t.Error.Message)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// within calls f with a time limit, after the index was set up.
func (x *Index) within(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := x.ready(limited); err != nil {
		return fail(ctx, err)
	}
	return fail(ctx, f(limited))
}

// fail is search.Fail with an error that may be logged: the client's own ones quote what
// was asked and answered, so texts of cases.
func fail(ctx context.Context, err error) error {
	var e *meilisearch.Error
	if !errors.As(err, &e) {
		return search.Fail(ctx, err)
	}
	told := fmt.Errorf("meilisearch: %s %s: status %d %s", e.Method, e.Endpoint, e.StatusCode, e.MeilisearchApiError.Code)
	var network net.Error
	if errors.As(e.OriginError, &network) || errors.Is(e.OriginError, context.DeadlineExceeded) {
		told = fmt.Errorf("meilisearch: %s %s: %w", e.Method, e.Endpoint, e.OriginError)
	}
	return search.Fail(ctx, told)
}

// Rebuild fills a new index, swaps it with the one in use and deletes the old one.
func (x *Index) Rebuild(ctx context.Context, fill func(put func(docs ...search.Document) error) error) error {
	if err := x.ready(ctx); err != nil {
		return fail(ctx, err)
	}
	x.removeLeftovers(ctx)
	name := x.name + rebuilding + models.NewID()
	if err := x.make(ctx, name); err != nil {
		return fail(ctx, err)
	}
	defer func() { // after the swap this is the old index
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
		defer cancel()
		task, err := x.client.DeleteIndexWithContext(ctx, name)
		x.done(ctx, task, err)
	}()
	err := fill(func(docs ...search.Document) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return fail(ctx, x.put(ctx, name, docs))
	})
	if err != nil {
		return err
	}
	task, err := x.client.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{x.name, name}}})
	return fail(ctx, x.done(ctx, task, err))
}

// rebuilding stands between an index's name and what tells its next one apart.
const rebuilding = "_next_"

// removeLeftovers deletes what rebuilds that were killed left a day ago or earlier.
// What cannot be deleted now is left to the next time.
func (x *Index) removeLeftovers(ctx context.Context) {
	list, err := x.client.ListIndexesWithContext(ctx, &meilisearch.IndexesQuery{Limit: 1000})
	if err != nil {
		return
	}
	for _, i := range list.Results {
		if strings.HasPrefix(i.UID, x.name+rebuilding) && time.Since(i.CreatedAt) > 24*time.Hour {
			x.client.DeleteIndexWithContext(ctx, i.UID)
		}
	}
}

// Ready answers nil when the server is healthy and the index set up.
func (x *Index) Ready(ctx context.Context) error {
	return x.within(ctx, askTime, func(ctx context.Context) error {
		_, err := x.client.HealthWithContext(ctx)
		return err
	})
}

// Close lets go of the connections.
func (x *Index) Close() error {
	if !x.closed.Swap(true) {
		x.client.Close()
	}
	return nil
}
