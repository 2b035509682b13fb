package web

import (
	"bytes"
	"encoding/json"
)

// Offline is the page that is shown without network, and where letters wait.
type Offline struct {
	Frame
	PrivacyText
	Notice    string // version of that; empty: none
	Provinces []Option
}

func (*Offline) Template() string { return "offline" }

// shell is what the offline page needs.
var shell = []string{"style.css", "icon.svg", "queue.js", "app.js", "offline.js", "shrink.js"}

// Worker is the script of the service worker: static/sw.js after what it has to know of
// the files as they are.
func (s *Site) Worker() []byte {
	about := struct {
		Hash  string   `json:"hash"`
		Queue string   `json:"queue"`
		Shell []string `json:"shell"`
	}{Hash: s.assets.hash, Queue: s.Asset("queue.js")}
	for _, name := range shell {
		about.Shell = append(about.Shell, s.Asset(name))
	}
	var b bytes.Buffer
	b.WriteString("const site = ")
	json.NewEncoder(&b).Encode(about)
	b.Write(s.assets.files["sw.js"])
	return b.Bytes()
}

// Manifest describes the site as an app that can be installed.
func (s *Site) Manifest(lang string) ([]byte, error) {
	type icon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose,omitempty"`
	}
	type link struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	return json.Marshal(struct {
		ID         string `json:"id"`
		Name       string `json:"name"`
		ShortName  string `json:"short_name"`
		Lang       string `json:"lang"`
		StartURL   string `json:"start_url"`
		Scope      string `json:"scope"`
		Display    string `json:"display"`
		Background string `json:"background_color"`
		Theme      string `json:"theme_color"`
		Icons      []icon `json:"icons"`
		Shortcuts  []link `json:"shortcuts"`
	}{
		ID: "/", Name: s.T(lang, "frame.site"), ShortName: s.T(lang, "offline.short"), Lang: lang, StartURL: "/", Scope: "/", Display: "standalone",
		Background: "#f5f6f8", Theme: "#0b57a4",
		Icons: []icon{
			{s.Asset("icon.svg"), "any", "image/svg+xml", ""},
			{s.Asset("icon-192.png"), "192x192", "image/png", ""},
			{s.Asset("icon-512.png"), "512x512", "image/png", ""},
			{s.Asset("icon-maskable-512.png"), "512x512", "image/png", "maskable"},
		},
		Shortcuts: []link{{s.T(lang, "frame.submit"), "/submit"}, {s.T(lang, "frame.my"), "/my"}, {s.T(lang, "frame.answers"), "/answers"}},
	})
}
