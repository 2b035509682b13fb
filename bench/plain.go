package main

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"

	bleve "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"kiennghi/search"
)

// plainBleve is Bleve as its documentation uses it: its own analyzers, queries, facets and
// highlighter, over the same answers and for the same questions as package search/bleve.
type plainBleve struct {
	search.Index // of which it has what reindexing and searching ask for
	x            bleve.Index
}

// plainDocument is what it is given of an answer.
type plainDocument struct {
	Title    string `json:"title"`
	Body     string `json:"body"`
	Reply    string `json:"reply"`
	Agency   string `json:"agency"`
	Field    string `json:"field"`
	Province string `json:"province"`
	Year     string `json:"year"`
}

const foldedText = "folded"

func plainMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	err := m.AddCustomAnalyzer(foldedText, map[string]any{"type": custom.Name, "char_filters": []string{asciifolding.Name},
		"tokenizer": unicode.Name, "token_filters": []string{lowercase.Name}})
	m.DefaultAnalyzer = foldedText
	exact := bleve.NewTextFieldMapping()
	exact.Analyzer, exact.IncludeInAll = keyword.Name, false
	for _, f := range facets {
		m.DefaultMapping.AddFieldMappingsAt(string(f), exact)
	}
	return m, err
}

func (p *plainBleve) Rebuild(ctx context.Context, fill func(put func(docs ...search.Document) error) error) error {
	return fill(func(docs ...search.Document) error { return p.Put(ctx, docs...) })
}

func (p *plainBleve) Put(_ context.Context, docs ...search.Document) error {
	batch := p.x.NewBatch()
	for _, d := range docs {
		if !d.Public {
			continue
		}
		if err := batch.Index(d.ID, plainDocument{d.Title, d.Body, d.Reply, d.Agency, d.Field, d.Province, strconv.Itoa(d.Date.Year())}); err != nil {
			return err
		}
	}
	return p.x.Batch(batch)
}

// Search counts and marks what it finds.
func (p *plainBleve) Search(ctx context.Context, q search.Query) (out search.Result, err error) {
	words := bleve.NewMatchQuery(q.Text)
	words.SetOperator(query.MatchQueryOperatorAnd)
	all := bleve.NewConjunctionQuery(words)
	for field, value := range map[search.Facet]string{search.FacetField: q.Filters.Field, search.FacetProvince: q.Filters.Province} {
		if value != "" {
			is := bleve.NewTermQuery(value)
			is.SetField(string(field))
			all.AddQuery(is)
		}
	}
	ask := bleve.NewSearchRequestOptions(all, q.Limit, 0, false)
	ask.Fields, ask.Highlight = []string{"*"}, bleve.NewHighlight()
	for _, f := range q.Facets {
		ask.AddFacet(string(f), bleve.NewFacetRequest(string(f), 100))
	}
	found, err := p.x.SearchInContext(ctx, ask)
	if err == nil {
		out.Total = int(found.Total)
	}
	return out, err
}

// plain measures Bleve alone.
func (b *bench) plain(ctx context.Context, at *place) error {
	m, err := plainMapping()
	if err != nil {
		return err
	}
	x, err := bleve.New(filepath.Join(b.scratch, "plain"), m)
	if err != nil {
		return err
	}
	logf("indexing for Bleve alone")
	if err = at.reindex(ctx, &plainBleve{x: x}); err == nil {
		err = b.keep("Bleve alone", engine(ctx, &plainBleve{x: x}, newWriter(reference(nil), nil).queries(2000), connections, b.time()))
	}
	return errors.Join(err, x.Close())
}
