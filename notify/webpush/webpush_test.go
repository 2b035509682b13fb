package webpush

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/notify/webpush/webpushtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ring(t *testing.T) *models.Keyring {
	t.Helper()
	k, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func to(sub models.Subscription) notify.Message {
	return notify.Message{Channel: notify.Browser, To: sub.Token(), Title: "Đã có trả lời cho ông/bà", Body: "Phản ánh KN-7Q4M-2XPA đã được trả lời.",
		Data: map[string]string{"code": "KN-7Q4M-2XPA", "link": "kiennghi://feedback/KN-7Q4M-2XPA"}, Collapse: "KN-7Q4M-2XPA", TTL: 36 * time.Hour}
}

func TestSend(t *testing.T) {
	s := webpushtest.Start(t)
	keys := KeysOf(ring(t))
	sender := New(keys, "https://phananh.example.vn", s.Client())
	if errs := sender.Send(t.Context(), []notify.Message{to(s.Subscribe("a")), to(s.Subscribe("b"))}); errs[0] != nil || errs[1] != nil {
		t.Fatal(errs)
	}
	got := s.Messages()
	if len(got) != 2 || got[0].Browser == got[1].Browser {
		t.Fatalf("%+v", got)
	}
	var text map[string]string
	if err := json.Unmarshal([]byte(got[0].Text), &text); err != nil {
		t.Fatal(err)
	}
	if len(text) != 3 || text["title"] != "Đã có trả lời cho ông/bà" || !strings.Contains(text["body"], "đã được trả lời") || text["code"] != "KN-7Q4M-2XPA" {
		t.Errorf("%v", text)
	}
	if got[0].TTL != "129600" || got[0].Topic != "KN-7Q4M-2XPA" {
		t.Errorf("TTL %s, topic %s", got[0].TTL, got[0].Topic)
	}
	if signed := s.SignedBy(); len(signed) != 1 || signed[0] != keys.Public {
		t.Errorf("signed by %v, and browsers subscribe with %s", signed, keys.Public)
	}
}

func TestFailures(t *testing.T) {
	s := webpushtest.Start(t)
	sender := New(KeysOf(ring(t)), "", s.Client())
	for _, c := range []struct {
		status int
		gone   bool
		after  time.Duration // negative: not asked to try again
	}{
		{404, true, -1}, {410, true, -1}, {400, false, -1}, {403, false, -1}, {413, false, -1}, {301, false, -1}, {307, false, -1},
		{429, false, 90 * time.Second}, {500, false, 90 * time.Second}, {503, false, 90 * time.Second},
	} {
		sub := s.Subscribe("x")
		s.Answer("x", c.status, http.Header{"Retry-After": {"90"}, "Location": {"https://127.0.0.1/secret"}})
		err := sender.Send(t.Context(), []notify.Message{to(sub)})[0]
		var again *notify.RetryError
		if err == nil || errors.Is(err, notify.ErrGone) != c.gone || errors.As(err, &again) != (c.after >= 0) || again != nil && again.After != c.after {
			t.Errorf("%d: %v", c.status, err)
		}
		if strings.Contains(err.Error(), "fcm") || strings.Contains(err.Error(), sub.Auth) {
			t.Errorf("the error tells the recipient: %v", err)
		}
	}
	if n := s.Calls("x"); n != 10 {
		t.Errorf("%d calls: a redirection is followed, or something is sent again", n)
	}
}

// TestOnlyPushServicesAreCalled: what a stranger stores as a subscription makes the program
// call nobody else, not even after it was stored.
func TestOnlyPushServicesAreCalled(t *testing.T) {
	called := false
	client := &http.Client{Transport: tripper(func(*http.Request) (*http.Response, error) {
		called = true
		return nil, errors.New("called")
	})}
	sender := New(KeysOf(ring(t)), "", client)
	good := webpushtest.Start(t).Subscribe("a")
	for _, endpoint := range []string{"http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.1.2.3/x", "https://169.254.169.254/x",
		"https://localhost/x", "https://db.internal/x", "https://fcm.googleapis.com:6379/x", "https://fcm.googleapis.com@10.0.0.1/x", "file:///etc/passwd", ""} {
		bad := good
		bad.Endpoint = endpoint
		if err := sender.Send(t.Context(), []notify.Message{to(bad)})[0]; !errors.Is(err, notify.ErrGone) || called {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	if err := sender.Send(t.Context(), []notify.Message{to(good)})[0]; err == nil || !called || strings.Contains(err.Error(), "googleapis") {
		t.Errorf("a good one: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sender.Send(ended, []notify.Message{to(good)})[0]; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestKeysStayTheSame: subscriptions are for one public key, through rotations and restarts.
func TestKeysStayTheSame(t *testing.T) {
	text := models.NewKeyringText()
	first, err := models.ParseKeyring(text)
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := models.ParseKeyring(first.Rotated())
	if err != nil {
		t.Fatal(err)
	}
	if KeysOf(first) != KeysOf(rotated) {
		t.Error("a rotation makes other keys")
	}
	if KeysOf(first) == KeysOf(ring(t)) {
		t.Error("two installations share their keys")
	}
}
