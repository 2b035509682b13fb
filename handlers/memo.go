package handlers

import (
	"sync"
	"time"
)

// memo remembers up to size values for a while. Old ones go when it is full, and at the
// latest when they have expired once more: in a lull nothing is kept.
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
}

func newMemo[V any](ttl time.Duration, size int) *memo[V] {
	return &memo[V]{ttl: ttl, size: size, have: map[string]remembered[V]{}}
}

// get returns the value of key, from load when it is not remembered. Errors are not
// remembered.
func (m *memo[V]) get(key string, load func() (V, error)) (V, error) {
	if v, ok := m.find(key); ok {
		return v, nil
	}
	v, err := load()
	if err == nil {
		m.put(key, v)
	}
	return v, err
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
	m.have[key] = remembered[V]{v, now.Add(m.ttl)}
	if !m.expires {
		m.expires = true
		time.AfterFunc(m.ttl, m.expire)
	}
}

// expire drops what has expired, and comes again for what is left.
func (m *memo[V]) expire() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropExpired(time.Now())
	if m.expires = len(m.have) > 0; m.expires {
		time.AfterFunc(m.ttl, m.expire)
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

func (m *memo[V]) dropExpired(now time.Time) {
	for k, r := range m.have {
		if !now.Before(r.until) {
			delete(m.have, k)
		}
	}
}
