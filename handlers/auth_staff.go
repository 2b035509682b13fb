package handlers

import (
	"context"
	"errors"
	"strings"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// Failed sign-ins that are borne with. A user name alone is never locked: who does not
// know the password could then lock out who does. What is slowed down is a name from one
// address, first for a minute, then for an hour, and an address on the whole. A name
// that fails everywhere (many addresses at once) is slowed down too, but not for
// addresses that it has signed in from before.
var (
	failsShort   = quota{5, time.Minute}     // by name and address
	failsLong    = quota{20, time.Hour}      // by name and address
	failsAddress = quota{100, time.Hour}     // by address
	failsName    = quota{100, time.Hour}     // by name, from unknown addresses
	knownAddress = quota{1, 720 * time.Hour} // signed in from here in this month
)

var errSignIn = models.Fail(models.KindUnauthenticated, "sign_in_wrong")

// SignInStaff signs a member of staff in.
func (s *server) SignInStaff(ctx context.Context, in api.SignInStaffRequestObject) (api.SignInStaffResponseObject, error) {
	var t api.Tokens
	err := s.checkStaff(ctx, in.Body.Username, in.Body.Password, value(in.Body.Totp), func(member *models.Staff) (err error) {
		t, err = s.signIn(ctx, member.ID, true)
		return err
	})
	if err != nil {
		return nil, err
	}
	return api.SignInStaff200JSONResponse{SignedInJSONResponse: api.SignedInJSONResponse(t)}, nil
}

// checkStaff calls begin with the member of staff who has that user name, password and,
// once it is set up, those digits of the authenticator app. An unknown name, a disabled
// account and a wrong password give the same answer after the same time.
func (s *server) checkStaff(ctx context.Context, username, password, digits string, begin func(*models.Staff) error) error {
	username = strings.ToLower(strings.TrimSpace(username))
	try, err := s.beginTry(ctx, username, of(ctx).Addr)
	if err != nil {
		return err
	}
	member, err := s.Store.StaffByUsername(ctx, username)
	if errors.Is(err, models.ErrNotFound) {
		member, err = &models.Staff{Disabled: true}, nil
	}
	if err != nil {
		return err
	}
	late := member.PasswordOnce != nil && s.Now().After(*member.PasswordOnce)
	if !models.CheckPassword(member.PasswordHash, password) || member.Disabled || late {
		return errSignIn
	}
	if len(member.TOTP) > 0 {
		if digits == "" {
			try.forgive(ctx)
			return &models.Error{Kind: models.KindUnauthenticated, Code: "totp_required",
				Fields: []models.FieldError{{Field: "totp", Code: "required"}}}
		}
		if err := s.useTOTP(ctx, member.ID, digits); err != nil {
			return err
		}
	}
	if err := s.audit(ctx, models.NewID(), member.Actor(), models.ActSignIn, member.ID, "", s.Now()); err != nil {
		return err
	}
	if err := begin(member); err != nil {
		return err
	}
	try.forgive(ctx)
	try.remember(ctx)
	return nil
}

// try is one attempt to sign in. It is counted as a failure before the password is
// looked at, so that attempts side by side are counted too, and forgiven afterwards.
type try struct {
	s       *server
	counted []counted
	place   string // key of the name at this address
}

type counted struct {
	key string
	q   quota
}

func (s *server) beginTry(ctx context.Context, username, addr string) (*try, error) {
	t := &try{s: s, place: "staff known " + username + " " + addr}
	if !s.RateLimit {
		return t, nil
	}
	here := "staff fail " + username + " " + addr
	checks := []counted{{here, failsShort}, {here, failsLong}, {"staff fail at " + addr, failsAddress}}
	known, err := s.count(ctx, t.place, 0, knownAddress)
	if err != nil {
		return nil, err
	}
	if known == 0 {
		checks = append(checks, counted{"staff fail as " + username, failsName})
	}
	for _, c := range checks {
		n, err := s.count(ctx, c.key, 1, c.q)
		if err != nil {
			return nil, err
		}
		t.counted = append(t.counted, c)
		if n > c.q.n {
			now := s.Now()
			return nil, &waitError{after: now.Truncate(c.q.window).Add(c.q.window).Sub(now)}
		}
	}
	return t, nil
}

// count adds n to a counter that all processes share and returns it.
func (s *server) count(ctx context.Context, key string, n int, q quota) (int, error) {
	return s.Store.Hit(ctx, models.Hash(key)[:32], n, q.window, s.Now())
}

// forgive takes back that the attempt was counted. Counters are no reason to fail a
// request that is otherwise done.
func (t *try) forgive(ctx context.Context) {
	for _, c := range t.counted {
		if _, err := t.s.count(ctx, c.key, -1, c.q); err != nil {
			t.s.Log.Warn("a counter could not be set back", "error", err.Error())
		}
	}
	t.counted = nil
}

// remember notes that the name has signed in from this address.
func (t *try) remember(ctx context.Context) {
	if !t.s.RateLimit {
		return
	}
	if _, err := t.s.count(ctx, t.place, 1, knownAddress); err != nil {
		t.s.Log.Warn("an address could not be remembered", "error", err.Error())
	}
}
