package handlers

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// away is a store of limits that does not answer.
type away struct {
	store.Limits
	asked int
}

func (a *away) Hit(context.Context, string, int, time.Duration, time.Time) (int, error) {
	a.asked++
	return 0, models.Wrap(models.KindUnavailable, errors.New("no connection"))
}

// TestLimitsHoldWithoutTheStore counts in the process alone, asks the store once in a
// while, and still says no.
func TestLimitsHoldWithoutTheStore(t *testing.T) {
	a := &away{}
	now := time.Now().Truncate(time.Hour).Add(time.Minute)
	l := &limiter{on: true, store: a, now: func() time.Time { return now }, windows: map[string]*count{}}
	for i := range 40 {
		left, _ := l.hit(t.Context(), "sendOtp x", quota{30, time.Hour})
		if want := 29 - i; left != want {
			t.Fatalf("call %d: %d left, want %d", i, left, want)
		}
	}
	if a.asked != 1 {
		t.Errorf("the store was asked %d times while it is away", a.asked)
	}
}

func TestLimitsTakeBoundedMemory(t *testing.T) {
	l := &limiter{on: true, store: &away{}, now: time.Now, windows: map[string]*count{}}
	for i := range maxWindows + maxWindows/5 {
		l.hit(t.Context(), strconv.Itoa(i), quota{30, time.Hour})
	}
	if n := len(l.windows); n > maxWindows {
		t.Errorf("%d windows", n)
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "::ffff:203.0.113.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "nonsense": "nonsense", "": "",
	} {
		if got := network(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
