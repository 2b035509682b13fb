// Package sms sends SMS through an HTTP gateway: POST {"to","text"} as JSON.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"kiennghi/notify"
)

const timeout = 10 * time.Second

// Sender posts to one gateway.
type Sender struct {
	url        string
	user, pass string
	basic      bool
	client     *http.Client
}

// New returns a sender for the gateway at rawURL, http or https. Its user info is the
// credential: https://user:password@host for basic, https://token@host for bearer
// authentication. The error never holds the URL, which is a secret.
func New(rawURL string) (*Sender, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the address of the SMS gateway is not an http or https URL")
	}
	s := &Sender{client: &http.Client{
		Timeout:   timeout,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second},
		// A redirect would carry the text elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if u.User != nil {
		s.user = u.User.Username()
		s.pass, s.basic = u.User.Password()
		u.User = nil
	}
	s.url = u.String()
	return s, nil
}

// Close lets go of idle connections.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// Send posts the messages one after the other.
func (s *Sender) Send(ctx context.Context, messages []notify.Message) []error {
	errs := make([]error, len(messages))
	for i, m := range messages {
		errs[i] = s.send(ctx, m)
	}
	return errs
}

func (s *Sender) send(ctx context.Context, m notify.Message) error {
	text := m.Body
	if m.Title != "" {
		text = m.Title + "\n" + m.Body
	}
	body, err := json.Marshal(map[string]string{"to": m.To, "text": text})
	if err != nil {
		return errors.New("SMS gateway: the message is not text")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("SMS gateway: the request cannot be made")
	}
	req.Header.Set("Content-Type", "application/json")
	switch {
	case s.basic:
		req.SetBasicAuth(s.user, s.pass)
	case s.user != "":
		req.Header.Set("Authorization", "Bearer "+s.user)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errors.New("SMS gateway: no answer") // the error of net/http names the URL
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	failed := fmt.Errorf("SMS gateway: HTTP status %d", resp.StatusCode)
	switch c := resp.StatusCode; {
	case c >= 200 && c < 300:
		return nil
	case c == http.StatusBadRequest || c == http.StatusNotFound || c == http.StatusUnprocessableEntity:
		return fmt.Errorf("%w: %w", notify.ErrGone, failed)
	case c == http.StatusTooManyRequests || c >= 500:
		return &notify.RetryError{After: notify.RetryAfter(resp.Header, time.Now()), Cause: failed}
	default:
		return failed
	}
}
