package handlers

import (
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// signIn signs a phone in as a person does.
func (h *harness) signIn(phone string, headers ...string) api.Tokens {
	h.t.Helper()
	h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: phone}, headers...).want(202)
	code := digits(h.sms(normalPhone(phone)))
	var out api.Tokens
	h.call("POST", "/v1/auth/otp/verify", "", api.OtpVerification{Phone: phone, Code: code}, headers...).want(200).json(&out)
	return out
}

func (h *harness) refresh(token string) *answer {
	h.t.Helper()
	return h.call("POST", "/v1/auth/refresh", "", api.RefreshRequest{RefreshToken: token})
}

func TestRefreshTokensRotate(t *testing.T) {
	h := newHarness(t)
	first := h.signIn("0912345678")
	var second, third api.Tokens
	h.advance(time.Minute)
	h.refresh(first.RefreshToken).want(200).json(&second)
	if second.RefreshToken == first.RefreshToken || second.ExpiresIn != 900 {
		t.Fatalf("%+v", second)
	}
	h.call("GET", "/v1/me", second.AccessToken, nil).want(200)
	h.advance(time.Minute)
	h.refresh(second.RefreshToken).want(200).json(&third)

	// The token before is used again: somebody copied it. The session ends for both.
	h.advance(time.Minute)
	if got := h.refresh(second.RefreshToken).want(401).detail(); got != say("vi", "refresh_reused", 0) {
		t.Errorf("reuse: %q", got)
	}
	h.refresh(third.RefreshToken).want(401)
	if !strings.Contains(h.log.String(), "used twice") || strings.Contains(h.log.String(), second.RefreshToken) {
		t.Error("the log must tell of the reuse and not show the token")
	}
}

func TestOldestRefreshTokenEndsTheSessionToo(t *testing.T) {
	h := newHarness(t)
	first := h.signIn("0912345678")
	last := first
	for range 3 {
		h.advance(time.Minute)
		h.refresh(last.RefreshToken).want(200).json(&last)
	}
	h.advance(time.Minute)
	h.refresh(first.RefreshToken).want(401)
	h.refresh(last.RefreshToken).want(401)
}

func TestTwoTabsDoNotEndTheSession(t *testing.T) {
	h := newHarness(t)
	in := h.signIn("0912345678")
	var wait sync.WaitGroup
	answers := make(chan *answer, 8)
	for range 8 {
		wait.Go(func() { answers <- h.refresh(in.RefreshToken) })
	}
	wait.Wait()
	close(answers)
	won := 0
	var now api.Tokens
	for a := range answers {
		if a.status == 200 {
			won++
			a.json(&now)
		} else {
			a.want(401)
		}
	}
	if won != 1 {
		t.Fatalf("%d of 8 got new tokens", won)
	}
	h.refresh(now.RefreshToken).want(200)
}

func TestInventedRefreshTokensDoNothing(t *testing.T) {
	h := newHarness(t)
	in := h.signIn("0912345678")
	id, _, _ := strings.Cut(in.RefreshToken, ".")
	h.advance(time.Hour)
	for _, token := range []string{"x", ".", id, id + ".", id + "." + strings.Repeat("A", 43), models.NewID() + in.RefreshToken[32:], in.RefreshToken + "A"} {
		h.refresh(token).want(401)
		h.call("POST", "/v1/auth/sign-out", "", api.SignOutRequest{RefreshToken: token}).want(204)
	}
	h.refresh(in.RefreshToken).want(200)
}

func TestSessionsEnd(t *testing.T) {
	h := newHarness(t)
	in := h.signIn("0912345678")
	h.advance(59 * 24 * time.Hour)
	h.refresh(in.RefreshToken).want(200).json(&in)
	h.advance(59 * 24 * time.Hour) // counted from the last refresh
	h.refresh(in.RefreshToken).want(200).json(&in)
	h.advance(61 * 24 * time.Hour)
	h.refresh(in.RefreshToken).want(401)
}

func TestSignOut(t *testing.T) {
	h := newHarness(t)
	in := h.signIn("0912345678")
	h.call("POST", "/v1/auth/sign-out", "", api.SignOutRequest{RefreshToken: in.RefreshToken}).want(204)
	h.call("POST", "/v1/auth/sign-out", "", api.SignOutRequest{RefreshToken: in.RefreshToken}).want(204)
	h.refresh(in.RefreshToken).want(401)
}

func TestSessionList(t *testing.T) {
	h := newHarness(t)
	phone := h.signIn("0912345678", "User-Agent", "Mgov/5.2 (Android 15)")
	h.advance(time.Second)
	tablet := h.signIn("0912345678", "User-Agent", "Mgov/5.2 (iPad)")
	other := h.signIn("0987654321")
	var list api.SessionList
	h.call("GET", "/v1/sessions", phone.AccessToken, nil).want(200).json(&list)
	if len(list.Items) != 2 || list.Items[0].Client != "Mgov/5.2 (iPad)" || list.Items[0].Current || !list.Items[1].Current {
		t.Fatalf("%+v", list.Items)
	}
	h.call("DELETE", "/v1/sessions/"+list.Items[0].ID, other.AccessToken, nil).want(404)
	h.refresh(tablet.RefreshToken).want(200).json(&tablet)
	h.call("DELETE", "/v1/sessions/"+list.Items[0].ID, phone.AccessToken, nil).want(204)
	h.refresh(tablet.RefreshToken).want(401)
	h.call("DELETE", "/v1/sessions/all", phone.AccessToken, nil).want(204)
	h.refresh(phone.RefreshToken).want(401)
	h.refresh(other.RefreshToken).want(200)
}

func TestSessionsOfOneAccountAreBounded(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	s := &server{Options: h.o, tokens: h.tokens}
	for range maxSessions + 5 {
		if _, err := s.signIn(t.Context(), h.accountOf(hoa), false); err != nil {
			t.Fatal(err)
		}
		h.advance(time.Millisecond)
	}
	all, err := h.o.Store.ListSessions(t.Context(), h.accountOf(hoa))
	if err != nil || len(all) != maxSessions {
		t.Errorf("%d sessions (%v)", len(all), err)
	}
}
