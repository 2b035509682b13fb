package deploy

import (
	"debug/elf"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDockerfileByHand does what the Dockerfile says without a container engine: it builds, puts
// what is copied into a root of its own, and runs the program there as the user and with the
// settings of the image, until the image's own check of its health is content. Of that root the
// user may write to the volumes alone.
func TestDockerfileByHand(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root can run a program in a root of its own")
	}
	t.Parallel()
	text := regexp.MustCompile(`\\\n\s*`).ReplaceAllString(read(t, "../Dockerfile"), " ")
	said := func(pattern string) string {
		t.Helper()
		m := regexp.MustCompile(`(?m)` + pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the Dockerfile has no %s", pattern)
		}
		return m[1]
	}
	root, out := t.TempDir(), t.TempDir()
	build := exec.Command("sh", "-c", strings.ReplaceAll(said(`^RUN (CGO_ENABLED=0 go build .*)$`), "/out/", out+"/"))
	build.Dir = ".."
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the build fails: %v\n%s", err, said)
	}
	var user, group uint32
	if _, err := fmt.Sscanf(said(`^USER (\S+)$`), "%d:%d", &user, &group); err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^COPY --from=build (?:--chown=(\d+:\d+) )?/out/(\S+) /(\S+)$`).FindAllStringSubmatch(text, -1) {
		to := filepath.Join(root, m[3])
		if said, err := exec.Command("cp", "-a", filepath.Join(out, m[2]), to).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, said)
		}
		if m[1] != "" {
			if said, err := exec.Command("chown", m[1], to).CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, said)
			}
		}
	}
	for dir := root; dir != "/" && strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // of root, to be passed through by all
			t.Fatal(err)
		}
	}
	program, err := elf.Open(filepath.Join(root, "kiennghi"))
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(program.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Error("the program is not linked statically, and there is nothing else in the image")
	}
	program.Close()

	settings := strings.Fields(said(`^ENV (.*)$`))
	var address string
	for i, setting := range settings {
		if name, value, _ := strings.Cut(setting, "="); strings.HasSuffix(value, ":8080") || strings.HasSuffix(value, ":9090") {
			free, err := net.Listen("tcp", "127.0.0.1:0") // the image's ports may be taken here
			if err != nil {
				t.Fatal(err)
			}
			settings[i] = name + "=" + free.Addr().String()
			if strings.HasSuffix(value, ":8080") {
				address = free.Addr().String()
			}
			free.Close()
		}
	}
	inside := func(args ...string) *exec.Cmd {
		c := exec.Command(args[0], args[1:]...)
		c.Dir, c.Env = "/", settings
		c.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: user, Gid: group}}
		return c
	}
	words := func(list string) (out []string) {
		for _, m := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(list, -1) {
			out = append(out, m[1])
		}
		return out
	}
	serveByHand(t, inside, append(words(said(`^ENTRYPOINT (.*)$`)), words(said(`^CMD (.*)$`))...), words(said(`^HEALTHCHECK .*CMD (.*)$`)), address)
	var made []string
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		made = append(made, e.Name())
	}
	if strings.Join(made, " ") != "data kiennghi tmp" {
		t.Errorf("there is %v", made)
	}
}

// serveByHand starts the program until a check of its health is content, opens the first page
// and asks it to end.
func serveByHand(t *testing.T, inside func(args ...string) *exec.Cmd, command, check []string, address string) {
	t.Helper()
	serve := inside(command...)
	var log strings.Builder
	serve.Stdout, serve.Stderr = &log, &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve.Wait() }()
	healthy := func() bool { return inside(check...).Run() == nil }
	for end := time.Now().Add(time.Minute); !healthy(); time.Sleep(100 * time.Millisecond) { // as the engine asks, until it is content
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, log.String())
		default:
		}
		if time.Now().After(end) {
			serve.Process.Kill()
			<-ended
			t.Fatalf("it is not healthy after a minute\n%s", log.String())
		}
	}
	if res, err := http.Get("http://" + address + "/"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("the first page: %v, %v", res, err)
	} else {
		res.Body.Close()
	}
	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("asked to end: %v\n%s", err, log.String())
	}
	if healthy() {
		t.Error("what has ended is healthy")
	}
}
