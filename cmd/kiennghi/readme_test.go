package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
)

var block = regexp.MustCompile("(?ms)^```(sh|text)\n(.*?)^```$")

// TestReadmeByHand runs "The whole job by hand" of README.md against the program with
// its demo and compares what the lines print with what README says they do.
func TestReadmeByHand(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl"} {
		programtest.Tool(t, "README's section \"The whole job by hand\"", tool)
	}
	_, section, _ := strings.Cut(read(t, "README.md"), "\n## The whole job by hand\n")
	section, _, _ = strings.Cut(section, "\n## ")
	const next = "--- next block ---"
	var script strings.Builder
	var want []string
	for _, m := range block.FindAllStringSubmatch(section, -1) {
		if m[1] == "sh" {
			script.WriteString(m[2] + "echo '" + next + "'\n")
			want = append(want, "")
		} else {
			want[len(want)-1] = m[2]
		}
	}
	if len(want) < 5 {
		t.Fatalf("README has %d blocks to try", len(want))
	}

	i := newInstall(t)
	i.must([]string{"demo letters", demoPassword}, "seed", "--demo")
	s := i.Serve()
	defer s.Stop(t)
	bash := exec.CommandContext(t.Context(), "bash", "-eu", "-o", "pipefail", "-c", strings.ReplaceAll(script.String(), "http://localhost:8080", i.url("")))
	bash.Dir = filepath.Dir(i.Data)
	var errors strings.Builder
	bash.Stderr = &errors
	out, err := bash.Output()
	if err != nil {
		t.Errorf("bash: %v\n%s%s", err, out, errors.String())
	}
	got := strings.Split(string(out), next+"\n")
	for n, w := range want {
		if n >= len(got) || !likeThis(w).MatchString(got[n]) {
			t.Errorf("block %d printed\n%s\nREADME says\n%s", n+1, got[min(n, len(got)-1)], w)
		}
	}
}

// likeThis makes a pattern of an expected output: … stands for anything in its line.
func likeThis(want string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*") + "$")
}
