package models_test

import (
	"bytes"
	"strings"
	"testing"

	"kiennghi/models"
)

func TestKeyringSealsAndRotates(t *testing.T) {
	old, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	sealed := old.Seal("0912345678")
	if bytes.Contains(sealed, []byte("0912")) || bytes.Equal(sealed, old.Seal("0912345678")) {
		t.Error("readable or not random")
	}
	fresh, err := models.ParseKeyring(old.Rotated())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fresh.Open(sealed); err != nil || got != "0912345678" {
		t.Errorf("after rotation: %q %v", got, err)
	}
	if fresh.Current(sealed) || !fresh.Current(fresh.Seal("x")) || !fresh.Current(nil) {
		t.Error("Current does not tell the keys apart")
	}
	if fresh.Index("a") != old.Index("a") || string(fresh.AuditKey()) != string(old.AuditKey()) {
		t.Error("rotation changed the blind index or the audit key")
	}
	if _, err := old.Open(fresh.Seal("x")); err == nil {
		t.Error("opened without the key")
	}
}

func TestKeyringRefusesTampering(t *testing.T) {
	k, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	sealed := k.Seal("bí mật")
	for i := range sealed {
		changed := append(models.Sealed{}, sealed...)
		changed[i] ^= 1
		if got, err := k.Open(changed); err == nil {
			t.Fatalf("byte %d changed, still opened as %q", i, got)
		}
	}
	for n := 1; n < len(sealed); n++ {
		if _, err := k.Open(sealed[:n]); err == nil {
			t.Fatalf("cut to %d bytes, still opened", n)
		}
	}
}

func TestParseKeyringRefusesWhatIsNoKeyring(t *testing.T) {
	good := models.NewKeyringText()
	for _, s := range []string{"", "x", "k1:AAAA", ":" + strings.SplitN(good, ":", 2)[1], good + "," + good} {
		if _, err := models.ParseKeyring(s); err == nil {
			t.Errorf("%.20q… was taken", s)
		}
	}
}
