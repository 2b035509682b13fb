package models

import (
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestPassword(t *testing.T) {
	t.Parallel()
	const password = "Mật khẩu rất dài 2026"
	hash := HashPassword(password)
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, password) {
		t.Fatalf("hash is %q", hash)
	}
	if HashPassword(password) == hash {
		t.Error("two hashes of one password are equal: there is no salt")
	}
	cut := hash[:len(hash)-4]
	for name, test := range map[string]struct {
		hash, password string
		want           bool
	}{
		"right":         {hash, password, true},
		"decomposed":    {hash, norm.NFD.String(password), true},
		"wrong":         {hash, password + " ", false},
		"empty":         {hash, "", false},
		"no hash":       {"", password, false},
		"cut off":       {cut, password, false},
		"another kind":  {strings.Replace(hash, "argon2id", "argon2i", 1), password, false},
		"huge cost":     {strings.Replace(hash, "m=19456", "m=99999999", 1), password, false},
		"other cost":    {strings.Replace(hash, "t=2", "t=3", 1), password, false},
		"not a hash":    {"$$$$$", password, false},
		"other version": {strings.Replace(hash, "v=19", "v=16", 1), password, false},
	} {
		if got := CheckPassword(test.hash, test.password); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestPasswordInParallel(t *testing.T) {
	t.Parallel()
	hash := HashPassword("mot mat khau dai")
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if !CheckPassword(hash, "mot mat khau dai") {
				t.Error("the right password was refused")
			}
		})
	}
	wg.Wait()
}
