package models

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The keys that agencies seal replies with are made of a root, one secret for all of them, so
// that no secret of thousands of agencies has to be stored. The root is stored sealed with
// the keyring, and sealed anew with it. Each rotation of the ring begins a new root, and each
// rotation of an agency a new generation of that agency; both begin a moment later, when
// every process knows of it.

// SealKeyAhead is how long before it begins to sign a key is known, so that every process signs
// with the same one at any moment.
const SealKeyAhead = time.Minute

// SealRoot is what agencies' keys are made of from a time on; zero: ever since.
type SealRoot struct {
	From   time.Time `json:"from,omitzero"`
	Secret Sealed    `json:"secret"` // 32 bytes
}

// SealRootName is the name under which the store keeps the n-th root, counted from 1.
func SealRootName(n int) string { return "seal.root." + strconv.Itoa(n) }

// FirstSealRoot is the root that the keys of all agencies were made of when there was no other
// one: it comes from the oldest key of the ring.
func (k *Keyring) FirstSealRoot() SealRoot {
	return SealRoot{Secret: k.Seal(string(k.now.Load().seal))}
}

// NewSealRoot makes a root that counts from then on.
func (k *Keyring) NewSealRoot(from time.Time) SealRoot {
	var secret [32]byte
	rand.Read(secret[:])
	return SealRoot{From: from, Secret: k.Seal(string(secret[:]))}
}

// String is the text form.
func (r SealRoot) String() string {
	b, _ := json.Marshal(r) // a time and bytes cannot fail
	return string(b)
}

// ParseSealRoot reads the text form.
func ParseSealRoot(text string) (r SealRoot, err error) {
	err = json.Unmarshal([]byte(text), &r)
	return r, err
}

// SealStart is that an agency signs with the next generation of its key from a time on.
type SealStart struct {
	Agency     string    `json:"agency"`
	Generation int       `json:"generation"` // from 2
	From       time.Time `json:"from"`
}

// Amendment is what the store keeps of it. Only one of several who begin the same generation
// at once can store it.
func (s SealStart) Amendment(by string, now time.Time) Amendment {
	return Amendment{ID: DeriveID("seal key", s.Agency, strconv.Itoa(s.Generation)), At: now, By: by, SealKey: &s}
}

// SealKeys is every key that agencies sign, signed and are about to sign with.
type SealKeys struct {
	roots   []sealRoot
	before  map[string]int // generations that earlier programs began, of which nobody wrote down when
	started map[string][]SealStart
}

type sealRoot struct {
	from   time.Time
	secret []byte
}

// SealKey is a key of an agency and when it signs.
type SealKey struct {
	Sealer
	Generation  int
	From, Until time.Time // zero: ever since, for ever; that of a key which an earlier program ended is at the latest
}

// Signed reports whether a statement of that time is one that the key was to sign.
func (k SealKey) Signed(at time.Time) bool {
	return !at.Before(k.From) && (k.Until.IsZero() || at.Before(k.Until))
}

// SettingSealGenerations is the name under which earlier programs kept, as JSON, which
// generation of its key an agency signs with; those that are not named sign with the first.
const SettingSealGenerations = "seal.generations"

// NewSealKeys opens the roots, the first of which is the oldest, and puts together what
// earlier programs and amendments say of agencies. What cannot be read is an error: seals
// would be under keys that were given up.
func NewSealKeys(ring *Keyring, roots []SealRoot, generations string, amendments []Amendment) (*SealKeys, error) {
	k := &SealKeys{before: map[string]int{}, started: map[string][]SealStart{}}
	for _, r := range roots {
		secret, err := ring.Open(r.Secret)
		if err != nil {
			return nil, err
		}
		k.roots = append(k.roots, sealRoot{r.From, []byte(secret)})
	}
	if generations != "" {
		if err := json.Unmarshal([]byte(generations), &k.before); err != nil {
			return nil, err
		}
	}
	for _, a := range amendments {
		if s := a.SealKey; s != nil {
			k.started[s.Agency] = append(k.started[s.Agency], *s)
		}
	}
	for _, all := range k.started {
		slices.SortFunc(all, func(a, b SealStart) int { return cmp.Compare(a.Generation, b.Generation) })
	}
	return k, nil
}

// sealTerm is from when to when an agency signs with which key. To say so makes none.
type sealTerm struct {
	root, generation int
	from, until      time.Time
}

// terms returns those of an agency, the newest first.
func (k *SealKeys) terms(agency string) []sealTerm {
	var out []sealTerm
	add := func(root, generation int, from time.Time) {
		for i := range out {
			if !from.IsZero() && out[i].until.IsZero() {
				out[i].until = from
			}
		}
		out = append(out, sealTerm{root: root, generation: generation, from: from})
	}
	generation := max(1, k.before[agency])
	for n := 1; n <= generation; n++ {
		add(0, n, time.Time{})
	}
	root, starts := 0, k.started[agency]
	for root+1 < len(k.roots) || len(starts) > 0 {
		if len(starts) == 0 || root+1 < len(k.roots) && !k.roots[root+1].from.After(starts[0].From) {
			root++
			add(root, generation, k.roots[root].from)
			continue
		}
		generation = starts[0].Generation
		add(root, generation, starts[0].From)
		starts = starts[1:]
	}
	slices.Reverse(out)
	return out
}

func (k *SealKeys) make(agency string, t sealTerm) SealKey {
	return SealKey{Sealer: sealerOf(k.roots[t.root].secret, agency, t.root+1, t.generation), Generation: t.generation, From: t.from, Until: t.until}
}

// Of returns the keys of an agency, the newest first. With one that is about to begin it is
// the second that signs now.
func (k *SealKeys) Of(agency string) []SealKey {
	var out []SealKey
	for _, t := range k.terms(agency) {
		out = append(out, k.make(agency, t))
	}
	return out
}

// Key returns the key of an agency with that ID, and whether it has one.
func (k *SealKeys) Key(agency, id string) (SealKey, bool) {
	for _, t := range k.terms(agency) {
		if sealKeyID(agency, t.root+1, t.generation) == id {
			return k.make(agency, t), true
		}
	}
	return SealKey{}, false
}

// Verify checks an agency's seal, and returns the key that it is by and what was signed.
// ErrNotFound when the agency has no such key.
func (k *SealKeys) Verify(agency string, seal *Seal) (SealKey, Statement, error) {
	key, ok := k.Key(agency, seal.KeyID())
	if !ok {
		return key, Statement{}, ErrNotFound
	}
	statement, err := seal.Verify(key.Public())
	return key, statement, err
}

// Sealer returns what an agency signs with at that time.
func (k *SealKeys) Sealer(agency string, at time.Time) Sealer {
	all := k.terms(agency)
	i := slices.IndexFunc(all, func(t sealTerm) bool { return !at.Before(t.from) }) // the first one signs ever since
	return k.make(agency, all[i]).Sealer
}

// Next is the generation of an agency's key after the newest one, to begin a moment after
// now, for a reason. KindWrongState while another one is about to begin.
func (k *SealKeys) Next(agency, reason string, now time.Time) (SealStart, error) {
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return SealStart{}, err
	}
	newest := k.terms(agency)[0]
	if newest.from.After(now) {
		return SealStart{}, Fail(KindWrongState, "seal_key_begins")
	}
	return SealStart{Agency: agency, Generation: newest.generation + 1, From: Moment(now.Add(SealKeyAhead))}, nil
}

// sealerOf makes the key of an agency in that generation from the root with that number.
func sealerOf(secret []byte, agency string, root, generation int) Sealer {
	return Sealer{KeyID: sealKeyID(agency, root, generation), key: ed25519.NewKeyFromSeed(derive(secret, sealKeyID(agency, 1, generation)))}
}

// sealKeyID names a key. The first root's number is left out: keys were named so when there was one.
func sealKeyID(agency string, root, generation int) string {
	if root > 1 {
		return fmt.Sprintf("%s.%d.%d", agency, generation, root)
	}
	return fmt.Sprintf("%s.%d", agency, generation)
}

// SealKeys are those that count now.
func (r *Reference) SealKeys() *SealKeys { return r.seals.Load() }

// SetSealKeys puts these in force.
func (r *Reference) SetSealKeys(k *SealKeys) { r.seals.Store(k) }
