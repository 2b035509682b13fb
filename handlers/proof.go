package handlers

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// GetAnswerProof shows the agency's seal under a published answer.
func (s *server) GetAnswerProof(ctx context.Context, in api.GetAnswerProofRequestObject) (api.GetAnswerProofResponseObject, error) {
	a, err := s.publicAnswer(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	if a.Seal == nil {
		return nil, models.ErrNotFound
	}
	x, err := s.proofOf(&a)
	if err != nil {
		return nil, err
	}
	v := api.AnswerProof{Code: a.Code, Agency: *s.agencyRef(a.Agency), Statement: a.Seal.Statement, Signature: a.Seal.Signature,
		Key: sealJWK(x.key), TextUnchanged: x.unchanged, KeyInTime: x.inTime}
	return api.GetAnswerProof200JSONResponse{Body: v, Headers: api.GetAnswerProof200ResponseHeaders{CacheControl: cacheAnswers}}, nil
}

// proof is what a seal is worth.
type proof struct {
	key       models.SealKey
	unchanged bool // the text is the one that was sealed
	inTime    bool // by a key that was to sign then
}

// proofOf checks the seal of an answer that has one. models.ErrNotFound when the agency has no such key.
func (s *server) proofOf(a *models.Answer) (x proof, err error) {
	k, statement, err := s.Ref.SealKeys().Verify(a.Agency, a.Seal)
	if err != nil {
		return x, err
	}
	return proof{k, statement.Says(a.Reply), k.Signed(statement.SealedAt)}, nil
}

// doubt is what the page of an answer says against its seal; empty: nothing.
func (s *server) doubt(a *models.Answer, lang string) string {
	key := models.Hash(a.Agency, a.Seal.Statement, a.Seal.Signature, a.Reply)
	what, _ := s.doubts.get(key, func() (string, error) { // it never fails
		switch x, err := s.proofOf(a); {
		case err != nil || !x.unchanged:
			return "answer.proof.broken", nil
		case !x.inTime:
			return "answer.proof.time", nil
		}
		return "", nil
	})
	if what == "" {
		return ""
	}
	return s.site.T(lang, what)
}

// GetAgencyJwks publishes the keys that verify an agency's seals, the newest first.
func (s *server) GetAgencyJwks(_ context.Context, in api.GetAgencyJwksRequestObject) (api.GetAgencyJwksResponseObject, error) {
	if _, ok := s.Ref.Tree.Get(in.Code); !ok {
		return nil, models.ErrNotFound
	}
	out := api.Jwks{Keys: []api.Jwk{}}
	for _, k := range s.Ref.SealKeys().Of(in.Code) {
		out.Keys = append(out.Keys, sealJWK(k))
	}
	return api.GetAgencyJwks200JSONResponse{Body: out, Headers: api.GetAgencyJwks200ResponseHeaders{CacheControl: "public, max-age=60"}}, nil
}

// AdminRotateSealKey gives an agency its next key to sign with.
func (s *server) AdminRotateSealKey(ctx context.Context, in api.AdminRotateSealKeyRequestObject) (api.AdminRotateSealKeyResponseObject, error) {
	k, err := s.rotateSealKey(ctx, in.Code, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.AdminRotateSealKey201JSONResponse(sealJWK(k)), nil
}

// rotateSealKey gives an agency in the administrator's reach its next key.
func (s *server) rotateSealKey(ctx context.Context, agency, reason string) (k models.SealKey, err error) {
	if _, err := s.administered(ctx, agency); err != nil {
		return k, err
	}
	if k, err = store.RotateSealKey(ctx, s.Store, s.Keyring, agency, of(ctx).actor().ID, reason, s.Now()); err != nil {
		return k, err
	}
	return k, s.reload(ctx)
}

// sealJWK is an agency's key with the times when it signs.
func sealJWK(k models.SealKey) api.Jwk {
	v := jwk(k.KeyID, k.Public())
	if !k.From.IsZero() {
		v.SignsFrom = &k.From
	}
	if !k.Until.IsZero() {
		v.SignsUntil = &k.Until
	}
	return v
}

// jwk is a public key as others read it (RFC 8037).
func jwk(id string, key ed25519.PublicKey) api.Jwk {
	return api.Jwk{Kty: "OKP", Crv: "Ed25519", Alg: "EdDSA", Use: "sig", Kid: id, X: base64.RawURLEncoding.EncodeToString(key)}
}
