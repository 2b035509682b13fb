package worker

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kiennghi/circuit"
	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/notify/sms"
	"kiennghi/search"
)

// leftAlone is an index whose circuit is open while away says so.
type leftAlone struct {
	search.Index
	away *bool
}

func (l leftAlone) Put(ctx context.Context, docs ...search.Document) error {
	if *l.away {
		return models.Wrap(models.KindUnavailable, &circuit.Refusal{Wait: 2 * time.Second, Who: "search"})
	}
	return l.Index.Put(ctx, docs...)
}

// TestRefusedWorkWaitsForTheCircuit: what an open circuit refuses was not tried. It waits for
// the circuit however long that takes, not twice as long each time, and is never parked for it.
func TestRefusedWorkWaitsForTheCircuit(t *testing.T) {
	const cases = 40
	away := false
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(gateway.Close)
	sender, err := sms.New(gateway.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	for name, n := range map[string]struct {
		set   func(o *Options)
		kind  models.WorkKind
		away  time.Duration // how long
		done  time.Duration // all of it after it is back
		tried int           // how much work may have failed
	}{
		"search": {func(o *Options) { o.Index = leftAlone{o.Index, &away} }, models.WorkIndex, 6 * time.Minute, 5 * time.Second, 0},
		"sms":    {func(o *Options) { o.SMS = sender }, models.WorkMessage, time.Minute, 37 * time.Second, breakAfter + 3},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEnv(t, n.set, func(o *Options) { o.MaxAttempts = 8 })
			for range cases {
				x := e.work(n.kind, nil)
				x.Sealed = e.o.Keyring.Seal(`{"channel":"sms","to":"+84900000001","body":"x"}`)
				e.feedback(e.person("", ""), "Đèn đường hỏng", x)
			}
			second := func() { e.step(); e.pass(time.Second) }
			away = true
			for range n.away / time.Second {
				second()
			}
			if c := e.count(); c.Pending != cases || c.Parked != 0 {
				t.Fatalf("while it is away: %+v", c)
			}
			if failed := e.outcomes(n.kind, "retried"); failed > n.tried {
				t.Errorf("%d attempts failed", failed)
			}
			away = false
			for range n.done / time.Second {
				second()
			}
			if c := e.count(); c != (models.WorkCount{}) || e.outcomes(n.kind, "done") != cases {
				t.Errorf("%v after it is back: %+v", n.done, c)
			}
		})
	}
}

// TestRefusalBesideAFailure: when one of two services failed, the work failed.
func TestRefusalBesideAFailure(t *testing.T) {
	e := newEnv(t, func(o *Options) { o.MaxAttempts = 2 })
	e.feedback(e.person("", ""), "x", e.work(models.WorkIndex, nil))
	for range 2 {
		claimed, err := e.st.ClaimWork(t.Context(), e.o.Now(), time.Minute, 10)
		e.must(err)
		for _, x := range claimed {
			e.w.settle(t.Context(), x, fmt.Errorf("%w and %w", sendError{notify.Push, &circuit.Refusal{Wait: time.Second}}, errPanic))
		}
		e.pass(time.Hour)
	}
	if n := e.count(); n.Parked != 1 {
		t.Errorf("%+v", n)
	}
}

// TestStandBy: a long queue is spread, so that looking at it leaves the database free.
func TestStandBy(t *testing.T) {
	e := newEnv(t)
	for pending, most := range map[int64]time.Duration{0: 2500 * time.Millisecond, 1000: 8 * time.Second, 1e9: longest} {
		e.w.pending.Store(pending)
		for range 1000 {
			if d := e.w.standBy(models.WorkIndex, time.Second); d < time.Second || d > most {
				t.Fatalf("%d wait: %v", pending, d)
			}
			if d := e.w.standBy(models.WorkMessage, time.Second); d > 2500*time.Millisecond {
				t.Fatalf("a code waits behind %d: %v", pending, d)
			}
		}
	}
}
