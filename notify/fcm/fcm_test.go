package fcm

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kiennghi/notify"
	"kiennghi/notify/fcm/fcmtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newSender(t *testing.T, s *fcmtest.Server, endpoint string) *Sender {
	t.Helper()
	sender, err := New([]byte(s.Credentials()), endpoint)
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
	s := fcmtest.Start(t)
	for _, endpoint := range []string{s.URL, s.URL + "/", s.URL + "/v1"} {
		if err := newSender(t, s, endpoint).Send(t.Context(), []notify.Message{to("good")})[0]; err != nil {
			t.Fatalf("endpoint %q: %v", endpoint, err)
		}
	}
	m := s.Messages()[0]
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
	if a, b, c := get("android", "collapse_key"), get("apns", "headers", "apns-collapse-id"), get("android", "notification", "tag"); a != "KN-7Q4M-2XPA" || b != a || c != a {
		t.Errorf("collapse keys %q, %q, tag %q", a, b, c)
	}
	expires, err := strconv.ParseInt(get("apns", "headers", "apns-expiration"), 10, 64)
	if err != nil || time.Until(time.Unix(expires, 0)) > 36*time.Hour || time.Until(time.Unix(expires, 0)) < 35*time.Hour {
		t.Errorf("apns-expiration in %v", time.Until(time.Unix(expires, 0)))
	}
}

func TestSendFailures(t *testing.T) {
	s := fcmtest.Start(t)
	sender := newSender(t, s, s.URL)
	const notRetry = -1
	cases := []struct {
		token string
		gone  bool
		after time.Duration
	}{
		{"unregistered-1", true, notRetry}, {"invalid-1", true, notRetry}, {"invalidfield-1", true, notRetry}, {"", true, notRetry},
		{"toobig-1", false, notRetry}, {"mismatch-1", false, notRetry}, {"nojson-1", false, notRetry},
		{"quota-1", false, 90 * time.Second}, {"unavailable-1", false, 10 * time.Minute},
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
		if n := s.Requests(c.token); c.token != "" && n != 1 {
			t.Errorf("%s: %d requests, want 1", c.token, n)
		}
	}
}

func TestSendStopsAtTheDeadline(t *testing.T) {
	s := fcmtest.Start(t)
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
	s := fcmtest.Start(t)
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
	if len(s.Messages()) != len(messages)-1 {
		t.Errorf("%d arrived", len(s.Messages()))
	}
	if s.AccessTokens() != 1 {
		t.Errorf("%d access tokens fetched, want 1", s.AccessTokens())
	}
}

func TestServerAway(t *testing.T) {
	s := fcmtest.Start(t)
	s.RefuseAccess(true)
	sender := newSender(t, s, s.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	err := sender.Send(ctx, []notify.Message{to("good-1")})[0]
	if err == nil || errors.Is(err, notify.ErrGone) {
		t.Errorf("no access token: %v", err)
	}

	away := newSender(t, s, "http://127.0.0.1:1")
	s.RefuseAccess(false)
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
