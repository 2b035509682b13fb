package handlers

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// claimsOf returns what a good token for an account would say.
func (h *harness) claimsOf(account string) claims {
	now := h.o.Now()
	return claims{Session: models.NewID(), Type: "citizen", RegisteredClaims: jwt.RegisteredClaims{
		Subject: account, Issuer: h.o.PublicURL, Audience: jwt.ClaimStrings{audience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(accessLife)),
	}}
}

func TestOnlyOurTokensAreBelieved(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	account := h.accountOf(hoa)
	keys, err := h.tokens.load(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(method jwt.SigningMethod, key any, kid string, c claims) string {
		t.Helper()
		token := jwt.NewWithClaims(method, c)
		if kid != "" {
			token.Header["kid"] = kid
		}
		s, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	change := func(f func(*claims)) claims { c := h.claimsOf(account); f(&c); return c }
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := h.o.Now()
	good := h.claimsOf(account)
	h.call("GET", "/v1/me", signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, good), nil).want(200)
	for name, token := range map[string]string{
		"alg none":                 signed(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, keys.signer, good),
		"HMAC with our public key": signed(jwt.SigningMethodHS256, []byte(keys.secret.Public().(ed25519.PublicKey)), keys.signer, good),
		"another key":              signed(jwt.SigningMethodEdDSA, stranger, keys.signer, good),
		"an unknown kid":           signed(jwt.SigningMethodEdDSA, stranger, "ffffffffffffffff", good),
		"no kid":                   signed(jwt.SigningMethodEdDSA, keys.secret, "", good),
		"too old":                  signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.ExpiresAt = jwt.NewNumericDate(now.Add(-time.Minute)) })),
		"without an end":           signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.ExpiresAt = nil })),
		"from the future":          signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.IssuedAt = jwt.NewNumericDate(now.Add(time.Hour)) })),
		"another issuer":           signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.Issuer = "http://other" })),
		"another audience":         signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.Audience = jwt.ClaimStrings{"other"} })),
		"no account":               signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.Subject = "" })),
		"an unknown type":          signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.Type = "admin" })),
		"a citizen as staff":       signed(jwt.SigningMethodEdDSA, keys.secret, keys.signer, change(func(c *claims) { c.Type = "staff" })),
		"changed":                  hoa[:len(hoa)-8] + "AAAAAAAA",
		"nothing":                  "",
		"garbage":                  "a.b.c",
	} {
		if a := h.call("GET", "/v1/me", token, nil, "Authorization", "Bearer "+token); a.status != 401 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}

func TestAccessTokenEnds(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	h.call("GET", "/v1/me", hoa, nil).want(200)
	h.advance(accessLife - time.Minute)
	h.call("GET", "/v1/me", hoa, nil).want(200)
	h.advance(2 * time.Minute)
	h.call("GET", "/v1/me", hoa, nil).want(401)
}

func TestStaffAreCutOffAtOnce(t *testing.T) {
	h := newHarness(t)
	lan, minh := h.staff("lan", "so-xd-79", models.Handler), h.staff("minh", "so-xd-79", models.Handler)
	h.call("GET", "/v1/me", lan, nil).want(200)
	_, err := h.o.Store.UpdateStaff(t.Context(), h.accountOf(lan), func(m *models.Staff) error { m.Disabled = true; return nil })
	if err != nil {
		t.Fatal(err)
	}
	h.call("GET", "/v1/me", lan, nil).want(401)
	h.call("DELETE", "/v1/sessions/all", minh, nil).want(204)
	h.call("GET", "/v1/me", minh, nil).want(401)
}

func TestKeyRotationWhileTokensAreOut(t *testing.T) {
	h := newHarness(t)
	second := h.start() // another process on the same store
	hoa := h.citizen("Nguyễn Thị Hoa")
	account := h.accountOf(hoa)
	jwks := func(url string) []api.Jwk {
		t.Helper()
		var out api.Jwks
		a := h.callAt(url, "GET", "/.well-known/jwks.json", "", nil).want(200).json(&out)
		if a.header.Get("Cache-Control") != "public, max-age=60" {
			t.Errorf("Cache-Control %q", a.header.Get("Cache-Control"))
		}
		return out.Keys
	}
	old := jwks(second)
	if len(old) != 1 {
		t.Fatalf("%d keys before", len(old))
	}
	kid, err := store.RotateSigningKey(t.Context(), h.o.Store, h.o.Keyring, h.o.Now())
	if err != nil {
		t.Fatal(err)
	}

	// A process that was started after the rotation signs with the new key; the others
	// find it in the store.
	fresh, err := newTokens(t.Context(), h.o)
	if err != nil {
		t.Fatal(err)
	}
	h.advance(2 * time.Second)
	token, err := fresh.sign(t.Context(), &models.Session{ID: models.NewID(), Account: account})
	if err != nil {
		t.Fatal(err)
	}
	parsed, _, err := jwt.NewParser().ParseUnverified(token, &claims{})
	if err != nil || parsed.Header["kid"] != kid {
		t.Fatalf("signed with %v, want %s (%v)", parsed.Header["kid"], kid, err)
	}
	for _, url := range []string{h.url, second} {
		h.callAt(url, "GET", "/v1/me", token, nil).want(200)
		h.callAt(url, "GET", "/v1/me", hoa, nil).want(200)
		keys := jwks(url)
		if len(keys) != 2 || keys[0].Kid != kid || keys[1].Kid != old[0].Kid {
			t.Errorf("after the rotation: %+v", keys)
		}
		x, err := base64.RawURLEncoding.DecodeString(keys[0].X)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jwt.ParseWithClaims(token, &claims{}, func(*jwt.Token) (any, error) { return ed25519.PublicKey(x), nil }); err != nil {
			t.Errorf("the published key does not verify: %v", err)
		}
	}

	h.advance(keyLoad + time.Second) // also a process that saw no new token has noticed
	again, err := h.tokens.sign(t.Context(), &models.Session{ID: models.NewID(), Account: account})
	if err != nil {
		t.Fatal(err)
	}
	if parsed, _, err = jwt.NewParser().ParseUnverified(again, &claims{}); err != nil || parsed.Header["kid"] != kid {
		t.Errorf("a minute later still signed with %v", parsed.Header["kid"])
	}
	h.advance(keyGrace)
	if keys := jwks(second); len(keys) != 1 || keys[0].Kid != kid {
		t.Errorf("after the tokens have ended: %+v", keys)
	}
}

func TestUnknownKidAsksTheStoreOnceASecond(t *testing.T) {
	h := newHarness(t)
	before := h.tokens.asked
	for range 100 {
		if key, err := h.tokens.publicKey(t.Context(), "ffffffffffffffff"); key != nil || err != nil {
			t.Fatal(key, err)
		}
	}
	if h.tokens.asked.Sub(before) > 3*time.Second {
		t.Skip("the machine is too slow to tell")
	}
	h.advance(2 * time.Second)
	asked := 0
	for range 100 {
		last := h.tokens.asked
		h.tokens.publicKey(t.Context(), "ffffffffffffffff")
		if h.tokens.asked != last {
			asked++
		}
	}
	if asked > 2 {
		t.Errorf("the store was asked %d times", asked)
	}
}

func TestVerifiedIsBounded(t *testing.T) {
	var v verified
	now := time.Now()
	for i := range 3 * verifiedSize {
		v.put(tokenSum(string(rune(i))+"x"+time.Duration(i).String()), identity{account: "a", ends: now.Add(time.Minute)})
	}
	if n := len(v.now) + len(v.old); n > 2*verifiedSize {
		t.Errorf("%d tokens are remembered", n)
	}
	sum := tokenSum("last")
	v.put(sum, identity{account: "b", ends: now.Add(time.Minute)})
	if id, ok := v.get(sum, now); !ok || id.account != "b" {
		t.Error("the newest token was forgotten")
	}
	if _, ok := v.get(sum, now.Add(time.Minute)); ok {
		t.Error("a token is remembered beyond its end")
	}
}

func TestEveryAnswerHasTheHeadersOfSafety(t *testing.T) {
	h := newHarness(t)
	a := h.call("GET", "/v1/me", "", nil).want(http.StatusUnauthorized)
	if a.header.Get("WWW-Authenticate") == "" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", a.header)
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	t := &tokens{issuer: "http://kiennghi.test", now: time.Now}
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	t.parser = newParser(t.issuer, t.now)
	t.keys.Store(&keySet{loaded: time.Now(), public: []models.SigningKey{{ID: "k", Public: public}}, signer: "k", secret: secret})
	token, err := t.sign(b.Context(), &models.Session{ID: models.NewID(), Account: models.NewID()})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			t.known = verified{}
			if _, err := t.verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := t.verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
}
