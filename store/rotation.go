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

	// What is still to be put in force: a key that signs access tokens, and the root with that
	// number that agencies' keys are made of.
	Signing *models.SigningKey `json:"signing,omitempty"`
	Root    int                `json:"root,omitempty"`
	By      string             `json:"by,omitempty"` // who began it

	stored string // as it is in the store, or what it takes the place of
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
	r.stored = text
	return r, sealedWith, err
}

// BeginRotation begins to seal everything with the newest key of the ring, by whom the audit
// log says: from here on access tokens, and in a moment agencies, are signed with new keys, and
// every process meets the new key of the ring within moments. Begun already, it is that one. It
// is begun by one write that says what follows; killed after it, whoever goes on does that.
func (s *Sealing) BeginRotation(ctx context.Context, by string, now time.Time) (Rotation, error) {
	key := s.keys.IDs()[0]
	for {
		r, _, err := LastRotation(ctx, s)
		switch {
		case err != nil:
			return r, err
		case r.Key == key:
			return r, s.signAnew(ctx, &r, now)
		case r.Key != "" && !s.keys.Has(r.Key):
			return r, errors.New("there is a rotation to " + r.Key + ", which is not in this ring")
		}
		next, err := s.nextRotation(ctx, by, now)
		if err != nil {
			return r, err
		}
		next.stored = r.stored
		switch begun, err := s.putRotation(ctx, &next); {
		case err != nil:
			return r, err
		case begun:
			return next, s.signAnew(ctx, &next, now)
		}
	}
}

// nextRotation is a rotation that is not begun.
func (s *Sealing) nextRotation(ctx context.Context, by string, now time.Time) (r Rotation, err error) {
	r = Rotation{Key: s.keys.IDs()[0], Began: now, By: by}
	counts, err := s.CountByStatus(ctx, FeedbackQuery{All: true})
	if err != nil {
		return r, err
	}
	for _, n := range counts {
		r.Of += n
	}
	if r.Root, err = nextSealRoot(ctx, s, s.keys); err != nil {
		return r, err
	}
	r.Signing, err = newSigningKey(s.keys, now)
	return r, err
}

// signAnew puts in force what a rotation begins to sign with. Everything in it may be done again.
func (s *Sealing) signAnew(ctx context.Context, r *Rotation, now time.Time) error {
	for r.Signing != nil {
		if err := replaceSigningKey(ctx, s, r.Signing, now); err != nil {
			return err
		}
		if err := beginSealRoot(ctx, s, s.keys, r.Root, now); err != nil {
			return err
		}
		e := models.AuditEntry{ID: models.DeriveID("rotation", r.Key), At: now, Actor: r.By, Action: models.ActRotate, Object: r.Key, Detail: "signing key " + r.Signing.ID}
		if err := audit(ctx, s, s.keys, e); err != nil {
			return err
		}
		r.Signing, r.Root = nil, 0
		if err := s.keep(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// putRotation stores how far it is in place of what it was read from, and reports whether that
// still was there.
func (s *Sealing) putRotation(ctx context.Context, r *Rotation) (bool, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	ok, err := s.SwapSetting(ctx, settingRotation, r.stored, string(b))
	if ok {
		r.stored = string(b)
	}
	return ok, err
}

// keep stores how far a rotation is. Where another process went on with it meanwhile, r becomes
// what that one stored; where another rotation was begun, that one counts and it is an error.
func (s *Sealing) keep(ctx context.Context, r *Rotation) error {
	ok, err := s.putRotation(ctx, r)
	if ok || err != nil {
		return err
	}
	now, _, err := LastRotation(ctx, s)
	switch {
	case err != nil:
		return err
	case now.Key != r.Key:
		return errors.New("a rotation to " + now.Key + " was begun meanwhile")
	}
	*r = now
	return nil
}

// GoOn seals a portion of what a rotation still has to seal, a page of cases or, after them,
// everything else, and stores how far it is. When Ended is set there is nothing left. It may be
// broken off at any moment, and several processes may do it at once. pause is called now and
// then between people.
func (s *Sealing) GoOn(ctx context.Context, r *Rotation, pause func(), now func() time.Time) error {
	if err := s.signAnew(ctx, r, now()); err != nil || !r.Ended.IsZero() {
		return err
	}
	r.At = now()
	if !r.Rest {
		page, written, err := s.sealCasesAnew(ctx, r.Next)
		if err != nil {
			return err
		}
		r.Cases, r.Written, r.Next, r.Rest = r.Cases+len(page.Items), r.Written+written, page.Next, page.Next == ""
		return s.keep(ctx, r)
	}
	written, err := s.sealRestAnew(ctx, func() error {
		pause()
		r.At = now()
		return s.keep(ctx, r)
	})
	if err != nil {
		return err
	}
	r.Written += written
	return s.end(ctx, r, now())
}

// end says that everything is sealed with the key of a rotation, unless a later one said that of
// its own already.
func (s *Sealing) end(ctx context.Context, r *Rotation, now time.Time) error {
	_, sealedWith, err := LastRotation(ctx, s)
	if err != nil {
		return err
	}
	if err := s.keep(ctx, r); err != nil || !r.Ended.IsZero() { // no later one was begun
		return err
	}
	if _, err := s.SwapSetting(ctx, SettingSealedWith, sealedWith, r.Key); err != nil {
		return err
	}
	r.Ended = now
	return s.keep(ctx, r)
}
