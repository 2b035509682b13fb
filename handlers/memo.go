package handlers

import (
	"sync"
	"time"
)

// memo remembers up to size values for a while. Old ones go when it is full, and at the latest
// when they could have expired, with their grace, once more: in a lull nothing is kept.
type memo[V any] struct {
	ttl  time.Duration
	size int

	mu      sync.Mutex
	have    map[string]remembered[V]
	expires bool // expire is to come
}

type remembered[V any] struct {
	value V
	until time.Time
	again bool // somebody loads it anew
}

func newMemo[V any](ttl time.Duration, size int) *memo[V] {
	return &memo[V]{ttl: ttl, size: size, have: map[string]remembered[V]{}}
}

// grace is how long what has expired is kept for those who come while it is loaded anew.
func (m *memo[V]) grace() time.Duration { return min(m.ttl, 5*time.Second) }

// get returns the value of key, from load when it is not remembered. When it has expired, one
// loads it anew, and whoever comes meanwhile, within the grace, gets the old one: a count may take
// a while. Errors are not remembered.
func (m *memo[V]) get(key string, load func() (V, error)) (V, error) {
	now := time.Now()
	m.mu.Lock()
	r, ok := m.have[key]
	if ok && (now.Before(r.until) || r.again && now.Before(r.until.Add(m.grace()))) {
		m.mu.Unlock()
		return r.value, nil
	}
	m.again(key, true)
	m.mu.Unlock()
	defer func() { // put made a new one; after an error or a panic the next one tries
		m.mu.Lock()
		m.again(key, false)
		m.mu.Unlock()
	}()
	v, err := load()
	if err == nil {
		m.put(key, v)
	}
	return v, err
}

// again notes whether somebody loads anew what is remembered.
func (m *memo[V]) again(key string, is bool) {
	if r, ok := m.have[key]; ok {
		r.again = is
		m.have[key] = r
	}
}

// find returns the value of key when it is remembered.
func (m *memo[V]) find(key string) (V, bool) {
	m.mu.Lock()
	r, ok := m.have[key]
	m.mu.Unlock()
	return r.value, ok && time.Now().Before(r.until)
}

// put remembers a value.
func (m *memo[V]) put(key string, v V) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.have) >= m.size {
		m.shrink(now)
	}
	m.have[key] = remembered[V]{value: v, until: now.Add(m.ttl)}
	if !m.expires {
		m.expires = true
		time.AfterFunc(m.ttl+m.grace(), m.expire)
	}
}

// expire drops what has expired, and comes again for what is left.
func (m *memo[V]) expire() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropExpired(time.Now().Add(-m.grace()))
	if m.expires = len(m.have) > 0; m.expires {
		time.AfterFunc(m.ttl+m.grace(), m.expire)
	} else {
		m.have = map[string]remembered[V]{} // an emptied one keeps its room
	}
}

// shrink drops what has expired, and a tenth of the rest when that is not enough.
func (m *memo[V]) shrink(now time.Time) {
	m.dropExpired(now)
	for k := range m.have {
		if len(m.have) <= m.size*9/10 {
			return
		}
		delete(m.have, k)
	}
}

// dropExpired drops what had expired at that time.
func (m *memo[V]) dropExpired(at time.Time) {
	for k, r := range m.have {
		if !at.Before(r.until) {
			delete(m.have, k)
		}
	}
}
