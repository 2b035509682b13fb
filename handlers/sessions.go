package handlers

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

const (
	staffSession = 12 * time.Hour // from signing in
	maxSessions  = 20             // of one account; the oldest make room
	// refreshGrace is how long after a refresh the token before it is only refused. A
	// client may send the same token twice at once (two tabs, a lost answer); later, a
	// second use means that somebody copied it.
	refreshGrace = 10 * time.Second
)

// newRefreshToken returns a refresh token of a session: its ID, 16 random bytes, and a
// keyed hash of both. The hash tells a token that we once gave, and that was traded in
// since, from an invented one, without keeping the old ones.
func (s *server) newRefreshToken(session string) string { return s.newSecret(refreshToken, session) }

// What the secret of a session is for, so that none can be used as another.
const (
	refreshToken = "refresh token"
	pageCookie   = "page session"
)

func (s *server) newSecret(purpose, session string) string {
	var b [16]byte
	rand.Read(b[:])
	return session + "." + base64.RawURLEncoding.EncodeToString(append(b[:], s.secretMark(purpose, session, b[:])...))
}

func (s *server) secretMark(purpose, session string, random []byte) []byte {
	mark, _ := hex.DecodeString(s.Keyring.Index(purpose + " " + session + " " + hex.EncodeToString(random)))
	return mark
}

// sessionOf returns the session that a secret was made for; false when we never made it
// for that purpose.
func (s *server) sessionOf(purpose, secret string) (string, bool) {
	session, rest, _ := strings.Cut(secret, ".")
	b, err := base64.RawURLEncoding.Strict().DecodeString(rest)
	if err != nil || len(b) != 32 || len(session) != 32 {
		return "", false
	}
	return session, subtle.ConstantTimeCompare(b[16:], s.secretMark(purpose, session, b[:16])) == 1
}

// signIn begins a session and returns its tokens.
func (s *server) signIn(ctx context.Context, account string, staff bool) (api.Tokens, error) {
	x, refresh, err := s.newSession(ctx, account, staff, s.newRefreshToken)
	if err != nil {
		return api.Tokens{}, err
	}
	return s.tokensOf(ctx, x, refresh)
}

// newSession begins a session and returns it with its secret, which newSecret makes.
func (s *server) newSession(ctx context.Context, account string, staff bool, newSecret func(session string) string) (*models.Session, string, error) {
	now := s.Now()
	have, err := s.Store.ListSessions(ctx, account)
	if err != nil {
		return nil, "", err
	}
	for i := maxSessions - 1; i < len(have); i++ {
		if err := s.Store.DeleteSession(ctx, account, have[i].ID); err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, "", err
		}
	}
	x := &models.Session{ID: models.NewID(), Account: account, Staff: staff, UserAgent: of(ctx).Agent,
		CreatedAt: now, RefreshedAt: now, ExpiresAt: now.Add(s.Ref.KeptFor(models.KeptSession, now))}
	if staff {
		x.ExpiresAt = now.Add(staffSession)
	}
	secret := newSecret(x.ID)
	x.TokenHash = models.Hash(secret)
	return x, secret, s.Store.CreateSession(ctx, x)
}

func (s *server) tokensOf(ctx context.Context, x *models.Session, refresh string) (api.Tokens, error) {
	access, err := s.tokens.sign(ctx, x)
	return api.Tokens{AccessToken: access, RefreshToken: refresh, ExpiresIn: int(accessLife.Seconds()),
		TokenType: api.TokensTokenTypeBearer}, err
}

var (
	errRefresh = models.Fail(models.KindUnauthenticated, "refresh_token")
	errReused  = models.Fail(models.KindUnauthenticated, "refresh_reused")
)

// RefreshTokens trades a refresh token for new tokens. Each is good once: the second
// use of one ends the session, because one of the two users is a thief. Within
// refreshGrace of the trade a second use is refused and nothing else.
func (s *server) RefreshTokens(ctx context.Context, in api.RefreshTokensRequestObject) (api.RefreshTokensResponseObject, error) {
	id, ok := s.sessionOf(refreshToken, in.Body.RefreshToken)
	if !ok {
		return nil, errRefresh
	}
	now, hash, next := s.Now(), models.Hash(in.Body.RefreshToken), s.newRefreshToken(id)
	var account string
	x, err := s.Store.UpdateSession(ctx, id, func(x *models.Session) error {
		account = x.Account
		switch {
		case !now.Before(x.ExpiresAt):
			return errRefresh
		case subtle.ConstantTimeCompare([]byte(x.TokenHash), []byte(hash)) == 1:
		case now.Sub(x.RefreshedAt) < refreshGrace:
			return errRefresh
		default:
			return errReused
		}
		x.TokenHash, x.RefreshedAt = models.Hash(next), now
		if !x.Staff {
			x.ExpiresAt = now.Add(s.Ref.KeptFor(models.KeptSession, now))
		}
		return nil
	})
	switch {
	case errors.Is(err, models.ErrNotFound):
		return nil, errRefresh
	case errors.Is(err, errReused):
		s.Log.Warn("a refresh token was used twice; the session was ended", "id", of(ctx).ID, "session", id)
		if gone := s.Store.DeleteSession(ctx, account, id); gone != nil && !errors.Is(gone, models.ErrNotFound) {
			return nil, gone
		}
		return nil, err
	case err != nil:
		return nil, err
	}
	if x.Staff {
		if member, err := s.Store.Staff(ctx, x.Account); err != nil || member.Disabled {
			if err == nil || errors.Is(err, models.ErrNotFound) {
				err = errRefresh
			}
			return nil, err
		}
	}
	t, err := s.tokensOf(ctx, x, next)
	return api.RefreshTokens200JSONResponse{SignedInJSONResponse: api.SignedInJSONResponse(t)}, err
}

// SignOut ends the session of a refresh token, also of one that was traded in.
func (s *server) SignOut(ctx context.Context, in api.SignOutRequestObject) (api.SignOutResponseObject, error) {
	id, ok := s.sessionOf(refreshToken, in.Body.RefreshToken)
	if !ok {
		return api.SignOut204Response{}, nil
	}
	x, err := s.Store.Session(ctx, id)
	if err == nil {
		err = s.Store.DeleteSession(ctx, x.Account, id)
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	return api.SignOut204Response{}, nil
}

// ListSessions shows where the account is signed in.
func (s *server) ListSessions(ctx context.Context, _ api.ListSessionsRequestObject) (api.ListSessionsResponseObject, error) {
	all, err := s.sessions(ctx)
	if err != nil {
		return nil, err
	}
	return api.ListSessions200JSONResponse{Items: sessionsView(all, of(ctx).Session)}, nil
}

func sessionsView(all []models.Session, current string) []api.Session {
	out := make([]api.Session, 0, len(all))
	for _, x := range all {
		out = append(out, api.Session{ID: x.ID, CreatedAt: x.CreatedAt, LastUsedAt: x.RefreshedAt,
			ExpiresAt: x.ExpiresAt, Client: x.UserAgent, Current: x.ID == current})
	}
	return out
}

// sessions returns the account's sessions that have not ended, newest first.
func (s *server) sessions(ctx context.Context) ([]models.Session, error) {
	all, err := s.Store.ListSessions(ctx, of(ctx).Account)
	return slices.DeleteFunc(all, func(x models.Session) bool { return !s.Now().Before(x.ExpiresAt) }), err
}

// DeleteSession ends one session of the account, or with "all" every one.
func (s *server) DeleteSession(ctx context.Context, in api.DeleteSessionRequestObject) (api.DeleteSessionResponseObject, error) {
	if err := s.endSession(ctx, of(ctx).Account, in.ID); err != nil {
		return nil, err
	}
	return api.DeleteSession204Response{}, nil
}

func (s *server) endSession(ctx context.Context, account, id string) error {
	if id == "all" {
		return s.Store.DeleteSessions(ctx, account)
	}
	return s.Store.DeleteSession(ctx, account, id)
}
