package main

import (
	"context"
	"net"
	"net/url"
	"sync"
	"time"
)

// reachable returns a function that says whether a service accepts connections. It
// looks at most once in 15 seconds, so that asking for readiness costs nothing.
func reachable(address string) func(context.Context) error {
	var mu sync.Mutex
	var asked time.Time
	var last error
	return func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(asked) < 15*time.Second {
			return last
		}
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", address)
		if err == nil {
			conn.Close()
		}
		asked, last = time.Now(), err
		return err
	}
}

// pushAddress is where pushes go, as host:port.
func (c *Config) pushAddress() string {
	u, err := url.Parse(c.FCMEndpoint)
	if err != nil || u.Host == "" {
		return "fcm.googleapis.com:443"
	}
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}
