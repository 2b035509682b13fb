package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
)

// TestSystemdByHand does what docs/operations.md says of systemd, line by line, in a root of its
// own, and runs there what the unit runs, as its user and with its settings. Of that root the
// user may write to the state directory alone. What only a running systemd does (the unit's
// hardening) is not tried; TestSystemd has it read the unit.
func TestSystemdByHand(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root can install")
	}
	t.Parallel()
	for _, tool := range []string{"systemd-sysusers", "systemctl", "install", "bash"} {
		programtest.Tool(t, "the installation with systemd", tool)
	}
	root := t.TempDir()
	for dir := root; dir != "/" && strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // of root, to be passed through by all
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"etc/systemd/system", "usr/lib/sysusers.d", "usr/local/bin", "var/lib", "tmp"} { // as a system has them
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(root, "tmp"), 0o777); err != nil { // the unit has one of its own
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(read(t, "../docs/operations.md"), "\n**systemd.** As root:\n\n```\n")
	lines, _, _ := strings.Cut(section, "\n```\n")
	for _, line := range strings.Split(lines, "\n") {
		for _, change := range []struct{ from, to string }{
			{`bin/kiennghi /`, programtest.Path + ` /`}, {`^make build && `, ``},
			{` /(usr|etc)/`, ` ` + root + `/$1/`},
			{`&& systemd-sysusers$`, `&& systemd-sysusers --root=` + root},
			{` -g kiennghi `, fmt.Sprintf(` -g "$(sed -n 's/^kiennghi:x:\([0-9]*\):.*/\1/p' %s/etc/group)" `, root)},
			{` && systemctl daemon-reload$`, ``},
			{`^systemctl enable --now kiennghi && journalctl .*`, `systemctl --root=` + root + ` enable kiennghi`},
		} {
			line = regexp.MustCompile(change.from).ReplaceAllString(line, change.to)
		}
		cmd := exec.Command("bash", "-eu", "-c", line)
		cmd.Dir = ".."
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	installed := func(path string) string { return read(t, filepath.Join(root, path)) }
	enabled, err := os.Readlink(filepath.Join(root, "etc/systemd/system/multi-user.target.wants/kiennghi.service"))
	if err != nil {
		t.Fatal(err)
	}
	unit := installed(enabled)
	said := func(text, pattern string) string {
		t.Helper()
		m := regexp.MustCompile(`(?m)` + pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("there is no %s in\n%s", pattern, text)
		}
		return m[1]
	}
	var user, group uint32
	account := said(installed("etc/passwd"), `^`+said(unit, `^User=(.*)$`)+`:[^:]*:(\d+:\d+):`)
	if _, err := fmt.Sscanf(account, "%d:%d", &user, &group); err != nil || user == 0 || group == 0 {
		t.Fatalf("%s: %v", account, err)
	}
	state := "/var/lib/" + said(unit, `^StateDirectory=(.*)$`) // systemd makes it
	if err := os.Mkdir(filepath.Join(root, state), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(filepath.Join(root, state), int(user), int(group)); err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", programtest.FreePort(t))
	var settings []string
	for _, text := range []string{unit, installed(said(unit, `^EnvironmentFile=-?(.*)$`))} {
		for _, m := range regexp.MustCompile(`(?m)^(?:Environment=)?([A-Z_]+=\S+)$`).FindAllStringSubmatch(text, -1) {
			settings = append(settings, m[1])
		}
	}
	settings = append(settings, "KIENNGHI_LISTEN="+address, "KIENNGHI_METRICS_LISTEN=") // the ports may be taken here
	inside := func(args ...string) *exec.Cmd {
		c := exec.Command(args[0], args[1:]...)
		c.Dir, c.Env = said(unit, `^WorkingDirectory=(.*)$`), settings
		c.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: user, Gid: group}}
		return c
	}
	command := strings.Fields(said(unit, `^ExecStart=(.*)$`))
	serveByHand(t, inside, command, []string{command[0], "healthcheck"}, address)
	if out, err := inside(command[0], "audit", "verify").CombinedOutput(); err != nil { // as the page says of commands
		t.Errorf("%v %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(root, state, "kiennghi.db")); err != nil {
		t.Error("nothing is in the state directory")
	}
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if path == filepath.Join(root, state) || path == filepath.Join(root, "tmp") {
			return filepath.SkipDir
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && (info.Sys().(*syscall.Stat_t).Uid == user || info.Mode()&0o022 != 0 && info.Mode()&os.ModeSymlink == 0) {
			t.Errorf("%s can be written to: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for path, mode := range map[string]os.FileMode{"etc/kiennghi": os.ModeDir | 0o750, "etc/kiennghi/kiennghi.env": 0o640} { // secrets
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil || info.Mode() != mode || info.Sys().(*syscall.Stat_t).Gid != group {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}
