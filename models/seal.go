package models

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// Seal is an agency's signature under a reply. Whoever has the agency's public key can
// tell with it that the agency gave this answer and that it was not changed since.
type Seal struct {
	Statement string `json:"statement"` // the JSON text of a Statement, byte for byte as it was signed
	Signature string `json:"signature"` // detached JWS with EdDSA (RFC 7515 appendix F, RFC 8037): header, nothing, signature
}

// Statement is what an agency signs of a reply.
type Statement struct {
	Code           string    `json:"code"`              // tracking code of the case
	Agency         string    `json:"agency"`            // code of the agency that answers
	Version        int       `json:"version,omitempty"` // of the answer, from 2: newer than what was sent before
	Public         bool      `json:"public"`            // the text is the published one, without personal data
	SHA256         string    `json:"reply_sha256"`
	OfficialNumber string    `json:"official_number,omitempty"`
	OfficialDate   string    `json:"official_date,omitempty"` // 2006-01-02
	Files          []string  `json:"files,omitempty"`         // names of attached files
	SentAt         time.Time `json:"sent_at"`
	SealedAt       time.Time `json:"sealed_at"`
}

// Says reports whether the statement is about this text of a reply.
func (s Statement) Says(text string) bool { return s.SHA256 == textHash(text) }

// textHash is the SHA-256 of the UTF-8 text, in hexadecimal: anyone can compute it.
func textHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Sealer signs for one agency.
type Sealer struct {
	KeyID string // agency, generation and, from the second on, root: "so-xd-79.1", "so-xd-79.1.2"
	key   ed25519.PrivateKey
}

// Public is the key that verifies what the sealer signs.
func (s Sealer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// sealHeader is the protected header of a seal.
type sealHeader struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

func (s Sealer) sign(x Statement) *Seal {
	statement, _ := json.Marshal(x) // strings, times and a truth value cannot fail
	header, _ := json.Marshal(sealHeader{"EdDSA", s.KeyID})
	head := base64.RawURLEncoding.EncodeToString(header)
	signature := ed25519.Sign(s.key, signed(head, string(statement)))
	return &Seal{Statement: string(statement), Signature: head + ".." + base64.RawURLEncoding.EncodeToString(signature)}
}

// signed is the text that a JWS signs.
func signed(head, payload string) []byte {
	return []byte(head + "." + base64.RawURLEncoding.EncodeToString([]byte(payload)))
}

var errSeal = errors.New("the seal is not an agency's signature under this statement")

// KeyID returns which key signed, as far as the seal itself says; empty when it is none.
func (s Seal) KeyID() string {
	head, _, _ := strings.Cut(s.Signature, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	var h sealHeader
	if err != nil || json.Unmarshal(raw, &h) != nil || h.Algorithm != "EdDSA" {
		return ""
	}
	return h.KeyID
}

// Verify checks the signature with a public key and returns what was signed. The key has
// to be known to be the agency's.
func (s Seal) Verify(key ed25519.PublicKey) (Statement, error) {
	var out Statement
	head, encoded, detached := strings.Cut(s.Signature, "..")
	signature, err := base64.RawURLEncoding.DecodeString(encoded)
	if !detached || err != nil || s.KeyID() == "" || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signed(head, s.Statement), signature) {
		return out, errSeal
	}
	if err := json.Unmarshal([]byte(s.Statement), &out); err != nil {
		return Statement{}, errSeal
	}
	return out, nil
}

// SealerOf returns what an agency signs with at a time, as SealKeys.Sealer does.
type SealerOf = func(agency string, at time.Time) Sealer

// SealReply puts the seal of its agency under a reply that was sent.
func (f *Feedback) SealReply(id string, of SealerOf, now time.Time) error {
	r, err := f.Reply(id)
	if err != nil {
		return err
	}
	if r.SentAt == nil {
		return Fail(KindWrongState, "wrong_reply_state")
	}
	r.Seal = of(r.Agency, now).sign(f.statement(r, r.Body, false, now))
	return nil
}

// SealPublication puts the seal of the agency under what the public reads of its reply.
func (f *Feedback) SealPublication(of SealerOf, now time.Time) error {
	if f.Published != nil && !f.Published.foundHere() {
		f.Published.Found = "" // of another detector, beneath the seal that this one replaces
	}
	a, ok := PublicView(f)
	if !ok {
		return ErrNotFound
	}
	r, err := f.Reply(f.Published.ReplyID)
	if err != nil {
		return err
	}
	public := *r
	public.Uploads = a.Uploads
	f.Published.Seal = of(r.Agency, now).sign(f.statement(&public, a.Reply, true, now))
	return nil
}

func (f *Feedback) statement(r *Reply, text string, public bool, now time.Time) Statement {
	x := Statement{Code: f.Code, Agency: r.Agency, Public: public, SHA256: textHash(text), OfficialNumber: r.OfficialNumber,
		OfficialDate: r.OfficialDate, SentAt: *r.SentAt, SealedAt: now}
	for _, u := range r.Uploads {
		x.Files = append(x.Files, u.Name)
	}
	for i := range f.Replies {
		if f.Replies[i].Status == ReplySent {
			x.Version++
		}
		if f.Replies[i].ID == r.ID {
			break
		}
	}
	if x.Version < 2 {
		x.Version = 0
	}
	return x
}
