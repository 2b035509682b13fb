package meili

import (
	"context"
	"encoding/base64"
	"regexp"
	"strings"

	"kiennghi/models"
	"kiennghi/search"
)

// document is a search.Document as the server keeps it.
type document struct {
	ID       string   `json:"id"`
	Code     string   `json:"code,omitempty"`
	Title    string   `json:"title"`
	Body     string   `json:"body"`
	Reply    string   `json:"reply"`
	Agency   string   `json:"agency,omitempty"`
	Scope    []string `json:"scope,omitempty"`
	Field    string   `json:"field,omitempty"`
	Province string   `json:"province,omitempty"`
	Status   string   `json:"status,omitempty"`
	Public   bool     `json:"public"`
	Year     string   `json:"year,omitempty"` // in Viet Nam's time
	Date     int64    `json:"date"`           // milliseconds
	Version  int64    `json:"version,omitempty"`
}

func build(d search.Document) document {
	out := document{
		ID: keyOf(d.ID), Title: search.Strip(d.Title), Body: search.Strip(d.Body), Reply: search.Strip(d.Reply),
		Agency: d.Agency, Scope: d.Scope, Field: d.Field, Province: d.Province, Status: d.Status, Public: d.Public, Version: d.Version,
	}
	out.Code, _ = models.ParseCode(d.Code)
	if !d.Date.IsZero() {
		out.Year, out.Date = d.Date.In(models.VietNam).Format("2006"), d.Date.UnixMilli()
	}
	return out
}

var plainKey = regexp.MustCompile(`^[a-zA-Z0-9-][a-zA-Z0-9_-]{0,199}$`)

// keyOf returns an ID in the letters that the server allows.
func keyOf(id string) string {
	if plainKey.MatchString(id) {
		return id
	}
	return "_" + base64.RawURLEncoding.EncodeToString([]byte(id))
}

func idOf(key string) string {
	if rest, ok := strings.CutPrefix(key, "_"); ok {
		if id, err := base64.RawURLEncoding.DecodeString(rest); err == nil {
			return string(id)
		}
	}
	return key
}

// putAtOnce is how many documents go into one request.
const putAtOnce = 2000

func (x *Index) put(ctx context.Context, index string, docs []search.Document) error {
	for len(docs) > 0 {
		n := min(len(docs), putAtOnce)
		list := make([]document, n)
		for i, d := range docs[:n] {
			list[i] = build(d)
		}
		task, err := x.client.Index(index).AddDocumentsWithContext(ctx, list, nil)
		if err := x.done(ctx, task, err); err != nil {
			return err
		}
		docs = docs[n:]
	}
	return nil
}

// Put stores or replaces documents.
func (x *Index) Put(ctx context.Context, docs ...search.Document) error {
	return x.within(ctx, writeTime, func(ctx context.Context) error { return x.put(ctx, x.name, docs) })
}

// Delete removes documents.
func (x *Index) Delete(ctx context.Context, ids ...string) error {
	return x.within(ctx, writeTime, func(ctx context.Context) error {
		if len(ids) == 0 {
			return nil
		}
		keys := make([]string, len(ids))
		for i, id := range ids {
			keys[i] = keyOf(id)
		}
		task, err := x.client.Index(x.name).DeleteDocumentsWithContext(ctx, keys, nil)
		return x.done(ctx, task, err)
	})
}
