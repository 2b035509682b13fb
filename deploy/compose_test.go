package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// pinned reports whether an image names a version.
func pinned(image string) bool {
	_, tag, ok := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")
	return ok && tag != "latest" && tag != ""
}

func TestDockerfile(t *testing.T) {
	t.Parallel()
	text := read(t, "../Dockerfile")
	for _, want := range []string{
		`(?m)^FROM golang:\S+ AS build$`, `CGO_ENABLED=0 go build`, `(?m)^FROM gcr\.io/distroless/static-\S+$`, `(?m)^USER [1-9]\d*:[1-9]\d*$`,
		`(?m)^HEALTHCHECK .*CMD \["/kiennghi", "healthcheck"\]$`, `(?m)^VOLUME \["/data", "/tmp"\]$`, `(?m)^ENTRYPOINT \["/kiennghi"\]$`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("the Dockerfile lacks %s", want)
		}
	}
	settings := map[string]string{}
	for _, m := range regexp.MustCompile(`(KIENNGHI_\w+)=(\S+)`).FindAllStringSubmatch(text, -1) {
		settings[m[1]] = m[2]
	}
	checkSettings(t, "Dockerfile", settings)
}

func TestCompose(t *testing.T) {
	t.Parallel()
	doc := documents(t, "compose.yaml")[0]
	services := at[object](doc, "services")
	for _, name := range []string{"caddy", "api1", "api2", "worker", "mongo1", "mongo2", "mongo3", "mongo-init", "meili", "s3"} {
		if services[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
	for name := range services {
		s := at[object](services, name)
		image := at[string](s, "image")
		own := strings.HasPrefix(image, "kiennghi:")
		if !pinned(image) {
			t.Errorf("%s: the image %q has no version", name, image)
		}
		if at[string](s, "restart") == "" || !at[bool](s, "read_only") || fmt.Sprint(s["cap_drop"]) != "[ALL]" || fmt.Sprint(s["security_opt"]) != "[no-new-privileges:true]" {
			t.Errorf("%s is not hardened: %v", name, s)
		}
		if name != "mongo-init" {
			if at[string](s, "mem_limit") == "" {
				t.Errorf("%s has no limit of memory", name)
			}
			if s["healthcheck"] == nil && !own { // the program's is in its image
				t.Errorf("%s has no health check", name)
			}
		}
		for dep := range at[object](s, "depends_on") {
			if services[dep] == nil {
				t.Errorf("%s depends on %s, which is not there", name, dep)
			}
		}
		for _, dep := range texts(at[[]any](s, "depends_on")) {
			if services[dep] == nil {
				t.Errorf("%s depends on %s, which is not there", name, dep)
			}
		}
		for _, n := range texts(at[[]any](s, "networks")) {
			if _, ok := at[object](doc, "networks")[n]; !ok {
				t.Errorf("%s is in the network %s, which is not there", name, n)
			}
		}
		for _, v := range texts(at[[]any](s, "volumes")) {
			from, _, mount := strings.Cut(v, ":")
			_, named := at[object](doc, "volumes")[from]
			if _, err := os.Stat(from); strings.HasPrefix(from, "./") && err != nil {
				t.Errorf("%s mounts %s: %v", name, from, err)
			} else if !strings.HasPrefix(from, "./") && mount && !named {
				t.Errorf("%s uses the volume %s, which is not there", name, from)
			}
		}
		for _, x := range texts(at[[]any](s, "secrets")) {
			if at[object](doc, "secrets")[x] == nil {
				t.Errorf("%s uses the secret %s, which is not there", name, x)
			}
		}
		for key, value := range at[object](s, "environment") {
			if regexp.MustCompile(`PASSWORD|SECRET|TOKEN|_KEY$`).MatchString(key) && !strings.HasSuffix(key, "_FILE") {
				t.Errorf("%s: %s=%v looks like a secret", name, key, value)
			}
			if file, ok := strings.CutPrefix(fmt.Sprint(value), "/run/secrets/"); ok && !slices.Contains(texts(at[[]any](s, "secrets")), file) {
				t.Errorf("%s: %s is the secret %s, which it does not get", name, key, file)
			}
		}
		if own {
			settings := map[string]string{}
			for key, value := range at[object](s, "environment") {
				settings[key] = strings.ReplaceAll(fmt.Sprint(value), "${DOMAIN:-localhost}", "localhost")
			}
			checkSettings(t, "compose.yaml: "+name, settings, "/run/secrets")
		}
	}
	for name := range at[object](doc, "secrets") {
		if file := at[string](doc, "secrets", name, "file"); file != "./secrets/"+name {
			t.Errorf("the secret %s is not a file of the folder: %q", name, file)
		}
		if _, err := os.Stat(filepath.Join(secrets(t), name)); err != nil {
			t.Errorf("secrets.sh does not make %s", name)
		}
	}
	if at[bool](doc, "networks", "back", "internal") != true {
		t.Error("the network of the databases is open")
	}
}

// Caddy asks for a path that the contract has, and no proxy appends to X-Forwarded-For.
func TestCaddyfile(t *testing.T) {
	t.Parallel()
	text := read(t, "caddy/Caddyfile")
	if m := regexp.MustCompile(`health_uri (\S+)`).FindStringSubmatch(text); m == nil || !has(t, m[1]) {
		t.Errorf("the health check asks %v", m)
	}
	for _, want := range []string{"header_up X-Forwarded-For {remote_host}", "max_header_size 16KB", "read_header 10s", "reverse_proxy api1:8080 api2:8080"} {
		if !strings.Contains(text, want) {
			t.Errorf("the Caddyfile lacks %s", want)
		}
	}
}

// A process that was told to stop answers until Caddy has noticed, and is given the time
// to end.
func TestComposeStops(t *testing.T) {
	t.Parallel()
	checks := regexp.MustCompile(`health_interval (\S+)`).FindStringSubmatch(read(t, "caddy/Caddyfile"))
	if checks == nil {
		t.Fatal("Caddy does not look after the processes")
	}
	services := at[object](documents(t, "compose.yaml")[0], "services")
	for _, name := range []string{"api1", "api2"} {
		s := at[object](services, name)
		lame := span(t, at[string](s, "environment", "KIENNGHI_LAME_DUCK"))
		if interval := span(t, checks[1]); lame <= 2*interval {
			t.Errorf("%s: a lame duck of %v is over before Caddy, which asks every %v, has noticed", name, lame, interval)
		}
		if grace := span(t, at[string](s, "stop_grace_period")); grace < toEnd(lame) {
			t.Errorf("%s: %v are not enough to end", name, grace)
		}
	}
}

func span(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// toEnd is how long the program may take to stop: see docs/operations.md.
func toEnd(lame time.Duration) time.Duration { return lame + 2*20*time.Second + 5*time.Second }

func TestSystemd(t *testing.T) {
	t.Parallel()
	unit := read(t, "systemd/kiennghi.service")
	for _, want := range []string{
		"User=kiennghi", "StateDirectory=kiennghi", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
		"CapabilityBoundingSet=", "SystemCallFilter=@system-service", "MemoryMax=1G", "MemoryDenyWriteExecute=yes", "Restart=always",
		"EnvironmentFile=-/etc/kiennghi/kiennghi.env", "ExecStart=/usr/local/bin/kiennghi serve",
	} {
		if !strings.Contains(unit, "\n"+want+"\n") {
			t.Errorf("the unit lacks %s", want)
		}
	}
	settings := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^Environment=(\w+)=(.*)$`).FindAllStringSubmatch(unit, -1) {
		settings[m[1]] = m[2]
	}
	// What is commented out has to be right as well.
	for _, m := range regexp.MustCompile(`(?m)^#?([A-Z_]+)=(.*)$`).FindAllStringSubmatch(read(t, "systemd/kiennghi.env.example"), -1) {
		settings[m[1]] = m[2]
	}
	if len(settings) < 12 {
		t.Errorf("only %v", settings)
	}
	checkSettings(t, "systemd", settings, "/etc/kiennghi")
	if analyze, err := exec.LookPath("systemd-analyze"); err == nil {
		file := filepath.Join(t.TempDir(), "kiennghi.service")
		if err := os.WriteFile(file, []byte(strings.Replace(unit, "ExecStart=/usr/local/bin/kiennghi", "ExecStart=/bin/true", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(analyze, "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("systemd finds: %v\n%s", err, out)
		}
	} else {
		t.Log("SKIPPED: systemd-analyze is not installed, so that the unit is checked by its text alone")
	}
	stop := regexp.MustCompile(`(?m)^TimeoutStopSec=(\d+)$`).FindStringSubmatch(unit)
	if stop == nil || span(t, stop[1]+"s") < toEnd(span(t, settings["KIENNGHI_LAME_DUCK"])) {
		t.Errorf("%v seconds are not enough to end", stop)
	}
}
