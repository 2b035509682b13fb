package handlers

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

const (
	otpLife  = 5 * time.Minute
	otpTries = 5
)

// Limits of one-time codes for one phone, beside those for the address in quotas. A
// new code has five new tries, so the number of codes and the number of tries are both
// bounded: nobody gets more than 20 guesses an hour at one phone.
var (
	otpSends   = quota{5, time.Hour}
	otpGuesses = quota{20, time.Hour}
)

var (
	errOtpWrong = models.Fail(models.KindUnauthenticated, "otp_wrong")
	errOtpSpent = models.Fail(models.KindUnauthenticated, "otp_used_up")
)

// normalPhone brings a Vietnamese number that the contract lets through to the form
// +84 and nine digits.
func normalPhone(s string) string {
	if rest, ok := strings.CutPrefix(s, "0"); ok {
		return "+84" + rest
	}
	return s
}

// SendOtp sends a one-time code.
func (s *server) SendOtp(ctx context.Context, in api.SendOtpRequestObject) (api.SendOtpResponseObject, error) {
	if err := s.sendCode(ctx, normalPhone(in.Body.Phone)); err != nil {
		return nil, err
	}
	return api.SendOtp202JSONResponse{ExpiresIn: int(otpLife.Seconds())}, nil
}

// sendCode sends a one-time code to a normal phone. Whether the phone has an account is
// not even looked up, so neither the answer nor its time tells.
func (s *server) sendCode(ctx context.Context, phone string) error {
	index := s.Keyring.Index(phone)
	if err := s.limits.spend(ctx, "otp send "+index, otpSends); err != nil {
		return err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code := fmt.Sprintf("%06d", n.Int64())
	now := s.Now()
	nonce := models.NewID()
	c := &models.Challenge{ID: index, CodeHash: nonce + ":" + s.otpHash(index, nonce, code), ExpiresAt: now.Add(otpLife)}
	message, err := json.Marshal(map[string]string{
		"channel": "sms", "to": phone, "title": "", "body": strings.ReplaceAll(say(of(ctx).Lang, "otp_message", int(otpLife.Minutes())), "CODE", code),
	})
	if err != nil {
		return err
	}
	work := models.NewWork(models.WorkMessage, index, now, map[string]string{"expires": c.ExpiresAt.Format(time.RFC3339)}).First()
	work.Sealed = s.Keyring.Seal(string(message))
	if err := s.Store.PutChallenge(ctx, c, work); err != nil {
		return err
	}
	s.Wake()
	return nil
}

func (s *server) otpHash(index, nonce, code string) string {
	return s.Keyring.Index("otp " + index + " " + nonce + " " + code)
}

// VerifyOtp trades a code for tokens.
func (s *server) VerifyOtp(ctx context.Context, in api.VerifyOtpRequestObject) (api.VerifyOtpResponseObject, error) {
	p, err := s.useCode(ctx, normalPhone(in.Body.Phone), in.Body.Code)
	if err != nil {
		return nil, err
	}
	t, err := s.signIn(ctx, p.ID, false)
	return api.VerifyOtp200JSONResponse{SignedInJSONResponse: api.SignedInJSONResponse(t)}, err
}

// useCode returns the person who has the code that was sent to a normal phone. A try is
// counted before its outcome is known, in the same write, so that parallel guesses get no
// more tries.
func (s *server) useCode(ctx context.Context, phone, code string) (*models.Person, error) {
	index := s.Keyring.Index(phone)
	if err := s.limits.spend(ctx, "otp guess "+index, otpGuesses); err != nil {
		return nil, err
	}
	now := s.Now()
	var outcome error
	err := s.Store.UpdateChallenge(ctx, index, func(c *models.Challenge) error {
		switch {
		case !now.Before(c.ExpiresAt):
			return errOtpWrong
		case c.Tries >= otpTries:
			return errOtpSpent
		}
		c.Tries++
		nonce, want, _ := strings.Cut(c.CodeHash, ":")
		if subtle.ConstantTimeCompare([]byte(want), []byte(s.otpHash(index, nonce, code))) != 1 {
			outcome = errOtpWrong
			return nil
		}
		outcome = nil
		c.Tries, c.CodeHash = otpTries, ""
		return nil
	})
	switch {
	case errors.Is(err, models.ErrNotFound):
		return nil, errOtpWrong
	case err != nil:
		return nil, err
	case outcome != nil:
		return nil, outcome
	}
	return s.personOf(ctx, phone, index)
}

// personOf returns the person with that phone, who is made now if there is none.
func (s *server) personOf(ctx context.Context, phone, index string) (*models.Person, error) {
	p, err := s.Store.PersonByPhone(ctx, index)
	if !errors.Is(err, models.ErrNotFound) {
		return p, err
	}
	now := s.Now()
	p = &models.Person{ID: models.NewID(), PhoneIndex: index, Phone: s.Keyring.Seal(phone), Language: of(ctx).Lang, CreatedAt: now, UpdatedAt: now}
	err = s.Store.CreatePerson(ctx, p)
	if errors.Is(err, models.ErrExists) { // another request made them meanwhile
		return s.Store.PersonByPhone(ctx, index)
	}
	return p, err
}
