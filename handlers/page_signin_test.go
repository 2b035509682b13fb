package handlers

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// codeOf is the newest code to a phone, written as +84….
func (h *harness) codeOf(phone string) string {
	h.t.Helper()
	return regexp.MustCompile(`\b\d{6}\b`).FindString(h.sms(phone))
}

// TestCitizenSignInPage signs in with the code of the message and goes on to where one
// wanted to go. The number is in no address and on no page.
func TestCitizenSignInPage(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	b.get("/my/sessions").to("/signin?next=%2Fmy%2Fsessions")
	form := b.get("/signin?next=%2Fmy%2Fsessions").want(200).hidden()
	form.Set("phone", "0912 345")
	b.post("/signin", form).want(422).has(`value="0912 345"`, `href="#f-phone"`, `aria-invalid="true"`, "Số điện thoại di động: Số điện thoại gồm 10 chữ số")
	form.Set("phone", "(+84) 912.345-678")
	b.post("/signin", form).to("/signin/code")
	b.get("/signin/code").want(200).has("09•• ••• 678").hasNot("912345678", "0912345678")
	code := h.codeOf("+84912345678")
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	b.post("/signin/code", url.Values{"code": {"12"}}).want(422).has("Mã gồm 6 chữ số.")
	b.post("/signin/code", url.Values{"code": {wrong}}).want(422).has("Mã không đúng hoặc đã hết hạn", `href="#f-code"`)
	b.post("/signin", url.Values{"again": {"1"}}).to("/signin/code")
	b.post("/signin/code", url.Values{"code": {code}}).want(422) // only the newest is good
	b.post("/signin/code", url.Values{"code": {" " + h.codeOf("+84912345678") + " "}}).to("/my/sessions")
	b.get("/my/sessions").want(200).has("đang dùng")
	b.get("/signin?next=%2Fhelp").to("/help")
	if b.cookies[signInCookie] != "" || b.cookies[visitorCookie] != "" {
		t.Errorf("cookies of before stay: %v", b.cookies)
	}
	if log := h.log.String(); strings.Contains(log, "912345678") || strings.Contains(log, code) {
		t.Error("number or code is in the log")
	}

	lost := h.browser() // the cookie between the steps is gone, or not ours
	lost.get("/signin/code").to("/signin")
	lost.cookies[signInCookie] = "abc"
	lost.post("/signin/code", url.Values{"code": {code}}).to("/signin")
}

// TestSignInPageIsLimited says when too many codes were asked for, and shows the form again.
func TestSignInPageIsLimited(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	for range otpSends.n {
		b.post("/signin", url.Values{"phone": {"0912345678"}}).to("/signin/code")
	}
	a := b.post("/signin", url.Values{"phone": {"0912345678"}}).want(429).has("quá nhiều yêu cầu", `value="0912345678"`)
	if a.header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	h.advance(time.Hour)
	b.post("/signin", url.Values{"phone": {"0912345678"}}).to("/signin/code")
}

// TestCitizenSessionEndsInTheMiddleOfAForm carries what was typed through both steps.
func TestCitizenSessionEndsInTheMiddleOfAForm(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	h.advance(h.o.Ref.KeptFor(models.KeptSession, h.o.Now()) + time.Hour)
	long := strings.Repeat("Đoạn đường trước cổng trường hỏng nặng. ", 500)
	form := b.post("/my/sessions/all", url.Values{"body": {long}, "title": {"“Ngoặc” & <b>"}}).want(200).has("vẫn được giữ").hidden()
	form.Set("phone", "0912345678")
	form = b.post("/signin", form).want(200).has("Nhập mã vừa nhận").hidden()
	form.Set("code", h.codeOf("+84912345678"))
	resend := b.post("/signin/code", form).want(200).has("Nội dung vẫn còn", `action="/my/sessions/all"`)
	form = resend.hidden()
	if form.Get("body") != long || form.Get("title") != "“Ngoặc” & <b>" {
		t.Errorf("what was typed became %.100q, %q", form.Get("body"), form.Get("title"))
	}
	b.owner = "session " + strings.SplitN(b.cookies[citizenCookie], ".", 2)[0]
	b.post("/my/sessions/all", form).to("/")
}
