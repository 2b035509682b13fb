// Package fcm pushes to phones through Firebase Cloud Messaging, HTTP v1.
package fcm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/errorutils"
	"firebase.google.com/go/v4/messaging"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"google.golang.org/api/option"

	"kiennghi/notify"
)

const (
	scope     = "https://www.googleapis.com/auth/firebase.messaging"
	batch     = 500              // the most that SendEach takes
	timeout   = 20 * time.Second // for one batch, the SDK's own retries included
	tokenWait = 10 * time.Second // for fetching an access token
)

// Sender pushes as one service account.
type Sender struct {
	client  *messaging.Client
	base    *http.Transport
	timeout time.Duration
}

// New returns a sender for the service account in credentials, the JSON file that
// Google hands out. endpoint is where to send, for example http://127.0.0.1:9099;
// empty is Google. Nothing is sent yet: a wrong key shows with the first message.
func New(credentials []byte, endpoint string) (*Sender, error) {
	account, err := google.JWTConfigFromJSON(credentials, scope)
	var project struct {
		ID string `json:"project_id"`
	}
	if err != nil || json.Unmarshal(credentials, &project) != nil || project.ID == "" {
		return nil, errors.New("the Firebase credentials are not the JSON of a service account with a project_id")
	}
	s := &Sender{timeout: timeout, base: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   50, // the SDK sends 50 at once
		IdleConnTimeout:       60 * time.Second,
		ResponseHeaderTimeout: timeout,
	}}
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, &http.Client{Transport: s.base, Timeout: tokenWait})
	options := []option.ClientOption{option.WithHTTPClient(&http.Client{
		Transport: &oauth2.Transport{Source: account.TokenSource(ctx), Base: once{s.base}},
	})}
	if endpoint != "" {
		// The SDK puts /projects/… right behind its endpoint, which ends with the version.
		endpoint = strings.TrimSuffix(strings.TrimRight(endpoint, "/"), "/v1") + "/v1"
		options = append(options, option.WithEndpoint(endpoint))
	}
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: project.ID}, options...)
	if err != nil {
		return nil, fmt.Errorf("FCM: %w", err)
	}
	if s.client, err = app.Messaging(ctx); err != nil {
		return nil, fmt.Errorf("FCM: %w", err)
	}
	return s, nil
}

// Close lets go of idle connections.
func (s *Sender) Close() { s.base.CloseIdleConnections() }

// Send pushes the messages, up to 500 at a time. INVALID_ARGUMENT about the token,
// and UNREGISTERED, are notify.ErrGone; too many requests and a failing server are a
// *notify.RetryError.
func (s *Sender) Send(ctx context.Context, messages []notify.Message) []error {
	errs := make([]error, len(messages))
	for start := 0; start < len(messages); start += batch {
		end := min(start+batch, len(messages))
		s.send(ctx, messages[start:end], errs[start:end])
	}
	return errs
}

func (s *Sender) send(ctx context.Context, messages []notify.Message, errs []error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var out []*messaging.Message
	var at []int
	for i, m := range messages {
		if m.To == "" { // the SDK would refuse the whole batch
			errs[i] = notify.ErrGone
			continue
		}
		out, at = append(out, convert(m, time.Now())), append(at, i)
	}
	if len(out) == 0 {
		return
	}
	resp, err := s.client.SendEach(ctx, out)
	for n, i := range at {
		switch {
		case err != nil: // it found a message malformed before sending any
			errs[i] = errors.New("FCM: the message is malformed")
		case !resp.Responses[n].Success:
			errs[i] = classify(ctx, resp.Responses[n].Error)
		}
	}
}

func convert(m notify.Message, now time.Time) *messaging.Message {
	out := &messaging.Message{
		Token:        m.To,
		Data:         m.Data,
		Notification: &messaging.Notification{Title: m.Title, Body: m.Body},
		Android:      &messaging.AndroidConfig{Priority: "high", CollapseKey: m.Collapse},
		APNS: &messaging.APNSConfig{
			Headers: map[string]string{"apns-priority": "10"},
			Payload: &messaging.APNSPayload{Aps: &messaging.Aps{Sound: "default"}},
		},
	}
	if m.Collapse != "" {
		// The tag has a phone that is on show one of several; the collapse key only has
		// the service keep one for a phone that is off.
		out.Android.Notification = &messaging.AndroidNotification{Tag: m.Collapse}
		out.APNS.Headers["apns-collapse-id"] = m.Collapse
	}
	if m.TTL > 0 {
		out.Android.TTL = &m.TTL
		out.APNS.Headers["apns-expiration"] = strconv.FormatInt(now.Add(m.TTL).Unix(), 10)
	}
	return out
}

// classify turns an error of the SDK, which may hold what the server said, into one
// that may be logged.
func classify(ctx context.Context, err error) error {
	resp := errorutils.HTTPResponse(err)
	if resp == nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var token *oauth2.RetrieveError
		if errors.As(err, &token) {
			return errors.New("FCM: the service account gets no access token")
		}
		return errors.New("FCM: no answer that can be read")
	}
	failed := fmt.Errorf("FCM: HTTP status %d", resp.StatusCode)
	switch {
	case messaging.IsUnregistered(err), messaging.IsInvalidArgument(err) && aboutToken(resp):
		return fmt.Errorf("%w: %w", notify.ErrGone, failed)
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		return &notify.RetryError{After: notify.RetryAfter(asked(resp.Header), time.Now()), Cause: failed}
	}
	return failed
}

// aboutToken reports whether an INVALID_ARGUMENT may be about the token. When the
// answer names fields and the token is not among them, our message is at fault, and
// forgetting tokens for it would silence every phone.
func aboutToken(resp *http.Response) bool {
	var body struct {
		Error struct {
			Details []struct {
				FieldViolations []struct {
					Field string `json:"field"`
				} `json:"fieldViolations"`
			} `json:"details"`
		} `json:"error"`
	}
	if json.NewDecoder(resp.Body).Decode(&body) != nil {
		return false
	}
	named := false
	for _, d := range body.Error.Details {
		for _, v := range d.FieldViolations {
			if v.Field == "message.token" {
				return true
			}
			named = true
		}
	}
	return !named
}

const askedHeader = "X-Asked-Retry-After"

// once keeps the SDK from waiting out a 503 in the worker: it does not try again when
// asked to wait longer than two minutes. The stored work is tried again instead, when
// the server really asked for it.
type once struct{ base http.RoundTripper }

func (t once) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusServiceUnavailable {
		resp.Header.Set(askedHeader, resp.Header.Get("Retry-After"))
		resp.Header.Set("Retry-After", "86400")
	}
	return resp, err
}

func asked(h http.Header) http.Header {
	if v, ok := h[askedHeader]; ok {
		return http.Header{"Retry-After": v}
	}
	return h
}
