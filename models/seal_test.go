package models_test

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

func sealing(t *testing.T) (*models.Keyring, func(string) models.Sealer) {
	t.Helper()
	ring, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	return ring, func(agency string) models.Sealer { return ring.Sealer(agency, 1) }
}

// TestSealHolds: what an agency sealed verifies with its key, also after the ring has
// grown, and with no other; any change of statement or signature shows.
func TestSealHolds(t *testing.T) {
	ring, sealer := sealing(t)
	at := time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	f := &models.Feedback{Code: "KN-7Q4M-2XPQ", Status: models.Answered, Title: "Đèn hỏng", Body: "Gọi tôi 0912345678",
		Replies: []models.Reply{{ID: "r", Agency: "so-xd-79", Status: models.ReplySent, SentAt: &at, Body: "Đã sửa, gọi 0912345678.", OfficialNumber: "12/SXD"}}}
	if err := f.SealReply("r", sealer, at); err != nil {
		t.Fatal(err)
	}
	seal := *f.Replies[0].Seal
	key := sealer("so-xd-79").Public()
	said, err := seal.Verify(key)
	if err != nil || said.Code != f.Code || said.Agency != "so-xd-79" || said.Public || !said.Says("Đã sửa, gọi 0912345678.") || said.Says("Đã sửa.") || !said.SentAt.Equal(at) {
		t.Fatalf("%v %+v", err, said)
	}
	if seal.KeyID() != "so-xd-79.1" {
		t.Errorf("key %q", seal.KeyID())
	}

	f.Published = &models.Publication{ReplyID: "r", At: at}
	if err := f.SealPublication(sealer, at); err != nil {
		t.Fatal(err)
	}
	public, err := f.Published.Seal.Verify(key)
	if a, _ := models.PublicView(f); err != nil || !public.Public || !public.Says(a.Reply) || public.Says(f.Replies[0].Body) {
		t.Errorf("the public seal is about %+v: %v", public, err)
	}
	if strings.Contains(f.Published.Seal.Statement, "0912345678") {
		t.Error("the statement tells what was masked")
	}

	grown, err := models.ParseKeyring(ring.Rotated())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Verify(grown.Sealer("so-xd-79", 1).Public()); err != nil {
		t.Error("a rotation of the ring took the agency's key away")
	}
	for name, other := range map[string]models.Sealer{"another agency": sealer("so-xd-01"), "next generation": ring.Sealer("so-xd-79", 2)} {
		if _, err := seal.Verify(other.Public()); err == nil {
			t.Errorf("the key of %s verifies it", name)
		}
	}
	changed := func(change func(*models.Seal)) models.Seal { x := seal; change(&x); return x }
	for name, x := range map[string]models.Seal{
		"statement":     changed(func(x *models.Seal) { x.Statement = strings.Replace(x.Statement, "12/SXD", "13/SXD", 1) }),
		"no signature":  changed(func(x *models.Seal) { x.Signature = "" }),
		"not detached":  changed(func(x *models.Seal) { x.Signature = strings.Replace(x.Signature, "..", ".e30.", 1) }),
		"no algorithm":  changed(func(x *models.Seal) { x.Signature = "eyJhbGciOiJub25lIn0.." }),
		"not of base64": changed(func(x *models.Seal) { x.Signature = "?..?" }),
	} {
		if _, err := x.Verify(key); err == nil {
			t.Errorf("%s: it still verifies", name)
		}
	}
	if _, err := seal.Verify(nil); err == nil {
		t.Error("no key verifies it")
	}
}

func TestSealGenerations(t *testing.T) {
	g, err := models.ParseSealGenerations("")
	if err != nil || g.Of("bxd") != 1 {
		t.Fatal(err, g)
	}
	g["bxd"] = 3
	if g, err = models.ParseSealGenerations(g.String()); err != nil || g.Of("bxd") != 3 || g.Of("btc") != 1 {
		t.Error(err, g)
	}
	if _, err := models.ParseSealGenerations("{"); err == nil {
		t.Error("a broken text is read as if no key had been given up")
	}
}
