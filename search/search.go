// Package search is the contract of the search engine. Package bleve and package
// meili fulfil it; package searchtest checks both with the same suite.
//
// An engine answers with IDs and snippets. The caller loads the records and checks
// who may see them, so a stale index cannot show what is no longer public. What is
// put in must already be free of personal data (see models.Redact).
//
// Both engines do the same: accents are optional ("dien gia" finds "điện giá", and
// đ equals d), NFC and NFD are the same, typos are forgiven in words of five letters
// and more, the last word of a query matches as a prefix, "quoted words" match as a
// phrase. A record that holds every word comes first; when fewer than Enough do (none,
// when sorted by date), records that hold only some of the words follow. A text without
// letters and digits is an empty one, and only the first MaxWords words count.
package search

import (
	"context"
	"time"

	"kiennghi/models"
)

// Document is one entry of the index: a feedback.
type Document struct {
	ID       string
	Code     string // tracking code, as models.NewCode makes it; a query that is a code finds it
	Title    string
	Body     string
	Reply    string
	Agency   string
	Scope    []string // agencies whose staff can see the case
	Field    string
	Province string
	Status   string
	Kind     string
	Public   bool
	Date     time.Time // when published, else when received
	Version  int64     // of the record that the document was made of
}

// Filters restrict a query. Zero fields do not restrict.
type Filters struct {
	Public   bool // only public ones
	Scope    string
	Agency   string
	Field    string
	Province string
	Status   string
	From, To time.Time // Date at or after From and before To
}

// Sort is the order of hits.
type Sort string

const (
	ByRelevance Sort = "" // with an empty Text: newest first
	Newest      Sort = "newest"
	Oldest      Sort = "oldest"
)

// Facet is a property to count by.
type Facet string

const (
	FacetAgency   Facet = "agency"
	FacetField    Facet = "field"
	FacetProvince Facet = "province"
	FacetYear     Facet = "year" // of Date, in Viet Nam's time
)

// MaxDepth is how deep a result can be paged into; Total may be larger.
const MaxDepth = 10000

// Query asks for one page of hits.
type Query struct {
	Text    string // as typed; may be empty
	Filters Filters
	Facets  []Facet
	Sort    Sort
	Offset  int
	Limit   int // 1 to 100; 0 means 20
}

// MarkStart and MarkEnd enclose what matched, in titles and snippets. They cannot
// occur in a document: Put removes them.
const (
	MarkStart = "\x02"
	MarkEnd   = "\x03"
)

// Hit is one found document.
type Hit struct {
	ID       string
	Code     string
	Agency   string
	Field    string
	Province string
	Date     time.Time // when published, else when received
	Version  int64     // of the record that this was made of; 0 when it is not known
	Title    string    // with marks
	Snippet  string    // about 200 characters around the best match in reply, else body, with marks
	Score    float64   // above 0 to 1, comparable within one answer only
}

// Count is one value of a facet.
type Count struct {
	Value string
	Count int
}

// Result is one page.
type Result struct {
	Hits   []Hit
	Total  int               // all matches; an estimate above MaxDepth
	Facets map[Facet][]Count // up to 100 values each, most frequent first, then by value
}

// Index is the whole contract. Every error is models.ErrUnavailable, except a
// cancelled context's and what fill returned to Rebuild.
type Index interface {
	// Put stores or replaces documents; when it returns they can be found.
	Put(ctx context.Context, docs ...Document) error
	// Delete removes documents; an unknown ID is no error. When it returns they cannot be found.
	Delete(ctx context.Context, ids ...string) error
	// Search answers a query.
	Search(ctx context.Context, q Query) (Result, error)
	// Similar returns up to n documents that resemble a text of any length, best first.
	Similar(ctx context.Context, text string, f Filters, n int) ([]Hit, error)
	// Answering returns the agencies of the documents that Similar returns, in the same order
	// and with the same scores, without the cost of reading them.
	Answering(ctx context.Context, text string, f Filters, n int) ([]models.RouteHit, error)
	// Suggest returns up to n public documents of different titles in which words begin
	// with what was typed: ID and Title, without marks.
	Suggest(ctx context.Context, prefix string, n int) ([]Hit, error)
	// Rebuild makes a new, empty index, lets fill put into it, and then puts it in the
	// old one's place at once; the old one answers until then. When fill fails the old one
	// stays. What is Put meanwhile goes to the old one: the caller puts it again afterwards.
	Rebuild(ctx context.Context, fill func(put func(docs ...Document) error) error) error
	// Ready answers nil when the engine can be asked now.
	Ready(ctx context.Context) error
	// Close lets go of the engine.
	Close() error
}
