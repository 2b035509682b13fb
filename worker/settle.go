package worker

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"kiennghi/circuit"
	"kiennghi/models"
	"kiennghi/notify"
)

const (
	longest    = time.Hour      // between two attempts
	longestAsk = 24 * time.Hour // that a service may ask us to wait
	settling   = 10 * time.Second
	// deadly times MaxAttempts is how often work is claimed that never comes to an end,
	// because whoever claims it dies.
	deadly = 5
)

var (
	errExpired = errors.New("too late") // ends work that is of no use any more
	errPanic   = errors.New("the program failed inside the job (panic)")
)

// permanent is an error that no attempt will change: the work is parked at once.
type permanent string

func (e permanent) Error() string { return string(e) }

// do does a group of work of one kind and settles each piece.
func (w *Worker) do(jobs context.Context, group []models.Work) {
	ctx, cancel := context.WithTimeout(jobs, w.o.Lease/2) // so that nobody else has it by then
	defer cancel()
	errs := w.attempt(ctx, group)
	var wg sync.WaitGroup
	for i := range group {
		wg.Go(func() { w.settle(jobs, group[i], errs[i]) }) // side by side: the store commits them together
	}
	wg.Wait()
}

// attempt does the group; a panic is an error of every piece.
func (w *Worker) attempt(ctx context.Context, group []models.Work) (errs []error) {
	errs = make([]error, len(group))
	defer func() {
		if p := recover(); p != nil {
			w.o.Log.Error("panic in a job", "kind", group[0].Kind, "work", group[0].ID,
				"type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			for i := range errs {
				errs[i] = errPanic
			}
		}
	}()
	x := &group[0]
	switch x.Kind {
	case models.WorkIndex:
		err := w.index(ctx, group)
		for i := range errs {
			errs[i] = err
		}
	case models.WorkNotify:
		errs[0] = w.notify(ctx, x)
	case models.WorkMessage:
		errs[0] = w.message(ctx, x)
	case models.WorkAudit:
		errs[0] = w.audit(ctx, x)
	case models.WorkRemind:
		errs[0] = w.remind(ctx, x)
	case models.WorkTell:
		errs[0] = w.tell(ctx, x)
	case models.WorkRoute:
		errs[0] = w.route(ctx, x)
	case models.WorkMerge, models.WorkLink, models.WorkSplit:
		errs[0] = w.join(ctx, x)
	case models.WorkFollow:
		errs[0] = w.follow(ctx, x)
	default:
		// Another version of the program that runs beside this one may know it.
		errs[0] = models.Fail(models.KindUnsupported, "work_kind")
	}
	return errs
}

// settle tells the store how it ended. It does so even when the worker is being
// stopped; when the store cannot be told, the lease runs out and the work is done again.
func (w *Worker) settle(jobs context.Context, x models.Work, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(jobs), settling)
	defer cancel()
	var stop permanent
	var outcome string
	var told error
	refused, alone := circuit.Refused(err)
	switch {
	case err == nil, errors.Is(err, errExpired), errors.Is(err, notify.ErrGone):
		outcome = map[bool]string{true: "done", false: "given_up"}[err == nil]
		told = w.o.Store.FinishWork(ctx, x)
	case alone: // nobody tried it: that is no failure of the work
		outcome, x.Reason = "refused", reason(err)
		x.Attempts--
		x.DueAt = models.Moment(w.o.Now().Add(w.standBy(x.Kind, refused)))
		told = w.o.Store.RetryWork(ctx, x)
		w.o.Log.Debug("work waits for a service that is left alone", "kind", x.Kind, "work", x.ID, "due", x.DueAt, "reason", x.Reason)
	case errors.As(err, &stop), x.Failures+1 >= w.o.MaxAttempts, x.Attempts >= deadly*w.o.MaxAttempts:
		outcome, x.Reason = "parked", reason(err)
		x.Failures++
		told = w.o.Store.ParkWork(ctx, x)
		w.o.Log.Error("work is parked", "kind", x.Kind, "work", x.ID, "failures", x.Failures, "reason", x.Reason)
	default:
		outcome, x.Reason = "retried", reason(err)
		x.Failures++
		x.DueAt = models.Moment(w.o.Now().Add(wait(x.Failures, err, w.o.FirstWait)))
		told = w.o.Store.RetryWork(ctx, x)
		w.o.Log.Warn("work is tried again", "kind", x.Kind, "work", x.ID, "failures", x.Failures, "due", x.DueAt, "reason", x.Reason)
	}
	if told != nil {
		w.o.Log.Error("cannot settle work", "kind", x.Kind, "work", x.ID, "error", reason(told))
		return
	}
	w.metrics.settled(x, outcome, w.o.Now())
}

// refusals is how much work that waits for a service is looked at again in a second, at most:
// the database has better things to do.
const refusals = 200

// standBy returns how long to leave work alone that waits for a service: until it is asked
// again, and then spread over as long as a look at all that waits may take. Messages, which are
// few and may be codes that are good for minutes, do not wait behind the rest.
func (w *Worker) standBy(kind models.WorkKind, until time.Duration) time.Duration {
	spread := until/10 + time.Second
	if kind != models.WorkMessage {
		spread += time.Duration(w.pending.Load()) * time.Second / refusals
	}
	return min(until+rand.N(spread), longest)
}

// wait returns how long to leave work alone after it failed for the nth time, with err.
func wait(failures int, err error, first time.Duration) time.Duration {
	d := backoff(failures, first, longest)
	var retry *notify.RetryError
	if errors.As(err, &retry) && retry.After > 0 {
		// Not all at the very moment the service named.
		d = max(d, min(retry.After, longestAsk)+rand.N(retry.After/10+time.Second))
	}
	return d
}

// backoff doubles from first to limit, with up to a quarter of jitter taken off.
func backoff(attempts int, first, limit time.Duration) time.Duration {
	d := limit
	if n := attempts - 1; n < 16 {
		d = min(first<<max(n, 0), limit)
	}
	return d - rand.N(d/4+1)
}

// reason says why it failed in words that staff and logs may see. What a database or
// an engine said may quote a record, so of a models.Error only the kind is told; what
// senders return is free of personal data by contract.
func reason(err error) string {
	var ours *models.Error
	var stop permanent
	var sent sendError
	switch {
	case errors.As(err, &sent):
		return models.Shorten(sent.Error(), 200)
	case errors.Is(err, context.DeadlineExceeded):
		return "took too long"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.As(err, &stop):
		return string(stop)
	case errors.As(err, &ours):
		if ours.Code != "" {
			return string(ours.Kind) + ": " + ours.Code
		}
		return string(ours.Kind)
	case errors.Is(err, errPanic):
		return errPanic.Error()
	}
	return "internal"
}
