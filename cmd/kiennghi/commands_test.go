package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMigrateAndSeed(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	for range 2 {
		i.must([]string{"up to date"}, "migrate")
		i.must([]string{"agencies"}, "seed")
	}
	for _, name := range []string{keysFile, databaseFile} {
		info, err := os.Stat(filepath.Join(i.Data, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", name, info.Mode())
		}
	}
}

func TestVersionConfigHelp(t *testing.T) {
	t.Parallel()
	i := newInstall(t, "KIENNGHI_SMS_URL=https://sms.example/?token=planted")
	i.must([]string{"kiennghi ", "go1."}, "version")
	if out := i.must([]string{"KIENNGHI_LISTEN", "(set)"}, "config"); strings.Contains(out, "planted") {
		t.Errorf("config shows a secret:\n%s", out)
	}
	i.must([]string{"serve", "restore", "rotate"}, "--help")
	i.Env = append(i.Env, "KIENNGHI_MEILI_KEY=x")
	i.refused([]string{"KIENNGHI_MEILI_URL"}, "config")
	i.refused([]string{"KIENNGHI_MEILI_URL"}, "serve")
}

func TestStaff(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	password := i.write("password", "Mat-khau-rat-dai-2026\n")
	short := i.write("short", "ngan\n")
	add := func(username, agency, roles, file string) []string {
		return []string{"staff", "add", "--username", username, "--name", "Cán bộ", "--agency", agency, "--role", roles, "--password-file", file}
	}
	i.must([]string{"canbo1", "handler,coordinator"}, add("CanBo1", "bxd", "handler,coordinator", password)...)
	i.refused([]string{"taken"}, add("canbo1", "bxd", "handler", password)...)
	i.refused([]string{"no agency"}, add("canbo2", "khong-co", "handler", password)...)
	i.refused([]string{"no agency"}, add("canbo2", "quoc-hoi-khong-co", "handler", password)...)
	i.refused([]string{"--role", "--username", "12"}, add("Cán bộ", "bxd", "king", short)...)

	reset := i.Command("staff", "reset-password", "--username", "canbo1", "--password-file", "-")
	reset.Stdin = strings.NewReader("Mat-khau-moi-rat-dai")
	if out, err := reset.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	i.refused([]string{"there is no"}, "staff", "reset-password", "--username", "nobody", "--password-file", password)
	i.must([]string{"2 entries"}, "audit", "verify")
}

func TestAuditVerifyFindsAChange(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	password := i.write("password", "Mat-khau-rat-dai-2026\n")
	for _, name := range []string{"mot", "hai", "ba"} {
		i.must(nil, "staff", "add", "--username", name, "--name", name, "--agency", "bxd", "--role", "handler", "--password-file", password)
	}
	i.must([]string{"3 entries"}, "audit", "verify")
	i.sql(`UPDATE audit SET doc = CAST(json_set(CAST(doc AS TEXT), '$.detail', 'hai: admin') AS BLOB) WHERE seq = 2`)
	i.refused([]string{"entry 2", "changed"}, "audit", "verify")
	i.sql(`UPDATE audit SET doc = CAST('{' AS BLOB) WHERE seq = 2`)
	i.refused([]string{"cannot be read beyond"}, "audit", "verify")
	i.sql(`DELETE FROM audit WHERE seq = 2`)
	i.refused([]string{"entry 2", "missing"}, "audit", "verify")
	i.sql(`DELETE FROM audit WHERE seq > 1`)
	i.refused([]string{"ends at entry 1"}, "audit", "verify")
}

func TestOtherKeyringIsRefused(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.must(nil, "migrate")
	keys := filepath.Join(i.Data, keysFile)
	if err := os.Rename(keys, keys+".away"); err != nil {
		t.Fatal(err)
	}
	i.refused([]string{"keyring", "keys.txt"}, "serve") // a fresh one was made
	if err := os.Rename(keys+".away", keys); err != nil {
		t.Fatal(err)
	}
	i.must(nil, "migrate")
}

func TestRotateKeysFromTheEnvironment(t *testing.T) {
	t.Parallel()
	first := "k1:" + strings.Repeat("A", 43) + "="
	i := newInstall(t)
	i.Env = append(i.Env, "KIENNGHI_KEYS="+first)
	i.must(nil, "migrate")
	out, err := i.Run("keys", "rotate")
	if err == nil || !strings.Contains(out, ","+first) || !strings.Contains(out, "KIENNGHI_KEYS") {
		t.Fatalf("keys rotate: %v\n%s", err, out)
	}
	text, _, _ := strings.Cut(out, "\n")
	i.Env[len(i.Env)-1] = "KIENNGHI_KEYS=" + text
	i.must([]string{"going on", "data key", "sealed anew"}, "keys", "rotate", "--now")
	if _, err := os.Stat(filepath.Join(i.Data, keysFile)); err == nil {
		t.Error("keys.txt was made although the keyring is in the environment")
	}
	i.must([]string{"1 entries"}, "audit", "verify")
}
