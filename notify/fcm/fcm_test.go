package fcm

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kiennghi/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server speaks FCM's HTTP v1 protocol, with the bodies that Google sends. What it
// answers depends on the token.
type server struct {
	*httptest.Server
	release chan struct{} // closed: hanging requests end

	mu       sync.Mutex
	messages []map[string]any
	requests map[string]int // by token
	tokens   int            // access tokens handed out
	refuse   bool           // no access tokens
}

func newServer(t *testing.T) *server {
	s := &server{release: make(chan struct{}), requests: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /v1/projects/thu-nghiem/messages:send", s.send)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("unexpected request %s %s", r.Method, r.URL)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(func() { close(s.release); s.Close() })
	return s
}

func (s *server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if s.refuse {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`)
		return
	}
	s.tokens++
	fmt.Fprint(w, `{"access_token":"ya29.thu","expires_in":3600,"token_type":"Bearer"}`)
}

const fcmError = `{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"%s"}`

func (s *server) send(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Message map[string]any `json:"message"`
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil || r.Header.Get("Authorization") != "Bearer ya29.thu" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	token, _ := body.Message["token"].(string)
	s.mu.Lock()
	s.requests[token]++
	s.mu.Unlock()
	answer := func(code int, status, details string) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"error":{"code":%d,"message":"about %s","status":"%s","details":[%s]}}`, code, token, status, details)
	}
	kind, _, _ := strings.Cut(token, "-")
	switch kind {
	case "unregistered":
		answer(404, "NOT_FOUND", fmt.Sprintf(fcmError, "UNREGISTERED"))
	case "invalid":
		answer(400, "INVALID_ARGUMENT", fmt.Sprintf(fcmError, "INVALID_ARGUMENT"))
	case "invalidfield":
		answer(400, "INVALID_ARGUMENT", fmt.Sprintf(fcmError, "INVALID_ARGUMENT")+
			`,{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.token","description":"Invalid registration token"}]}`)
	case "toobig":
		answer(400, "INVALID_ARGUMENT", fmt.Sprintf(fcmError, "INVALID_ARGUMENT")+
			`,{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data","description":"Too big"}]}`)
	case "mismatch":
		answer(403, "PERMISSION_DENIED", fmt.Sprintf(fcmError, "SENDER_ID_MISMATCH"))
	case "quota":
		w.Header().Set("Retry-After", "90")
		answer(429, "RESOURCE_EXHAUSTED", fmt.Sprintf(fcmError, "QUOTA_EXCEEDED"))
	case "unavailable":
		w.Header().Set("Retry-After", "45")
		answer(503, "UNAVAILABLE", fmt.Sprintf(fcmError, "UNAVAILABLE"))
	case "internal":
		answer(500, "INTERNAL", fmt.Sprintf(fcmError, "INTERNAL"))
	case "proxy":
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html>Bad gateway</html>")
	case "nojson":
		fmt.Fprint(w, "<html>Welcome to the hotel Wi-Fi</html>")
	case "hang":
		select {
		case <-s.release:
		case <-r.Context().Done():
		}
	default:
		s.mu.Lock()
		s.messages = append(s.messages, body.Message)
		n := len(s.messages)
		s.mu.Unlock()
		fmt.Fprintf(w, `{"name":"projects/thu-nghiem/messages/%d"}`, n)
	}
}

func newSender(t *testing.T, s *server, endpoint string) *Sender {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	credentials, _ := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "thu-nghiem", "private_key_id": "k1",
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": "push@thu-nghiem.iam.gserviceaccount.com", "client_id": "1", "token_uri": s.URL + "/token",
	})
	sender, err := New(credentials, endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	return sender
}

func to(token string) notify.Message {
	return notify.Message{
		Channel: notify.Push, To: token, Title: "Có trả lời", Body: "Phản ánh KN-7Q4M-2XPA đã được trả lời.",
		Data:     map[string]string{"code": "KN-7Q4M-2XPA", "link": "kiennghi://feedback/KN-7Q4M-2XPA"},
		Collapse: "KN-7Q4M-2XPA", TTL: 36 * time.Hour,
	}
}

func TestSend(t *testing.T) {
	s := newServer(t)
	for _, endpoint := range []string{s.URL, s.URL + "/", s.URL + "/v1"} {
		if err := newSender(t, s, endpoint).Send(t.Context(), []notify.Message{to("good")})[0]; err != nil {
			t.Fatalf("endpoint %q: %v", endpoint, err)
		}
	}
	m := s.messages[0]
	get := func(path ...string) string {
		v := any(m)
		for _, p := range path {
			o, _ := v.(map[string]any)
			v = o[p]
		}
		return fmt.Sprint(v)
	}
	for want, path := range map[string][]string{
		"good":       {"token"},
		"Có trả lời": {"notification", "title"},
		"Phản ánh KN-7Q4M-2XPA đã được trả lời.": {"notification", "body"},
		"kiennghi://feedback/KN-7Q4M-2XPA":       {"data", "link"},
		"high":                                   {"android", "priority"},
		"129600s":                                {"android", "ttl"},
		"10":                                     {"apns", "headers", "apns-priority"},
		"default":                                {"apns", "payload", "aps", "sound"},
	} {
		if got := get(path...); got != want {
			t.Errorf("%v = %q, want %q", path, got, want)
		}
	}
	if a, b := get("android", "collapse_key"), get("apns", "headers", "apns-collapse-id"); a != "KN-7Q4M-2XPA" || b != a {
		t.Errorf("collapse keys %q, %q", a, b)
	}
	expires, err := strconv.ParseInt(get("apns", "headers", "apns-expiration"), 10, 64)
	if err != nil || time.Until(time.Unix(expires, 0)) > 36*time.Hour || time.Until(time.Unix(expires, 0)) < 35*time.Hour {
		t.Errorf("apns-expiration in %v", time.Until(time.Unix(expires, 0)))
	}
}

func TestSendFailures(t *testing.T) {
	s := newServer(t)
	sender := newSender(t, s, s.URL)
	const notRetry = -1
	cases := []struct {
		token string
		gone  bool
		after time.Duration
	}{
		{"unregistered-1", true, notRetry}, {"invalid-1", true, notRetry}, {"invalidfield-1", true, notRetry}, {"", true, notRetry},
		{"toobig-1", false, notRetry}, {"mismatch-1", false, notRetry}, {"nojson-1", false, notRetry},
		{"quota-1", false, 90 * time.Second}, {"unavailable-1", false, 45 * time.Second},
		{"internal-1", false, 0}, {"proxy-1", false, 0},
	}
	messages := []notify.Message{to("good-1")}
	for _, c := range cases {
		messages = append(messages, to(c.token))
	}
	start := time.Now()
	errs := sender.Send(t.Context(), messages) // all in one batch: one bad token must not spoil the others
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v: the SDK waited in the worker", d)
	}
	if errs[0] != nil {
		t.Errorf("the good one: %v", errs[0])
	}
	for i, c := range cases {
		err := errs[i+1]
		var retry *notify.RetryError
		switch {
		case err == nil:
			t.Errorf("%s: no error", c.token)
			continue
		case errors.Is(err, notify.ErrGone) != c.gone:
			t.Errorf("%s: gone = %v (%v)", c.token, !c.gone, err)
		case errors.As(err, &retry) != (c.after != notRetry):
			t.Errorf("%s: %T %v", c.token, err, err)
		case retry != nil && retry.After != c.after:
			t.Errorf("%s: after %v, want %v", c.token, retry.After, c.after)
		}
		if c.token != "" && strings.Contains(err.Error(), c.token) {
			t.Errorf("%s: the error tells the token: %v", c.token, err)
		}
		if n := s.requests[c.token]; c.token != "" && n != 1 {
			t.Errorf("%s: %d requests, want 1", c.token, n)
		}
	}
}

func TestSendStopsAtTheDeadline(t *testing.T) {
	s := newServer(t)
	sender := newSender(t, s, s.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	errs := sender.Send(ctx, []notify.Message{to("hang-1"), to("good-1")})
	if !errors.Is(errs[0], context.DeadlineExceeded) || errs[1] != nil {
		t.Errorf("got %v", errs)
	}

	sender.timeout = 100 * time.Millisecond // of its own, when the caller sets none
	if err := sender.Send(t.Context(), []notify.Message{to("hang-2")})[0]; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("own timeout: %v", err)
	}
}

func TestSendInBatches(t *testing.T) {
	s := newServer(t)
	sender := newSender(t, s, s.URL)
	messages := make([]notify.Message, batch+150)
	for i := range messages {
		messages[i] = to(fmt.Sprintf("good-%d", i))
	}
	messages[batch+1] = to("unregistered-x")
	for i, err := range sender.Send(t.Context(), messages) {
		if (err != nil) != (i == batch+1) {
			t.Errorf("message %d: %v", i, err)
		}
	}
	if len(s.messages) != len(messages)-1 {
		t.Errorf("%d arrived", len(s.messages))
	}
	if s.tokens != 1 {
		t.Errorf("%d access tokens fetched, want 1", s.tokens)
	}
}

func TestServerAway(t *testing.T) {
	s := newServer(t)
	s.refuse = true
	sender := newSender(t, s, s.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	err := sender.Send(ctx, []notify.Message{to("good-1")})[0]
	if err == nil || errors.Is(err, notify.ErrGone) {
		t.Errorf("no access token: %v", err)
	}

	away := newSender(t, s, "http://127.0.0.1:1")
	s.refuse = false
	ctx, cancel = context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	err = away.Send(ctx, []notify.Message{to("good-1")})[0]
	if err == nil || errors.Is(err, notify.ErrGone) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []string{"", "{", `{"type":"authorized_user"}`, `{"type":"service_account"}`} {
		if _, err := New([]byte(c), ""); err == nil {
			t.Errorf("%q was taken", c)
		}
	}
}
