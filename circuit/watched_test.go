package circuit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, back := 0, false
		w := &Watched{Circuit: Circuit{After: 2, Pause: time.Second}, Limit: 3 * time.Second, Ask: func(ctx context.Context) error {
			asked++
			if back {
				return nil
			}
			<-ctx.Done() // as half-open connections do
			return errors.New("no answer")
		}}
		w.Leave(false)
		if !w.Closed() || asked != 0 {
			t.Error("left alone too soon")
		}
		w.Leave(false)
		begun := time.Now()
		for range 100 { // ten seconds
			if w.Closed() {
				t.Error("closed while the service is away")
			}
			time.Sleep(100 * time.Millisecond) // of the bubble's clock
		}
		if took := time.Since(begun); took != 10*time.Second || asked != 3 {
			t.Errorf("calls waited (%v in all), or it was asked %d times", took, asked)
		}
		w.Wait()
		back = true
		time.Sleep(time.Second) // of the bubble's clock
		w.Closed()
		w.Wait()
		if !w.Closed() {
			t.Error("open after the service was back")
		}
	})
}

func TestNoneIsClosed(t *testing.T) {
	var w *Watched
	w.Leave(false)
	w.Leave(false)
	if !w.Closed() {
		t.Error("open")
	}
}
