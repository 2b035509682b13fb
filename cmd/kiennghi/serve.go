package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"
)

const closeTimeout = 5 * time.Second

// began is when the process began, nearly.
var began = time.Now()

type serveCommand struct {
	NoWorkers bool `help:"Serve the API and the pages only; another process runs the workers."`
	NoAPI     bool `name:"no-api" help:"Run the workers only."`
}

// heapGrowth is how much the heap grows, in percent of what is in use, before it is
// collected, unless GOGC says otherwise: at the usual 100 collecting took a tenth of the
// processor's time. GOMEMLIMIT goes before it, and what a lull does not need is given back.
const heapGrowth = 200

// Run serves until SIGTERM or SIGINT.
func (s *serveCommand) Run(ctx context.Context, con *console) error {
	if s.NoWorkers && s.NoAPI {
		return errors.New("--no-workers and --no-api leave nothing to do")
	}
	c, err := con.config()
	if err != nil {
		return err
	}
	p, err := newProgram(ctx, c, parts{api: !s.NoAPI, workers: !s.NoWorkers}, con.err)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	p.announce(ctx, con)
	p.log.Info("started", "ms", time.Since(began).Milliseconds())
	return errors.Join(p.Run(ctx), p.Close())
}

// announce prints what a person wants to know first.
func (p *program) announce(ctx context.Context, con *console) {
	engine := map[bool]string{true: "SQLite", false: "MongoDB"}[p.embedded()]
	search := map[bool]string{true: "Bleve", false: "Meilisearch"}[p.ownIndex()]
	con.printf("kiennghi %s: %s, %s, data folder %s\n", version(), engine, search, p.Data)
	if p.app == nil {
		con.printf("workers only\n")
		return
	}
	con.printf("listening on %s\n", p.Listen)
	con.printf("  site           %s\n  console        %s/console\n  API            %s/v1\n  contract       %s/docs\n", p.PublicURL, p.PublicURL, p.PublicURL, p.PublicURL)
	if p.MetricsListen != "" {
		con.printf("  metrics        http://%s/metrics\n", p.MetricsListen)
	}
	if demo, err := p.store.Setting(ctx, settingDemo); err == nil {
		con.printf("\n%s", demo)
		p.log.Warn("FOR TRYING OUT ONLY: this database has the demo's accounts, whose passwords are known")
	}
}

type healthcheckCommand struct {
	Worker bool `help:"Ask the metrics address instead, for a process without the API."`
}

// Run asks the program at the listening address.
func (h *healthcheckCommand) Run(ctx context.Context, con *console) error {
	c, err := con.config()
	if err != nil {
		return err
	}
	address := c.Listen
	if h.Worker {
		address = c.MetricsListen
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", address, res.Status)
	}
	con.printf("alive\n")
	return nil
}

type configCommand struct{}

// Run prints the settings, and what is wrong with them as the error.
func (*configCommand) Run(con *console) error {
	c, err := con.config()
	c.print(con.out)
	return err
}

type versionCommand struct{}

// Run prints the version.
func (*versionCommand) Run(con *console) error {
	con.printf("kiennghi %s\n", version())
	return nil
}

// version is what the build knows of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = s.Value[:min(12, len(s.Value))]
		}
	}
	return v + " (" + info.GoVersion + ")"
}
