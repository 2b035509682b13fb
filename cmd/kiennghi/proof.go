package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// proofCommand checks an agency's seal under a published answer. It asks nobody.
type proofCommand struct {
	File string `arg:"" help:"What /v1/answers/{code}/proof answered; - for standard input."`
	Keys string `help:"What /v1/agencies/{code}/jwks answered, fetched by yourself. Without it, that the key is the agency's is not checked." placeholder:"FILE"`
	Text string `help:"The published text of the reply, byte for byte." placeholder:"FILE"`
}

// Run says what was signed and by whom, or fails.
func (p *proofCommand) Run(con *console) error {
	var proof api.AnswerProof
	if err := readJSON(con.in, p.File, &proof); err != nil {
		return err
	}
	seal := models.Seal{Statement: proof.Statement, Signature: proof.Signature}
	key := proof.Key
	if p.Keys != "" {
		var set api.Jwks
		if err := readJSON(con.in, p.Keys, &set); err != nil {
			return err
		}
		var err error
		if key, err = keyOf(set, seal.KeyID()); err != nil {
			return err
		}
	}
	public, err := publicKey(key)
	if err != nil {
		return err
	}
	said, err := seal.Verify(public)
	if err != nil {
		return err
	}
	signs := models.SealKey{From: value(key.SignsFrom), Until: value(key.SignsUntil)}
	con.printf("the signature is good: key %s\nanswer %s of agency %s, sent %s, sealed %s\nSHA-256 of the text %s\n",
		seal.KeyID(), said.Code, said.Agency, said.SentAt.In(models.VietNam).Format("2006-01-02 15:04"), said.SealedAt.In(models.VietNam).Format("2006-01-02 15:04"), said.SHA256)
	con.printf("the key signs %s\n", between(signs))
	if !signs.Signed(said.SealedAt) {
		return errors.New("the signature was made with a key outside of its time: somebody used a key that the agency had given up, or had not begun to use")
	}
	if p.Keys == "" {
		con.printf("NOT checked: whether the key is the agency's (--keys)\n")
	}
	if p.Text == "" {
		con.printf("NOT checked: the text (--text)\n")
		return nil
	}
	text, err := os.ReadFile(p.Text)
	if err != nil {
		return err
	}
	if !said.Says(string(text)) {
		return errors.New("the text is not the one that was signed")
	}
	con.printf("the text is the one that was signed\n")
	return nil
}

func readJSON(in io.Reader, name string, v any) error {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	if err := json.NewDecoder(io.LimitReader(in, 1<<20)).Decode(v); err != nil {
		return fmt.Errorf("%s is not what the API answers: %w", name, err)
	}
	return nil
}

// keyOf finds a key in a set that was published.
func keyOf(set api.Jwks, id string) (api.Jwk, error) {
	for _, k := range set.Keys {
		if k.Kid == id {
			return k, nil
		}
	}
	return api.Jwk{}, fmt.Errorf("key %q is not among the keys that the agency published", id)
}

func publicKey(k api.Jwk) (ed25519.PublicKey, error) {
	raw, err := base64.RawURLEncoding.DecodeString(k.X)
	if err != nil || k.Kty != "OKP" || k.Crv != "Ed25519" || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("key %q is no Ed25519 key", k.Kid)
	}
	return raw, nil
}

func value(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// between says when a key signs.
func between(k models.SealKey) string {
	from, until := "ever since", "for ever"
	if !k.From.IsZero() {
		from = "from " + k.From.In(models.VietNam).Format(time.DateTime)
	}
	if !k.Until.IsZero() {
		until = "until " + k.Until.In(models.VietNam).Format(time.DateTime)
	}
	return from + ", " + until
}
