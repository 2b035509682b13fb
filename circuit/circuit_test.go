package circuit

import (
	"testing"
	"time"
)

func TestCircuit(t *testing.T) {
	now := time.UnixMilli(0)
	c := &Circuit{After: 3, Pause: 5 * time.Second, Now: func() time.Time { return now }}
	enter := func(what string, want time.Duration) {
		t.Helper()
		if got := c.Enter(); got != want {
			t.Errorf("%s: wait %v, want %v", what, got, want)
		}
	}
	for range 5 { // failures that are not in a row
		c.Leave(false)
		c.Leave(false)
		c.Leave(true)
	}
	c.Leave(false)
	c.Leave(false)
	enter("two failures", 0)
	c.Leave(false)
	if !c.Open() {
		t.Error("closed after three failures")
	}
	enter("just opened", 5*time.Second)
	now = now.Add(4 * time.Second)
	enter("later", time.Second)
	now = now.Add(time.Second)
	enter("one tries", 0)
	enter("the others", 5*time.Second)
	c.Leave(false)
	enter("it failed", 5*time.Second)
	now = now.Add(5 * time.Second)
	enter("the next one tries", 0)
	now = now.Add(5 * time.Second)
	enter("that one never said", 0)
	c.Leave(true)
	if c.Open() {
		t.Error("open after a call that went well")
	}
	enter("closed", 0)
}

// With the real clock, from many sides: one at a time is let through.
func TestCircuitLetsOneTry(t *testing.T) {
	c := &Circuit{After: 1, Pause: time.Hour}
	c.Leave(false)
	c.until = time.Now()
	let := make(chan bool)
	for range 20 {
		go func() { let <- c.Enter() == 0 }()
	}
	n := 0
	for range 20 {
		if <-let {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d were let through", n)
	}
}
