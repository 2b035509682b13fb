package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// TestProof checks a seal as a journalist would: with what the API answered, in files.
func TestProof(t *testing.T) {
	ring, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	seals, err := models.NewSealKeys(ring, []models.SealRoot{ring.FirstSealRoot()}, `{"so-xd-79":2}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := seals.Of("so-xd-79")[1]
	f := &models.Feedback{Code: "KN-7Q4M-2XPQ", Replies: []models.Reply{{ID: "r", Agency: "so-xd-79", Status: models.ReplySent, SentAt: &at, Body: "Đã sửa."}}}
	if err := f.SealReply("r", func(string, time.Time) models.Sealer { return first.Sealer }, at); err != nil {
		t.Fatal(err)
	}
	jwk := func(s models.Sealer) api.Jwk {
		return api.Jwk{Kty: "OKP", Crv: "Ed25519", Kid: s.KeyID, X: base64.RawURLEncoding.EncodeToString(s.Public())}
	}
	seal := f.Replies[0].Seal
	good := api.AnswerProof{Statement: seal.Statement, Signature: seal.Signature, Key: jwk(first.Sealer)}
	forged := good
	forged.Statement = strings.Replace(good.Statement, "so-xd-79", "so-xd-01", 1)

	dir := t.TempDir()
	write := func(name string, v any) string {
		raw, isText := v.(string)
		if !isText {
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			raw = string(b)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	proof, text := write("proof", good), write("text", "Đã sửa.")
	keys := write("keys", api.Jwks{Keys: []api.Jwk{jwk(seals.Sealer("so-xd-79", at)), jwk(first.Sealer)}})
	ended, begun := jwk(first.Sealer), jwk(first.Sealer)
	before, after := at.Add(-time.Hour), at.Add(time.Hour)
	ended.SignsFrom, ended.SignsUntil, begun.SignsFrom, begun.SignsUntil = &before, &at, &before, &after
	for _, c := range []struct {
		args []string
		says string
		fail string
	}{
		{[]string{proof, "--keys", keys, "--text", text}, "the text is the one that was signed", ""},
		{[]string{proof}, "ever since, for ever", ""},
		{[]string{proof, "--keys", write("in time", api.Jwks{Keys: []api.Jwk{begun}})}, "the key signs from 2026-11-26 09:00:00, until 2026-11-26 11:00:00", ""},
		{[]string{proof, "--keys", write("ended", api.Jwks{Keys: []api.Jwk{ended}})}, "", "a key outside of its time"},
		{[]string{proof}, "NOT checked: whether the key is the agency's", ""},
		{[]string{proof, "--keys", write("others", api.Jwks{Keys: []api.Jwk{jwk(seals.Sealer("so-xd-01", at))}})}, "", "not among the keys"},
		{[]string{proof, "--text", write("other text", "Chưa sửa.")}, "", "not the one that was signed"},
		{[]string{write("forged", forged)}, "", "not an agency's signature"},
		{[]string{write("no json", "<html>")}, "", "not what the API answers"},
		{[]string{filepath.Join(dir, "absent")}, "", "no such file"},
	} {
		var out bytes.Buffer
		err := execute(t.Context(), append([]string{"proof"}, c.args...), nil, &out, &out)
		if c.fail == "" && (err != nil || !strings.Contains(out.String(), c.says)) {
			t.Errorf("%q: %v, %s", c.args, err, out.String())
		}
		if c.fail != "" && (err == nil || !strings.Contains(err.Error(), c.fail)) {
			t.Errorf("%q: %v, want %q", c.args, err, c.fail)
		}
	}
}
