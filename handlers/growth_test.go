package handlers

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"kiennghi/models"
)

// What strangers can make grow; see docs/faults.md. Each bound has a test, here or where
// its code is tested.

func TestMemoIsBounded(t *testing.T) {
	m := newMemo[int](time.Hour, 100)
	for i := range 10_000 {
		m.put(fmt.Sprint(i), i)
		if len(m.have) > m.size {
			t.Fatalf("%d values are remembered", len(m.have))
		}
	}
	if v, ok := m.find("9999"); !ok || v != 9999 {
		t.Error("the newest value is forgotten")
	}
}

func TestMemoForgetsWhatHasExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemo[int](time.Minute, 100)
		m.put("early", 1)
		time.Sleep(50 * time.Second) // in the time of the bubble
		m.put("late", 2)
		time.Sleep(30 * time.Second) // in the time of the bubble
		synctest.Wait()
		if _, ok := m.have["early"]; ok {
			t.Error("a value is kept after it has expired")
		}
		if v, ok := m.find("late"); !ok || v != 2 {
			t.Error("a value is forgotten too early")
		}
		time.Sleep(time.Minute) // in the time of the bubble
		synctest.Wait()
		if len(m.have) != 0 || m.expires {
			t.Errorf("%d values are kept, and a clock runs: %v", len(m.have), m.expires)
		}
	})
}

// TestMemoIsLoadedAnewByOne: whoever comes while one loads anew what has expired gets the old value,
// and after a failure the next one tries.
func TestMemoIsLoadedAnewByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemo[int](2*time.Second, 100)
		loads := 0
		slow := func(v int, err error) func() (int, error) {
			return func() (int, error) {
				loads++
				time.Sleep(time.Second) // in the time of the bubble
				return v, err
			}
		}
		want := func(want int, load func() (int, error)) {
			t.Helper()
			if v, err := m.get("k", load); err != nil || v != want {
				t.Errorf("%d, %v instead of %d", v, err, want)
			}
		}
		want(1, slow(1, nil))
		time.Sleep(2500 * time.Millisecond) // in the time of the bubble
		failed := make(chan error)
		go func() {
			_, err := m.get("k", slow(0, models.ErrUnavailable))
			failed <- err
		}()
		synctest.Wait()
		want(1, slow(2, nil))
		if err := <-failed; !errors.Is(err, models.ErrUnavailable) {
			t.Error(err)
		}
		want(3, slow(3, nil))
		want(3, slow(4, nil))
		time.Sleep(2500 * time.Millisecond) // in the time of the bubble
		hangs := make(chan struct{})
		go func() {
			defer close(hangs)
			defer func() { _ = recover() }()
			_, _ = m.get("k", func() (int, error) {
				time.Sleep(10 * time.Second) // in the time of the bubble
				panic("no value")
			})
		}()
		synctest.Wait()
		want(3, slow(4, nil))
		time.Sleep(2 * time.Second) // in the time of the bubble: longer than what has expired is good for
		want(5, slow(5, nil))
		<-hangs
		want(6, slow(6, nil))
		if loads != 5 {
			t.Errorf("loaded %d times", loads)
		}
	})
}

func TestStreamsOfOneProcessAreBounded(t *testing.T) {
	var x streams
	for i := range streamsAll {
		if !x.enter(fmt.Sprint(i)) {
			t.Fatalf("the stream %d is refused", i)
		}
	}
	if x.enter("one more") {
		t.Error("one stream too many")
	}
	for i := range streamsAll {
		x.leave(fmt.Sprint(i))
	}
	if !x.enter("one more") || len(x.of) != 1 {
		t.Errorf("after all have left, %d accounts are remembered", len(x.of))
	}
}

func TestUploadsOfOneDayAreBounded(t *testing.T) {
	h := newHarness(t)
	now := h.o.Now()
	h.advance(now.Truncate(24 * time.Hour).Add(24*time.Hour + time.Minute).Sub(now)) // the beginning of a window
	token := h.citizen("Nguyễn Thị Hoa")
	account := h.accountOf(token)
	for n := range uploadsPerDay.n {
		if n > 0 && n%quotas["createUpload"].n == 0 { // that many an hour
			h.post(token, "file", "a.pdf", []byte(pdf)).want(429)
			h.advance(time.Hour)
			token = h.session(account, false)
		}
		h.upload(token, "a.pdf", []byte(pdf))
	}
	before := h.objects()
	h.post(token, "file", "a.pdf", []byte(pdf)).want(429)
	if n := h.objects(); n != before {
		t.Errorf("%d files, there were %d", n, before)
	}
	h.advance(24 * time.Hour)
	h.upload(h.session(account, false), "a.pdf", []byte(pdf))
}
