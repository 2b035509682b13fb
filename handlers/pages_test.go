package handlers

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"kiennghi/models"
)

// TestEveryPageHasAnAccessRule fails when a page names an operation that has no line in
// access, or one of staff outside the console, or two pages have the same address.
func TestEveryPageHasAnAccessRule(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range pages() {
		rule := access[p.operation]
		if rule.caller == nobody {
			t.Errorf("%s %s names the operation %q, which has no line in access", p.method, p.path, p.operation)
		}
		if rule.caller == staff && !isConsole(p.path) || rule.caller == citizen && isConsole(p.path) {
			t.Errorf("%s %s is in the wrong part of the site for %s", p.method, p.path, p.operation)
		}
		if seen[p.method+p.path] {
			t.Errorf("%s %s is there twice", p.method, p.path)
		}
		seen[p.method+p.path] = true
	}
}

// TestPageMatrix visits every page and sends every form as everybody: nobody, the sender,
// another person, and staff of each role near and far. Who is let in must be what access
// and models.Permissions say.
func TestPageMatrix(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	sender, other := h.citizen("Nguyễn Thị Gửi"), h.citizen("Trần Văn Khác")
	type who struct {
		name, token string
		role        models.Role
	}
	callers := []who{{name: "nobody"}, {name: "the sender", token: sender}, {name: "another person", token: other}}
	for _, role := range models.Roles {
		for _, at := range []string{"so-xd-79", "vpcp", "so-yt-79"} {
			name := fmt.Sprintf("%s-%s", role, at)
			callers = append(callers, who{name, h.staff(name, at, role), role})
		}
	}
	// A page that is read changes nothing: all are read of one case, each caller in one
	// browser, before a form ends its session.
	all := pages()
	slices.SortStableFunc(all, func(a, b page) int { return strings.Compare(a.method, b.method) })
	readCase, readers := h.caseOf(sender), map[string]*browser{}
	n := 0
	for _, p := range all {
		if p.operation == "streamEvents" { // has no end; a test of its own
			continue
		}
		rule := access[p.operation]
		for _, c := range callers {
			f, b := readCase, readers[c.name]
			if p.method != "GET" {
				f = h.caseOf(sender)
			}
			if p.method != "GET" || b == nil {
				if b = h.browser(); c.token != "" {
					b = h.browser(c.token)
				}
			}
			if p.method == "GET" {
				readers[c.name] = b
			}
			path := strings.NewReplacer(":code", f.Code, ":rid", draftID, ":reply", draftID, ":upload", models.DeriveID("no upload"), ":id", models.DeriveID("nothing")).Replace(p.path)
			got := b.send(p.method, path, url.Values{"csrf": {b.csrf()}})
			n++
			isStaff, isCitizen := c.role != "" && isConsole(p.path), c.role == "" && c.token != "" && !isConsole(p.path)
			signedIn := isStaff || isCitizen // for this part of the site
			allowed := true
			switch rule.caller {
			case citizen:
				allowed = isCitizen
			case member:
				allowed = signedIn
			case staff:
				allowed = isStaff && slices.Contains(models.Permissions[rule.action], c.role)
			}
			toSignIn := strings.Contains(got.header.Get("Location"), "/signin?next=") || p.method == "POST" && strings.Contains(string(got.body), `name="carry"`)
			switch {
			case got.status >= 500:
				t.Errorf("%s %s by %s: %d\n%.500s", p.method, path, c.name, got.status, got.body)
			case !allowed && !signedIn && !toSignIn:
				t.Errorf("%s %s by %s: %d, want to be asked to sign in", p.method, path, c.name, got.status)
			case !allowed && signedIn && got.status != 403:
				t.Errorf("%s %s by %s: %d, want 403", p.method, path, c.name, got.status)
			case allowed && toSignIn:
				t.Errorf("%s %s by %s: has to sign in, want to be let in", p.method, path, c.name)
			}
		}
	}
	t.Logf("%d visits", n)
}

// TestPageHeaders looks at what every page says to the browser about itself.
func TestPageHeaders(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/", "/signin", "/nothing", "/console/signin"} {
		a := h.browser().get(path)
		policy := a.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self' 'sha256-", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %q: %s", path, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(string(a.body), "<script>") || strings.Contains(string(a.body), " style=") {
			t.Errorf("%s has an inline script or style, or allows it", path)
		}
		if v := a.header.Get("Vary"); !strings.Contains(v, "Cookie") || !strings.Contains(v, "Accept-Language") {
			t.Errorf("%s varies by %q", path, v)
		}
	}
	if got := h.browser(h.citizen("Hoa")).get("/").header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page for somebody is kept: %q", got)
	}
	if a := h.browser().get("/"); a.header.Get("Set-Cookie") != "" {
		t.Errorf("the home page sets a cookie without need: %s", a.header.Get("Set-Cookie"))
	}
}

// TestStaticFiles keeps a file for ever under its own address, and not under another.
func TestStaticFiles(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	_, rest, _ := strings.Cut(string(b.get("/console/signin").body), `<link rel="stylesheet" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	a := b.get(address).want(200)
	if a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%s: %v", address, a.header)
	}
	if got := b.get("/static/0123/style.css").want(200).header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("under an old address: %q", got)
	}
	for _, path := range []string{"/static/0123/nothing.css", "/static/0123/../web.go", "/static/0123/%2e%2e/web.go", "/static/0123/"} {
		b.get(path).want(404)
	}
}

// TestErrorsArePages shows errors of pages as pages, and those of the API as problems.
func TestErrorsArePages(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	b.get("/nothing").want(404).has("Không tìm thấy", "<html lang=\"vi\"", "Không có trang này")
	b.headers["Accept-Language"] = "en"
	b.get("/nothing").want(404).has("Not found", "<html lang=\"en\"")
	if got := b.get("/v1/nothing").want(404).header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("under /v1: %s", got)
	}
	b.send("POST", "/signin", url.Values{"phone": {strings.Repeat("0", maxBody)}}).want(413).has("<h1>")
}

// TestPageLanguage chooses the language: once by the address, then by the cookie, else by
// the browser's wish.
func TestPageLanguage(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	b.get("/").has(`<html lang="vi"`, `href="/?lang=en"`)
	b.get("/signin?next=%2Fmy&lang=en").to("/signin?next=%2Fmy")
	b.get("/").has(`<html lang="en"`, "Find answers")
	b.headers["Accept-Language"] = "vi"
	b.get("/").has(`<html lang="en"`)
	b.get("/?lang=vi").to("/")
	b.get("/").has(`<html lang="vi"`)
	b.get("/?lang=xx").want(200)
}

// TestFormsNeedTheirToken refuses what another site sends, and offers to send again what
// came from a form of an earlier session.
func TestFormsNeedTheirToken(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b, other := h.browser(hoa), h.browser(h.citizen("Trần Văn Khác"))
	b.headers["Sec-Fetch-Site"] = "cross-site"
	b.post("/signout", nil).want(403)
	b.get("/").want(200)
	delete(b.headers, "Sec-Fetch-Site") // an old browser
	for name, token := range map[string]string{"none": "", "another's": other.csrf(), "a visitor's": h.browser().csrf(), "nonsense": "xyz"} {
		if a := b.post("/signout", url.Values{"csrf": {token}}); a.status != 403 {
			t.Errorf("with the token %s: %d", name, a.status)
		}
	}
	b.headers["Sec-Fetch-Site"] = "same-origin"
	again := b.post("/signout", url.Values{"csrf": {other.csrf()}, "note": {"<b>chữ</b>"}}).want(200).has("Nội dung vẫn còn", `action="/signout"`)
	form := again.hidden()
	if form.Get("note") != "<b>chữ</b>" {
		t.Errorf("what was typed became %q", form.Get("note"))
	}
	b.post("/signout", form).to("/")
	if b.cookies[citizenCookie] != "" {
		t.Error("the cookie stays")
	}
}

// TestACookieIsForPagesOnly tries a page's cookie at the API, and an access token at pages.
func TestACookieIsForPagesOnly(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := h.browser(hoa)
	b.get("/v1/me").want(401)
	h.call("GET", "/v1/me", b.cookies[citizenCookie], nil).want(401)
	h.call("POST", "/v1/auth/refresh", "", obj{"refresh_token": b.cookies[citizenCookie]}).want(401)
	lan := h.staff("lan", "so-xd-79", models.Handler)
	swapped := h.browser()
	swapped.cookies[staffCookie] = b.cookies[citizenCookie]
	swapped.get("/console/sessions").to("/console/signin?next=%2Fconsole%2Fsessions")
	swapped.cookies[citizenCookie] = h.browser(lan).cookies[staffCookie]
	swapped.get("/my/sessions").to("/signin?next=%2Fmy%2Fsessions")
}

// TestNobodyIsSentElsewhere signs in with a link that wants to lead away afterwards.
func TestNobodyIsSentElsewhere(t *testing.T) {
	h := newHarness(t)
	h.staff("lan", "so-xd-79", models.Handler)
	for _, next := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "\\evil", "javascript:alert(1)", "/\tx", ""} {
		b := h.browser()
		if got := b.get("/console/signin?next=" + url.QueryEscape(next)).want(200).hidden().Get("next"); got != "/console" {
			t.Errorf("%q leads to %q", next, got)
		}
		b.post("/console/signin", url.Values{"username": {"lan"}, "password": {staffPassword}, "next": {next}}).to("/console")
	}
	b := h.browser()
	b.post("/console/signin", url.Values{"username": {"lan"}, "password": {staffPassword}, "next": {"/console/sessions?x=1"}}).to("/console/sessions?x=1")
	b.get("/console/signin?next=%2Fconsole%2Fsessions").to("/console/sessions")
}

// TestSessionEndsInTheMiddleOfAForm carries what was typed through the sign-in.
func TestSessionEndsInTheMiddleOfAForm(t *testing.T) {
	h := newHarness(t)
	lan := h.staff("lan", "so-xd-79", models.Handler, models.Approver)
	b := h.browser(lan)
	if err := h.o.Store.DeleteSessions(t.Context(), h.accountOf(lan)); err != nil {
		t.Fatal(err)
	}
	page := b.post("/console/acting", url.Values{"as": {"approver"}, "more": {"dòng 1\r\ndòng 2 \u202e<script>"}}).want(200).has("vẫn được giữ")
	form := page.hidden()
	form.Set("username", "lan")
	form.Set("password", "sai")
	form = b.post("/console/signin", form).want(422).has("không đúng").hidden() // a wrong turn loses nothing either
	form.Set("username", "lan")
	form.Set("password", staffPassword)
	form = b.post("/console/signin", form).want(200).has("Gửi nội dung đã nhập", `action="/console/acting"`).hidden()
	if got := form.Get("more"); got != "dòng 1\r\ndòng 2 \u202e<script>" {
		t.Errorf("what was typed became %q", got)
	}
	b.post("/console/acting", form).to("/console/sessions")
	b.get("/console/sessions").has("Đã đổi vai trò")

	evil := h.browser() // what another site sends is not carried along
	evil.headers["Sec-Fetch-Site"] = "cross-site"
	evil.post("/console/acting", url.Values{"as": {"approver"}}).want(200).hasNot("vẫn được giữ", `name="carry"`)
}

// TestActingAsOneRole narrows what a member may do to the role chosen, for this session.
func TestActingAsOneRole(t *testing.T) {
	h := newHarness(t)
	lan := h.staff("lan", "so-xd-79", models.Handler, models.Admin)
	b, elsewhere := h.browser(lan), h.browser(lan)
	b.get("/console/sessions").want(200).has(`href="/console/admin"`, "Hộp việc")
	b.post("/console/acting", url.Values{"as": {"handler"}}).to("/console/sessions")
	b.get("/console/sessions").want(200).has("Hộp việc", "quản trị").hasNot(`href="/console/admin"`)
	elsewhere.get("/console/sessions").has(`href="/console/admin"`)
	b.post("/console/acting", url.Values{"as": {"approver"}}).want(403)
	b.post("/console/acting", url.Values{"as": {""}}).to("/console/sessions")
	b.get("/console/sessions").has(`href="/console/admin"`)
}

// TestStaffSignInPage signs in with an authenticator app that is set up at a page.
func TestStaffSignInPage(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	secret := b.post("/console/totp", nil).want(200).has("data:image/png;base64,")
	_, rest, _ := strings.Cut(string(secret.body), `<span class="code">`)
	key, _, _ := strings.Cut(rest, "<")
	b.post("/console/totp/confirm", url.Values{"code": {"000000"}}).want(422).has("Mã xác thực không đúng", key)
	digits, err := totp.GenerateCode(key, h.o.Now())
	if err != nil {
		t.Fatal(err)
	}
	b.post("/console/totp/confirm", url.Values{"code": {digits[:3] + " " + digits[3:]}}).to("/console/sessions")
	b.get("/console/sessions").want(200).has("Đã bật xác thực hai bước", "đã cài")

	in := h.browser()
	in.post("/console/signin", url.Values{}).want(422).has("Tên đăng nhập: Mục này cần có.", "Mật khẩu: Mục này cần có.")
	in.post("/console/signin", url.Values{"username": {"lan"}, "password": {"sai"}}).want(422).has("không đúng", `value="lan"`).hasNot("sai")
	in.post("/console/signin", url.Values{"username": {"lan"}, "password": {staffPassword}}).want(422).has("Nhập mã 6 số của ứng dụng xác thực")
	h.advance(31 * time.Second)
	if digits, err = totp.GenerateCode(key, h.o.Now()); err != nil {
		t.Fatal(err)
	}
	in.post("/console/signin", url.Values{"username": {" LAN "}, "password": {staffPassword}, "totp": {digits}}).to("/console")
	in.get("/console/sessions").want(200)
	h.advance(staffSession + time.Minute)
	in.get("/console/sessions").to("/console/signin?next=%2Fconsole%2Fsessions")
}

// TestSessionsPage lists where one is signed in, and ends one session or all.
func TestSessionsPage(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	h.client.Transport.(interface{ CloseIdleConnections() }).CloseIdleConnections()
	b, phone := h.browser(hoa), h.browser(hoa)
	b.get("/my/sessions").want(200).has("đang dùng", "Đăng xuất khỏi đây")
	id, _, _ := strings.Cut(phone.cookies[citizenCookie], ".")
	b.post("/my/sessions/"+id, nil).to("/my/sessions")
	b.get("/my/sessions").want(200).has("Đã kết thúc phiên đó.")
	phone.get("/my/sessions").to("/signin?next=%2Fmy%2Fsessions")
	stranger := h.browser(h.citizen("Trần Văn Khác"))
	own, _, _ := strings.Cut(b.cookies[citizenCookie], ".")
	stranger.post("/my/sessions/"+own, nil).to("/my/sessions")
	b.get("/my/sessions").want(200) // another's session is not theirs to end
	b.post("/my/sessions/all", nil).to("/")
	b.get("/my/sessions").to("/signin?next=%2Fmy%2Fsessions")
}

// TestCitizensStaySignedIn keeps a session for as long as it is used, and says when that was.
func TestCitizensStaySignedIn(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	for range 4 {
		h.advance(h.o.Ref.KeptFor(models.KeptSession, h.o.Now()) - 24*time.Hour)
		b.get("/my/sessions").want(200)
	}
	h.advance(h.o.Ref.KeptFor(models.KeptSession, h.o.Now()) + time.Hour)
	b.get("/my/sessions").to("/signin?next=%2Fmy%2Fsessions")
}
