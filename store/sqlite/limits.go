package sqlite

import (
	"context"
	"sync"
	"time"
)

// limits keeps the counters of rate limits in memory. A SQLite file belongs to one
// machine and as a rule to one process; when several share it, each counts by itself,
// and a restart begins anew. That costs nothing on disk for every request.
type limits struct {
	mu       sync.Mutex
	counters map[counterKey]*counter
	sweep    time.Time
}

type counterKey struct {
	key    string
	window time.Duration
}

type counter struct {
	start int64
	n     int
}

// maxCounters is how many callers are counted at once, some 150 bytes each.
const maxCounters = 300_000

// Hit counts in this process only (see limits).
func (s *Store) Hit(ctx context.Context, key string, n int, window time.Duration, now time.Time) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	window = max(window, time.Millisecond)
	l := &s.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counters == nil {
		l.counters = map[counterKey]*counter{}
	}
	l.forget(now)
	k, start := counterKey{key, window}, now.UnixMilli()/window.Milliseconds()
	c := l.counters[k]
	if c == nil || c.start != start {
		for other := range l.counters { // strangers must not fill the memory
			if len(l.counters) < maxCounters {
				break
			}
			delete(l.counters, other)
		}
		c = &counter{start: start}
		l.counters[k] = c
	}
	c.n += n
	return c.n, nil
}

// forget drops the counters of past windows, once a minute.
func (l *limits) forget(now time.Time) {
	if now.Before(l.sweep) && l.sweep.Sub(now) <= time.Minute {
		return
	}
	l.sweep = now.Add(time.Minute)
	for k, c := range l.counters {
		if c.start != now.UnixMilli()/k.window.Milliseconds() {
			delete(l.counters, k)
		}
	}
}
