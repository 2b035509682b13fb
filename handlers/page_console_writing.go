package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kiennghi/models"
	"kiennghi/web"
)

// writing is a reply as a member of staff is typing it, kept by itself every few seconds.
// It is not yet part of the case: that it becomes by a button.
type writing struct {
	Reply   string              `json:"reply,omitempty"` // ID of the reply that it will change; empty: a new one
	Base    string              `json:"base,omitempty"`  // fingerprint of that reply when the writing began
	Body    string              `json:"body"`
	Number  string              `json:"number,omitempty"`
	Date    string              `json:"date,omitempty"`
	Reason  string              `json:"reason,omitempty"` // of a correction
	Uploads []models.Attachment `json:"uploads,omitempty"`
	At      time.Time           `json:"at"`
}

// writers says who is writing a reply to a case, and when the last word was.
type writers map[string]time.Time

// writingKept is how long a text that nobody saved is kept.
const writingKept = 30 * 24 * time.Hour

func writingID(feedback, staff string) string {
	return models.DeriveID("reply being written", feedback, staff)
}
func writersID(feedback string) string { return models.DeriveID("who writes a reply", feedback) }

// kept reads what is sealed in a draft; false when there is none.
func kept[T any](ctx context.Context, s *server, id string) (v T, ok bool, err error) {
	d, err := s.Store.Draft(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	plain, err := s.Keyring.Open(d.Sealed)
	if err != nil {
		return v, false, err
	}
	return v, s.Now().Before(d.ExpiresAt), json.Unmarshal([]byte(plain), &v)
}

func (s *server) keepDraft(ctx context.Context, id string, v any, life time.Duration) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.Store.PutDraft(ctx, &models.Draft{ID: id, Sealed: s.Keyring.Seal(string(b)), ExpiresAt: s.Now().Add(life)})
}

// writingOf returns what the member was typing; false when there is nothing.
func (s *server) writingOf(ctx context.Context, feedback string) (writing, bool, error) {
	return kept[writing](ctx, s, writingID(feedback, of(ctx).Account))
}

// keepWriting keeps what the member is typing, with its files, and that they do.
func (s *server) keepWriting(ctx context.Context, feedback string, w writing) error {
	if err := s.holdFiles(ctx, feedback, w.Uploads); err != nil {
		return err
	}
	w.At = s.Now()
	if err := s.keepDraft(ctx, writingID(feedback, of(ctx).Account), w, writingKept); err != nil {
		return err
	}
	return s.markWriting(ctx, feedback, true)
}

// markWriting says that the member is writing a reply to the case, or no longer. Two at the
// same moment may miss each other until the next word.
func (s *server) markWriting(ctx context.Context, feedback string, writes bool) error {
	me, now := of(ctx).Account, s.Now()
	was, _, err := kept[writers](ctx, s, writersID(feedback))
	_, said := was[me]
	if err != nil || !writes && !said || writes && now.Sub(was[me]) < recently/5 { // as it is known
		return err
	}
	is := writers{}
	for other, at := range was {
		if other != me && now.Sub(at) < recently {
			is[other] = at
		}
	}
	if writes {
		is[me] = now
	}
	return s.keepDraft(ctx, writersID(feedback), is, recently)
}

// dropWriting forgets what the member was typing: it is in the case now, or not wanted.
func (s *server) dropWriting(ctx context.Context, feedback string) error {
	if err := s.Store.DeleteDraft(ctx, writingID(feedback, of(ctx).Account)); err != nil {
		return err
	}
	return s.markWriting(ctx, feedback, false)
}

// othersWriting names who else is writing a reply to the case.
func (s *server) othersWriting(ctx context.Context, feedback string) ([]web.Writing, error) {
	who, _, err := kept[writers](ctx, s, writersID(feedback))
	if err != nil {
		return nil, err
	}
	var out []web.Writing
	names := &naming{s: s, ctx: ctx}
	for id, at := range who {
		if id != of(ctx).Account && s.Now().Sub(at) < recently {
			out = append(out, web.Writing{Name: names.staff(id), At: at.In(models.VietNam).Format("15:04")})
		}
	}
	return out, names.err
}
