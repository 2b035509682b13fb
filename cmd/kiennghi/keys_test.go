package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiennghi/models"
)

// Keys are rotated under a running program: whoever is signed in stays so, what was
// sealed before and after is read, also after a restart, and a rotation that was
// interrupted is finished by the next.
func TestRotateKeysWhileServing(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
	c := p.citizen(t, "0912345678")
	c.call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Thị Bí Mật", "address": "12 Láng Hạ"})
	keys := filepath.Join(p.data, keysFile)
	before, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}

	rotate := func(says string) {
		t.Helper()
		out, err := p.command("keys", "rotate")
		if err != nil || !strings.Contains(out, says) {
			t.Fatalf("keys rotate: %v\n%s", err, out)
		}
	}
	named := func() {
		t.Helper()
		if got := c.call("GET", "/v1/me", 200, nil).str("name"); got != "Nguyễn Thị Bí Mật" {
			t.Errorf("the name is %q", got)
		}
	}
	rotate("signing key")
	after, err := os.ReadFile(keys)
	if err != nil || !strings.HasSuffix(string(after), ","+string(before)) {
		t.Fatalf("keys.txt is %q, %v; it was %q", after, err, before)
	}
	named() // the program meets the new key
	c.call("PATCH", "/v1/me", 200, body{"organisation": "Hợp tác xã"})
	if n := len(p.anyone(t).call("GET", "/.well-known/jwks.json", 200, nil).list("keys")); n < 1 || n > 2 {
		t.Errorf("%d signing keys are published", n) // the new one is noticed within a minute
	}

	// The key is in the file, but nothing was sealed with it: killed in between.
	ring, err := models.ParseKeyring(string(after))
	if err != nil {
		t.Fatal(err)
	}
	half := ring.Rotated()
	if err := replaceFile(keys, half+"\n"); err != nil {
		t.Fatal(err)
	}
	rotate("going on")
	named()
	if now, _ := os.ReadFile(keys); strings.TrimSpace(string(now)) != half {
		t.Error("an interrupted rotation was not finished but begun anew")
	}
	p.stop(t)

	// Everything is sealed with the newest key alone.
	cfg, err := loadConfig(p.environ)
	if err != nil {
		t.Fatal(err)
	}
	r, err := openRecords(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	people := 0
	err = r.store.EachPerson(t.Context(), func(p *models.Person) error {
		people++
		if !r.current(p.Phone, p.Name, p.Address, p.Organisation) {
			t.Errorf("person %s has a value under an old key", p.ID)
		}
		return nil
	})
	if err != nil || people != 1 {
		t.Errorf("%d people, %v", people, err)
	}
	if out, err := p.command("audit", "verify"); err != nil || !strings.Contains(out, "2 entries") {
		t.Errorf("audit verify: %v %s", err, out)
	}
}
