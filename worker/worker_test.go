package worker

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/notify/sms"
	"kiennghi/store/sqlite"
)

func TestTwoWorkersDoEachWorkOnce(t *testing.T) {
	g := newGoogle(t)
	e := newEnv(t, func(o *Options) { o.Push = g.sender })
	p := e.person("", "")
	e.device(p, "phone", "vi")
	const n = 200
	for i := range n {
		e.feedback(p, fmt.Sprintf("Ổ gà thứ %d", i), e.telling(models.ActApprove), e.work(models.WorkIndex, nil),
			e.work(models.WorkAudit, models.AuditData(models.Actor{ID: "s1", Staff: true}, models.ActNote, "x", "", "", e.o.Now())))
	}
	// The other worker has its own connections, as in another process.
	other, err := sqlite.Open(t.Context(), filepath.Join(e.dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	o := e.o
	o.Store, o.Metrics, o.Batch = other, nil, 7
	e.run(e.w, New(o))

	seen := map[string]bool{}
	for next := ""; ; {
		page, err := e.st.ListNotifications(t.Context(), p.ID, 100, next)
		e.must(err)
		for _, n := range page.Items {
			if seen[n.ID] {
				t.Errorf("%s is in the inbox twice", n.ID)
			}
			seen[n.ID] = true
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if len(seen) != n || len(g.Messages()) != n || e.found("ổ gà") != n || e.count() != (models.WorkCount{}) {
		t.Errorf("%d in the inbox, %d pushes, %d found, left %+v; want %d each", len(seen), len(g.Messages()), e.found("ổ gà"), e.count(), n)
	}
	check := models.NewAuditCheck(e.o.Keyring.AuditKey())
	e.must(e.st.EachAudit(t.Context(), 1<<40, check.Next))
	head, err := e.st.AuditHead(t.Context())
	e.must(err)
	e.must(check.End(head))
	if check.Count() != n {
		t.Errorf("%d audit entries, want %d", check.Count(), n)
	}
}

// hanging returns an SMS sender whose gateway answers only after release is closed,
// and a channel that tells of each request.
func hanging(t *testing.T) (s *sms.Sender, arrived, release chan struct{}) {
	t.Helper()
	arrived, release = make(chan struct{}, 10), make(chan struct{})
	gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(gateway.Close)
	s, err := sms.New(gateway.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, arrived, release
}

func TestRunFinishesWhatIsInHand(t *testing.T) {
	s, arrived, release := hanging(t)
	e := newEnv(t, func(o *Options) { o.SMS = s })
	p := e.person("+84900000001", "")
	e.feedback(p, "x", e.telling(models.ActApprove))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); e.w.Run(ctx) }()
	<-arrived
	stop()
	stop() // harmless
	late := e.feedback(p, "y", e.telling(models.ActApprove))
	e.w.Wake()
	select {
	case <-ended:
		t.Fatal("Run did not wait for the message on its way")
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	<-ended
	if n := e.count(); n.Pending != 1 || len(e.inbox(p)) != 1 {
		t.Fatalf("%+v, %d in the inbox: want the first done and the late one not begun", n, len(e.inbox(p)))
	}
	e.run(e.w) // again, after it returned
	if in := e.inbox(p); len(in) != 2 || in[0].FeedbackID != late.ID && in[1].FeedbackID != late.ID {
		t.Errorf("inbox %+v", in)
	}
}

func TestRunInterruptsWhatTakesTooLong(t *testing.T) {
	s, arrived, release := hanging(t)
	defer close(release)
	e := newEnv(t, func(o *Options) { o.SMS, o.Drain = s, 50*time.Millisecond })
	e.feedback(e.person("+84900000001", ""), "x", e.telling(models.ActApprove))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); e.w.Run(ctx) }()
	<-arrived
	stop()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("Run does not return")
	}
	e.pass(time.Minute)
	work, err := e.st.ClaimWork(t.Context(), e.o.Now(), time.Minute, 10)
	if err != nil || len(work) != 1 || work[0].Attempts != 2 || work[0].Reason != "sms: context canceled" {
		t.Errorf("%+v, %v", work, err)
	}
}

func TestWakeIsFasterThanThePoll(t *testing.T) {
	e := newEnv(t, func(o *Options) { o.Poll = time.Hour })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); e.w.Run(ctx) }()
	p := e.person("", "")
	for range 3 {
		e.feedback(p, "x", e.telling(models.ActReceive))
		e.w.Wake()
		e.eventually("woken, it does the work", func() bool { return e.count().Pending == 0 })
	}
	stop()
	<-ended
}

func TestPanicInAJob(t *testing.T) {
	e := newEnv(t, func(o *Options) { o.SMS = nil })
	p := e.person("+84900000001", "")
	e.feedback(p, "x", e.telling(models.ActApprove)) // has no sender for its SMS
	e.feedback(p, "y", e.telling(models.ActReceive)) // needs none
	e.step()
	if n := e.count(); n.Pending != 1 || len(e.inbox(p)) != 2 {
		t.Fatalf("%+v, inbox %d", n, len(e.inbox(p)))
	}
	e.pass(time.Minute)
	work, err := e.st.ClaimWork(t.Context(), e.o.Now(), time.Minute, 10)
	if err != nil || len(work) != 1 || work[0].Reason != errPanic.Error() {
		t.Errorf("%+v, %v", work, err)
	}
}

func TestUnknownWorkWaitsForAnotherVersion(t *testing.T) {
	e := newEnv(t)
	e.feedback(e.person("", ""), "x", e.work("teleport", nil), e.telling("event-of-tomorrow"))
	e.feedback(e.person("", ""), "x", e.work(models.WorkTell, map[string]string{"event": "event-of-tomorrow", "at": e.o.Now().Format(time.RFC3339Nano)}))
	e.step()
	if n := e.count(); n.Pending != 3 || n.Parked != 0 {
		t.Errorf("%+v", n)
	}
}

func TestBackoff(t *testing.T) {
	for attempts, want := range map[int]time.Duration{1: 2 * time.Second, 2: 4 * time.Second, 5: 32 * time.Second, 12: time.Hour, 1000: time.Hour} {
		for range 100 {
			if d := backoff(attempts, 2*time.Second, longest); d > want || d < want*3/4-1 {
				t.Errorf("after %d attempts: %v, want about %v", attempts, d, want)
			}
		}
	}
	for asked, most := range map[time.Duration]time.Duration{time.Minute: 67 * time.Second, 1000 * time.Hour: 125 * time.Hour} {
		d := wait(1, sendError{notify.SMS, &notify.RetryError{After: asked, Cause: errPanic}}, time.Second)
		if d < min(asked, longestAsk) || d > most {
			t.Errorf("asked for %v: %v", asked, d)
		}
	}
}

func TestReasonTellsNoSecret(t *testing.T) {
	for _, err := range []error{
		fmt.Errorf("key +84900000001 is there already"),
		models.Wrap(models.KindUnavailable, fmt.Errorf("cannot store Trần Thị Bí Mật")),
		context.DeadlineExceeded,
	} {
		switch r := reason(err); r {
		case "internal", "unavailable", "took too long":
		default:
			t.Errorf("reason %q", r)
		}
	}
}
