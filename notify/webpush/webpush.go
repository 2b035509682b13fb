// Package webpush pushes to browsers through the services of their makers (RFC 8030):
// encrypted for the one browser (RFC 8291), signed with a key of ours (RFC 8292).
package webpush

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	lib "github.com/SherClockHolmes/webpush-go"

	"kiennghi/models"
	"kiennghi/notify"
)

const (
	timeout   = 10 * time.Second
	maxAnswer = 64 << 10 // of what a service says, for using the connection again
)

// Keys sign what is pushed. Browsers subscribe with the public one, so a pair stays for as
// long as there are subscriptions. Both are base64url.
type Keys struct{ Public, private string }

// KeysOf makes the pair that belongs to a keyring: the same in every process, today and
// after a rotation, with nothing more to keep.
func KeysOf(ring *models.Keyring) Keys {
	for n := 0; ; n++ {
		seed, _ := hex.DecodeString(ring.Index(fmt.Sprint("web push key, first half ", n)) + ring.Index(fmt.Sprint("web push key, second half ", n)))
		key, err := ecdh.P256().NewPrivateKey(seed)
		if err != nil { // one seed in four billion is no key
			continue
		}
		return Keys{base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(key.Bytes())}
	}
}

// Sender pushes with one pair of keys.
type Sender struct {
	keys    Keys
	contact string
	client  *http.Client
}

// New returns a sender. contact is the address of the site, by which a service finds who
// pushes; client is for tests, nil otherwise.
func New(keys Keys, contact string, client *http.Client) *Sender {
	if client == nil {
		client = &http.Client{Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout:   5 * time.Second,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   8,
			IdleConnTimeout:       60 * time.Second,
			ResponseHeaderTimeout: timeout,
		}}
	}
	own := *client
	own.Timeout = timeout
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // it could lead anywhere
	if !strings.HasPrefix(contact, "https://") {
		contact = "https://localhost" // services want an address of the web
	}
	return &Sender{keys, contact, &own}
}

// Close lets go of idle connections.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// Send pushes the messages side by side; To is a models.Subscription's token. What the
// service no longer knows, and what is no subscription, is notify.ErrGone; too many
// requests and a failing service are a *notify.RetryError.
func (s *Sender) Send(ctx context.Context, messages []notify.Message) []error {
	errs := make([]error, len(messages))
	var all sync.WaitGroup
	for i, m := range messages {
		all.Go(func() { errs[i] = s.send(ctx, m) })
	}
	all.Wait()
	return errs
}

// payload is what the service worker of the pages gets.
type payload struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Code  string `json:"code"`
}

func (s *Sender) send(ctx context.Context, m notify.Message) error {
	sub, err := models.ParseSubscription(m.To) // also one that is stored is not believed
	if err != nil {
		return notify.ErrGone
	}
	text, err := json.Marshal(payload{m.Title, m.Body, m.Data["code"]})
	if err != nil {
		return errors.New("web push: the message is not text")
	}
	answer, err := lib.SendNotificationWithContext(ctx, text,
		&lib.Subscription{Endpoint: sub.Endpoint, Keys: lib.Keys{Auth: sub.Auth, P256dh: sub.P256dh}},
		&lib.Options{HTTPClient: s.client, Subscriber: s.contact, Topic: m.Collapse, TTL: int(m.TTL.Seconds()), Urgency: lib.UrgencyHigh,
			VAPIDPublicKey: s.keys.Public, VAPIDPrivateKey: s.keys.private})
	if err != nil { // which names the address
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errors.New("web push: the service gives no answer")
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	failed := fmt.Errorf("web push: HTTP status %d", answer.StatusCode)
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusNotFound || code == http.StatusGone:
		return fmt.Errorf("%w: %w", notify.ErrGone, failed)
	case code == http.StatusTooManyRequests || code >= 500:
		return &notify.RetryError{After: notify.RetryAfter(answer.Header, time.Now()), Cause: failed}
	}
	return failed
}
