package handlers

import (
	"context"
	"crypto/subtle"
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

// StartTotp gives a new secret. An app that is set up already is not replaced: whoever
// got hold of a token could otherwise take over the second factor. An administrator
// takes it away at the command line, together with the password.
func (s *server) StartTotp(ctx context.Context, _ api.StartTotpRequestObject) (api.StartTotpResponseObject, error) {
	me := of(ctx).Staff
	if me == nil {
		return nil, models.ErrForbidden
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Kien nghi", AccountName: me.Username, Period: totpStep})
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
	if err != nil {
		return nil, err
	}
	return api.StartTotp200JSONResponse{Secret: key.Secret(), URI: key.URL()}, nil
}

// ConfirmTotp makes the pending secret count once the app shows the right digits.
func (s *server) ConfirmTotp(ctx context.Context, in api.ConfirmTotpRequestObject) (api.ConfirmTotpResponseObject, error) {
	me := of(ctx).Staff
	if me == nil {
		return nil, models.ErrForbidden
	}
	if err := s.limits.spend(ctx, "totp "+me.ID, totpTries); err != nil {
		return nil, err
	}
	now := s.Now()
	_, err := s.Store.UpdateStaff(ctx, me.ID, func(m *models.Staff) error {
		if len(m.TOTPPending) == 0 {
			return models.Fail(models.KindWrongState, "totp_not_started")
		}
		step, err := s.totpStep(m.TOTPPending, in.Body.Code, now, 0)
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
		return nil, err
	}
	if err := s.audit(ctx, models.NewID(), me.Actor(), models.ActTOTP, me.ID, "", now); err != nil {
		return nil, err
	}
	return api.ConfirmTotp204Response{}, nil
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
