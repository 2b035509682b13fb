package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"kiennghi/circuit"
	"kiennghi/models"
)

// status is an error of the bucket with what it answered.
type status int

func (s status) Error() string       { return "the bucket said no" }
func (s status) HTTPStatusCode() int { return int(s) }

func TestBucketAnswered(t *testing.T) {
	for err, want := range map[error]bool{
		nil: true, status(404): true, status(403): true,
		status(500): false, status(503): false,
		status(200):                  false, // an answer that was cut off
		io.ErrUnexpectedEOF:          false,
		context.DeadlineExceeded:     false,
		errors.New("no route there"): false,
	} {
		if err != nil {
			err = fmt.Errorf("blob: %w", err)
		}
		if got := BucketAnswered(err); got != want {
			t.Errorf("%v (%d): %v", err, errors.Unwrap(err), got)
		}
	}
}

func watched(ask func(context.Context) error) *circuit.Watched {
	return &circuit.Watched{Circuit: circuit.Circuit{After: 3}, Ask: ask, Limit: time.Second}
}

func TestScannerIsLeftAlone(t *testing.T) {
	verdict, calls := error(nil), 0
	away := errors.New("clamd is down")
	asked := make(chan error)
	h := newHarness(t, func(o *Options) {
		o.Scan = func(context.Context, io.Reader) error { calls++; return verdict }
		o.ScanCircuit = watched(func(context.Context) error { return <-asked })
	})
	hoa := h.citizen("Nguyễn Thị Hoa")
	verdict = fileError("infected")
	for range 4 { // a verdict is an answer
		h.post(hoa, "file", "a.pdf", []byte(pdf)).want(422)
	}
	verdict, calls = models.Wrap(models.KindUnavailable, away), 0
	for range 6 {
		if a := h.post(hoa, "file", "a.pdf", []byte(pdf)).want(503); a.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if calls != 3 || !h.o.ScanCircuit.Open() {
		t.Errorf("%d calls, open: %v", calls, h.o.ScanCircuit.Open())
	}
	verdict = nil
	asked <- nil
	h.o.ScanCircuit.Wait()
	h.upload(hoa, "a.pdf", []byte(pdf))
}

func TestBucketIsLeftAlone(t *testing.T) {
	asked := make(chan error)
	h := newHarness(t, func(o *Options) {
		o.BucketCircuit = watched(func(context.Context) error { return <-asked })
	})
	hoa := h.citizen("Nguyễn Thị Hoa")
	u := h.upload(hoa, "a.pdf", []byte(pdf))
	for range 3 {
		h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200)
		h.o.BucketCircuit.Leave(false)
		h.o.BucketCircuit.Leave(false) // never three in a row: the next download went well
	}
	h.o.BucketCircuit.Leave(false)
	if a := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(503); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.post(hoa, "file", "a.pdf", []byte(pdf)).want(503)
	h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "khong-co-tep").want(201)
	asked <- nil
	h.o.BucketCircuit.Wait()
	h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200)
	h.upload(hoa, "b.pdf", []byte(pdf+"b"))
	h.o.Bucket.Close()
	for range 3 {
		h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(503)
	}
	if !h.o.BucketCircuit.Open() {
		t.Error("closed after three downloads that failed")
	}
}
