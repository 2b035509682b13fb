package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The tests here keep the repository to its own rules. `make check` runs them.

const (
	module   = "kiennghi"
	root     = "../.."
	maxLines = 500
)

// mayImport is the import table of ARCHITECTURE.md: for each package, what it may
// import beside the standard library. An entry stands for itself and, when it ends
// with a slash, for all beneath it. Packages whose name ends with "test" are for tests
// and may import more; nothing but tests imports them.
var mayImport = map[string][]string{
	"models":    {"golang.org/x/text/", "golang.org/x/crypto/argon2"},
	"knowledge": {"models", "golang.org/x/text/"},

	"circuit": {},

	"store":  {"circuit", "models"},
	"search": {"circuit", "models"},
	"notify": {"models"},

	"store/sqlite":   {"golang.org/x/sys/unix", "store", "models", "modernc.org/sqlite/", "modernc.org/libc/", "github.com/go-json-experiment/json/"},
	"store/mongo":    {"store", "models", "go.mongodb.org/mongo-driver/v2/", "golang.org/x/sync/errgroup"},
	"search/bleve":   {"search", "models", "github.com/blevesearch/", "github.com/RoaringBitmap/roaring/v2", "go.etcd.io/bbolt/"},
	"search/meili":   {"search", "models", "github.com/meilisearch/"},
	"notify/fcm":     {"notify", "models", "firebase.google.com/go/v4/", "google.golang.org/api/", "golang.org/x/oauth2/"},
	"notify/webpush": {"notify", "models", "github.com/SherClockHolmes/webpush-go"},
	"notify/sms":     {"notify", "models"},
	"notify/mail":    {"notify", "models", "github.com/wneessen/go-mail/"},
	"notify/outbox":  {"notify", "models"},

	"worker":    {"circuit", "models", "store", "search", "notify", "github.com/prometheus/client_golang/"},
	"api":       {"github.com/gofiber/fiber/v2/", "github.com/oapi-codegen/runtime/", "github.com/getkin/kin-openapi/"},
	"web":       {"models", "github.com/yuin/goldmark/"},
	"web/icons": {},
	"crash":     {},
	"deploy":    {},
	"handlers":  {"api", "circuit", "models", "store", "search", "web", "gocloud.dev/blob", "gocloud.dev/gcerrors", "github.com/", "golang.org/x/", "go.opentelemetry.io/"},
}

// mustNotReach lists what a package may not depend on even through others.
var mustNotReach = map[string][]string{
	"models": {"github.com/"},
	"worker": {"github.com/gofiber/", "kiennghi/api", "kiennghi/handlers", "modernc.org/", "go.mongodb.org/", "github.com/blevesearch/", "firebase.google.com/"},
	"handlers": {"kiennghi/notify", "kiennghi/worker", "kiennghi/knowledge", "modernc.org/", "go.mongodb.org/", "github.com/blevesearch/",
		"github.com/meilisearch/", "firebase.google.com/"},
	"api": {"kiennghi/models", "kiennghi/store"},
}

type goPackage struct {
	ImportPath, Name, Doc string
	Imports, Deps         []string
	Standard              bool
}

func (p goPackage) name() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func packages(t *testing.T) []goPackage {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Name,Doc,Imports,Deps", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestRepoImports(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := p.name()
		for _, i := range p.Imports {
			if strings.HasSuffix(i, "test") && strings.HasPrefix(i, module+"/") && !strings.HasSuffix(name, "test") {
				t.Errorf("%s imports %s, which is for tests", name, i)
			}
		}
		if strings.HasPrefix(name, "cmd/") || strings.HasPrefix(name, "bench") || strings.HasSuffix(name, "test") {
			continue
		}
		allowed, ok := mayImport[name]
		if !ok {
			t.Errorf("%s is not in the import table", name)
		}
		for _, i := range p.Imports {
			if !strings.Contains(strings.Split(i, "/")[0], ".") && !strings.HasPrefix(i, module+"/") {
				continue // standard library
			}
			i = strings.TrimPrefix(i, module+"/")
			if !slices.ContainsFunc(allowed, func(a string) bool {
				return i == strings.TrimSuffix(a, "/") || strings.HasSuffix(a, "/") && strings.HasPrefix(i, a)
			}) {
				t.Errorf("%s may not import %s", name, i)
			}
		}
		for _, d := range p.Deps {
			for _, bad := range mustNotReach[name] {
				if strings.HasPrefix(d, bad) {
					t.Errorf("%s depends on %s", name, d)
				}
			}
		}
	}
}

func TestRepoPackageComments(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		start := "Package " + p.Name + " "
		if p.Name == "main" {
			start = "Command "
		}
		if !strings.HasPrefix(p.Doc, start) {
			t.Errorf("%s: the package comment does not begin with %q", p.ImportPath, start)
		}
	}
}

// sources calls do for each text that people write and read.
func sources(t *testing.T, do func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == ".git" || name == "bin" || name == "data" || name == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		switch ext := filepath.Ext(path); {
		case strings.Contains(d.Name(), ".gen."):
		case ext == ".go", ext == ".md", ext == ".sql", d.Name() == "Makefile", d.Name() == "run":
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			do(strings.TrimPrefix(path, root+"/"), string(b))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sleeps reports whether a line sleeps outside the head of a polling loop and without
// saying why.
func sleeps(line string) bool {
	return strings.Contains(line, "time.Sleep"+"(") && !strings.Contains(line, "//") && !strings.HasPrefix(strings.TrimSpace(line), "for ")
}

func TestRepoSources(t *testing.T) {
	t.Parallel()
	marker := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	sources(t, func(path, text string) {
		lines := strings.Split(text, "\n")
		if len(lines) > maxLines {
			t.Errorf("%s has %d lines, more than %d", path, len(lines), maxLines)
		}
		for n, line := range lines {
			if strings.HasSuffix(path, "_test.go") && sleeps(line) {
				t.Errorf("%s:%d sleeps and hopes; wait for what it waits for, or say on the line why it has to sleep", path, n+1)
			}
			if marker.MatchString(line) {
				t.Errorf("%s:%d leaves work undone: %s", path, n+1, strings.TrimSpace(line))
			}
		}
	})
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRepoGoVersion(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	image := regexp.MustCompile(`(?m)^FROM golang:(\d+\.\d+)`).FindStringSubmatch(read(t, "Dockerfile"))
	if version == nil || image == nil || version[1] != image[1] {
		t.Errorf("go.mod says %v, the Dockerfile %v", version, image)
	}
}

// README tells the truth about commands, settings and files.
func TestRepoReadme(t *testing.T) {
	t.Parallel()
	readme, makefile := read(t, "README.md"), read(t, "Makefile")
	for _, m := range regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)").FindAllStringSubmatch(readme, -1) {
		if !strings.Contains(makefile, "\n"+m[1]+":") {
			t.Errorf("README.md names make %s, which the Makefile does not have", m[1])
		}
	}
	for _, s := range (&Config{}).settings() {
		row := "| `" + s.name + "` |"
		if !strings.Contains(readme, row) {
			t.Errorf("README.md has no row for %s", s.name)
		}
		if s.fallback != "" && !strings.Contains(readme, row+" `"+s.fallback+"` |") {
			t.Errorf("README.md does not say that %s is %s when it is not set", s.name, s.fallback)
		}
	}
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"} {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s points to %s: %v", name, m[1], err)
			}
		}
	}
}
