package browsertest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// Axe looks for barriers in the page as it is now with axe-core; each one found fails the
// test. Where axe.min.js of the npm package axe-core is, KIENNGHI_AXE says; without it the
// look is skipped, and fails where KIENNGHI_REQUIRE contains "axe".
func (b *Browser) Axe() {
	b.t.Helper()
	file := os.Getenv("KIENNGHI_AXE")
	if file == "" {
		b.t.Run("axe", func(t *testing.T) {
			why := "KIENNGHI_AXE does not say where axe.min.js is: nothing looked for barriers"
			if strings.Contains(os.Getenv("KIENNGHI_REQUIRE"), "axe") {
				t.Fatal(why)
			}
			t.Skip("SKIPPED, NOTHING WAS TESTED: " + why)
		})
		return
	}
	script, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	if b.setup.noScript { // its timers would not run; the page's own scripts are past
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
		defer call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	if !Eval[bool](b, `"axe" in window`) {
		Eval[bool](b, string(script)+"\n;true")
	}
	found := Eval[[]violation](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r =>
		r.violations.map(v => ({id: v.id, help: v.help, where: v.nodes.map(n => n.html.slice(0, 300) + " – " + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ""))})))`)
	for _, v := range found {
		b.t.Errorf("axe at %s (%s): %s: %s\n  %s", b.Path(), b.setup, v.ID, v.Help, strings.Join(v.Where, "\n  "))
	}
}

type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Where []string `json:"where"`
}

func (s setup) String() string {
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	return fmt.Sprintf("%d px, %s", s.width, scheme)
}

// Fits fails when the page is wider than the window, so that one has to scroll sideways.
func (b *Browser) Fits() {
	b.t.Helper()
	if wide := Eval[int](b, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		b.t.Errorf("%s (%s) is %d px wider than the window: %s", b.Path(), b.setup, wide, Eval[string](b, `[...document.querySelectorAll("main *, header *, footer *")]
			.filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join("\n")`))
	}
}
