package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kiennghi/models"
)

// SettingSealedWith names the key that everything is sealed with.
const SettingSealedWith = "keyring.seal"

const settingRotation = "keyring.rotation"

// Rotation is how far it is that everything is sealed with a new key of the ring.
type Rotation struct {
	Key     string    `json:"key"`
	Began   time.Time `json:"began"`
	Of      int       `json:"of"`      // cases that there were when it began
	Cases   int       `json:"cases"`   // gone through until now
	Written int       `json:"written"` // records sealed anew until now
	Next    string    `json:"next,omitempty"`
	Rest    bool      `json:"rest,omitempty"` // cases are done; people, staff and the others follow
	At      time.Time `json:"at,omitzero"`    // of the last sign of somebody who works on it
	Ended   time.Time `json:"ended,omitzero"`
}

// Share is how much of the cases is done: 0 to 1.
func (r *Rotation) Share() float64 { return min(1, float64(r.Cases)/float64(max(1, r.Of))) }

// LastRotation returns the last one that was begun, of before rotations were written down
// none, and the key that everything is sealed with.
func LastRotation(ctx context.Context, s Keys) (r Rotation, sealedWith string, err error) {
	if sealedWith, err = s.Setting(ctx, SettingSealedWith); err != nil {
		return r, "", err
	}
	text, err := s.Setting(ctx, settingRotation)
	if errors.Is(err, models.ErrNotFound) {
		return r, sealedWith, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &r)
	}
	return r, sealedWith, err
}

// BeginRotation begins to seal everything with the newest key of the ring, by whom the audit
// log says: from here on access tokens, and in a moment agencies, are signed with new keys, and
// every process meets the new key of the ring within moments. Begun already, it is that one.
func (s *Sealing) BeginRotation(ctx context.Context, by string, now time.Time) (Rotation, error) {
	key := s.keys.IDs()[0]
	r, _, err := LastRotation(ctx, s)
	if err != nil || r.Key == key {
		return r, err
	}
	r = Rotation{Key: key, Began: now}
	counts, err := s.CountByStatus(ctx, FeedbackQuery{All: true})
	if err != nil {
		return r, err
	}
	for _, n := range counts {
		r.Of += n
	}
	signing, err := RotateSigningKey(ctx, s, s.keys, now)
	if err != nil {
		return r, err
	}
	if err := NewSealRoot(ctx, s, s.keys, now); err != nil {
		return r, err
	}
	e := models.AuditEntry{ID: models.DeriveID("rotation", key), At: now, Actor: by, Action: models.ActRotate, Object: key, Detail: "signing key " + signing}
	if err := audit(ctx, s, s.keys, e); err != nil {
		return r, err
	}
	return r, s.putRotation(ctx, &r)
}

func (s *Sealing) putRotation(ctx context.Context, r *Rotation) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return s.PutSetting(ctx, settingRotation, string(b))
}

// GoOn seals a portion of what a rotation still has to seal, a page of cases or, after them,
// everything else, and stores how far it is. When Ended is set there is nothing left. It may be
// broken off at any moment, and several processes may do it at once. pause is called now and
// then between people.
func (s *Sealing) GoOn(ctx context.Context, r *Rotation, pause func(), now func() time.Time) error {
	r.At = now()
	switch {
	case !r.Ended.IsZero():
		return nil
	case !r.Rest:
		page, written, err := s.sealCasesAnew(ctx, r.Next)
		if err != nil {
			return err
		}
		r.Cases, r.Written, r.Next, r.Rest = r.Cases+len(page.Items), r.Written+written, page.Next, page.Next == ""
	default:
		written, err := s.sealRestAnew(ctx, func() error {
			pause()
			r.At = now()
			return s.putRotation(ctx, r)
		})
		if err != nil {
			return err
		}
		r.Written, r.Ended = r.Written+written, now()
		if err := s.PutSetting(ctx, SettingSealedWith, r.Key); err != nil {
			return err
		}
	}
	return s.putRotation(ctx, r)
}
