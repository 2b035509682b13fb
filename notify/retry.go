package notify

import (
	"net/http"
	"strconv"
	"time"
)

// RetryAfter returns how long a Retry-After header asks to wait, in seconds or until
// a date; 0 when there is none, or none that can be read.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.ParseUint(v, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
