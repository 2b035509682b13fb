package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
)

var (
	quoted   = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	grouping = regexp.MustCompile(`\b(by|without|on|ignoring)\s*\(([^)]*)\)`)
	selector = regexp.MustCompile(`(\w+)\s*\{([^}]*)\}`)
	duration = regexp.MustCompile(`\[[^\]]*\]`)
	word     = regexp.MustCompile(`[A-Za-z_]\w*(\s*\()?`)
	matcher  = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)`)
	routes   = regexp.MustCompile(`route(=~|!~|!=|=)"([^"]*)"`)
)

// use is one metric in an expression, with the labels that it is selected by.
type use struct {
	metric string
	labels []string
}

// uses finds the metrics of a PromQL expression.
func uses(expr string) []use {
	var out []use
	plain := quoted.ReplaceAllString(expr, `""`)
	for _, m := range selector.FindAllStringSubmatch(plain, -1) {
		u := use{metric: m[1]}
		for _, l := range matcher.FindAllStringSubmatch(m[2], -1) {
			u.labels = append(u.labels, l[1])
		}
		out = append(out, u)
	}
	rest := grouping.ReplaceAllString(duration.ReplaceAllString(selector.ReplaceAllString(plain, " "), " "), " ")
	for _, w := range word.FindAllString(rest, -1) {
		if !strings.HasSuffix(w, "(") && !slices.Contains([]string{"and", "or", "unless", "bool", "offset"}, w) {
			out = append(out, use{metric: w})
		}
	}
	return out
}

func TestUses(t *testing.T) {
	t.Parallel()
	got := uses(`sum by (a) (rate(x_total{b="up{",c=~"d"}[5m])) / y and on () z > 600 * 1024`)
	if len(got) != 3 || got[0].metric != "x_total" || strings.Join(got[0].labels, ",") != "b,c" || got[1].metric != "y" || got[2].metric != "z" {
		t.Errorf("%+v", got)
	}
}

// expressions returns every expression of the alerts and the dashboard, by where it stands.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, g := range objects(at[[]any](documents(t, "prometheus/alerts.yaml")[0], "groups")) {
		for _, r := range objects(at[[]any](g, "rules")) {
			name := at[string](r, "alert")
			if name == "" || at[string](r, "labels", "severity") == "" || at[string](r, "annotations", "summary") == "" {
				t.Errorf("an alert lacks its name, severity or summary: %v", r)
			}
			out["alert "+name] = at[string](r, "expr")
		}
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/dashboard.json")), &board); err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Panels {
		for _, x := range p.Targets {
			out["panel "+p.Title+": "+x.Expr] = x.Expr
		}
	}
	if len(out) < 25 {
		t.Fatalf("only %d expressions", len(out))
	}
	return out
}

// Alerts and dashboard ask for metrics, labels and routes that exist.
func TestMetricsExist(t *testing.T) {
	t.Parallel()
	there := metrics(t)
	there["up"] = nil // Prometheus's own
	fromPrometheus := []string{"job", "instance"}
	var asked []string
	for where, expr := range expressions(t) {
		found := uses(expr)
		if len(found) == 0 {
			t.Errorf("%s asks for nothing: %q", where, expr)
		}
		for _, u := range found {
			asked = append(asked, u.metric)
			labels, ok := there[u.metric]
			if !ok {
				t.Errorf("%s asks for %s, which the program does not have", where, u.metric)
			}
			for _, l := range u.labels {
				if ok && !slices.Contains(labels, l) && !slices.Contains(fromPrometheus, l) {
					t.Errorf("%s selects %s by %s; it has %v", where, u.metric, l, labels)
				}
			}
		}
		for _, m := range routes.FindAllStringSubmatch(expr, -1) {
			for r := range strings.SplitSeq(m[2], "|") {
				p := regexp.MustCompile(`:(\w+)`).ReplaceAllString(r, "{$1}")
				if !strings.Contains(read(t, "../openapi.yaml"), "\n  "+p+":\n") {
					t.Errorf("%s selects the route %s, which the contract does not have", where, r)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(there)) {
		if strings.HasPrefix(name, "kiennghi_") && !strings.HasSuffix(name, "_sum") && !strings.HasSuffix(name, "_count") && !slices.Contains(asked, name) {
			t.Errorf("nobody looks at %s: it belongs into an alert or the dashboard", name)
		}
	}
}

func TestPromtool(t *testing.T) {
	t.Parallel()
	promtool := programtest.Tool(t, "the alerts (Debian package prometheus)", "promtool")
	for _, args := range [][]string{{"check", "rules", "prometheus/alerts.yaml"}, {"test", "rules", "prometheus/alerts_test.yaml"}} {
		if out, err := exec.Command(promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}

// Every alert is seen to fire, and to be quiet where the metrics that it looks at are there.
func TestAlertsAreTried(t *testing.T) {
	t.Parallel()
	fires, quiet := map[string]bool{}, map[string]bool{}
	exprs := expressions(t)
	for _, test := range objects(at[[]any](documents(t, "prometheus/alerts_test.yaml")[0], "tests")) {
		series := fmt.Sprint(test["input_series"])
		for _, try := range objects(at[[]any](test, "alert_rule_test")) {
			name := at[string](try, "alertname")
			there := func(u use) bool { return strings.Contains(series, u.metric+"{") }
			switch {
			case len(at[[]any](try, "exp_alerts")) > 0:
				fires[name] = true
			case slices.ContainsFunc(uses(exprs["alert "+name]), there):
				quiet[name] = true
			}
		}
	}
	for where := range exprs {
		if name, ok := strings.CutPrefix(where, "alert "); ok && !(fires[name] && quiet[name]) {
			t.Errorf("%s: tried that it fires: %v, that it does not: %v", name, fires[name], quiet[name])
		}
	}
}
