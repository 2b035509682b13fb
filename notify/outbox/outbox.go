// Package outbox writes messages to a file instead of sending them: for trying the
// program out where no gateway is configured.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"kiennghi/notify"
)

// Sender appends each message as one JSON line. It serves every channel. Several
// senders, in several processes, may share a file.
type Sender struct{ path string }

// New returns a sender that appends to the file at path, which is made when it is missing.
func New(path string) *Sender { return &Sender{path: path} }

type line struct {
	At      string            `json:"at"` // RFC 3339, UTC
	Channel notify.Channel    `json:"channel"`
	To      string            `json:"to"`
	Title   string            `json:"title"`
	Body    string            `json:"body"`
	Data    map[string]string `json:"data"`
}

// Send appends the messages in their order.
func (s *Sender) Send(ctx context.Context, messages []notify.Message) []error {
	errs := make([]error, len(messages))
	fail := func(from int, err error) []error {
		for i := from; i < len(errs); i++ {
			errs[i] = err
		}
		return errs
	}
	// Opened each time, so that the file may be moved away or removed while the program runs.
	f, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fail(0, errors.New("outbox: the file cannot be opened"))
	}
	defer f.Close()
	for i, m := range messages {
		if err := ctx.Err(); err != nil {
			return fail(i, err)
		}
		data := m.Data
		if data == nil {
			data = map[string]string{}
		}
		b, err := json.Marshal(line{time.Now().UTC().Format(time.RFC3339), m.Channel, m.To, m.Title, m.Body, data})
		if err != nil {
			errs[i] = errors.New("outbox: the message is not text")
			continue
		}
		// One write per line: with O_APPEND lines of several processes do not mix.
		if _, err := f.Write(append(b, '\n')); err != nil {
			return fail(i, errors.New("outbox: the file cannot be written"))
		}
	}
	return errs
}
