package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var csrfInput = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// enterConsole signs a member of the demo's staff in at the console's page, as a browser
// does, and returns the header that its cookies make.
func enterConsole(addr, username string) (cookies string, err error) {
	at := "http://" + addr + "/console/signin"
	page, body, err := exchange(http.NewRequest("GET", at, nil))
	if err != nil {
		return "", err
	}
	token := csrfInput.FindStringSubmatch(body)
	if token == nil {
		return "", fmt.Errorf("%s: status %d, no form", at, page.StatusCode)
	}
	form := url.Values{"csrf": {token[1]}, "username": {username}, "password": {"Thu-nghiem-2026"}}
	r, err := http.NewRequest("POST", at, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookieHeader(page))
	page, _, err = exchange(r, nil)
	if err != nil {
		return "", err
	}
	if cookies = cookieHeader(page); page.StatusCode != http.StatusSeeOther || !strings.Contains(cookies, "staff") {
		return "", fmt.Errorf("signing in %s at the console: status %d", username, page.StatusCode)
	}
	return "Cookie: " + cookies + "\r\n", nil
}

// exchange sends a request and follows no redirect.
func exchange(r *http.Request, err error) (*http.Response, string, error) {
	if err != nil {
		return nil, "", err
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, string(body), err
}

func cookieHeader(res *http.Response) string {
	var out []string
	for _, c := range res.Cookies() {
		if c.Value != "" {
			out = append(out, c.Name+"="+c.Value)
		}
	}
	return strings.Join(out, "; ")
}

func (s *scene) homePage(_ *rand.Rand, buf []byte) []byte { return appendGet(buf, "/", "", "") }

func (s *scene) answersPage(r *rand.Rand, buf []byte) []byte {
	return appendGet(buf, answersPath("/answers?", r), "", "")
}

func (s *scene) inboxPage(r *rand.Rand, buf []byte) []byte {
	return appendGet(buf, "/console", "", pick(r, s.consoles))
}
