package main

import (
	"math/bits"
	"time"
)

// histogram counts latencies with an error below 1.6 %, from a microsecond to hours, in
// constant memory.
type histogram struct {
	counts [2048]uint32
	n      int
	sum    time.Duration
	max    time.Duration
}

// sub is how many buckets an octave has.
const sub = 64

func bucket(us uint64) int {
	if us < 2*sub {
		return int(us)
	}
	octave := bits.Len64(us) - 7 // so that us>>octave is in [sub, 2*sub)
	return min(octave*sub+int(us>>octave), 2047)
}

// upper is the largest number of microseconds in a bucket.
func upper(b int) uint64 {
	if b < 2*sub {
		return uint64(b)
	}
	octave := b/sub - 1
	return (uint64(b-octave*sub)+1)<<octave - 1
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucket(uint64(max(d, 0)/time.Microsecond))]++
	h.n++
	h.sum += d
	h.max = max(h.max, d)
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.n += o.n
	h.sum += o.sum
	h.max = max(h.max, o.max)
}

// quantile returns the latency that a share of all did not exceed.
func (h *histogram) quantile(q float64) time.Duration {
	want, seen := int(q*float64(h.n)+0.999999), 0
	for i, n := range h.counts {
		if seen += int(n); seen >= want && n > 0 {
			return min(time.Duration(upper(i))*time.Microsecond, h.max)
		}
	}
	return h.max
}
