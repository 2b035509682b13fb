package handlers

import (
	"context"
	"crypto/ed25519"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

const (
	accessLife = 15 * time.Minute
	audience   = "kiennghi"
	// keyLoad is how old the loaded signing keys may be when a token is signed: so long
	// may it take until a rotation by another process is noticed.
	keyLoad = time.Minute
	// keyGrace is how long a retired key verifies: until every token it signed is out,
	// also those of a process that had not noticed the rotation.
	keyGrace = accessLife + keyLoad + 2*time.Minute
)

// tokens signs and verifies access tokens: JWTs with EdDSA.
type tokens struct {
	store   store.Keys
	keyring *models.Keyring
	issuer  string
	now     func() time.Time
	parser  *jwt.Parser
	known   verified

	loading sync.Mutex
	asked   time.Time // when keys were last read from the store, guarded by loading
	keys    atomic.Pointer[keySet]
}

// keySet is the signing keys as they were read at one moment.
type keySet struct {
	loaded time.Time
	public []models.SigningKey // newest first, without those that no longer verify
	signer string              // kid
	secret ed25519.PrivateKey
}

// claims is what an access token says.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
	Type    string `json:"typ"` // citizen or staff
}

// newTokens loads the signing keys, making the first one.
func newTokens(ctx context.Context, o Options) (*tokens, error) {
	t := &tokens{store: o.Store, keyring: o.Keyring, issuer: o.PublicURL, now: o.Now}
	t.parser = newParser(o.PublicURL, o.Now)
	if err := store.EnsureSigningKey(ctx, o.Store, o.Keyring, o.Now()); err != nil {
		return nil, err
	}
	_, err := t.load(ctx, 0)
	return t, err
}

// newParser returns a parser that accepts EdDSA alone and wants issuer, audience and end.
func newParser(issuer string, now func() time.Time) *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(issuer),
		jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(30*time.Second),
		jwt.WithTimeFunc(now), jwt.WithStrictDecoding())
}

// load returns the keys, from the store when what is here is older than age.
func (t *tokens) load(ctx context.Context, age time.Duration) (*keySet, error) {
	if k := t.keys.Load(); k != nil && t.now().Sub(k.loaded) < age {
		return k, nil
	}
	t.loading.Lock()
	defer t.loading.Unlock()
	now := t.now()
	if k := t.keys.Load(); k != nil && now.Sub(t.asked) < min(age, time.Second) {
		return k, nil
	}
	t.asked = now
	all, err := t.store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	set := &keySet{loaded: now}
	for _, k := range all {
		if len(k.Public) != ed25519.PublicKeySize || k.RetiredAt != nil && now.Sub(*k.RetiredAt) > keyGrace {
			continue
		}
		set.public = append(set.public, k)
		if k.RetiredAt != nil || set.secret != nil {
			continue
		}
		seed, err := t.keyring.Open(k.Private)
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, models.Wrap(models.KindInternal, errors.Join(errors.New("signing key "+k.ID+" cannot be opened"), err))
		}
		set.signer, set.secret = k.ID, ed25519.NewKeyFromSeed([]byte(seed))
	}
	if set.secret == nil {
		return nil, models.Wrap(models.KindInternal, errors.New("there is no signing key"))
	}
	t.keys.Store(set)
	return set, nil
}

// sign returns an access token for a session.
func (t *tokens) sign(ctx context.Context, s *models.Session) (string, error) {
	k, err := t.load(ctx, keyLoad)
	if err != nil {
		return "", err
	}
	now := t.now()
	c := claims{Session: s.ID, Type: "citizen", RegisteredClaims: jwt.RegisteredClaims{
		Subject: s.Account, Issuer: t.issuer, Audience: jwt.ClaimStrings{audience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(accessLife)),
	}}
	if s.Staff {
		c.Type = "staff"
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	token.Header["kid"] = k.signer
	return token.SignedString(k.secret)
}

// errToken is any access token that is not good, without a word about why.
var errToken = models.Fail(models.KindUnauthenticated, "token")

// verify returns what a good token says: errToken when it is none, another error when
// the store was needed and could not be asked.
func (t *tokens) verify(ctx context.Context, token string) (identity, error) {
	if len(token) > 4096 {
		return identity{}, errToken
	}
	now := t.now()
	sum := tokenSum(token)
	if id, ok := t.known.get(sum, now); ok {
		return id, nil
	}
	var failed error // of the store
	var c claims
	_, err := t.parser.ParseWithClaims(token, &c, func(j *jwt.Token) (any, error) {
		kid, _ := j.Header["kid"].(string)
		key, err := t.publicKey(ctx, kid)
		failed = err
		if key == nil {
			return nil, errToken
		}
		return key, nil
	})
	if failed != nil {
		return identity{}, failed
	}
	if err != nil || c.Subject == "" || c.Session == "" || c.Type != "citizen" && c.Type != "staff" {
		return identity{}, errToken
	}
	id := identity{account: c.Subject, session: c.Session, staff: c.Type == "staff", ends: c.ExpiresAt.Time}
	t.known.put(sum, id)
	return id, nil
}

// publicKey returns the key with that kid, nil when there is none. An unknown kid makes
// it look in the store, at most once a second. A store that does not answer is no
// reason to refuse a kid that is known.
func (t *tokens) publicKey(ctx context.Context, kid string) (ed25519.PublicKey, error) {
	if kid == "" {
		return nil, nil
	}
	for _, age := range []time.Duration{keyLoad, time.Second} {
		set, err := t.load(ctx, age)
		if err != nil {
			set = t.keys.Load()
		}
		for _, k := range set.public {
			if k.ID == kid && (k.RetiredAt == nil || t.now().Sub(*k.RetiredAt) <= keyGrace) {
				return k.Public, nil
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// authenticate fills in who calls. A citizen's token is believed until it ends: reading
// the database for each call would cost more than it protects. For staff the account
// and the session are looked up, so that disabling and signing out work at once.
func (s *server) authenticate(ctx context.Context, token string, r *request) error {
	id, err := s.tokens.verify(ctx, token)
	if err != nil {
		return err
	}
	if id.staff {
		if r.Staff, err = s.member(ctx, id); err != nil {
			return err
		}
	}
	r.Account, r.Session = id.account, id.session
	return nil
}

// member returns the member of staff that a token was given to: errToken when the
// account was disabled or the session ended.
func (s *server) member(ctx context.Context, id identity) (*models.Staff, error) {
	m, err := s.Store.Staff(ctx, id.account)
	if err == nil && m.Disabled {
		err = models.ErrNotFound
	}
	if err == nil {
		var x *models.Session
		x, err = s.Store.Session(ctx, id.session)
		if err == nil && (x.Account != id.account || !s.Now().Before(x.ExpiresAt)) {
			err = models.ErrNotFound
		}
	}
	if errors.Is(err, models.ErrNotFound) {
		return nil, errToken
	}
	return m, err
}

// GetJwks publishes the public keys, the signing one first.
func (s *server) GetJwks(ctx context.Context, _ api.GetJwksRequestObject) (api.GetJwksResponseObject, error) {
	set, err := s.tokens.load(ctx, keyLoad)
	if err != nil {
		return nil, err
	}
	out := api.Jwks{Keys: []api.Jwk{}}
	for _, k := range set.public {
		out.Keys = append(out.Keys, jwk(k.ID, k.Public))
	}
	return api.GetJwks200JSONResponse{Body: out, Headers: api.GetJwks200ResponseHeaders{CacheControl: "public, max-age=60"}}, nil
}
