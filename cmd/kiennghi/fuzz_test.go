package main

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzConfig loads settings of any kind: it never panics, and neither the error nor what
// is printed shows a secret.
func FuzzConfig(f *testing.F) {
	f.Add("KIENNGHI_LISTEN=:1\nKIENNGHI_ROUTE_THRESHOLD=x", "://")
	f.Add("KIENNGHI_TRUSTED_PROXIES=10.0.0.0/8,x\nKIENNGHI_SHUTDOWN_TIMEOUT=-1s\nKIENNGHI_UNKNOWN=1", "smtp://a:b@h")
	f.Add("=\n\nKIENNGHI_\nKIENNGHI_PUBLIC_URL=http://[::1\nKIENNGHI_LOG_LEVEL=x", "k1:AAAA")
	f.Add("KIENNGHI_METRICS_LISTEN=\nKIENNGHI_CLAMD=a:b:c", "{}")
	f.Fuzz(func(t *testing.T, plain, value string) {
		var environ []string
		for line := range strings.Lines(plain) {
			if !strings.Contains(line, "_FILE") {
				environ = append(environ, strings.TrimSuffix(line, "\n"))
			}
		}
		const mark = "bi-mat-7f3a"
		for _, s := range (&Config{}).settings() {
			if s.secret {
				environ = append(environ, s.name+"="+value+mark)
			}
		}
		c, err := loadConfig(environ)
		var out bytes.Buffer
		c.print(&out)
		if strings.Contains(out.String(), mark) || err != nil && strings.Contains(err.Error(), mark) {
			t.Errorf("a secret is shown: %v\n%s", err, &out)
		}
	})
}

// FuzzUnpack unpacks archives of any kind: nothing is written outside the folder.
func FuzzUnpack(f *testing.F) {
	pack := func(headers ...*tar.Header) {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range headers {
			h.Mode, h.Size = 0o777, 3
			if h.Typeflag != 0 && h.Typeflag != tar.TypeReg {
				h.Size = 0
			}
			if w.WriteHeader(h) == nil && h.Size > 0 {
				w.Write([]byte("abc"))
			}
		}
		w.Close()
		f.Add(b.Bytes())
	}
	pack(&tar.Header{Name: "kiennghi.db"}, &tar.Header{Name: "uploads/2026/01/a"}, &tar.Header{Name: "keys.txt"})
	pack(&tar.Header{Name: "../outside"})
	pack(&tar.Header{Name: "/tmp/outside"})
	pack(&tar.Header{Name: "a", Typeflag: tar.TypeSymlink, Linkname: ".."}, &tar.Header{Name: "a/outside"})
	pack(&tar.Header{Name: "a"}, &tar.Header{Name: "a"}, &tar.Header{Name: "a/b"})
	pack(&tar.Header{Name: ""}, &tar.Header{Name: "."}, &tar.Header{Name: strings.Repeat("a/", 200) + "b"})
	f.Add([]byte("not an archive"))
	f.Fuzz(func(t *testing.T, archive []byte) {
		around := t.TempDir()
		file, dir := filepath.Join(around, "backup"), filepath.Join(around, "fresh")
		if err := os.WriteFile(file, archive, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		_ = unpack(t.Context(), file, dir, nil)
		if entries, err := os.ReadDir(around); err != nil || len(entries) != 2 {
			t.Errorf("%v beside the folder (%v)", entries, err)
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, archive) {
			t.Error("the archive was changed")
		}
	})
}
