package handlers

import (
	"context"
	"encoding/hex"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"kiennghi/models"
)

// browser asks for pages as a browser without scripts does: with cookies, without
// following redirections.
//
//	b := h.browser()                          // nobody
//	b := h.browser(h.citizen("Hoa"))          // who the access token is of, with a session of pages
//	b.get("/my").want(200).has("Phản ánh")
//	b.post("/signout", nil).to("/")           // with the right CSRF token
type browser struct {
	h       *harness
	cookies map[string]string
	owner   string // what its CSRF tokens are bound to
	headers map[string]string
}

func (h *harness) browser(token ...string) *browser {
	h.t.Helper()
	b := &browser{h: h, cookies: map[string]string{}, headers: map[string]string{"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}}
	for _, t := range token {
		id, err := h.tokens.verify(context.Background(), t)
		if err != nil {
			h.t.Fatal(err)
		}
		s := &server{Options: h.o}
		x, cookie, err := s.newSession(context.Background(), id.account, id.staff, s.newCookie)
		if err != nil {
			h.t.Fatal(err)
		}
		b.cookies[sessionCookie(id.staff)] = cookie
		b.owner = "session " + x.ID
	}
	if len(token) == 0 {
		visitor := models.NewID()
		b.cookies[visitorCookie] = visitor
		b.owner = "visitor " + visitor
	}
	return b
}

// csrf is a token for a form.
func (b *browser) csrf() string {
	mask := []byte("0123456789abcdef")
	return hex.EncodeToString(mask) + hex.EncodeToString(masked(mask, (&server{Options: b.h.o}).csrfSecret(b.owner)))
}

func (b *browser) get(path string) *answer {
	b.h.t.Helper()
	return b.send("GET", path, nil)
}

// post sends a form, with a token unless it has one.
func (b *browser) post(path string, form url.Values) *answer {
	b.h.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if !form.Has("csrf") {
		form.Set("csrf", b.csrf())
	}
	return b.send("POST", path, form)
}

func (b *browser) send(method, path string, form url.Values) *answer {
	b.h.t.Helper()
	r, err := http.NewRequest(method, b.h.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.h.t.Fatal(err)
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.do(r)
}

// do sends a request with the browser's headers and cookies, and takes the cookies of the
// answer.
func (b *browser) do(r *http.Request) *answer {
	b.h.t.Helper()
	for name, value := range b.headers {
		r.Header.Set(name, value)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := b.h.client.Transport.RoundTrip(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(c.Name, "__Host-") {
			b.h.t.Errorf("%s %s sets a careless cookie: %s", r.Method, r.URL.Path, c)
		}
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	a := &answer{t: b.h.t, what: r.Method + " " + r.URL.Path, status: res.StatusCode, header: res.Header}
	if a.body, err = io.ReadAll(res.Body); err != nil {
		b.h.t.Fatal(err)
	}
	return a
}

// to fails the test unless the answer leads to that address.
func (a *answer) to(address string) *answer {
	a.t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != address {
		a.t.Fatalf("%s: %d to %q, want %q\n%.1000s", a.what, a.status, a.header.Get("Location"), address, a.body)
	}
	return a
}

// has fails the test unless the page contains all of that.
func (a *answer) has(texts ...string) *answer {
	a.t.Helper()
	page := html.UnescapeString(string(a.body))
	for _, text := range texts {
		if !strings.Contains(page, text) {
			a.t.Fatalf("%s: the page lacks %q\n%.3000s", a.what, text, a.body)
		}
	}
	return a
}

// hasNot fails the test if the page contains any of that.
func (a *answer) hasNot(texts ...string) *answer {
	a.t.Helper()
	page := html.UnescapeString(string(a.body))
	for _, text := range texts {
		if strings.Contains(page, text) {
			a.t.Fatalf("%s: the page has %q", a.what, text)
		}
	}
	return a
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hidden returns the hidden inputs of a page, to send them back.
func (a *answer) hidden() url.Values {
	form := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(string(a.body), -1) {
		form.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return form
}
