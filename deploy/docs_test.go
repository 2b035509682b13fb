package deploy

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// SECURITY.md names tests and files, and the documents link to files, that exist.
func TestDocuments(t *testing.T) {
	t.Parallel()
	var tests strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		tests.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`([A-Za-z]+/[\\w./-]+|Test\\w+)`").FindAllStringSubmatch(read(t, "../SECURITY.md"), -1) {
		name := m[1]
		if strings.HasPrefix(name, "Test") {
			if !strings.Contains(tests.String(), "\nfunc "+name+"(") {
				t.Errorf("SECURITY.md names %s, which is no test", name)
			}
		} else if _, err := os.Stat(filepath.Join("..", name)); err != nil {
			t.Errorf("SECURITY.md: %v", err)
		}
	}
	for _, doc := range []string{"operations.md", "scale.md"} {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(read(t, "../docs/"+doc), -1) {
			if _, err := os.Stat(filepath.Join("../docs", m[1])); err != nil && m[1] != "../bench/RESULTS.md" { // make bench writes it
				t.Errorf("docs/%s: %v", doc, err)
			}
		}
	}
	// Alerts that the table of operations.md names.
	alerts := read(t, "prometheus/alerts.yaml")
	for _, list := range regexp.MustCompile(`\[([A-Z]\w+(?:, [A-Z]\w+)*)\](?:[^(]|$)`).FindAllStringSubmatch(read(t, "../docs/operations.md"), -1) {
		for name := range strings.SplitSeq(list[1], ", ") {
			if !strings.Contains(alerts, "alert: Kiennghi"+name+"\n") {
				t.Errorf("docs/operations.md names the alert %s, which is not there", name)
			}
		}
	}
}
