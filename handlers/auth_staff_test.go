package handlers

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"kiennghi/api"
	"kiennghi/models"
)

func (h *harness) signInStaff(username, password, totp string, headers ...string) *answer {
	h.t.Helper()
	in := api.StaffSignIn{Username: username, Password: password}
	if totp != "" {
		in.Totp = &totp
	}
	return h.call("POST", "/v1/auth/staff", "", in, headers...)
}

// proxied lets a test choose the address that it comes from.
func proxied(o *Options) { o.Proxies = []string{"127.0.0.1"} }

func from(n int) []string { return []string{"X-Forwarded-For", fmt.Sprintf("203.0.113.%d", n)} }

func TestStaffSignIn(t *testing.T) {
	h := newHarness(t)
	lan := h.accountOf(h.staff("lan", "so-xd-79", models.Handler))
	h.advance(time.Second)
	var in api.Tokens
	h.signInStaff(" LAN ", staffPassword, "").want(200).json(&in)
	if h.accountOf(in.AccessToken) != lan {
		t.Error("someone else was signed in")
	}
	var me api.Me
	h.call("GET", "/v1/me", in.AccessToken, nil).want(200).json(&me)

	var entries []models.AuditEntry
	head, err := h.o.Store.AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.o.Store.EachAudit(t.Context(), head.Seq, func(e models.AuditEntry) error { entries = append(entries, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Action != models.ActSignIn || entries[0].Actor != lan || entries[0].Agency != "so-xd-79" {
		t.Errorf("the audit log: %+v", entries)
	}

	wrong := h.signInStaff("lan", "khong-phai-mat-khau", "").want(401)
	unknown := h.signInStaff("ai-do", staffPassword, "").want(401)
	if wrong.detail() != unknown.detail() || wrong.detail() != say("vi", "sign_in_wrong", 0) {
		t.Errorf("%q and %q differ", wrong.detail(), unknown.detail())
	}
	if _, err := h.o.Store.UpdateStaff(t.Context(), lan, func(m *models.Staff) error { m.Disabled = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if got := h.signInStaff("lan", staffPassword, "").want(401).detail(); got != wrong.detail() {
		t.Errorf("a disabled account is told apart: %q", got)
	}
	h.refresh(in.RefreshToken).want(401)
	if strings.Contains(h.log.String(), "khong-phai-mat-khau") {
		t.Error("the log shows a password")
	}
}

func TestStaffSessionsLastTwelveHours(t *testing.T) {
	h := newHarness(t)
	h.staff("lan", "so-xd-79", models.Handler)
	var in api.Tokens
	h.signInStaff("lan", staffPassword, "").want(200).json(&in)
	h.advance(11 * time.Hour)
	h.refresh(in.RefreshToken).want(200).json(&in)
	h.advance(2 * time.Hour) // however often it was refreshed
	h.refresh(in.RefreshToken).want(401)
}

func TestFailuresSlowDownOnlyWhoFails(t *testing.T) {
	h := newHarness(t, proxied)
	h.staff("lan", "so-xd-79", models.Handler)
	h.signInStaff("lan", staffPassword, "", from(1)...).want(200)
	for range failsShort.n {
		h.signInStaff("lan", "sai-mat-khau-roi", "", from(2)...).want(401)
	}
	slow := h.signInStaff("lan", staffPassword, "", from(2)...).want(429)
	if slow.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
	h.signInStaff("lan", staffPassword, "", from(1)...).want(200) // who owns the name gets in
	h.signInStaff("lan", staffPassword, "", from(3)...).want(200) // from a new place too
	h.advance(time.Minute)
	h.signInStaff("lan", staffPassword, "", from(2)...).want(200)
}

func TestManyAddressesDoNotLockTheOwnerOut(t *testing.T) {
	h := newHarness(t, proxied)
	h.staff("lan", "so-xd-79", models.Handler)
	h.signInStaff("lan", staffPassword, "", from(1)...).want(200)
	s := &server{Options: h.o}
	for i := range failsName.n + 5 { // what 105 failures from as many addresses count
		s.beginTry(t.Context(), "lan", fmt.Sprintf("198.51.100.%d", i))
	}
	h.signInStaff("lan", staffPassword, "", from(2)...).want(429)
	h.signInStaff("lan", staffPassword, "", from(1)...).want(200) // an address that signed in before
	h.advance(time.Hour)
	h.signInStaff("lan", staffPassword, "", from(2)...).want(200)
}

func TestParallelFailuresAreCounted(t *testing.T) {
	h := newHarness(t)
	h.staff("lan", "so-xd-79", models.Handler)
	var wait sync.WaitGroup
	answers := make(chan int, 30)
	for range 30 {
		wait.Go(func() { answers <- h.signInStaff("lan", "sai-mat-khau-roi", "").status })
	}
	wait.Wait()
	close(answers)
	looked := 0
	for status := range answers {
		if status == 401 {
			looked++
		}
	}
	if looked > failsShort.n {
		t.Errorf("%d of 30 parallel passwords were looked at", looked)
	}
}

func TestTotp(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	token := h.staff("lan", "so-xd-79", models.Handler)
	h.call("POST", "/v1/me/totp", h.citizen("Hoa"), nil).want(403)
	h.call("POST", "/v1/me/totp/confirm", token, api.TotpConfirmation{Code: "000000"}).want(409)

	var secret api.TotpSecret
	h.call("POST", "/v1/me/totp", token, nil).want(200).json(&secret)
	if !strings.HasPrefix(secret.URI, "otpauth://totp/") || !strings.Contains(secret.URI, secret.Secret) {
		t.Errorf("%+v", secret)
	}
	code := func() string {
		t.Helper()
		c, err := totp.GenerateCode(secret.Secret, h.o.Now())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	h.signInStaff("lan", staffPassword, "").want(200) // not yet confirmed
	h.call("POST", "/v1/me/totp/confirm", token, api.TotpConfirmation{Code: otherThan(code())}).want(422)
	used := code()
	h.call("POST", "/v1/me/totp/confirm", token, api.TotpConfirmation{Code: used}).want(204)
	h.call("POST", "/v1/me/totp", token, nil).want(409) // a stolen token does not replace it

	a := h.signInStaff("lan", staffPassword, "").want(401)
	if a.fields() != "totp:required" {
		t.Errorf("without the digits: %s", a.body)
	}
	h.signInStaff("lan", staffPassword, used).want(401) // a code is good once
	h.advance(time.Minute)
	good := code()
	h.signInStaff("lan", staffPassword, good).want(200)
	h.signInStaff("lan", staffPassword, good).want(401)
	h.advance(time.Minute)
	late := code()
	h.advance(30 * time.Second) // a clock that is half a minute slow
	h.signInStaff("lan", staffPassword, late).want(200)
	h.advance(2 * time.Minute)
	old := code()
	h.advance(2 * time.Minute)
	h.signInStaff("lan", staffPassword, old).want(401)

	m, err := h.o.Store.StaffByUsername(t.Context(), "lan")
	if err != nil || strings.Contains(string(m.TOTP), secret.Secret) {
		t.Error("the secret is readable at rest")
	}
}
