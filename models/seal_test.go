package models_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

func sealing(t *testing.T) (*models.Keyring, models.SealerOf) {
	t.Helper()
	ring, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	return ring, sealKeys(t, ring, []models.SealRoot{ring.FirstSealRoot()}, "").Sealer
}

func sealKeys(t *testing.T, ring *models.Keyring, roots []models.SealRoot, generations string, starts ...models.SealStart) *models.SealKeys {
	t.Helper()
	var amendments []models.Amendment
	for _, s := range starts {
		amendments = append(amendments, s.Amendment("boss", s.From))
	}
	keys, err := models.NewSealKeys(ring, roots, generations, amendments)
	if err != nil {
		t.Fatal(err)
	}
	return keys
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
	key := sealer("so-xd-79", at).Public()
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
	root := ring.FirstSealRoot()
	if _, err := seal.Verify(sealKeys(t, grown, []models.SealRoot{root}, "").Of("so-xd-79")[0].Public()); err != nil {
		t.Error("a rotation of the ring took the agency's key away")
	}
	next := models.SealStart{Agency: "so-xd-79", Generation: 2, From: at}
	for name, other := range map[string]models.Sealer{"another agency": sealer("so-xd-01", at), "next generation": sealKeys(t, ring, []models.SealRoot{root}, "", next).Sealer("so-xd-79", at)} {
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

// TestSealKeys: at every moment one key signs, that of the newest root and generation that have
// begun; each key says from when to when, and the oldest key of the ring is needed for none.
func TestSealKeys(t *testing.T) {
	ring, _ := sealing(t)
	at := func(hour int) time.Time { return time.Date(2026, 11, 26, hour, 0, 0, 0, time.UTC) }
	first := ring.FirstSealRoot()
	grown, err := models.ParseKeyring(ring.Rotated())
	if err != nil {
		t.Fatal(err)
	}
	roots := []models.SealRoot{first, grown.NewSealRoot(at(4)), grown.NewSealRoot(at(8))}
	starts := []models.SealStart{{Agency: "bxd", Generation: 4, From: at(6)}, {Agency: "bxd", Generation: 3, From: at(2)}, {Agency: "btc", Generation: 2, From: at(1)}}
	keys := sealKeys(t, grown, roots, `{"bxd":2}`, starts...)

	type row struct {
		id          string
		from, until time.Time
	}
	var got []row
	for _, k := range keys.Of("bxd") {
		got = append(got, row{k.KeyID, k.From, k.Until})
	}
	never := time.Time{}
	want := []row{{"bxd.4.3", at(8), never}, {"bxd.4.2", at(6), at(8)}, {"bxd.3.2", at(4), at(6)}, {"bxd.3", at(2), at(4)}, {"bxd.2", never, at(2)}, {"bxd.1", never, at(2)}}
	if !slices.Equal(got, want) {
		t.Errorf("keys of bxd: %v, want %v", got, want)
	}
	seen := map[string]string{}
	for _, agency := range []string{"bxd", "btc", "so-xd-79"} {
		for _, k := range keys.Of(agency) {
			if other := seen[string(k.Public())]; other != "" {
				t.Errorf("%s and %s are the same key", k.KeyID, other)
			}
			seen[string(k.Public())] = k.KeyID
		}
	}
	for hour, id := range map[int]string{0: "bxd.2", 2: "bxd.3", 3: "bxd.3", 4: "bxd.3.2", 7: "bxd.4.2", 9: "bxd.4.3"} {
		if k := keys.Sealer("bxd", at(hour)); k.KeyID != id {
			t.Errorf("at %d signs %s, want %s", hour, k.KeyID, id)
		}
		n := 0
		for _, k := range keys.Of("bxd") {
			if k.Generation > 1 && k.Signed(at(hour)) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("at %d so many keys are in their time: %d", hour, n)
		}
	}

	for _, want := range keys.Of("bxd") {
		if k, ok := keys.Key("bxd", want.KeyID); !ok || !k.Public().Equal(want.Public()) || k.From != want.From || k.Until != want.Until {
			t.Errorf("asked for by its name, %s is %+v", want.KeyID, k)
		}
	}
	if _, ok := keys.Key("bxd", "btc.1"); ok {
		t.Error("a key of another agency")
	}
	// Who asks for one key has one made, of however many.
	many := sealKeys(t, grown, roots, `{"bxd":500}`)
	if n := testing.AllocsPerRun(1, func() { many.Sealer("bxd", at(9)) }); n > 100 {
		t.Errorf("to sign takes %v allocations", n)
	}

	// Sealed anew with the newest key of the ring alone, everything is as before.
	_, newest, _ := strings.Cut(grown.Rotated(), ",")
	newest, _, _ = strings.Cut(newest, ",")
	alone, err := models.ParseKeyring(newest)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range roots {
		secret, err := grown.Open(r.Secret)
		if err != nil {
			t.Fatal(err)
		}
		roots[i].Secret = alone.Seal(secret)
	}
	if k := sealKeys(t, alone, roots, `{"bxd":2}`, starts...).Sealer("bxd", at(0)); !k.Public().Equal(keys.Sealer("bxd", at(0)).Public()) {
		t.Error("the first key cannot be made without the oldest key of the ring")
	}

	if next, err := keys.Next("bxd", "nghi lộ khóa", at(9)); err != nil || next.Generation != 5 || !next.From.After(at(9)) {
		t.Errorf("%+v, %v", next, err)
	}
	if _, err := keys.Next("bxd", "nghi lộ khóa", at(7)); models.ErrorKindOf(err) != models.KindWrongState {
		t.Errorf("while a key is about to begin: %v", err)
	}
	if _, err := keys.Next("bxd", "", at(9)); models.ErrorKindOf(err) != models.KindInvalid {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := models.NewSealKeys(ring, []models.SealRoot{first}, "{", nil); err == nil {
		t.Error("a broken text is read as if no key had been given up")
	}
}
