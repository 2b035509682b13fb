// Package notify is the contract of everything that is sent to a person: pushes, SMS
// and mail. Package fcm, webpush, sms, mail and outbox fulfil it. Sending happens in workers
// only, from stored work, so a sender may fail and be asked again.
package notify

import (
	"context"
	"errors"
	"time"
)

// Channel is the way a message goes.
type Channel string

const (
	Push    Channel = "push"    // to a phone with the app
	Browser Channel = "browser" // to a browser that asked for it
	SMS     Channel = "sms"
	Mail    Channel = "mail"
)

// Message is one message to one recipient.
type Message struct {
	Channel  Channel
	To       string // registration token, subscription of a browser, phone number or mail address
	Title    string
	Body     string
	Data     map[string]string // pushes only: code of the case, deep link
	Collapse string            // pushes only: a later message with the same value replaces this one on the phone
	TTL      time.Duration     // pushes only: how long it is worth delivering
}

// ErrGone says that the recipient does not exist (any more): forget it, do not retry.
var ErrGone = errors.New("the recipient is gone")

// RetryError says that the service asks to be left alone for a while.
type RetryError struct {
	After time.Duration
	Cause error
}

func (e *RetryError) Error() string {
	return "try again in " + e.After.String() + ": " + e.Cause.Error()
}
func (e *RetryError) Unwrap() error { return e.Cause }

// Sender sends messages of one channel. It answers one error per message, nil for
// those that were accepted. An error holds no recipient and no text: it is logged
// and shown to staff.
type Sender interface {
	Send(ctx context.Context, messages []Message) []error
}
