package handlers

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"kiennghi/api"
	"kiennghi/models"
)

const totpStep = 30 // seconds

// totpTries bounds guesses while an authenticator app is being set up.
var totpTries = quota{20, time.Hour}

// StartTotp gives a new secret.
func (s *server) StartTotp(ctx context.Context, _ api.StartTotpRequestObject) (api.StartTotpResponseObject, error) {
	key, err := s.startTOTP(ctx)
	if err != nil {
		return nil, err
	}
	return api.StartTotp200JSONResponse{Secret: key.Secret(), URI: key.URL()}, nil
}

// startTOTP keeps a new secret until it is confirmed. An app that is set up already is not
// replaced: whoever got hold of a token could otherwise take over the second factor. An
// administrator takes it away at the command line, together with the password.
func (s *server) startTOTP(ctx context.Context) (*otp.Key, error) {
	me := of(ctx).Staff
	if me == nil {
		return nil, models.ErrForbidden
	}
	key, err := totp.Generate(totpOptions(me))
	if err != nil {
		return nil, err
	}
	_, err = s.Store.UpdateStaff(ctx, me.ID, func(m *models.Staff) error {
		if len(m.TOTP) > 0 {
			return models.Fail(models.KindWrongState, "totp_active")
		}
		m.TOTPPending, m.UpdatedAt = s.Keyring.Seal(key.Secret()), s.Now()
		return nil
	})
	return key, err
}

func totpOptions(m *models.Staff) totp.GenerateOpts {
	return totp.GenerateOpts{Issuer: "Kien nghi", AccountName: m.Username, Period: totpStep}
}

// pendingTOTP returns the secret that is not confirmed yet, nil when there is none.
func (s *server) pendingTOTP(ctx context.Context) (*otp.Key, error) {
	me := of(ctx).Staff
	if me == nil || len(me.TOTPPending) == 0 {
		return nil, nil
	}
	secret, err := s.Keyring.Open(me.TOTPPending)
	if err != nil {
		return nil, models.Wrap(models.KindInternal, err)
	}
	o := totpOptions(me)
	if o.Secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err != nil {
		return nil, models.Wrap(models.KindInternal, err)
	}
	return totp.Generate(o)
}

// ConfirmTotp makes the pending secret count once the app shows the right digits.
func (s *server) ConfirmTotp(ctx context.Context, in api.ConfirmTotpRequestObject) (api.ConfirmTotpResponseObject, error) {
	if err := s.confirmTOTP(ctx, in.Body.Code); err != nil {
		return nil, err
	}
	return api.ConfirmTotp204Response{}, nil
}

func (s *server) confirmTOTP(ctx context.Context, code string) error {
	me := of(ctx).Staff
	if me == nil {
		return models.ErrForbidden
	}
	if err := s.limits.spend(ctx, "totp "+me.ID, totpTries); err != nil {
		return err
	}
	now := s.Now()
	_, err := s.Store.UpdateStaff(ctx, me.ID, func(m *models.Staff) error {
		if len(m.TOTPPending) == 0 {
			return models.Fail(models.KindWrongState, "totp_not_started")
		}
		step, err := s.totpStep(m.TOTPPending, code, now, 0)
		if err != nil {
			return err
		}
		if step == 0 {
			return models.Invalid([]models.FieldError{{Field: "code", Code: "totp_wrong"}})
		}
		m.TOTP, m.TOTPPending, m.TOTPUsed, m.UpdatedAt = m.TOTPPending, nil, step, now
		return nil
	})
	if err != nil {
		return err
	}
	return s.audit(ctx, models.NewID(), me.Actor(), models.ActTOTP, me.ID, "", now)
}

// useTOTP accepts the digits of a member's app, each once.
func (s *server) useTOTP(ctx context.Context, id, code string) error {
	_, err := s.Store.UpdateStaff(ctx, id, func(m *models.Staff) error {
		step, err := s.totpStep(m.TOTP, code, s.Now(), m.TOTPUsed)
		if err != nil {
			return err
		}
		if step == 0 {
			return errSignIn
		}
		m.TOTPUsed = step
		return nil
	})
	return err
}

// totpStep returns the time step after used whose digits are code: the one of now, the
// one before or the one after, since clocks differ. 0 when none fits.
func (s *server) totpStep(sealed models.Sealed, code string, now time.Time, used int64) (int64, error) {
	secret, err := s.Keyring.Open(sealed)
	if err != nil {
		return 0, models.Wrap(models.KindInternal, err)
	}
	found := int64(0)
	for step := now.Unix()/totpStep - 1; step <= now.Unix()/totpStep+1; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, models.Wrap(models.KindInternal, err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > used {
			found = step
		}
	}
	return found, nil
}
