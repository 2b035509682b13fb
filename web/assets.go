package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// assets are the files beneath static. One hash of all of them is in their addresses, so
// that scripts can import each other by relative names and every file can be kept for ever.
type assets struct {
	hash  string
	files map[string][]byte
}

func readAssets(from fs.FS) (*assets, error) {
	a := &assets{files: map[string][]byte{}}
	sum := sha256.New()
	err := fs.WalkDir(from, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		a.files[strings.TrimPrefix(name, "static/")] = b
		sum.Write([]byte(name + "\x00"))
		sum.Write(b)
		return nil
	})
	a.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return a, err
}

// Asset returns the address of a file beneath static: /static/1f2e3d4c5b6a/style.css.
func (s *Site) Asset(name string) string {
	if s.assets.files[name] == nil && s.absent != nil {
		s.absent("static/" + name)
	}
	return "/static/" + s.assets.hash + "/" + name
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s*([{};])\s*`)
)

// publicStyle returns what the public site needs of the style, without comments and spaces.
func publicStyle(css []byte) template.CSS {
	public, _, _ := strings.Cut(string(css), "/* Console")
	return template.CSS(cssSpace.ReplaceAllString(cssComment.ReplaceAllString(public, ""), "$1"))
}

// StyleHash is the source of a content policy that allows the style within pages.
func (s *Site) StyleHash() string {
	sum := sha256.Sum256([]byte(s.style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Static returns a file beneath static and its content type; current says whether the hash
// is that of the files as they are, so that the answer may be kept for ever. Nil: no such file.
func (s *Site) Static(hash, name string) (content []byte, contentType string, current bool) {
	return s.assets.files[name], contentTypes[path.Ext(name)], hash == s.assets.hash
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".ico": "image/x-icon", ".webmanifest": "application/manifest+json",
}
