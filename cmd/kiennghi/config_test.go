package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfigDefaults(t *testing.T) {
	t.Parallel()
	c, err := loadConfig([]string{"PATH=/bin", "KIENNGHI_LISTEN="})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.Data != "./data" || c.PublicURL != "http://127.0.0.1:8080" || !c.embedded() ||
		c.MetricsListen != "127.0.0.1:9090" || c.RouteThreshold != 0.75 || c.ShutdownTimeout != 20*time.Second || c.RateLimit != "on" {
		t.Errorf("defaults are %+v", c)
	}
}

func TestConfigProblems(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("master-key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		environ string
		want    []string // each in the error; none: no error
	}{
		"production":               {"KIENNGHI_MONGO_URI=mongodb://db/kiennghi KIENNGHI_MEILI_URL=http://s:7700 KIENNGHI_MEILI_KEY_FILE=" + secret, nil},
		"key without address":      {"KIENNGHI_MEILI_KEY=x", []string{"KIENNGHI_MEILI_URL"}},
		"endpoint without account": {"KIENNGHI_FCM_ENDPOINT=http://x", []string{"KIENNGHI_FCM_CREDENTIALS"}},
		"account is no JSON":       {"KIENNGHI_FCM_CREDENTIALS=/etc/account.json", []string{"KIENNGHI_FCM_CREDENTIALS_FILE"}},
		"public address":           {"KIENNGHI_PUBLIC_URL=https://kn.gov.vn/", []string{"slash"}},
		"public scheme":            {"KIENNGHI_PUBLIC_URL=kn.gov.vn", []string{"http://"}},
		"listen":                   {"KIENNGHI_LISTEN=8080", []string{"host:port"}},
		"rate limit":               {"KIENNGHI_RATE_LIMIT=no", []string{"on or off"}},
		"threshold":                {"KIENNGHI_ROUTE_THRESHOLD=75", []string{"0 to 1"}},
		"not a number":             {"KIENNGHI_ROUTE_THRESHOLD=high", []string{`KIENNGHI_ROUTE_THRESHOLD is "high": set a number`}},
		"log level":                {"KIENNGHI_LOG_LEVEL=loud", []string{`KIENNGHI_LOG_LEVEL is "loud": set debug`}},
		"time without a unit":      {"KIENNGHI_SHUTDOWN_TIMEOUT=5", []string{`KIENNGHI_SHUTDOWN_TIMEOUT is "5": set a time`}},
		"no such port":             {"KIENNGHI_LISTEN=127.0.0.1:99999", []string{"65535"}},
		"figures on the public":    {"KIENNGHI_LISTEN=0.0.0.0:80 KIENNGHI_METRICS_LISTEN=0.0.0.0:80", []string{"KIENNGHI_METRICS_LISTEN"}},
		"proxies":                  {"KIENNGHI_TRUSTED_PROXIES=10.0.0.0/8,proxy", []string{`"proxy"`}},
		"keys":                     {"KIENNGHI_KEYS=secret", []string{"KIENNGHI_KEYS"}},
		"keys from two places":     {"KIENNGHI_KEYS_COMMAND=/bin/kms KIENNGHI_KEYS=k1:" + strings.Repeat("A", 43) + "=", []string{"KIENNGHI_KEYS_COMMAND", "neither"}},
		"secret twice":             {"KIENNGHI_SMS_URL=http://a KIENNGHI_SMS_URL_FILE=" + secret, []string{"both"}},
		"secret file is gone":      {"KIENNGHI_SMTP_URL_FILE=/nowhere/at/all", []string{"KIENNGHI_SMTP_URL_FILE"}},
		"all at once": {"KIENNGHI_LISTEN=x KIENNGHI_MEILI_KEY=x KIENNGHI_SMTP_URL=mail.gov.vn KIENNGHI_METRICS_LISTEN=on",
			[]string{"KIENNGHI_LISTEN", "KIENNGHI_MEILI_KEY", "KIENNGHI_SMTP_URL", "KIENNGHI_METRICS_LISTEN"}},
	} {
		_, err := loadConfig(strings.Fields(test.environ))
		if (err == nil) != (test.want == nil) {
			t.Errorf("%s: error is %v", name, err)
		}
		for _, w := range test.want {
			if err != nil && !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not say %q", name, err, w)
			}
		}
	}
}

func TestConfigHidesSecrets(t *testing.T) {
	t.Parallel()
	c, err := loadConfig([]string{
		"KIENNGHI_MONGO_URI=mongodb://kn:planted@db/kiennghi", "KIENNGHI_SMS_URL=https://sms/?token=planted", "KIENNGHI_METRICS_LISTEN=",
		"KIENNGHI_LISTEN=0.0.0.0:80", "KIENNGHI_LISTN=1", "KIENNGHI_TEST_MONGO_URI=x", "KIENNGHI_REQUIRE=mongo",
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c.print(&out)
	if strings.Contains(out.String(), "planted") || !strings.Contains(out.String(), "(set)") {
		t.Errorf("printed:\n%s", out.String())
	}
	if c.MetricsListen != "" || c.PublicURL != "http://localhost:80" {
		t.Errorf("metrics on %q, public %q", c.MetricsListen, c.PublicURL)
	}
	if len(c.unknown) != 1 || c.unknown[0] != "KIENNGHI_LISTN" {
		t.Errorf("unknown names: %v", c.unknown)
	}
	_, err = loadConfig([]string{"KIENNGHI_SMTP_URL=planted", "KIENNGHI_MONGO_URI=planted://x"})
	if err == nil || strings.Contains(err.Error(), "planted@") {
		t.Errorf("error is %v", err)
	}
}
