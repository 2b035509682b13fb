package handlers

import (
	"bufio"
	"context"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// listening is an open event stream; lines come as they arrive.
type listening struct {
	lines chan string
	stop  context.CancelFunc
}

// listen opens a stream at one process.
func (h *harness) listen(url, token string, headers ...string) *listening {
	h.t.Helper()
	return h.listenTo(h.request(url, "GET", "/v1/events", token, nil, headers...))
}

func (h *harness) listenTo(r *http.Request) *listening {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r = r.WithContext(ctx)
	res, err := (&http.Client{Transport: h.client.Transport}).Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		h.t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	l := &listening{lines: make(chan string, 100), stop: cancel}
	go func() {
		defer close(l.lines)
		defer res.Body.Close()
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			if s.Text() != "" {
				l.lines <- s.Text()
			}
		}
	}()
	h.t.Cleanup(cancel)
	return l
}

// next returns the next line, empty when none comes in time or the stream has ended.
func (l *listening) next(within time.Duration) string {
	select {
	case line := <-l.lines:
		return line
	case <-time.After(within):
		return ""
	}
}

// eventGoroutines counts goroutines of event streams.
func eventGoroutines() int {
	b := make([]byte, 4<<20)
	all := string(b[:runtime.Stack(b, true)])
	return max(strings.Count(all, "handlers.(*eventStream).run("), strings.Count(all, "handlers.watch.func1("))
}

// eventually waits until a condition holds.
func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

func TestEventsReachACitizenThroughAnyProcess(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	second := h.start()
	hoa, binh := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Bình")
	h.notify(hoa, models.ActReceive, "KN-OLD0-0000") // before: not told again
	streams := []*listening{h.listen(h.url, hoa), h.listen(second, hoa)}
	other := h.listen(h.url, binh)
	for _, l := range streams {
		if got := l.next(5 * time.Second); got != "retry: 3000" {
			t.Fatalf("first line %q", got)
		}
	}
	other.next(5 * time.Second)
	n := h.notify(hoa, models.ActApprove, "KN-7F3K-92QX")
	id := eventID(n.At, n.ID)
	for _, l := range streams {
		start := time.Now()
		if got := l.next(3 * time.Second); got != "id: "+id {
			t.Fatalf("%q", got)
		}
		if got := l.next(time.Second); got != "event: notification" {
			t.Errorf("%q", got)
		}
		if got := l.next(time.Second); !strings.Contains(got, `"code":"KN-7F3K-92QX"`) || !strings.Contains(got, n.ID) {
			t.Errorf("%q", got)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("it took %v", took)
		}
	}
	if got := other.next(1500 * time.Millisecond); got != "" {
		t.Errorf("someone else hears %q", got)
	}

	// A client that was away is told what it missed.
	missed := h.notify(hoa, models.ActPublish, "KN-7F3K-92QX")
	l := h.listen(h.url, hoa, "Last-Event-ID", id)
	l.next(5 * time.Second)
	if got := l.next(3 * time.Second); got != "id: "+eventID(missed.At, missed.ID) {
		t.Errorf("after Last-Event-ID: %q", got)
	}
}

func TestEventsStopWhenTheClientGoes(t *testing.T) {
	h := newHarness(t)
	before := eventGoroutines()
	hoa := h.citizen("Nguyễn Thị Hoa")
	var streams []*listening
	for range streamsEach {
		l := h.listen(h.url, hoa)
		l.next(5 * time.Second)
		streams = append(streams, l)
	}
	if n := eventGoroutines() - before; n != streamsEach {
		t.Errorf("%d streams run", n)
	}
	if a := h.call("GET", "/v1/events", hoa, nil).want(429); a.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
	for _, l := range streams {
		l.stop()
	}
	eventually(t, 5*time.Second, "all goroutines of the streams end", func() bool { return eventGoroutines() == before })
	l := h.listen(h.url, hoa) // there is room again
	if l.next(5*time.Second) == "" {
		t.Error("no new stream")
	}
}

func TestEventsEndWithTheToken(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	h.advance(accessLife - time.Second)
	l := h.listen(h.url, hoa)
	l.next(5 * time.Second)
	eventually(t, 5*time.Second, "the stream ends", func() bool {
		select {
		case _, open := <-l.lines:
			return !open
		default:
			return false
		}
	})
	h.call("GET", "/v1/events", "", nil).want(401)
}

func TestStaffHearOfCasesInTheirScope(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	lan, far := h.staff("lan", "so-xd-79", models.Handler), h.staff("xa", "so-xd-01", models.Handler)
	h.call("GET", "/v1/events", h.staff("quan-tri", "vpcp", models.Admin), nil).want(403)
	mine, theirs := h.listen(h.url, lan), h.listen(h.url, far)
	mine.next(5 * time.Second)
	theirs.next(5 * time.Second)
	now := h.o.Now()
	f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: models.NewID(), Title: "Đường hỏng", Body: "Đường hỏng nặng", Kind: models.Ordinary,
		Status: models.Assigned, Source: models.FromApp, Agency: "so-xd-79", Scope: []string{"so-xd-79", "ubnd-79", "vpcp"}, CreatedAt: now, UpdatedAt: now}
	if err := h.o.Store.CreateFeedback(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if got := mine.next(2 * staffLook); !strings.HasPrefix(got, "id: ") {
		t.Fatalf("%q", got)
	}
	if got := mine.next(time.Second); got != "event: feedback" {
		t.Errorf("%q", got)
	}
	if got := mine.next(time.Second); !strings.Contains(got, f.Code) || strings.Contains(got, "Đường") {
		t.Errorf("%q", got)
	}
	if _, err := h.o.Store.UpdateStaff(t.Context(), h.accountOf(lan), func(m *models.Staff) error { m.Disabled = true; return nil }); err != nil {
		t.Fatal(err)
	}
	eventually(t, 3*staffLook, "a disabled member's stream ends", func() bool {
		select {
		case _, open := <-mine.lines:
			return !open
		default:
			return false
		}
	})
	if got := theirs.next(10 * time.Millisecond); got != "" {
		t.Errorf("another agency hears %q", got)
	}
}

func TestEventsEndWhenTheServerStops(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	before := eventGoroutines()
	l := h.listen(h.url, hoa)
	l.next(5 * time.Second)
	if eventGoroutines() != before+1 {
		t.Error("no stream runs")
	}
	// The harness stops the app at the end of the test, and fails when that takes long.
}
