package handlers

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryCodeHasATextInBothLanguages reads the sources for the codes that errors
// carry, so that nobody is ever shown a text that says nothing.
func TestEveryCodeHasATextInBothLanguages(t *testing.T) {
	used := map[string]string{}
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`\bFail\([\w.]+, "([a-z_.]+)"`),
		regexp.MustCompile(`\badd\("[\w.]+", "([a-z_.]+)"`),
		regexp.MustCompile(`\bCode(?::| =) "([a-z_.]+)"`),
		regexp.MustCompile(`\bf\.Code, f\.Limit = "([a-z_.]+)"`),
		regexp.MustCompile(`\bsay\([\w.]+, "([a-z_.]+)"`),
		regexp.MustCompile(`(?m)^\t+return "([a-z]+_[a-z_]+)"\n`),
		regexp.MustCompile(`": +"(not_a[a-z_]+|not_six_digits|out_of_range|query_too_long)"`),
	}
	for _, dir := range []string{".", "../models"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range patterns {
				for _, m := range p.FindAllSubmatch(src, -1) {
					used[string(m[1])] = file
				}
			}
		}
	}
	if len(used) < 40 {
		t.Fatalf("only %d codes found: the patterns no longer fit the sources", len(used))
	}
	for code, file := range used {
		if strings.HasSuffix(code, ".") { // a prefix, completed at run time
			continue
		}
		if text, ok := texts[code]; !ok || text.VI == "" || text.EN == "" {
			t.Errorf("%s: %q has no text", file, code)
		}
	}
	for code, text := range texts {
		if text.VI == "" || text.EN == "" {
			t.Errorf("%q is in one language only", code)
		}
	}
	for kind := range statusOf {
		if _, ok := texts["kind."+string(kind)]; !ok {
			t.Errorf("kind %s has no text", kind)
		}
	}
}
