package circuit

import (
	"errors"
	"fmt"
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
	enter("the others", glance)
	now = now.Add(4500 * time.Millisecond)
	enter("the others, when it takes long", 500*time.Millisecond)
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

func TestRefused(t *testing.T) {
	short, long, other := &Refusal{Wait: time.Second, Who: "a"}, &Refusal{Wait: time.Minute, Who: "b"}, errors.New("other")
	for _, c := range []struct {
		err  error
		wait time.Duration
		all  bool
	}{
		{nil, 0, false},
		{other, 0, false},
		{short, time.Second, true},
		{fmt.Errorf("push: %w", short), time.Second, true},
		{errors.Join(nil, short, fmt.Errorf("mail: %w", errors.Join(long))), time.Minute, true},
		{errors.Join(short, other), 0, false},
		{errors.Join(fmt.Errorf("mail: %w", other), long), 0, false},
	} {
		if wait, all := Refused(c.err); wait != c.wait || all != c.all {
			t.Errorf("%v: %v, %v", c.err, wait, all)
		}
	}
}
