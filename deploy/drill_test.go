package deploy

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/store/mongo/mongotest"
)

// The drill of docs/operations.md: its very lines, backup under load, restore,
// comparison, on both databases.
func TestDrill(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		drill(t)
	})
	t.Run("MongoDB", func(t *testing.T) {
		t.Parallel()
		drill(t, "FROM="+mongotest.Start(t), "TO="+mongotest.Start(t))
	})
}

func drill(t *testing.T, settings ...string) {
	for _, tool := range []string{"bash", "curl"} {
		programtest.Tool(t, "the drill of docs/operations.md", tool)
	}
	_, section, _ := strings.Cut(read(t, "../docs/operations.md"), "\n### The drill\n")
	script := regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindStringSubmatch(section)
	if script == nil {
		t.Fatal("docs/operations.md has no drill")
	}
	dir := t.TempDir()
	bash := exec.CommandContext(t.Context(), "bash", "-eu", "-o", "pipefail", "-c", script[1])
	bash.Env = append(settings, "PATH="+filepath.Dir(programtest.Path)+":"+os.Getenv("PATH"), "HOME="+t.TempDir(), "TMPDIR="+dir,
		fmt.Sprintf("A=%d", programtest.FreePort(t)), fmt.Sprintf("B=%d", programtest.FreePort(t)))
	bash.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the programs that it starts end with the test
	t.Cleanup(func() {
		if bash.Process != nil {
			_ = syscall.Kill(-bash.Process.Pid, syscall.SIGKILL) // an error: all have ended already
		}
	})
	out, err := bash.CombinedOutput()
	if err != nil {
		logs, _ := filepath.Glob(filepath.Join(dir, "*", "*.log"))
		for _, log := range logs {
			t.Logf("%s:\n%s", filepath.Base(log), read(t, log))
		}
		t.Fatalf("%v\n%s", err, out)
	}
	if err := syscall.Kill(-bash.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("a program that the drill started is left: %v", err)
	}
	for _, want := range []string{`(?s)the audit log is whole.*the audit log is whole`, `\b([5-9]|\d\d+) cases are the same`, `public search answers the same`, `\b([5-9]|\d\d+) files are the same`} {
		if !regexp.MustCompile(want).Match(out) {
			t.Errorf("the drill does not say %s:\n%s", want, out)
		}
	}
}
