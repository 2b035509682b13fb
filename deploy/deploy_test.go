package deploy

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"kiennghi/cmd/kiennghi/programtest"
)

func TestMain(m *testing.M) { programtest.Main(m) }

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// object is a part of a YAML or JSON document.
type object map[string]any

// at goes down by keys; the zero value when one is not there.
func at[T any](o object, keys ...string) T {
	var none T
	for i, k := range keys {
		if i == len(keys)-1 {
			v, ok := o[k].(T)
			if !ok {
				return none
			}
			return v
		}
		next, ok := o[k].(object)
		if !ok {
			return none
		}
		o = next
	}
	return none
}

func objects(list []any) []object {
	var out []object
	for _, x := range list {
		if o, ok := x.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

func texts(list []any) []string {
	var out []string
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// documents parses a YAML file.
func documents(t *testing.T, file string) []object {
	t.Helper()
	var out []object
	for d := yaml.NewDecoder(strings.NewReader(read(t, file))); ; {
		var o object
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if o != nil {
			out = append(out, o)
		}
	}
}

var madeSecrets struct {
	sync.Once
	dir string
	err error
}

// secrets is a folder that secrets.sh filled, twice.
func secrets(t *testing.T) string {
	t.Helper()
	s := &madeSecrets
	s.Do(func() {
		s.dir = filepath.Join(filepath.Dir(programtest.Path), "secrets")
		var last map[string]string
		for range 2 {
			if out, err := exec.Command("./secrets.sh", s.dir).CombinedOutput(); err != nil {
				s.err = fmt.Errorf("secrets.sh: %w\n%s", err, out)
				return
			}
			now := map[string]string{}
			entries, _ := os.ReadDir(s.dir)
			for _, e := range entries {
				b, _ := os.ReadFile(filepath.Join(s.dir, e.Name()))
				now[e.Name()] = string(b)
			}
			if last != nil && fmt.Sprint(now) != fmt.Sprint(last) {
				s.err = errors.New("secrets.sh changes what is there")
			}
			last = now
		}
		if info, err := os.Stat(s.dir); err != nil || info.Mode().Perm() != 0o700 {
			s.err = fmt.Errorf("others can look into the folder of secrets: %v %v", info, err)
		}
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.dir
}

// known is every name that the program reads, taken from README.md, which a test of the
// program compares with the program.
func known(t *testing.T) (names []string, secret map[string]bool) {
	t.Helper()
	secret = map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(KIENNGHI_[A-Z_]+)` \\|(.*)$").FindAllStringSubmatch(read(t, "../README.md"), -1) {
		names = append(names, m[1])
		if strings.Contains(m[2], "(secret)") {
			secret[m[1]] = true
			names = append(names, m[1]+"_FILE")
		}
	}
	if len(names) < 20 {
		t.Fatalf("README.md has only these settings: %v", names)
	}
	return names, secret
}

// others are settings that are not the program's but of what it is made of.
var others = []string{"AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED", "GOMEMLIMIT"}

// checkSettings wants names that mean something, secrets only as files, and values that
// the program takes; dirs are where its secrets are.
func checkSettings(t *testing.T, where string, settings map[string]string, dirs ...string) {
	t.Helper()
	names, secret := known(t)
	environ := []string{}
	for name, value := range settings {
		if !slices.Contains(names, name) && !slices.Contains(others, name) {
			t.Errorf("%s: %s is no setting", where, name)
		}
		if secret[name] {
			t.Errorf("%s: %s stands there itself; use %s_FILE", where, name, name)
		}
		if strings.HasPrefix(name, "KIENNGHI_") && strings.HasSuffix(name, "_FILE") {
			if !slices.Contains(dirs, path.Dir(value)) {
				t.Errorf("%s: %s is %s, which is not in %v", where, name, value, dirs)
			}
			value = filepath.Join(secrets(t), path.Base(value))
		}
		environ = append(environ, name+"="+value)
	}
	c := exec.Command(programtest.Path, "config")
	c.Env = environ
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%s: the program refuses these settings: %v\n%s", where, err, out)
	}
}

// has reports whether the contract has that GET.
func has(t *testing.T, p string) bool {
	t.Helper()
	return strings.Contains(read(t, "../openapi.yaml"), "\n  "+p+":\n    get:")
}

// metrics starts the program, has it do some work, and returns what it tells: for each
// metric its label names.
func metrics(t *testing.T) map[string][]string {
	t.Helper()
	inside := fmt.Sprintf("127.0.0.1:%d", programtest.FreePort(t))
	p := programtest.New(t, "KIENNGHI_METRICS_LISTEN="+inside).Serve()
	res, err := http.Post(p.URL+"/v1/auth/otp", "application/json", strings.NewReader(`{"phone":"0912345678"}`))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		t.Fatalf("asking for a code: %d", res.StatusCode)
	}
	var told string
	programtest.Until(t, time.Minute, "the program tells of its work", func() bool {
		res, err := http.Get("http://" + inside + "/metrics")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		told = string(b)
		return err == nil && strings.Contains(told, "\nkiennghi_work_total{")
	})
	return samples(told)
}

// samples reads the text format: metrics and their label names.
func samples(text string) map[string][]string {
	out := map[string][]string{}
	label := regexp.MustCompile(`(\w+)="(?:[^"\\]|\\.)*"`)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name := regexp.MustCompile(`^\w+`).FindString(line)
		for _, m := range label.FindAllStringSubmatch(line, -1) {
			if !slices.Contains(out[name], m[1]) {
				out[name] = append(out[name], m[1])
			}
		}
		if _, ok := out[name]; !ok {
			out[name] = nil
		}
	}
	return out
}
