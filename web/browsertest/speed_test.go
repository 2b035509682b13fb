package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
)

// TestFirstPage opens the pages that people come to first, on a slow phone: Slow 4G of
// Chromium's tools, a processor four times slower. The first answer is all that is needed
// to paint, nothing moves afterwards, and it is small. How long it took is in the log: that
// is the machine's matter too.
func TestFirstPage(t *testing.T) {
	s := Demo(t)
	for _, path := range []string{"/", "/answers", "/submit", "/signin", "/help"} {
		b := s.Browser(t, Phone)
		call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Latency: 562.5, DownloadThroughput: 180_000, UploadThroughput: 84_375}}})
		call(b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
		b.Open(path)
		b.until("the first paint", `performance.getEntriesByName("first-contentful-paint").length > 0`)
		if blocking := Eval[[]string](b, `performance.getEntriesByType("resource").filter(e => e.renderBlockingStatus === "blocking").map(e => e.name)`); len(blocking) > 0 {
			t.Errorf("%s waits for %v before it paints", path, blocking)
		}
		size := Eval[int](b, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((n, e) => n + e.transferSize, 0)`)
		if size == 0 || size > 50<<10 {
			t.Errorf("%s takes %d bytes, scripts and all", path, size)
		}
		moved := Eval[string](b, `new Promise(done => {
			const seen = [];
			new PerformanceObserver(list => list.getEntries().filter(e => e.value > 0.01).forEach(e => seen.push(e.value.toFixed(4) + " " + e.sources.map(s => s.node?.outerHTML?.slice(0, 80)).join(" | "))))
				.observe({type: "layout-shift", buffered: true});
			requestAnimationFrame(() => setTimeout(() => done(seen.join("\n")), 100));
		})`)
		if moved != "" {
			t.Errorf("%s moves while it loads: %s", path, moved)
		}
		t.Logf("%s: first paint after %.0f ms, %d bytes", path, Eval[float64](b, `performance.getEntriesByName("first-contentful-paint")[0].startTime`), size)
	}
}
