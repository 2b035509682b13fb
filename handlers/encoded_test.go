package handlers

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/valyala/fasthttp"
)

// TestSharedPagesCompressed sends a page that is kept, and a static file, in each encoding:
// the first time, and as it was kept.
func TestSharedPagesCompressed(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/", "/static/x/style.css"} {
		plain := h.browser().get(path).want(200)
		if got := plain.header.Get("Content-Encoding"); got != "" {
			t.Errorf("%s comes as %q unasked", path, got)
		}
		for range 2 {
			for encoding, open := range map[string]func([]byte) ([]byte, error){
				"gzip": func(b []byte) ([]byte, error) {
					r, err := gzip.NewReader(bytes.NewReader(b))
					if err != nil {
						return nil, err
					}
					return io.ReadAll(r)
				},
				"br": func(b []byte) ([]byte, error) { return fasthttp.AppendUnbrotliBytes(nil, b) },
			} {
				b := h.browser()
				b.headers["Accept-Encoding"] = encoding
				a := b.get(path).want(200)
				body, err := open(a.body)
				if err != nil || !bytes.Equal(body, plain.body) || a.header.Get("Content-Encoding") != encoding || len(a.body) >= len(plain.body) {
					t.Errorf("%s as %s: %v, %d bytes of %d, Content-Encoding %q", path, encoding, err, len(a.body), len(plain.body), a.header.Get("Content-Encoding"))
				}
			}
		}
	}
}
