// Package web holds the pages: templates, their texts in Vietnamese and English, the
// style and the scripts, and one struct for each page with everything that it shows.
// It knows nothing of requests: package handlers fills the structs and asks for Render.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed templates text static
var files embed.FS

// Languages are those that every page speaks; the first is shown when none is asked for.
var Languages = []string{"vi", "en"}

// Page is a struct with everything that one page shows. Each embeds Frame, and is
// rendered as a pointer.
type Page interface {
	// Template is the file beneath templates, without ".html". One beneath "console/" has
	// the frame of the console. Long prose has a file for each language: "help.vi.html".
	Template() string
	// Around is the page's Frame.
	Around() *Frame
}

// Site is templates, texts and static files. It is made once and then only read.
type Site struct {
	texts  map[string]text
	assets *assets
	style  template.CSS                                  // of the public site, for within its pages
	pages  map[string]func() (*template.Template, error) // by language and name: "vi home"
	now    func() time.Time
	kept   keptParts
	absent func(key string) // told of a text that is not there; nil outside tests
}

// New reads texts and static files; the error is a mistake in a file of this package. Each
// template is parsed when it is first shown: nobody waits at the start for those of the
// other pages. now is the clock of relative times.
func New(now func() time.Time) (*Site, error) {
	s := &Site{pages: map[string]func() (*template.Template, error){}, now: now}
	var err error
	if s.texts, err = readTexts(files); err != nil {
		return nil, err
	}
	if s.assets, err = readAssets(files); err != nil {
		return nil, err
	}
	s.style = publicStyle(s.assets.files["style.css"])
	names, err := pageNames()
	if err != nil {
		return nil, err
	}
	for _, lang := range Languages {
		shared := sync.OnceValues(func() (*template.Template, error) {
			return template.New("").Funcs(s.funcs(lang)).ParseFS(files, "templates/layout/*.html", "templates/part/*.html")
		})
		for _, name := range names {
			s.pages[lang+" "+name] = sync.OnceValues(func() (*template.Template, error) { return s.parse(shared, name, lang) })
		}
	}
	return s, nil
}

// parse makes the template of a page from the parts that pages of its language share.
func (s *Site) parse(shared func() (*template.Template, error), name, lang string) (*template.Template, error) {
	parts, err := shared()
	if err != nil {
		return nil, err
	}
	t, err := parts.Clone()
	if err != nil {
		return nil, err
	}
	if t, err = t.ParseFS(files, fileOf(name, lang)); err != nil {
		return nil, err
	}
	s.fold(t, lang)
	return t, nil
}

// page returns the template of a page.
func (s *Site) page(name, lang string) (*template.Template, error) {
	parsed := s.pages[lang+" "+name]
	if parsed == nil {
		return nil, fmt.Errorf("there is no page %q in language %q", name, lang)
	}
	return parsed()
}

// pageNames lists the templates that are pages, without ".html" and language.
func pageNames() ([]string, error) {
	var names []string
	err := fs.WalkDir(files, "templates", func(file string, d fs.DirEntry, err error) error {
		dir := path.Base(path.Dir(file))
		if err != nil || d.IsDir() || dir == "layout" || dir == "part" {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		if !strings.HasSuffix(name, "."+Languages[1]) { // which has the same name as the one of the first language
			names = append(names, strings.TrimSuffix(name, "."+Languages[0]))
		}
		return nil
	})
	return names, err
}

// fileOf returns the file of a page in a language.
func fileOf(name, lang string) string {
	prose := "templates/" + name + "." + lang + ".html"
	if _, err := fs.Stat(files, prose); err == nil {
		return prose
	}
	return "templates/" + name + ".html"
}

// Render writes a page as HTML in the language of its Frame, whole or not at all.
func (s *Site) Render(w io.Writer, p Page) error {
	t, err := s.page(p.Template(), p.Around().Lang)
	if err != nil {
		return err
	}
	layout := "public"
	if strings.HasPrefix(p.Template(), "console/") {
		layout = "console"
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := t.ExecuteTemplate(b, layout, p); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// buffers are for pages while they are made: as large as they get, they are not made anew.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// funcs are what templates can call, in one language.
func (s *Site) funcs(lang string) template.FuncMap {
	f := format{lang: lang, now: s.now, t: func(key string, args ...any) string { return s.T(lang, key, args...) }}
	return template.FuncMap{
		"t":        f.t,
		"th":       func(key string, args ...any) template.HTML { return s.html(lang, key, args...) },
		"keep":     func(name, key string, data any) (template.HTML, error) { return s.keep(lang, name, key, data) },
		"asset":    s.Asset,
		"style":    func() template.CSS { return s.style },
		"field":    f.field,
		"date":     f.date,
		"day":      f.day,
		"plainday": f.plainDay,
		"when":     f.when,
		"ago":      f.ago,
		"left":     f.left,
		"Left":     func(v any) string { return capital(f.left(v)) },
		"num":      f.num,
		"size":     f.size,
		"pairs":    pairs,
		"inputid":  FieldID,
		"reply":    ReplyHTML,
	}
}

// pairs makes a map of names and values in turn, for a part that needs several things.
func pairs(list ...any) (map[string]any, error) {
	m := map[string]any{}
	for i := 0; i+1 < len(list); i += 2 {
		name, ok := list[i].(string)
		if !ok {
			return nil, fmt.Errorf("pairs: %v is no name", list[i])
		}
		m[name] = list[i+1]
	}
	return m, nil
}
