package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
)

// text is one entry of the catalogue. {0}, {1} … stand for what is put in. One is the
// English text for exactly one, where the first thing put in is a number; Vietnamese
// does not tell one from many.
type text struct{ VI, EN, One string }

func (x text) in(lang string) string {
	if lang == "en" {
		return x.EN
	}
	return x.VI
}

// readTexts reads the catalogue: every file beneath text, each with the keys that begin
// with its own name.
func readTexts(from fs.FS) (map[string]text, error) {
	names, err := fs.Glob(from, "text/*.json")
	if err != nil {
		return nil, err
	}
	all := map[string]text{}
	for _, name := range names {
		b, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		var some map[string]text
		if err := json.Unmarshal(b, &some); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		area := strings.TrimSuffix(strings.TrimPrefix(name, "text/"), ".json") + "."
		for key, x := range some {
			if !strings.HasPrefix(key, area) || x.VI == "" || x.EN == "" {
				return nil, fmt.Errorf("%s: %q does not begin with %q, or lacks a language", name, key, area)
			}
			all[key] = x
		}
	}
	return all, nil
}

// T returns the text of a key; numbers among args are written as the language does.
func (s *Site) T(lang, key string, args ...any) string {
	return fill(s.find(lang, key, args), func(i int) string { return plain(lang, args[i]) }, len(args))
}

// Has reports whether the catalogue has the key.
func (s *Site) Has(key string) bool {
	_, ok := s.texts[key]
	return ok
}

// html is T for a text that is HTML; what is put in is escaped, unless it is HTML already.
func (s *Site) html(lang, key string, args ...any) template.HTML {
	return template.HTML(fill(s.find(lang, key, args), func(i int) string {
		if h, ok := args[i].(template.HTML); ok {
			return string(h)
		}
		return template.HTMLEscapeString(plain(lang, args[i]))
	}, len(args)))
}

func (s *Site) find(lang, key string, args []any) string {
	x, ok := s.texts[key]
	if !ok {
		if s.absent != nil {
			s.absent(key)
		}
		return key
	}
	if lang == "en" && x.One != "" && len(args) > 0 && plain(lang, args[0]) == "1" {
		return x.One
	}
	return x.in(lang)
}

// fill puts arg(i) in place of each {i} below n.
func fill(s string, arg func(int) string, n int) string {
	if n == 0 || !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 || i+2 >= len(s) {
			break
		}
		b.WriteString(s[:i])
		if k := int(s[i+1] - '0'); s[i+2] == '}' && k >= 0 && k < n {
			b.WriteString(arg(k))
			s = s[i+3:]
			continue
		}
		b.WriteByte('{')
		s = s[i+1:]
	}
	b.WriteString(s)
	return b.String()
}

// plain writes one thing that is put into a text.
func plain(lang string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return number(lang, int64(v))
	case int64:
		return number(lang, v)
	case template.HTML:
		return string(v)
	}
	return fmt.Sprint(v)
}
