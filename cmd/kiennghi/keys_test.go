package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/worker"
)

// Keys are rotated under a running program: whoever is signed in stays so, what was
// sealed before and after is read, also after a restart, the workers seal everything anew, and
// a rotation that was interrupted is finished by the next.
func TestRotateKeysWhileServing(t *testing.T) {
	t.Parallel()
	p := startHurried(t, func(o *worker.Options) { o.SealAfter = 50 * time.Millisecond })
	c := p.citizen(t, "0912345678")
	c.call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Thị Bí Mật", "address": "12 Láng Hạ"})
	keys := filepath.Join(p.data, keysFile)
	before, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}

	rotate := func(says string, args ...string) {
		t.Helper()
		out, err := p.command(append([]string{"keys", "rotate"}, args...)...)
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
	rotate("the running program")
	after, err := os.ReadFile(keys)
	if err != nil || !strings.HasSuffix(string(after), ","+string(before)) {
		t.Fatalf("keys.txt is %q, %v; it was %q", after, err, before)
	}
	named() // the program meets the new key
	newest, _, _ := strings.Cut(string(after), ":")
	sealedWith := func(key string) {
		t.Helper()
		eventually(t, "everything is sealed with "+key, func() (string, bool) {
			out, err := p.command("keys", "status")
			if err != nil {
				t.Fatal(err, out)
			}
			return out, strings.Contains(out, "everything is sealed with "+key)
		})
	}
	sealedWith(newest)
	named()
	eventually(t, "agencies have another key", func() (int, bool) {
		n := len(p.anyone(t).call("GET", "/v1/agencies/vpcp/jwks", 200, nil).list("keys"))
		return n, n == 2
	})
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
	rotate("going on", "--now")
	newest, _, _ = strings.Cut(half, ":")
	sealedWith(newest)
	named()
	if now, _ := os.ReadFile(keys); strings.TrimSpace(string(now)) != half {
		t.Error("an interrupted rotation was not finished but begun anew")
	}
	p.stop(t)

	// Everything is sealed with the newest key alone.
	r := recordsOf(t, p.environ)
	defer r.close()
	people := 0
	err = r.store.EachPerson(t.Context(), func(p *models.Person) error {
		people++
		for _, v := range []models.Sealed{p.Phone, p.Name, p.Address, p.Organisation} {
			if !r.keys.Current(v) {
				t.Errorf("person %s has a value under an old key", p.ID)
			}
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

// TestRotationKilled: killed again and again while it seals everything anew, a rotation loses
// nothing and comes to its end.
func TestRotationKilled(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.must(nil, "seed", "--demo")
	texts := func() (all []string, old int) {
		t.Helper()
		r := recordsOf(t, i.Env)
		defer r.close()
		err := r.db.EachFeedback(t.Context(), time.Time{}, func(f *models.Feedback) error {
			f.Texts(func(text *string) {
				if !r.keys.TextCurrent(*text) {
					old++
				}
				plain, err := r.keys.OpenText(*text)
				if err != nil {
					t.Errorf("%s: %v", f.Code, err)
				}
				all = append(all, f.ID+plain)
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(all)
		return all, old
	}
	before, _ := texts()
	i.must([]string{"keys status"}, "keys", "rotate")
	i.must([]string{"0 of"}, "keys", "status")
	killed := 0
	for n := range 40 {
		c := i.Command("keys", "rotate", "--now")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		select {
		case <-ended:
		case <-time.After(time.Duration(60+20*n) * time.Millisecond):
			c.Process.Kill()
			<-ended
			killed++
			continue
		}
		break
	}
	if killed == 0 {
		t.Error("it was never killed")
	}
	i.must([]string{"everything is sealed with"}, "keys", "status")
	after, old := texts()
	if !slices.Equal(before, after) || old != 0 || len(after) < 100 {
		t.Errorf("%d texts became %d, %d of them under the old key", len(before), len(after), old)
	}
	i.must([]string{"the audit log is whole"}, "audit", "verify") // one killed when all was done began another rotation
}
