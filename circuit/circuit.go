// Package circuit leaves alone what fails again and again, so that nobody waits for it.
package circuit

import (
	"sync"
	"time"
)

// Circuit is closed while calls go well. After some failures in a row it opens: nobody
// calls for a while, then one may, to see.
type Circuit struct {
	After int              // failures in a row that open it
	Pause time.Duration    // how long nobody calls
	Now   func() time.Time // time.Now when nil

	mu       sync.Mutex
	failures int
	until    time.Time
}

// Enter returns how long to leave it alone still; 0: call, and Leave with how it went.
// Whoever is let through an open circuit tries for all: the others wait for Pause again.
func (c *Circuit) Enter() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failures < c.After {
		return 0
	}
	if wait := c.until.Sub(c.now()); wait > 0 {
		return wait
	}
	c.until = c.now().Add(c.Pause)
	return 0
}

// Leave says how a call went. A call that says nothing of it need not be told.
func (c *Circuit) Leave(well bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
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
