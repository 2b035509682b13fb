package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"kiennghi/cmd/kiennghi/programtest"
)

// Browser is one person's browser: a tab with cookies of its own.
type Browser struct {
	t     *testing.T
	site  *Site
	ctx   context.Context
	setup setup

	mu    sync.Mutex
	wrong []string // exceptions, and what the content policy stopped
}

type setup struct {
	width, height int64
	mobile        bool
	noScript      bool
	language      string
	dark          bool
}

// Option says what kind of browser it is. Without any it is Desktop, Vietnamese, light,
// with scripts.
type Option func(*setup)

func Desktop(s *setup)  { s.width, s.height, s.mobile = 1440, 900, false }
func Tablet(s *setup)   { s.width, s.height, s.mobile = 768, 1024, true }
func Phone(s *setup)    { s.width, s.height, s.mobile = 390, 844, true }
func Tiny(s *setup)     { s.width, s.height, s.mobile = 320, 640, true }
func NoScript(s *setup) { s.noScript = true }
func English(s *setup)  { s.language = "en" }
func Dark(s *setup)     { s.dark = true }

// Browser opens a browser.
func (s *Site) Browser(t *testing.T, options ...Option) *Browser {
	t.Helper()
	b := &Browser{t: t, site: s, setup: setup{language: "vi"}}
	Desktop(&b.setup)
	for _, o := range options {
		o(&b.setup)
	}
	var closeTab context.CancelFunc
	b.ctx, closeTab = chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.listen))
	t.Cleanup(func() {
		closeTab()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, w := range b.wrong {
			t.Errorf("the browser says: %s", w)
		}
	})
	if err := chromedp.Do(b.ctx); err != nil { // with a context that does not end: the tab would end with it
		t.Fatalf("no tab opens: %v", err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	call(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": b.setup.language}})
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: b.setup.noScript})
	b.Change()
	return b
}

// Change makes it another size, or light or dark.
func (b *Browser) Change(options ...Option) {
	b.t.Helper()
	for _, o := range options {
		o(&b.setup)
	}
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: b.setup.width, Height: b.setup.height, DeviceScaleFactor: 1, Mobile: b.setup.mobile})
	scheme := "light"
	if b.setup.dark {
		scheme = "dark"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"}}}) // else a page that still scrolls slides away below the mouse
}

// call sends one command of the protocol.
func call[P, R any](b *Browser, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("browser: %v", err)
	}
	return result
}

// listen keeps what must not happen in a page.
func (b *Browser) listen(event any) {
	said := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			said += " " + x.Description
		}
	case *log.EventEntryAdded:
		if strings.Contains(e.Entry.Text, "Content Security Policy") || e.Entry.Source == log.EntrySourceJavascript {
			said = e.Entry.Text + " " + e.Entry.URL
		}
	}
	if said != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wrong = append(b.wrong, said)
	}
}

// Eval runs a script in the page, also where the page's own scripts are off, and returns
// its value.
func Eval[T any](b *Browser, script string) T {
	b.t.Helper()
	v, err := eval[T](b, script)
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

func eval[T any](b *Browser, script string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// until waits for a script to say true. While a page changes there may be no answer.
func (b *Browser) until(what, script string) {
	b.t.Helper()
	if !programtest.Poll(patience, func() bool { ok, err := eval[bool](b, script); return err == nil && ok }) {
		b.fail("waited in vain for " + what)
	}
}

// fail ends the test with what the page shows.
func (b *Browser) fail(what string) {
	b.t.Helper()
	text, _ := eval[string](b, `document.body.innerText.slice(0, 3000)`)
	b.t.Fatalf("%s\nat %s:\n%s", what, b.Path(), text)
}

// Open goes to a path of the site.
func (b *Browser) Open(path string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(b.site.URL+path)); err != nil {
		b.t.Fatalf("open %s: %v", path, err)
	}
}

// Path is where the browser is: path and query.
func (b *Browser) Path() string {
	path, _ := eval[string](b, `location.pathname + location.search`)
	return path
}

// At waits until the browser is at that path, whatever the query.
func (b *Browser) At(path string) {
	b.t.Helper()
	b.until(path, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, path))
}

// Sees waits until the page shows that text.
func (b *Browser) Sees(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("%q", text), fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").includes(%s)`, quote(text)))
}

// Misses fails if the page shows that text.
func (b *Browser) Misses(text string) {
	b.t.Helper()
	if Eval[bool](b, fmt.Sprintf(`document.body.innerText.includes(%s)`, quote(text))) {
		b.fail(fmt.Sprintf("the page shows %q", text))
	}
}

// Has reports whether something fits the selector now.
func (b *Browser) Has(css string) bool {
	b.t.Helper()
	return Eval[bool](b, fmt.Sprintf(`document.querySelector(%s) !== null`, quote(css)))
}

// Text waits for what fits the selector and returns its text.
func (b *Browser) Text(css string) string {
	b.t.Helper()
	b.until(css, fmt.Sprintf(`document.querySelector(%s) !== null`, quote(css)))
	return Eval[string](b, fmt.Sprintf(`document.querySelector(%s).innerText.trim()`, quote(css)))
}

// Attr waits for what fits the selector and returns an attribute, empty when it has none.
func (b *Browser) Attr(css, name string) string {
	b.t.Helper()
	b.until(css, fmt.Sprintf(`document.querySelector(%s) !== null`, quote(css)))
	return Eval[string](b, fmt.Sprintf(`document.querySelector(%s).getAttribute(%s) ?? ""`, quote(css), quote(name)))
}

// Fill types into the input of that name in place of what is there; a choice among radios
// is its value, a checkbox is on with any value and off without.
func (b *Browser) Fill(name, value string) {
	b.t.Helper()
	find := fmt.Sprintf(`document.querySelector('[name="%s"]:not([type=hidden])')`, name)
	b.until("an input "+name, find+` !== null`)
	kind := Eval[string](b, find+`.type`)
	switch kind {
	case "radio":
		b.click(fmt.Sprintf(`document.querySelector('[name="%s"][value="%s"]')`, name, value))
	case "checkbox":
		if Eval[bool](b, find+`.checked`) != (value != "") {
			b.click(find)
		}
	case "select-one":
		Eval[bool](b, fmt.Sprintf(`(e => { e.value = %s; e.dispatchEvent(new Event("change", {bubbles: true})); return true })(%s)`, quote(value), find))
	case "date":
		Eval[bool](b, fmt.Sprintf(`(e => { e.value = %s; e.dispatchEvent(new Event("input", {bubbles: true})); return true })(%s)`, quote(value), find))
	default:
		Eval[bool](b, `(e => { e.scrollIntoView({block: "center", behavior: "instant"}); e.focus(); e.select(); return true })(`+find+`)`)
		if value == "" {
			b.Keys("\b")
		} else {
			call(b, input.InsertText, input.InsertTextParams{Text: value})
		}
	}
}

// Choose chooses files in the input that fits the selector.
func (b *Browser) Choose(css string, files ...string) {
	b.t.Helper()
	root := call(b, dom.GetDocument, dom.GetDocumentParams{}).Root
	node := call(b, dom.QuerySelector, dom.QuerySelectorParams{NodeID: root.NodeID, Selector: css}).NodeID
	call(b, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, NodeID: node})
}

// Taken waits until what was chosen in the input that fits the selector has been sent by its
// script: while it is on its way the page moves.
func (b *Browser) Taken(css string) {
	b.t.Helper()
	b.until("the files are taken", fmt.Sprintf(`document.querySelector("[data-file]") !== null && document.querySelector(%s).nextElementSibling.childElementCount === 0`, quote(css)))
}

// Value returns what is in the input of that name.
func (b *Browser) Value(name string) string {
	b.t.Helper()
	find := fmt.Sprintf(`document.querySelector('[name="%s"]:not([type=hidden])')`, name)
	b.until("an input "+name, find+` !== null`)
	return Eval[string](b, find+`.value`)
}

// Keys presses keys, one after the other; see package kb of chromedp for those without a
// character.
func (b *Browser) Keys(keys string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys)); err != nil {
		b.t.Fatalf("keys: %v", err)
	}
}

// Enter presses Enter as a keyboard does: one event, which a page can keep from sending the
// form. Keys sends the character as well, which goes past the page.
func (b *Browser) Enter() {
	b.t.Helper()
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	call(b, input.DispatchKeyEvent, key)
	key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
	call(b, input.DispatchKeyEvent, key)
}

// pressable finds what can be pressed by the text it shows, or by its label. What is in the
// content goes before what is around it.
const pressable = `(text => {
	const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
	const says = e => (e.innerText || e.value || e.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim();
	const all = [...document.querySelectorAll("main :is(a, button, summary, input[type=submit], label)"), ...document.querySelectorAll("a, button, summary, label")];
	return all.find(e => shown(e) && says(e) === text) ?? all.find(e => shown(e) && says(e).includes(text)) ?? null;
})`

// Press presses the button, link or label with that text.
func (b *Browser) Press(text string) {
	b.t.Helper()
	find := pressable + "(" + quote(text) + ")"
	b.until(fmt.Sprintf("something to press that says %q", text), find+` !== null`)
	b.click(find)
}

// Follow is Press for what leads to another page: it waits until that is there.
func (b *Browser) Follow(text string) {
	b.t.Helper()
	find := pressable + "(" + quote(text) + ")"
	b.until(fmt.Sprintf("something to press that says %q", text), find+` !== null`)
	b.follow(find)
}

func (b *Browser) follow(find string) {
	b.t.Helper()
	Eval[bool](b, `document.wasHereBefore = true`)
	b.click(find)
	b.until("the next page", `!document.wasHereBefore && document.readyState === "complete"`)
}

// FollowOnly follows the first thing that fits the selector.
func (b *Browser) FollowOnly(css string) {
	b.t.Helper()
	b.until(css, fmt.Sprintf(`document.querySelector(%s) !== null`, quote(css)))
	b.follow(fmt.Sprintf(`document.querySelector(%s)`, quote(css)))
}

// click clicks with the mouse into the middle of an element.
func (b *Browser) click(find string) {
	b.t.Helper()
	at := Eval[[]float64](b, `(e => { e.scrollIntoView({block: "center", behavior: "instant"}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2] })(`+find+`)`)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.MouseClickXY(at[0], at[1])); err != nil {
		b.t.Fatalf("click: %v", err)
	}
}

// Back goes back, as the browser's button does.
func (b *Browser) Back() {
	b.t.Helper()
	Eval[bool](b, `document.wasHereBefore = true`)
	eval[bool](b, `(history.back(), true)`) // there may be no answer: the page goes
	b.until("the page before", `document.readyState === "complete"`)
}

// Cookie returns a cookie of the site, empty when there is none.
func (b *Browser) Cookie(name string) string {
	b.t.Helper()
	for _, c := range call(b, network.GetCookies, network.GetCookiesParams{}).Cookies {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// DropCookie removes a cookie, as when a session has ended.
func (b *Browser) DropCookie(name string) {
	b.t.Helper()
	call(b, network.DeleteCookies, network.DeleteCookiesParams{Name: name, URL: b.site.URL})
}

// SignIn signs a citizen in with the code that the outbox gets.
func (b *Browser) SignIn(phone string) {
	b.t.Helper()
	b.Open("/signin")
	b.Fill("phone", phone)
	b.FollowOnly("main form .button")
	b.At("/signin/code")
	b.Fill("code", b.site.Code(phone))
	b.FollowOnly("main form .button")
	if b.Path() == "/signin/code" {
		b.fail("could not sign in")
	}
}

// SignInStaff signs a member of staff in who has no authenticator app.
func (b *Browser) SignInStaff(username, password string) {
	b.t.Helper()
	b.Open("/console/signin")
	b.Fill("username", username)
	b.Fill("password", password)
	b.FollowOnly("main form .button")
	if b.Path() == "/console/signin" {
		b.fail("could not sign in")
	}
}

// Screenshot is the whole page as PNG.
func (b *Browser) Screenshot() []byte {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatalf("screenshot: %v", err)
	}
	return png
}

// quote writes a text as JavaScript does.
func quote(text string) string {
	q, _ := json.Marshal(text)
	return string(q)
}
