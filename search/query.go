package search

import (
	"context"
	"strings"

	"kiennghi/models"
)

// MaxWords is how many words of a query count; the rest is ignored.
const MaxWords = 10

// Enough is how many records that hold every word of a query make it unnecessary to
// add records that hold only some. A query sorted by date needs one.
const Enough = 20

// Terms is a query's text taken apart, the same for every engine.
type Terms struct {
	Words   []string   // folded, each once, in order; those inside quotes too
	Phrases [][]string // words that must stand beside each other
	Prefix  bool       // the last of Words may still be being typed
	Code    string     // the tracking code, when the text is one
}

// Empty reports whether nothing is asked for.
func (t Terms) Empty() bool { return len(t.Words) == 0 }

// Loose returns the words that stand outside every phrase.
func (t Terms) Loose() []string {
	quoted := map[string]bool{}
	for _, p := range t.Phrases {
		for _, w := range p {
			quoted[w] = true
		}
	}
	var out []string
	for _, w := range t.Words {
		if !quoted[w] {
			out = append(out, w)
		}
	}
	return out
}

// Parse takes a query's text apart. Any text is allowed; one without letters and
// digits is empty.
func Parse(text string) Terms {
	if len(text) > 10_000 {
		text = strings.ToValidUTF8(text[:10_000], "")
	}
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune("“”„«»", r) {
			return '"'
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	parts := strings.Split(text, `"`)
	var t Terms
	var all []string
	for i, part := range parts {
		words := models.Words(part)
		if room := MaxWords - len(all); len(words) >= room {
			words = words[:room]
		}
		if len(words) == 0 {
			continue
		}
		all = append(all, words...)
		phrase := i%2 == 1 && i < len(parts)-1 && len(words) > 1
		if phrase {
			t.Phrases = append(t.Phrases, words)
		}
		t.Prefix = i%2 == 0 || i == len(parts)-1
	}
	if len(all) == MaxWords {
		t.Prefix = false
	}
	seen := map[string]bool{}
	for i := len(all) - 1; i >= 0; i-- {
		if !seen[all[i]] {
			seen[all[i]] = true
			t.Words = append([]string{all[i]}, t.Words...)
		}
	}
	t.Code, _ = models.ParseCode(text)
	return t
}

// Page returns the offset and limit of a query, within what is allowed.
func (q Query) Page() (offset, limit int) {
	offset, limit = max(q.Offset, 0), q.Limit
	if limit <= 0 {
		limit = 20
	}
	limit = min(limit, 100, max(0, MaxDepth-offset))
	return offset, limit
}

// Strip removes what encloses matches from a text that goes into an index.
func Strip(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\x02' || r == '\x03' || r == 0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// Fail turns an engine's error into the contract's.
func Fail(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return models.Wrap(models.KindUnavailable, err)
}
