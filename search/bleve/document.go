package bleve

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	bleve "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"kiennghi/models"
	"kiennghi/search"
)

// The fields of the index. Three hold a document's words: of its title, of all its texts,
// and pairs of neighbours in all its texts. Vietnamese writes a space after every syllable,
// so that it is the pairs that carry most of the meaning.
const (
	fieldTitle = "t"
	fieldWords = "w"
	fieldPairs = "p"

	fieldCode     = "code"
	fieldAgency   = "agency"
	fieldScope    = "scope"
	fieldField    = "field"
	fieldProvince = "province"
	fieldStatus   = "status"
	fieldPublic   = "public"
	fieldTime     = "time"  // seconds as a number, to select by
	fieldFacts    = "facts" // what is counted and sorted by; see columns.go

	storedTitle   = "title"
	storedBody    = "body"
	storedReply   = "reply"
	storedDate    = "date" // milliseconds
	storedVersion = "version"
)

// tokens is a text that was taken apart before it was handed to the engine.
type tokens []string

func (t tokens) Analyze([]byte) analysis.TokenStream { return stream(t) }

// pairs returns the pairs of neighbours.
func pairs(words []string) []string {
	out := make([]string, 0, max(len(words)-1, 0))
	for i := 1; i < len(words); i++ {
		out = append(out, words[i-1]+" "+words[i])
	}
	return out
}

// maxTerm is the longest word that is indexed, in bytes; nobody searches for longer ones.
const maxTerm = 100

func stream(words []string) analysis.TokenStream {
	list := make([]analysis.Token, len(words))
	out := make(analysis.TokenStream, 0, len(words))
	for i, w := range words {
		if len(w) > maxTerm {
			continue
		}
		list[i] = analysis.Token{Term: []byte(w), Position: i + 1}
		out = append(out, &list[i])
	}
	return out
}

// build makes the engine's document. What a list shows is stored: texts, for titles and
// snippets, and a few properties; everything else is only indexed.
func build(d search.Document) *document.Document {
	doc := document.NewDocument(d.ID)
	add := func(name, value string, options index.FieldIndexingOptions, a analysis.Analyzer) {
		if value != "" {
			doc.AddField(document.NewTextFieldCustom(name, nil, []byte(value), options, a))
		}
	}
	const (
		freq = index.IndexField
		flag = index.IndexField | index.SkipFreqNorm
	)
	title, body, reply := search.Strip(d.Title), search.Strip(d.Body), search.Strip(d.Reply)
	for i, s := range []string{title, body, reply} {
		words := models.Words(s)
		if i == 0 {
			add(fieldTitle, s, flag, tokens(words))
		}
		add(fieldWords, s, freq, tokens(words))
		add(fieldPairs, s, flag, tokens(pairs(words)))
	}
	add(storedTitle, title, index.StoreField, nil)
	add(storedBody, body, index.StoreField, nil)
	add(storedReply, reply, index.StoreField, nil)

	if code, ok := models.ParseCode(d.Code); ok {
		add(fieldCode, code, flag|index.StoreField, nil)
	}
	add(fieldAgency, d.Agency, flag|index.StoreField, nil)
	add(fieldField, d.Field, flag|index.StoreField, nil)
	add(fieldProvince, d.Province, flag|index.StoreField, nil)
	if d.Version > 0 {
		add(storedVersion, strconv.FormatInt(d.Version, 10), index.StoreField, nil)
	}
	add(fieldStatus, d.Status, flag, nil)
	for _, s := range d.Scope {
		add(fieldScope, s, flag, nil)
	}
	if d.Public {
		add(fieldPublic, "1", flag, nil)
	}
	year, millis := "", int64(0)
	if !d.Date.IsZero() {
		year, millis = d.Date.In(models.VietNam).Format("2006"), max(d.Date.UnixMilli(), 0)
		add(storedDate, strconv.FormatInt(d.Date.UnixMilli(), 10), index.StoreField, nil)
		doc.AddField(document.NewNumericFieldWithIndexingOptions(fieldTime, nil, seconds(d.Date), index.IndexField))
	}
	facts := strings.Join([]string{d.Agency, d.Field, d.Province, year, fmt.Sprintf("%0*d", dateDigits, millis)}, separator)
	add(fieldFacts, facts, flag|index.DocValues, nil)
	return doc
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// putAtOnce is how many documents go into one batch; it bounds the memory of a Put.
const putAtOnce = 500

// put stores documents and returns when they can be found and are on disk.
func put(gen bleve.Index, docs []search.Document) error {
	for len(docs) > 0 {
		n := min(len(docs), putAtOnce)
		b := gen.NewBatch()
		for _, d := range docs[:n] {
			if err := b.IndexAdvanced(build(d)); err != nil {
				return err
			}
		}
		if err := gen.Batch(b); err != nil {
			return err
		}
		docs = docs[n:]
	}
	return nil
}

// Put stores or replaces documents.
func (x *Index) Put(ctx context.Context, docs ...search.Document) error {
	return x.with(ctx, func(gen bleve.Index) error { return put(gen, docs) })
}

// Delete removes documents.
func (x *Index) Delete(ctx context.Context, ids ...string) error {
	return x.with(ctx, func(gen bleve.Index) error {
		b := gen.NewBatch()
		for _, id := range ids {
			b.Delete(id)
		}
		return gen.Batch(b)
	})
}
