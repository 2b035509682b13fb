package worker

import (
	"context"
	"errors"
	"slices"

	"kiennghi/circuit"
	"kiennghi/notify"
)

const breakAfter = 5 // failures in a row; then, after a while, one message is let through to see

// sendError is what a sender returned, free of personal data by contract.
type sendError struct {
	channel notify.Channel
	cause   error
}

func (e sendError) Error() string { return string(e.channel) + ": " + e.cause.Error() }
func (e sendError) Unwrap() error { return e.cause }

// atOnce is how many calls a service gets side by side: a push call is many messages
// over few connections, a mail is a connection of its own.
var atOnce = map[notify.Channel]int{notify.Push: 64, notify.Browser: 64, notify.SMS: 32, notify.Mail: 8}

// breaker keeps a service that does not answer from holding every hand of the worker:
// after some failures in a row messages fail at once, without being sent.
type breaker struct {
	sender  notify.Sender
	slots   chan struct{} // how many may be asked at once
	circuit circuit.Circuit
}

// send sends messages of one channel. The service is well when it took one of them, or
// knew that a recipient is gone.
func (b *breaker) send(ctx context.Context, messages ...notify.Message) []error {
	errs := b.try(ctx, messages)
	for i, err := range errs {
		if err != nil {
			errs[i] = sendError{messages[i].Channel, err}
		}
	}
	return errs
}

func (b *breaker) try(ctx context.Context, messages []notify.Message) []error {
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	case <-ctx.Done():
		return slices.Repeat([]error{ctx.Err()}, len(messages))
	}
	if wait := b.circuit.Enter(); wait > 0 {
		return slices.Repeat([]error{&circuit.Refusal{Wait: wait, Who: "the service"}}, len(messages))
	}
	errs := b.sender.Send(ctx, messages)
	b.circuit.Leave(slices.ContainsFunc(errs, func(err error) bool { return err == nil || errors.Is(err, notify.ErrGone) }))
	return errs
}
