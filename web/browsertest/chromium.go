package browsertest

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"kiennghi/cmd/kiennghi/programtest"
)

// chromium is the one Chromium of all tests: to start costs seconds, another person's
// browser within it none. The first test that needs it starts it, TestMain ends it.
var chromium struct {
	sync.Once
	ctx  context.Context
	quit context.CancelFunc
	err  error
}

func startChromium(t *testing.T) {
	t.Helper()
	path := programtest.Tool(t, "no page was looked at with a browser", "chromium")
	chromium.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.UserDataDir(filepath.Join(filepath.Dir(programtest.Path), "chromium")), // which goes with the program at the end
			chromedp.Flag("lang", "vi"), chromedp.Flag("hide-scrollbars", true), chromedp.WSURLReadTimeout(time.Minute))
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		browser, closeTab := chromedp.NewContext(allocator)
		chromium.ctx, chromium.quit = browser, func() { closeTab(); stop() }
		chromium.err = chromedp.Do(browser)
	})
	if chromium.err != nil {
		t.Fatalf("Chromium does not start: %v", chromium.err)
	}
}

func quitChromium() {
	if chromium.quit != nil {
		chromium.quit()
	}
}
