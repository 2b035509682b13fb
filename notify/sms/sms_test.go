package sms

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kiennghi/notify"
)

var message = notify.Message{Channel: notify.SMS, To: "+84900000001", Body: "Mã của ông/bà là 123456"}

func TestSend(t *testing.T) {
	for _, c := range []struct{ user, auth string }{
		{"", ""},
		{"token-1@", "Bearer token-1"},
		{"ten:mat%3Akhau@", "Basic dGVuOm1hdDpraGF1"},
	} {
		var got map[string]string
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if a := r.Header.Get("Authorization"); a != c.auth {
				t.Errorf("Authorization = %q, want %q", a, c.auth)
			}
			if r.Method != http.MethodPost || r.URL.Path != "/send" || r.URL.Query().Get("brand") != "CONGDVC" {
				t.Errorf("%s %s", r.Method, r.URL)
			}
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusAccepted)
		}))
		s, err := New(strings.Replace(srv.URL, "://", "://"+c.user, 1) + "/send?brand=CONGDVC")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), []notify.Message{message})[0]; err != nil {
			t.Fatal(err)
		}
		if got["to"] != message.To || got["text"] != message.Body || len(got) != 2 {
			t.Errorf("posted %v", got)
		}
		s.Close()
		srv.Close()
	}
}

func TestSendFailures(t *testing.T) {
	status, retryAfter := 0, ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		if status == http.StatusFound {
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(status)
		w.Write([]byte(message.To + message.Body)) // what a gateway says must not reach a log
	}))
	defer srv.Close()
	s, err := New(strings.Replace(srv.URL, "://", "://hidden-token@", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		status     int
		retryAfter string
		gone       bool
		after      time.Duration // -1: not a RetryError
	}{
		{400, "", true, -1}, {404, "", true, -1}, {422, "", true, -1},
		{401, "", false, -1}, {302, "", false, -1},
		{429, "30", false, 30 * time.Second}, {500, "", false, 0}, {503, "7", false, 7 * time.Second},
	} {
		status, retryAfter = c.status, c.retryAfter
		err := s.Send(t.Context(), []notify.Message{message})[0]
		if err == nil {
			t.Fatalf("%d: no error", c.status)
		}
		if errors.Is(err, notify.ErrGone) != c.gone {
			t.Errorf("%d: gone = %v", c.status, !c.gone)
		}
		var retry *notify.RetryError
		if errors.As(err, &retry) != (c.after >= 0) || retry != nil && retry.After != c.after {
			t.Errorf("%d: %v", c.status, err)
		}
		clean(t, err)
	}

	srv.Close()
	err = s.Send(t.Context(), []notify.Message{message})[0]
	if err == nil || errors.Is(err, notify.ErrGone) {
		t.Errorf("gateway away: %v", err)
	}
	clean(t, err)
}

func TestSendStopsAtTheDeadline(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer srv.Close()
	defer close(release)
	s, err := New(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Send(ctx, []notify.Message{message})[0]; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, u := range []string{"", "gateway", "ftp://user:hidden-token@host/", "http://hidden-token@", "http://hidden-token@host:x/"} {
		if _, err := New(u); err == nil {
			t.Errorf("%q was taken", u)
		} else {
			clean(t, err)
		}
	}
}

// clean checks that an error holds no recipient, no text and no secret.
func clean(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"hidden-token", "84900000001", "123456"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error %q tells %q", err, secret)
		}
	}
}
