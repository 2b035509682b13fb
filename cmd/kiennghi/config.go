package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/meilisearch/meilisearch-go"

	"kiennghi/models"
	"kiennghi/worker"
)

const prefix = "KIENNGHI_"

// Config is every setting of the program: the one table of names, defaults and
// meanings. A secret can also be given as the path of a file, in NAME_FILE.
type Config struct {
	Listen          string        `env:"LISTEN" envDefault:"127.0.0.1:8080" doc:"address of the API and the pages"`
	Data            string        `env:"DATA" envDefault:"./data" doc:"data folder"`
	PublicURL       string        `env:"PUBLIC_URL" doc:"address that people use, without a slash at the end; empty: http:// and the listening address"`
	Operator        string        `env:"OPERATOR" doc:"agency that runs the site and how to reach it, one line, for the privacy notice"`
	MongoURI        string        `env:"MONGO_URI" secret:"true" doc:"MongoDB, with the database's name in its path; empty: SQLite in the data folder"`
	MeiliURL        string        `env:"MEILI_URL" doc:"Meilisearch; empty: Bleve in the data folder"`
	MeiliKey        string        `env:"MEILI_KEY" secret:"true" doc:"key of Meilisearch that may create and fill indexes"`
	MeiliIndex      string        `env:"MEILI_INDEX" envDefault:"kiennghi" doc:"name of the index in Meilisearch"`
	MeiliEmbedder   string        `env:"MEILI_EMBEDDER" secret:"true" doc:"JSON of one embedder as Meilisearch's settings have it, so that similar cases are found by meaning too; it reads letters and public answers, so run your own"`
	FCMCredentials  string        `env:"FCM_CREDENTIALS" secret:"true" doc:"JSON of the Firebase service account; empty: outbox.jsonl"`
	FCMEndpoint     string        `env:"FCM_ENDPOINT" doc:"another address of the FCM v1 service, for tests"`
	WebPush         string        `env:"WEB_PUSH" envDefault:"on" doc:"on, or off: browsers are told of nothing"`
	SMSURL          string        `env:"SMS_URL" secret:"true" doc:"HTTP gateway for SMS; empty: outbox.jsonl"`
	SMTPURL         string        `env:"SMTP_URL" secret:"true" doc:"mail server, smtp:// or smtps://; empty: outbox.jsonl"`
	BucketURL       string        `env:"BUCKET_URL" doc:"s3://bucket?region=… for uploads; empty: a folder in the data folder"`
	Keys            string        `env:"KEYS" secret:"true" doc:"keyring for personal data; empty: keys.txt in the data folder, made at the first start"`
	KeysCommand     string        `env:"KEYS_COMMAND" doc:"program and arguments, separated by spaces, that print the keyring within 10 s, as the command line of a key management service does; instead of KIENNGHI_KEYS"`
	RateLimit       string        `env:"RATE_LIMIT" envDefault:"on" doc:"on, or off for measuring"`
	Retention       string        `env:"RETENTION" envDefault:"off" doc:"on: who the senders are is severed for ever once the term of knowledge/retention.json is over; off: kept, kiennghi retention --dry-run tells"`
	RouteThreshold  float64       `env:"ROUTE_THRESHOLD" envDefault:"0.75" doc:"confidence from which a case is assigned without a person, 0 to 1"`
	RouteError      float64       `env:"ROUTE_ERROR" envDefault:"0.08" doc:"share of wrong agencies accepted among cases assigned without a person, 0 to 1; raises ROUTE_THRESHOLD where the model needs it, 0: no case is assigned"`
	MetricsListen   string        `env:"METRICS_LISTEN" envDefault:"127.0.0.1:9090" doc:"address of /metrics; empty: off"`
	Clamd           string        `env:"CLAMD" doc:"address of clamd, which scans uploads (its limits: docs/operations.md); empty: none"`
	TrustedProxies  []string      `env:"TRUSTED_PROXIES" doc:"addresses or networks whose X-Forwarded-For is believed, separated by commas"`
	LogLevel        slog.Level    `env:"LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error"`
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"20s" doc:"how long requests and work under way may take to end"`
	LameDuck        time.Duration `env:"LAME_DUCK" envDefault:"0s" doc:"how long to answer on after SIGTERM while /readyz says 503; behind a balancer: longer than it takes to notice"`
	WorkLease       time.Duration `env:"WORK_LEASE" envDefault:"60s" doc:"how long a worker may hold work; after a crash others take it then. A job may take half of it"`

	embedder *meilisearch.Embedder // MeiliEmbedder, read
	keysFrom string                // the file that Keys was read from
	hurry    func(*worker.Options) // nil, but in tests that cannot wait for the worker's patience
	unknown  []string              // names with our prefix that mean nothing: a typing mistake, most likely
}

// loadConfig reads the settings from the environment, given as NAME=value. The error
// holds every problem, one a line, each with what to set.
func loadConfig(environ []string) (*Config, error) {
	vars := map[string]string{}
	for _, e := range environ {
		if name, value, _ := strings.Cut(e, "="); strings.HasPrefix(name, prefix) && value != "" {
			vars[name] = value
		}
	}
	c := &Config{}
	var problems problems
	known := map[string]bool{}
	for _, s := range c.settings() {
		known[s.name] = true
		if !s.secret {
			continue
		}
		file := s.name + "_FILE"
		known[file] = true
		path, ok := vars[file]
		switch {
		case !ok:
		case vars[s.name] != "":
			problems.add("%s and %s are both set: keep one", s.name, file)
		default:
			b, err := os.ReadFile(path)
			if err != nil {
				problems.add("%s: %v", file, err)
			}
			vars[s.name] = strings.TrimSpace(string(b))
			if s.name == prefix+"KEYS" {
				c.keysFrom = path
			}
		}
	}
	for name := range vars {
		if !known[name] && !strings.HasPrefix(name, prefix+"TEST_") && name != prefix+"REQUIRE" {
			c.unknown = append(c.unknown, name)
		}
	}
	slices.Sort(c.unknown)
	if err := env.ParseWithOptions(c, env.Options{Environment: vars, Prefix: prefix}); err != nil {
		problems.unreadable(err, vars)
	}
	if _, ok := vars[prefix+"METRICS_LISTEN"]; !ok && slices.Contains(environ, prefix+"METRICS_LISTEN=") {
		c.MetricsListen = "" // set, and set to nothing: off
	}
	c.check(&problems)
	return c, problems.err()
}

// check looks at each value and at what must go together.
func (c *Config) check(p *problems) {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		p.add("KIENNGHI_LISTEN is %q: set host:port, for example 127.0.0.1:8080", c.Listen)
	}
	if n, err := strconv.Atoi(port); err == nil && (n < 0 || n > 65535) {
		p.add("KIENNGHI_LISTEN is %q: set a port from 1 to 65535", c.Listen)
	}
	if c.MetricsListen != "" && c.MetricsListen == c.Listen && port != "0" {
		p.add("KIENNGHI_METRICS_LISTEN is %q, as KIENNGHI_LISTEN: set another, so that figures are never public, or nothing", c.Listen)
	}
	if c.PublicURL == "" {
		if host == "" || host == "0.0.0.0" || host == "::" {
			host = "localhost"
		}
		c.PublicURL = "http://" + net.JoinHostPort(host, port)
	}
	if u, err := url.Parse(c.PublicURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.HasSuffix(c.PublicURL, "/") {
		p.add("KIENNGHI_PUBLIC_URL is %q: set http:// or https:// and the host, without a slash at the end", c.PublicURL)
	}
	p.url("KIENNGHI_MONGO_URI", c.MongoURI, "mongodb", "mongodb+srv")
	p.url("KIENNGHI_MEILI_URL", c.MeiliURL, "http", "https")
	p.url("KIENNGHI_SMS_URL", c.SMSURL, "http", "https")
	p.url("KIENNGHI_SMTP_URL", c.SMTPURL, "smtp", "smtps")
	p.url("KIENNGHI_FCM_ENDPOINT", c.FCMEndpoint, "http", "https")
	p.url("KIENNGHI_BUCKET_URL", c.BucketURL, "s3")
	if c.MeiliKey != "" && c.MeiliURL == "" {
		p.add("KIENNGHI_MEILI_KEY is set without KIENNGHI_MEILI_URL: set the address too, or neither")
	}
	if c.MeiliEmbedder != "" {
		c.embedder = &meilisearch.Embedder{}
		d := json.NewDecoder(strings.NewReader(c.MeiliEmbedder))
		d.DisallowUnknownFields()
		if err := d.Decode(c.embedder); err != nil || c.embedder.Source == "" || c.MeiliURL == "" {
			p.add("KIENNGHI_MEILI_EMBEDDER is not JSON like {\"source\": \"ollama\", \"url\": …, \"model\": …}, or set without KIENNGHI_MEILI_URL")
		}
	}
	if c.FCMEndpoint != "" && c.FCMCredentials == "" {
		p.add("KIENNGHI_FCM_ENDPOINT is set without KIENNGHI_FCM_CREDENTIALS: set the service account too, or neither")
	}
	if c.FCMCredentials != "" && !json.Valid([]byte(c.FCMCredentials)) {
		p.add("KIENNGHI_FCM_CREDENTIALS is not JSON: set the text of the service account, or KIENNGHI_FCM_CREDENTIALS_FILE to its path")
	}
	if c.Keys != "" {
		if _, err := models.ParseKeyring(c.Keys); err != nil {
			p.add("KIENNGHI_KEYS: %v", err)
		}
	}
	if c.KeysCommand != "" && (c.Keys != "" || strings.TrimSpace(c.KeysCommand) == "") {
		p.add("KIENNGHI_KEYS_COMMAND: set a program that prints the keyring, and then neither KIENNGHI_KEYS nor KIENNGHI_KEYS_FILE")
	}
	if c.WebPush != "on" && c.WebPush != "off" {
		p.add("KIENNGHI_WEB_PUSH is %q: set on or off", c.WebPush)
	}
	if c.Retention != "on" && c.Retention != "off" {
		p.add("KIENNGHI_RETENTION is %q: set on or off", c.Retention)
	}
	if c.RateLimit != "on" && c.RateLimit != "off" {
		p.add("KIENNGHI_RATE_LIMIT is %q: set on or off", c.RateLimit)
	}
	if c.RouteError < 0 || c.RouteError > 1 {
		p.add("KIENNGHI_ROUTE_ERROR is %v: set a number from 0 to 1", c.RouteError)
	}
	if c.RouteThreshold < 0 || c.RouteThreshold > 1 {
		p.add("KIENNGHI_ROUTE_THRESHOLD is %v: set a number from 0 to 1", c.RouteThreshold)
	}
	if c.ShutdownTimeout <= 0 {
		p.add("KIENNGHI_SHUTDOWN_TIMEOUT is %v: set a time such as 20s", c.ShutdownTimeout)
	}
	if c.LameDuck < 0 {
		p.add("KIENNGHI_LAME_DUCK is %v: set a time such as 5s, or 0s", c.LameDuck)
	}
	if c.WorkLease < time.Second {
		p.add("KIENNGHI_WORK_LEASE is %v: set a time such as 60s, not below 1s", c.WorkLease)
	}
	for name, address := range map[string]string{"METRICS_LISTEN": c.MetricsListen, "CLAMD": c.Clamd} {
		if _, _, err := net.SplitHostPort(address); address != "" && err != nil {
			p.add("%s%s is %q: set host:port", prefix, name, address)
		}
	}
	for _, a := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(a); err != nil && net.ParseIP(a) == nil {
			p.add("KIENNGHI_TRUSTED_PROXIES holds %q: set addresses or networks such as 10.0.0.0/8", a)
		}
	}
}

// unreadable adds the values that are not of their setting's type, by the names that
// people set.
func (p *problems) unreadable(err error, vars map[string]string) {
	var all env.AggregateError
	if !errors.As(err, &all) {
		p.add("%v", err)
		return
	}
	wants := map[reflect.Type]string{
		reflect.TypeFor[float64](): "a number such as 0.75", reflect.TypeFor[time.Duration](): "a time such as 20s",
		reflect.TypeFor[slog.Level](): "debug, info, warn or error",
	}
	for _, e := range all.Errors {
		var parse env.ParseError
		field, found := reflect.StructField{}, false
		if errors.As(e, &parse) {
			field, found = reflect.TypeFor[Config]().FieldByName(parse.Name)
		}
		if want := wants[field.Type]; found && want != "" {
			name := prefix + strings.Split(field.Tag.Get("env"), ",")[0]
			p.add("%s is %q: set %s", name, vars[name], want)
		} else {
			p.add("%v", e)
		}
	}
}

// embedded reports whether the records are in the data folder.
func (c *Config) embedded() bool { return c.MongoURI == "" }

// setting is one line of the table.
type setting struct {
	name, fallback, doc string
	secret              bool
	value               any
}

func (c *Config) settings() []setting {
	var out []setting
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		out = append(out, setting{
			name: prefix + f.Tag.Get("env"), fallback: f.Tag.Get("envDefault"), doc: f.Tag.Get("doc"),
			secret: f.Tag.Get("secret") == "true", value: v.Field(i).Interface(),
		})
	}
	return out
}

// print writes the settings as they are in force, without secrets.
func (c *Config) print(w io.Writer) {
	for _, s := range c.settings() {
		value := fmt.Sprint(s.value)
		if list, ok := s.value.([]string); ok {
			value = strings.Join(list, ",")
		}
		if s.secret && value != "" {
			value = "(set)"
		}
		fmt.Fprintf(w, "%-27s %-30s # %s\n", s.name, value, s.doc)
	}
}

// problems collects what is wrong with the settings.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p *problems) url(name, value string, schemes ...string) {
	if value == "" {
		return
	}
	// The value itself is not shown: it may hold a password.
	scheme, rest, _ := strings.Cut(value, "://")
	if !slices.Contains(schemes, scheme) || rest == "" {
		p.add("%s does not begin with %s://", name, strings.Join(schemes, ":// or "))
	}
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("settings:\n  %s", strings.Join(p, "\n  "))
}
