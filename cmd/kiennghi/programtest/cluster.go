package programtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Cluster is several processes of the program with the same settings, behind a proxy that
// asks each whether it is ready and takes turns. Where a process is gone, or none is
// ready, the proxy answers 502. Only the test itself may change the lists.
type Cluster struct {
	*Install
	URL     string // the proxy's
	APIs    []*Member
	Workers []*Member

	mu   sync.Mutex // of APIs, which the proxy reads
	turn int
}

// Member is one process of a cluster.
type Member struct {
	*Process
	Kind  string // API or Worker
	ready atomic.Bool
}

// The two kinds of members.
const (
	API    = "--no-workers"
	Worker = "--no-api"
)

// NewCluster starts a proxy, which is the public address from then on, and so many
// processes of each kind. They are killed when the test ends, if Stop did not end them.
func NewCluster(i *Install, apis, workers int) *Cluster {
	i.T.Helper()
	c := &Cluster{Install: i}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:   c.route,
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprintf(w, "%s %s: %v", r.Method, r.URL, err)
		},
	})
	i.T.Cleanup(proxy.Close)
	c.URL = proxy.URL
	i.Env = append(i.Env, "KIENNGHI_PUBLIC_URL="+c.URL)
	for range apis {
		c.APIs = append(c.APIs, c.Start(API))
	}
	for range workers {
		c.Workers = append(c.Workers, c.Start(Worker))
	}
	return c
}

// Start starts one more process and waits until it serves. The caller puts it into its list.
func (c *Cluster) Start(kind string) *Member {
	c.T.Helper()
	m := &Member{Process: c.Serve(kind), Kind: kind}
	if kind == Worker {
		return m
	}
	m.ready.Store(true)
	go func() {
		for tick := time.Tick(20 * time.Millisecond); ; { // more often than the lame-duck time of tests needs
			select {
			case <-m.Done:
				m.ready.Store(false)
				return
			case <-tick:
				m.ready.Store(Status(m.URL+"/readyz") == http.StatusOK)
			}
		}
	}()
	return m
}

// Restart starts a process in the place of one that was killed.
func (c *Cluster) Restart(dead *Member) {
	c.T.Helper()
	fresh := c.Start(dead.Kind)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range [][]*Member{c.APIs, c.Workers} {
		if n := slices.Index(list, dead); n >= 0 {
			list[n] = fresh
		}
	}
}

// Replace puts a fresh API process in the place of one, as a deployment does.
func (c *Cluster) Replace(n int) {
	c.T.Helper()
	fresh := c.Start(API)
	c.mu.Lock()
	old, before := c.APIs[n], len(c.APIs)
	c.APIs[n] = fresh
	c.APIs = append(c.APIs, old) // gets its share until it says that it stops
	c.mu.Unlock()
	old.Stop(c.T)
	c.mu.Lock()
	c.APIs = c.APIs[:before]
	c.mu.Unlock()
}

// Stop ends all processes as an operator does, but those that a test killed.
func (c *Cluster) Stop() {
	c.T.Helper()
	for _, m := range slices.Concat(c.APIs, c.Workers) {
		select {
		case <-m.Done:
		default:
			m.Process.Stop(c.T)
		}
	}
}

// route gives a request to the next process that is ready. Each account comes from an
// address of its own, as people do.
func (c *Cluster) route(r *httputil.ProxyRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range c.APIs {
		c.turn++
		if m := c.APIs[c.turn%len(c.APIs)]; m.ready.Load() {
			target, _ := url.Parse(m.URL) // our own
			r.SetURL(target)
			break
		}
	}
	n := 0
	for _, b := range []byte(r.In.Header.Get("Authorization")) {
		n = (n*31 + int(b)) & 0xffff
	}
	r.Out.Header.Set("X-Forwarded-For", fmt.Sprintf("10.1.%d.%d", n>>8, n&0xff))
}
