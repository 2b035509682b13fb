package api_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
)

// echo implements the few operations these tests call.
type echo struct {
	api.StrictServerInterface
	events io.Reader
}

func (echo) WithdrawFeedback(_ context.Context, r api.WithdrawFeedbackRequestObject) (api.WithdrawFeedbackResponseObject, error) {
	title := "no reason"
	if r.Body.Reason != nil {
		title = *r.Body.Reason
	}
	view := api.FeedbackViewJSONResponse{Body: api.Feedback{Title: title, Code: r.Code}}
	view.Headers.ETag = `"2"`
	return api.WithdrawFeedback200JSONResponse{FeedbackViewJSONResponse: view}, nil
}

func (e echo) StreamEvents(context.Context, api.StreamEventsRequestObject) (api.StreamEventsResponseObject, error) {
	return api.StreamEvents200TextEventStreamResponse{Body: e.events}, nil
}

func app(e echo) *fiber.App {
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	app.Use(api.EmptyBody)
	api.RegisterHandlers(app, api.NewStrictHandler(e, nil))
	return app
}

func TestOptionalBodyMayBeLeftOut(t *testing.T) {
	for body, want := range map[string]string{"": "no reason", "{}": "no reason", `{"reason":"xong"}`: "xong"} {
		req, _ := http.NewRequest("POST", "/v1/feedback/KN-7F3K-92QX/withdraw", strings.NewReader(body))
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		res, err := app(echo{}).Test(req)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(res.Body)
		if res.StatusCode != 200 || !strings.Contains(string(got), `"title":"`+want+`"`) || res.Header.Get("ETag") != `"2"` {
			t.Errorf("body %q: %d %s", body, res.StatusCode, got)
		}
	}
}

// The first event must arrive while the stream is still open.
func TestEventsAreFlushed(t *testing.T) {
	r, w := io.Pipe()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := app(echo{events: r})
	go a.Listener(ln) // ends with Shutdown
	t.Cleanup(func() { w.Close(); a.Shutdown() })
	go io.WriteString(w, "event: feedback\n\n")

	res, err := http.Get("http://" + ln.Addr().String() + "/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got := make([]byte, 17)
	if _, err := io.ReadFull(res.Body, got); err != nil || string(got) != "event: feedback\n\n" {
		t.Fatalf("%q %v", got, err)
	}
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Errorf("content type %q", ct)
	}
}

// What clients send must pass, and what they get wrong must not.
func TestSpecJudgesRequests(t *testing.T) {
	router, err := legacy.NewRouter(load(t))
	if err != nil {
		t.Fatal(err)
	}
	key := "5b0c5a52-6f1e-4a0f-9d0e-0a4f3b7a2c11"
	for _, c := range []struct {
		name, method, path, body, key string
		ok                            bool
	}{
		{"empty filters", "GET", "/v1/answers?q=&agency=&field=&province=", "", "", true},
		{"search", "GET", "/v1/answers?q=zyxmar%20truong&sort=newest&from=2026-01-01&limit=100", "", "", true},
		{"limit too large", "GET", "/v1/answers?limit=101", "", "", false},
		{"unknown sort", "GET", "/v1/answers?sort=best", "", "", false},
		{"long query", "GET", "/v1/answers?q=" + strings.Repeat("a", 201), "", "", false},
		{"desk sort", "GET", "/v1/desk/feedback?sort=-due&overdue=true&handler=me&status=assigned&kind=feedback", "", "", true},
		{"take with {}", "POST", "/v1/desk/feedback/x/take", "{}", "", true},
		{"take without body", "POST", "/v1/desk/feedback/x/take", "", "", true},
		{"withdraw without body", "POST", "/v1/feedback/KN-7F3K-92QX/withdraw", "", "", true},
		{"message without body", "POST", "/v1/feedback/KN-7F3K-92QX/messages", "", "", false},
		{"short code", "GET", "/v1/feedback/kn7f3k92qx", "", "", true},
		{"phone", "POST", "/v1/auth/otp", `{"phone":"0912345678"}`, "", true},
		{"phone with country", "POST", "/v1/auth/otp", `{"phone":"+84912345678"}`, "", true},
		{"not a phone", "POST", "/v1/auth/otp", `{"phone":"91234"}`, "", false},
		{"unknown field", "POST", "/v1/auth/otp", `{"phone":"0912345678","x":1}`, "", false},
		{"submit", "POST", "/v1/feedback", `{"title":"a","body":"b","publish_name":false,"private":false,"uploads":["x"],"agency":"bxd","province":"79"}`, key, true},
		{"submit without key", "POST", "/v1/feedback", `{"title":"a","body":"b"}`, "", false},
		{"submit with a short key", "POST", "/v1/feedback", `{"title":"a","body":"b"}`, "short", false},
		{"submit nothing", "POST", "/v1/feedback", `{"title":"","body":""}`, key, false},
		{"no change", "PATCH", "/v1/me", `{}`, "", false},
		{"clear the e-mail", "PATCH", "/v1/me", `{"email":""}`, "", true},
	} {
		req, _ := http.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		if c.body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		if c.key != "" {
			req.Header.Set("Idempotency-Key", c.key)
		}
		route, params, err := router.FindRoute(req)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		err = openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
			Request: req, Route: route, PathParams: params,
			Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
		})
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
