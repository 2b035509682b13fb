package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that was started, and is stopped by its id.
type process struct {
	workers *process // a process of their own; nil: this one has them
	cmd     *exec.Cmd
	addr    string
	metrics string
	log     *os.File
	ready   time.Duration // from the start to the first answer
}

// free returns an address of this machine that nobody uses.
func free() string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:18080"
	}
	defer ln.Close()
	return ln.Addr().String()
}

// launch starts a server that listens on addr and waits for its first answer to request
// that is not an error of its own; with no request, until it listens.
func launch(ctx context.Context, cmd *exec.Cmd, addr, logPath string, request []byte) (*process, error) {
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = log, log
	p := &process{cmd: cmd, addr: addr, log: log}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for ctx.Err() == nil && time.Since(start) < 90*time.Second {
		if answers(addr, request) {
			p.ready = time.Since(start)
			return p, nil
		}
		time.Sleep(time.Millisecond) // until somebody listens
	}
	p.stop()
	tail, _ := os.ReadFile(logPath)
	return nil, fmt.Errorf("%s does not answer; its log ends with\n%s", cmd.Path, tail[max(0, len(tail)-2000):])
}

// answers reports whether a server answers a request; with none, whether it listens.
func answers(addr string, request []byte) bool {
	if request == nil {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}
	status, _, err := fetch(addr, request)
	return err == nil && status < 500
}

// stop asks the process to end and waits until it has.
func (p *process) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	ended := make(chan struct{})
	go func() { p.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(40 * time.Second):
		p.cmd.Process.Kill()
		<-ended
	}
	p.log.Close()
}

// cpu returns the processor time that the process has used.
func (p *process) cpu() time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100 on Linux
}

// rest waits until the program has had nothing of its own to do for so long: in a folder of
// some days ago there is much to remind of, and it does that meanwhile.
func (p *process) rest(ctx context.Context, long time.Duration) error {
	const look, little, most = 500 * time.Millisecond, 20 * time.Millisecond, 3 * time.Minute
	for begun, calm := time.Now(), time.Duration(0); calm < long; {
		before := p.cpu()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
		calm += look
		if p.cpu()-before > little {
			calm = 0
		}
		if time.Since(begun) > most {
			logf("the program has work of its own for more than %v: what it reads is measured beside that", most)
			return nil
		}
	}
	return nil
}

// memory is resident bytes: all, the process's own without mapped files, and the most
// there ever were.
type memory struct{ all, own, most int64 }

func (m memory) String() string {
	return fmt.Sprintf("%d MB, of it %d MB its own and the rest mapped files (at most %d MB)", m.all>>20, m.own>>20, m.most>>20)
}

func (p *process) memory() (m memory) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, _ := strconv.ParseInt(f[1], 10, 64)
		switch f[0] {
		case "VmRSS:":
			m.all = n << 10
		case "RssAnon:":
			m.own = n << 10
		case "VmHWM:":
			m.most = n << 10
		}
	}
	return m
}

// serve starts the program under test.
func serve(ctx context.Context, program string, p *place, logPath, first string, flags ...string) (*process, error) {
	addr, metrics := free(), free()
	cmd := exec.Command(program, append([]string{"serve"}, flags...)...)
	cmd.Env = p.environ("KIENNGHI_LISTEN="+addr, "KIENNGHI_METRICS_LISTEN="+metrics, "KIENNGHI_RATE_LIMIT=off")
	out, err := launch(ctx, cmd, addr, logPath, appendGet(nil, first, "", "Connection: close\r\n"))
	if err == nil {
		out.metrics = metrics
	}
	return out, err
}

// startWorkers starts a process of workers beside one that has none.
func startWorkers(ctx context.Context, program string, p *place, logPath string) (*process, error) {
	metrics := free()
	cmd := exec.Command(program, "serve", "--no-api")
	cmd.Env = p.environ("KIENNGHI_METRICS_LISTEN=" + metrics)
	return launch(ctx, cmd, metrics, logPath, nil)
}

// pause keeps a process from running until goOn; with none it does nothing.
func (p *process) pause() { p.signal(syscall.SIGSTOP) }

func (p *process) goOn() { p.signal(syscall.SIGCONT) }

func (p *process) signal(s syscall.Signal) {
	if p != nil {
		p.cmd.Process.Signal(s)
	}
}

// profile keeps a CPU profile of the process for a while, and then one of its memory, when
// a folder is named.
func (p *process) profile(folder, name string, d time.Duration) (wait func()) {
	if folder == "" || p.metrics == "" {
		return func() {}
	}
	done := make(chan error, 1)
	go func() {
		done <- errors.Join(
			p.download(fmt.Sprintf("profile?seconds=%d", max(1, int(d.Seconds()))), filepath.Join(folder, name+".cpu.pprof")),
			p.download("heap", filepath.Join(folder, name+".heap.pprof")))
	}()
	return func() {
		if err := <-done; err != nil {
			logf("profile: %v", err)
		}
	}
}

func (p *process) download(profile, path string) error {
	res, err := http.Get("http://" + p.metrics + "/debug/pprof/" + profile)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", profile, res.Status)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, res.Body)
	return errors.Join(err, f.Close())
}

// pending returns how much work waits.
func pending(addr string) (int, error) {
	_, body, err := fetch(addr, appendGet(nil, "/readyz", "", "Connection: close\r\n"))
	var v struct {
		Work struct{ Pending int }
	}
	if err == nil {
		err = json.Unmarshal(body, &v)
	}
	return v.Work.Pending, err
}

// signIn signs a citizen in by a one-time code, which is read from the outbox.
func signIn(addr, data, number string) (string, error) {
	code, err := post(addr, "/v1/auth/otp", map[string]string{"phone": number}, nil)
	if err != nil || code >= 300 {
		return "", fmt.Errorf("asking for a code: status %d, %v", code, err)
	}
	to := "+84" + number[1:]
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		otp := lastCode(filepath.Join(data, "outbox.jsonl"), to)
		if otp == "" {
			continue
		}
		var out struct {
			AccessToken string `json:"access_token"`
		}
		code, err := post(addr, "/v1/auth/otp/verify", map[string]string{"phone": number, "code": otp}, &out)
		if err == nil && code < 300 {
			return out.AccessToken, nil
		}
	}
	return "", fmt.Errorf("no code came for %s", number)
}

// lastCode returns the newest six digits that were sent to a number.
func lastCode(outbox, to string) string {
	f, err := os.Open(outbox)
	if err != nil {
		return ""
	}
	defer f.Close()
	found := ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var m struct{ Channel, To, Body string }
		if json.Unmarshal(lines.Bytes(), &m) != nil || m.Channel != "sms" || m.To != to {
			continue
		}
		for _, word := range strings.FieldsFunc(m.Body, func(r rune) bool { return r < '0' || r > '9' }) {
			if len(word) == 6 {
				found = word
			}
		}
	}
	return found
}

// signInStaff signs a member of the demo's staff in.
func signInStaff(addr, username string) (string, error) {
	var out struct {
		AccessToken string `json:"access_token"`
	}
	code, err := post(addr, "/v1/auth/staff", map[string]string{"username": username, "password": "Thu-nghiem-2026"}, &out)
	if err != nil || out.AccessToken == "" {
		return "", fmt.Errorf("signing in %s: status %d, %v", username, code, err)
	}
	return out.AccessToken, nil
}

func post(addr, path string, body, into any) (int, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	status, answer, err := fetch(addr, appendPost(nil, path, "", "Connection: close\r\n", b))
	if err == nil && into != nil && status < 300 {
		err = json.Unmarshal(answer, into)
	}
	return status, err
}
