package models

import (
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// WebPlatform is the Platform of a Device that is a browser; its Token is a Subscription.
const WebPlatform = "web"

// maxEndpoint is the longest address of a push service that is kept.
const maxEndpoint = 1500

// Subscription is where a browser is pushed to, as it says itself: an address at its
// maker's push service, and the keys with which only it can read what comes (RFC 8291).
type Subscription struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"`
	Auth     string `json:"auth"`
}

// Token is the subscription as a Device keeps it.
func (s Subscription) Token() string {
	b, _ := json.Marshal(s)
	return string(b)
}

// ParseSubscription reads a Token.
func ParseSubscription(token string) (Subscription, error) {
	var s Subscription
	if json.Unmarshal([]byte(token), &s) != nil {
		return s, Invalid([]FieldError{{Field: "endpoint", Code: "invalid"}})
	}
	return s, s.Check()
}

// pushServices are the services of the browsers' makers, with the names beneath them:
// of Chrome and all that are made of it, Firefox, Edge, and Safari.
var pushServices = []string{"fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com"}

// Check reports what cannot be a subscription. Whoever subscribes says what the program
// is to call, so the address has to be at one of the known services.
func (s Subscription) Check() error {
	var c fieldCheck
	u, err := url.Parse(s.Endpoint)
	switch {
	case len(s.Endpoint) > maxEndpoint:
		c.add("endpoint", "too_long", maxEndpoint)
	case err != nil, u.Scheme != "https", u.User != nil, u.Fragment != "", u.Port() != "" && u.Port() != "443", !pushService(u.Hostname()):
		c.add("endpoint", "invalid", 0)
	}
	if key, err := pushKey(s.P256dh); err != nil {
		c.add("p256dh", "invalid", 0)
	} else if _, err := ecdh.P256().NewPublicKey(key); err != nil {
		c.add("p256dh", "invalid", 0)
	}
	if key, err := pushKey(s.Auth); err != nil || len(key) != 16 {
		c.add("auth", "invalid", 0)
	}
	return Invalid(c)
}

func pushService(host string) bool {
	return slices.ContainsFunc(pushServices, func(s string) bool { return host == s || strings.HasSuffix(host, "."+s) })
}

func pushKey(text string) ([]byte, error) {
	if len(text) > 200 {
		return nil, Fail(KindMalformed, "")
	}
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}
