package handlers

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"slices"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// sealer returns what an agency seals replies with now.
func (s *server) sealer(agency string) models.Sealer {
	return s.Keyring.Sealer(agency, s.Ref.SealGenerations().Of(agency))
}

// GetAnswerProof shows the agency's seal under a published answer.
func (s *server) GetAnswerProof(ctx context.Context, in api.GetAnswerProofRequestObject) (api.GetAnswerProofResponseObject, error) {
	a, err := s.publicAnswer(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	if a.Seal == nil {
		return nil, models.ErrNotFound
	}
	for _, k := range s.sealKeys(a.Agency) {
		if k.KeyID != a.Seal.KeyID() {
			continue
		}
		statement, err := a.Seal.Verify(k.Public())
		if err != nil {
			return nil, err
		}
		v := api.AnswerProof{Code: a.Code, Agency: *s.agencyRef(a.Agency), Statement: a.Seal.Statement, Signature: a.Seal.Signature,
			Key: jwk(k.KeyID, k.Public()), TextUnchanged: statement.Says(a.Reply)}
		return api.GetAnswerProof200JSONResponse{Body: v, Headers: api.GetAnswerProof200ResponseHeaders{CacheControl: cacheAnswers}}, nil
	}
	return nil, models.ErrNotFound
}

// GetAgencyJwks publishes the keys that verify an agency's seals, the one in use first.
func (s *server) GetAgencyJwks(_ context.Context, in api.GetAgencyJwksRequestObject) (api.GetAgencyJwksResponseObject, error) {
	if _, ok := s.Ref.Tree.Get(in.Code); !ok {
		return nil, models.ErrNotFound
	}
	out := api.Jwks{Keys: []api.Jwk{}}
	for _, k := range s.sealKeys(in.Code) {
		out.Keys = append(out.Keys, jwk(k.KeyID, k.Public()))
	}
	return api.GetAgencyJwks200JSONResponse{Body: out, Headers: api.GetAgencyJwks200ResponseHeaders{CacheControl: "public, max-age=60"}}, nil
}

// RotateSealKey lets an agency seal with its next key from now on, and returns its ID.
// Running processes notice within followEvery. Keys of before go on to verify.
// models.ErrNotFound when there is no such agency.
func RotateSealKey(ctx context.Context, st store.Store, keyring *models.Keyring, agency string) (string, error) {
	agencies, err := st.Agencies(ctx)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(agencies, func(a models.Agency) bool { return a.Code == agency }) {
		return "", models.ErrNotFound
	}
	text, err := setting(ctx, st, models.SettingSealGenerations)
	if err != nil {
		return "", err
	}
	generations, err := models.ParseSealGenerations(text)
	if err != nil {
		return "", err
	}
	generations[agency] = generations.Of(agency) + 1
	if err := st.PutSetting(ctx, models.SettingSealGenerations, generations.String()); err != nil {
		return "", err
	}
	return keyring.Sealer(agency, generations.Of(agency)).KeyID, st.PutSetting(ctx, models.SettingChanged, models.NewID())
}

// sealKeys are all that an agency ever sealed with, the one in use first.
func (s *server) sealKeys(agency string) []models.Sealer {
	return s.Keyring.Sealers(agency, s.Ref.SealGenerations().Of(agency))
}

// jwk is a public key as others read it (RFC 8037).
func jwk(id string, key ed25519.PublicKey) api.Jwk {
	return api.Jwk{Kty: "OKP", Crv: "Ed25519", Alg: "EdDSA", Use: "sig", Kid: id, X: base64.RawURLEncoding.EncodeToString(key)}
}
