package handlers

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

func digits(text string) string { return sixDigits.FindString(text) }

func (h *harness) verifyOtp(phone, code string) *answer {
	h.t.Helper()
	return h.call("POST", "/v1/auth/otp/verify", "", api.OtpVerification{Phone: phone, Code: code})
}

// otherThan returns a code that is not that one.
func otherThan(code string) string {
	if code == "111111" {
		return "222222"
	}
	return "111111"
}

func TestSignInByCode(t *testing.T) {
	h := newHarness(t)
	known := h.signIn("0912345678")
	for _, phone := range []string{"0912345678", "0987654321"} { // known, unknown: the same answer
		a := h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: phone}).want(202)
		if string(a.body) != `{"expires_in":300}` && strings.TrimSpace(string(a.body)) != `{"expires_in":300}` {
			t.Errorf("%s", a.body)
		}
	}
	text := h.sms("+84912345678")
	if text != "Mã đăng nhập Phản ánh kiến nghị: "+digits(text)+". Có hiệu lực 5 phút. Không đưa mã này cho ai." {
		t.Errorf("the message is %q", text)
	}
	again := h.verifyOtp("+84912345678", digits(text)).want(200) // the other way to write it
	var tokens api.Tokens
	again.json(&tokens)
	if h.accountOf(tokens.AccessToken) != h.accountOf(known.AccessToken) {
		t.Error("the same phone has two accounts")
	}
	h.verifyOtp("0912345678", digits(text)).want(401) // good once
	if strings.Contains(h.log.String(), digits(text)) || strings.Contains(h.log.String(), "912345678") {
		t.Error("the log shows the code or the phone")
	}
}

func TestCodeInEnglish(t *testing.T) {
	h := newHarness(t)
	h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0912345678"}, "Accept-Language", "en").want(202)
	if text := h.sms("+84912345678"); !strings.HasPrefix(text, "Sign-in code") {
		t.Errorf("the message is %q", text)
	}
}

func TestCodeHasFiveTries(t *testing.T) {
	h := newHarness(t)
	h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0912345678"}).want(202)
	code := digits(h.sms("+84912345678"))
	for range otpTries {
		if got := h.verifyOtp("0912345678", otherThan(code)).want(401).detail(); got != say("vi", "otp_wrong", 0) {
			t.Errorf("a wrong code: %q", got)
		}
	}
	if got := h.verifyOtp("0912345678", code).want(401).detail(); got != say("vi", "otp_used_up", 0) {
		t.Errorf("after five wrong ones: %q", got)
	}
	h.verifyOtp("0900000000", "123456").want(401) // never sent
}

func TestCodeEndsAfterFiveMinutes(t *testing.T) {
	h := newHarness(t)
	h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0912345678"}).want(202)
	code := digits(h.sms("+84912345678"))
	h.advance(otpLife)
	h.verifyOtp("0912345678", code).want(401)
}

func TestNewCodeReplacesTheOld(t *testing.T) {
	h := newHarness(t)
	var codes [2]string
	for i := range codes {
		h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0912345678"}).want(202)
		codes[i] = digits(h.sms("+84912345678"))
	}
	if codes[0] != codes[1] {
		h.verifyOtp("0912345678", codes[0]).want(401)
	}
	h.verifyOtp("0912345678", codes[1]).want(200)
}

// TestGuessingIsBounded asks for new codes as often as it may and guesses: the number of
// guesses at one phone is what counts, from wherever they come.
func TestGuessingIsBounded(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Proxies = []string{"127.0.0.1"} })
	guesses, refused := 0, 0
	for i := range 8 {
		from := []string{"X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i+1)}
		a := h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0912345678"}, from...)
		if a.status == 429 {
			if a.header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
			refused++
		} else {
			a.want(202)
		}
		for range otpTries {
			a := h.call("POST", "/v1/auth/otp/verify", "", api.OtpVerification{Phone: "0912345678", Code: "000000"}, from...)
			if a.status == 401 && a.detail() == say("vi", "otp_wrong", 0) {
				guesses++
			}
		}
	}
	if guesses > otpGuesses.n {
		t.Errorf("%d guesses were looked at within the hour", guesses)
	}
	if refused != 3 {
		t.Errorf("%d of 8 codes were refused, want 3", refused)
	}
	h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0987654321"}).want(202) // another phone is not affected
}

func TestParallelGuessesGetNoMoreTries(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	second := h.start()
	h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0912345678"}).want(202)
	code := digits(h.sms("+84912345678"))
	var wrong atomic.Int32
	var wait sync.WaitGroup
	for i := range 40 {
		url := []string{h.url, second}[i%2]
		wait.Go(func() {
			a := h.callAt(url, "POST", "/v1/auth/otp/verify", "", api.OtpVerification{Phone: "0912345678", Code: otherThan(code)})
			if a.want(401).detail() == say("vi", "otp_wrong", 0) {
				wrong.Add(1)
			}
		})
	}
	wait.Wait()
	if wrong.Load() != otpTries {
		t.Errorf("%d of 40 parallel guesses were looked at", wrong.Load())
	}
}

func TestParallelSignInsMakeOneAccount(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	s := &server{Options: h.o, tokens: h.tokens}
	ids := make(chan string, 20)
	var wait sync.WaitGroup
	index := h.o.Keyring.Index("+84912345678")
	for range 20 {
		wait.Go(func() {
			p, err := s.personOf(t.Context(), "+84912345678", index)
			if err != nil {
				t.Error(err)
				return
			}
			ids <- p.ID
		})
	}
	wait.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		if id != first {
			t.Fatal("one phone has two accounts")
		}
	}
}

func TestTheMessageIsSealedAndEndsWithTheCode(t *testing.T) {
	h := newHarness(t)
	earlier := models.NewWork(models.WorkIndex, "another", h.o.Now().Add(-time.Hour), nil)
	if err := h.o.Store.PutChallenge(t.Context(), &models.Challenge{ID: "another", ExpiresAt: h.o.Now()}, earlier); err != nil {
		t.Fatal(err)
	}
	h.call("POST", "/v1/auth/otp", "", api.OtpRequest{Phone: "0912345678"}).want(202)
	works, err := h.o.Store.ClaimWork(t.Context(), h.o.Now(), time.Minute, 1) // goes before what waits already
	if err != nil || len(works) != 1 {
		t.Fatal(works, err)
	}
	w := works[0]
	expires, err := time.Parse(time.RFC3339, w.Data["expires"])
	if err != nil || w.Kind != models.WorkMessage || expires.After(h.o.Now().Add(otpLife)) || expires.Before(h.o.Now().Add(otpLife-10*time.Second)) {
		t.Errorf("the work is %+v", w)
	}
	if strings.Contains(string(w.Sealed), "912345678") || len(w.Data) != 1 {
		t.Errorf("the work shows whom it is for: %+v", w)
	}
}
