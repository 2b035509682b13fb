package handlers

import (
	"crypto/sha256"
	"sync"
	"time"
)

// identity is what a good access token says.
type identity struct {
	account string
	session string
	staff   bool
	ends    time.Time
}

// verifiedSize is how many tokens one generation of verified remembers, some 200 bytes
// each.
const verifiedSize = 16384

// verified remembers tokens that were verified, by their hash, so that a client that
// calls again costs a hash and not a signature check. When a generation is full the
// one before it is forgotten. The zero value is ready to use.
type verified struct {
	mu       sync.RWMutex
	now, old map[[sha256.Size]byte]identity
}

func tokenSum(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// get returns a remembered token that has not ended.
func (v *verified) get(sum [sha256.Size]byte, now time.Time) (identity, bool) {
	v.mu.RLock()
	id, ok := v.now[sum]
	fresh := ok
	if !ok {
		id, ok = v.old[sum]
	}
	v.mu.RUnlock()
	if !ok || !now.Before(id.ends) {
		return identity{}, false
	}
	if !fresh {
		v.put(sum, id)
	}
	return id, true
}

func (v *verified) put(sum [sha256.Size]byte, id identity) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.now == nil || len(v.now) >= verifiedSize {
		v.old, v.now = v.now, make(map[[sha256.Size]byte]identity)
	}
	v.now[sum] = id
}
