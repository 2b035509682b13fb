// Package circuit leaves alone what fails again and again, so that nobody waits for it.
package circuit

import (
	"sync"
	"time"
)

// Refusal is the error of a call that an open circuit did not let through. It says nothing
// of what was to be done, which nobody tried.
type Refusal struct {
	Wait time.Duration // until it is worth asking again, about
	Who  string        // is left alone
}

func (r *Refusal) Error() string {
	return r.Who + " failed again and again and is left alone for a while"
}

// Refused reports whether err, and every error joined in it, is a refusal, and how long the
// longest of them waits.
func Refused(err error) (wait time.Duration, all bool) {
	switch e := err.(type) {
	case *Refusal:
		return e.Wait, true
	case interface{ Unwrap() error }:
		return Refused(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			w, refused := Refused(err)
			if !refused {
				return 0, false
			}
			wait = max(wait, w)
		}
		return wait, true
	}
	return 0, false
}

// Circuit is closed while calls go well. After some failures in a row it opens: nobody
// calls for a while, then one may, to see.
type Circuit struct {
	After int              // failures in a row that open it
	Pause time.Duration    // how long nobody calls
	Now   func() time.Time // time.Now when nil

	mu       sync.Mutex
	failures int
	until    time.Time
	trying   bool // somebody was let through, and did not leave yet
}

// glance is how long the others leave it alone while somebody tries for all.
const glance = time.Second

// Enter returns how long to leave it alone still; 0: call, and Leave with how it went.
// Whoever is let through an open circuit tries for all. The next one is let through after
// Pause, when that one never leaves.
func (c *Circuit) Enter() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failures < c.After {
		return 0
	}
	if wait := c.until.Sub(c.now()); wait > 0 {
		if c.trying {
			return min(wait, glance)
		}
		return wait
	}
	c.until, c.trying = c.now().Add(c.Pause), true
	return 0
}

// Leave says how a call went. A call that says nothing of it need not be told.
func (c *Circuit) Leave(well bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trying = false
	if well {
		c.failures = 0
		return
	}
	if c.failures++; c.failures >= c.After {
		c.until = c.now().Add(c.Pause)
	}
}

// Open reports whether it is left alone.
func (c *Circuit) Open() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failures >= c.After
}

func (c *Circuit) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
