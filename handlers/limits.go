package handlers

import (
	"context"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/store"
)

// quota is how many calls one caller has in a window.
type quota struct {
	n      int
	window time.Duration
}

// quotas by operationId; the others share "". They hold for an account and, where
// nobody has to sign in, for an address.
var quotas = map[string]quota{
	"":                   {1200, time.Minute},
	"sendOtp":            {120, time.Hour}, // many phones share a mobile carrier's address; each phone has a limit of its own
	"verifyOtp":          {360, time.Hour},
	"signInStaff":        {60, 10 * time.Minute},
	"refreshTokens":      {120, time.Hour},
	"triage":             {60, time.Minute},
	"createFeedback":     {30, time.Hour},
	"createUpload":       {60, time.Hour},
	"addMessage":         {60, time.Hour},
	"deskCreateFeedback": {300, time.Hour},
}

// limiter counts calls. Counts are shared through the store, but not by one write for
// each call: a process adds up its own and hands them over in steps of a tenth of the
// quota (or once a second), so that the total is at most a tenth per process too low.
// Small quotas are handed over call by call.
type limiter struct {
	on    bool
	store store.Limits
	now   func() time.Time

	mu      sync.Mutex
	windows map[string]*count
	swept   time.Time
	alone   time.Time // until then the store is not asked: it did not answer
}

const (
	limitAsk   = time.Second // that the store may take to add up
	limitAlone = 2 * time.Second
	maxWindows = 200_000 // remembered at once, some 200 bytes each
)

type count struct {
	start  time.Time
	end    time.Time
	total  int // as the store last said
	here   int // not handed over yet
	synced time.Time
}

func newLimiter(o Options) *limiter {
	return &limiter{on: o.RateLimit, store: o.Store, now: o.Now, windows: map[string]*count{}}
}

// people is for how many accounts one address stands: mobile networks and offices put
// hundreds of phones behind one.
const people = 20

// atOneAddress returns how many quotas of the operation one address has.
func (r rule) atOneAddress() int {
	if r.caller == everyone || r.caller == guest {
		return 1
	}
	return people
}

// allow counts one call of an operation by who (an address, for that many people, or an
// account), sets the RateLimit headers, and answers a waitError when the quota is used up.
func (l *limiter) allow(c *fiber.Ctx, operation, who string, people int) error {
	if !l.on || operation == "healthz" || operation == "readyz" { // a balancer that gets 429 would take us out of service
		return nil
	}
	q, own := quotas[operation]
	if !own {
		operation, q = "", quotas[""]
	}
	q.n *= people
	left, reset := l.hit(c.UserContext(), operation+" "+who, q)
	c.Set("RateLimit-Limit", strconv.Itoa(q.n))
	c.Set("RateLimit-Remaining", strconv.Itoa(max(left, 0)))
	c.Set("RateLimit-Reset", strconv.Itoa(int(reset.Seconds())+1))
	if left < 0 {
		return &waitError{after: reset}
	}
	return nil
}

// hit counts one and says how many are left (negative: too many) and when the window
// ends. A store that does not answer is left alone for a moment; the process then counts
// for itself and hands over what it counted later.
func (l *limiter) hit(ctx context.Context, key string, q quota) (int, time.Duration) {
	now := l.now()
	start := now.Truncate(q.window)
	reset := start.Add(q.window).Sub(now)

	l.mu.Lock()
	l.sweep(now)
	w := l.windows[key]
	if w == nil || !w.start.Equal(start) {
		if w == nil && len(l.windows) >= maxWindows {
			l.shrink()
		}
		w = &count{start: start, end: start.Add(q.window)}
		l.windows[key] = w
	}
	w.here++
	step := max(1, q.n/10)
	due := w.here >= step || now.Sub(w.synced) > time.Second || w.total+w.here > q.n // also the first time in a window
	due = due && !now.Before(l.alone)
	n := w.here
	if due {
		w.here, w.synced = 0, now
	}
	used := w.total + n
	l.mu.Unlock()

	if due {
		limited, cancel := context.WithTimeout(ctx, limitAsk)
		total, err := l.store.Hit(limited, models.Hash(key)[:32], n, q.window, now)
		cancel()
		l.mu.Lock()
		if err != nil {
			l.alone = now.Add(limitAlone)
			w.here += n
		} else {
			w.total = max(w.total, total)
			used = total + w.here
		}
		l.mu.Unlock()
	}
	return q.n - used, reset
}

// spend is hit for a limit of its own, outside the table: a waitError when it is used up.
func (l *limiter) spend(ctx context.Context, key string, q quota) error {
	if !l.on {
		return nil
	}
	if left, reset := l.hit(ctx, key, q); left < 0 {
		return &waitError{after: reset}
	}
	return nil
}

// shrink forgets a tenth of the windows: what was handed over comes back from the store.
// The caller holds the lock.
func (l *limiter) shrink() {
	for key := range l.windows {
		if len(l.windows) <= maxWindows*9/10 {
			return
		}
		delete(l.windows, key)
	}
}

// network is what an address is counted by: an IPv6 customer has 2^64 addresses at least.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

// sweep forgets windows that are over, so that strangers cannot fill the memory. The
// caller holds the lock.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for key, w := range l.windows {
		if now.After(w.end) {
			delete(l.windows, key)
		}
	}
}
