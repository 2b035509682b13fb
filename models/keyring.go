package models

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

// Keyring holds the keys that protect personal data at rest. Its text form, one
// secret, is a list "id:base64-of-32-bytes" separated by commas: the first encrypts,
// all decrypt. The last, oldest one also makes the blind indexes and the audit chain, so it
// must never be removed.
//
// A ring may grow while the program runs: see OnUnknownKey.
type Keyring struct {
	now  atomic.Pointer[ring]
	grow sync.Mutex
	read func() (string, error)
}

// ring is a keyring at one moment.
type ring struct {
	ids   []string
	keys  map[string]cipher.AEAD
	index []byte
	audit []byte
	seal  []byte
	text  string

	forever *Keyring // see Forever
}

// NewKeyringText returns a fresh ring of one key in its text form.
func NewKeyringText() string { return newKey() }

func newKey() string {
	var b [32]byte
	rand.Read(b[:])
	return "k" + NewID()[:8] + ":" + base64.StdEncoding.EncodeToString(b[:])
}

// ParseKeyring reads the text form.
func ParseKeyring(text string) (*Keyring, error) {
	r, err := parseRing(text)
	if err != nil {
		return nil, err
	}
	k := &Keyring{}
	k.now.Store(r)
	return k, nil
}

// OnUnknownKey lets the ring grow: when a value is sealed with a key that the ring does
// not have, read is asked for the ring's text as it is now. So a process goes on while
// another one rotates the keys in a file that both read.
func (k *Keyring) OnUnknownKey(read func() (string, error)) { k.read = read }

// key returns the cipher with that id, reading the ring anew when it is not there.
func (k *Keyring) key(id string) (cipher.AEAD, error) {
	if c := k.now.Load().keys[id]; c != nil {
		return c, nil
	}
	k.grow.Lock()
	defer k.grow.Unlock()
	old := k.now.Load()
	if c := old.keys[id]; c != nil || k.read == nil {
		return c, nil
	}
	text, err := k.read()
	if err != nil {
		return nil, err
	}
	r, err := parseRing(text)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(r.index, old.index) {
		return nil, errors.New("the keyring was replaced by another one")
	}
	k.now.Store(r)
	return r.keys[id], nil
}

// Has reports whether the ring has the key with that ID, reading it anew when it has not.
func (k *Keyring) Has(id string) bool {
	c, err := k.key(id)
	return err == nil && c != nil
}

func parseRing(text string) (*ring, error) {
	k := &ring{keys: map[string]cipher.AEAD{}, text: strings.TrimSpace(text)}
	var last []byte
	for _, part := range strings.Split(k.text, ",") {
		id, encoded, ok := strings.Cut(strings.TrimSpace(part), ":")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil || len(raw) != 32 || id == "" || len(id) > 32 {
			return nil, errors.New("a keyring is a list of id:base64-of-32-bytes separated by commas")
		}
		if k.keys[id] != nil {
			return nil, fmt.Errorf("key id %q stands twice in the keyring", id)
		}
		block, err := aes.NewCipher(raw)
		if err != nil {
			return nil, err
		}
		if k.keys[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
		k.ids = append(k.ids, id)
		k.index, k.audit, k.seal = derive(raw, "blind index"), derive(raw, "audit chain"), derive(raw, "reply seal")
		last = raw
	}
	var err error
	k.forever, err = foreverRing(last)
	return k, err
}

// foreverRing returns a keyring of one key that is derived from the oldest one.
func foreverRing(oldest []byte) (*Keyring, error) {
	block, err := aes.NewCipher(derive(oldest, "audit texts"))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	k := &Keyring{}
	k.now.Store(&ring{ids: []string{"forever"}, keys: map[string]cipher.AEAD{"forever": gcm}})
	return k, err
}

func derive(key []byte, purpose string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("kiennghi " + purpose))
	return m.Sum(nil)
}

// Rotated returns the text form of the ring with a fresh key in front.
func (k *Keyring) Rotated() string { return newKey() + "," + k.now.Load().text }

// IDs returns the key ids, the encrypting one first.
func (k *Keyring) IDs() []string { return k.now.Load().ids }

// AuditKey returns the key of the audit chain.
func (k *Keyring) AuditKey() []byte { return k.now.Load().audit }

// Index returns the keyed hash of a value: equal values have equal indexes, and
// without the key nobody can try all phone numbers.
func (k *Keyring) Index(value string) string {
	m := hmac.New(sha256.New, k.now.Load().index)
	m.Write([]byte(value))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// Seal encrypts a value; the empty one stays nil.
func (k *Keyring) Seal(value string) Sealed {
	if value == "" {
		return nil
	}
	r := k.now.Load()
	id := r.ids[0]
	gcm := r.keys[id]
	out := make([]byte, 1+len(id)+gcm.NonceSize(), 1+len(id)+gcm.NonceSize()+len(value)+gcm.Overhead())
	out[0] = byte(len(id))
	copy(out[1:], id)
	nonce := out[1+len(id):]
	rand.Read(nonce)
	return gcm.Seal(out, nonce, []byte(value), out[:1+len(id)])
}

var errCutOff = errors.New("sealed value is cut off")

// Open decrypts what Seal made with any key of the ring.
func (k *Keyring) Open(s Sealed) (string, error) {
	if len(s) == 0 {
		return "", nil
	}
	n := 1 + int(s[0])
	if len(s) < n {
		return "", errCutOff
	}
	gcm, err := k.key(string(s[1:n]))
	if err != nil {
		return "", err
	}
	if gcm == nil {
		return "", fmt.Errorf("sealed with key %q, which the keyring does not have", s[1:n])
	}
	if len(s) < n+gcm.NonceSize() {
		return "", errCutOff
	}
	plain, err := gcm.Open(nil, s[n:n+gcm.NonceSize()], s[n+gcm.NonceSize():], s[:n])
	if err != nil {
		return "", errors.New("sealed value was changed or belongs to another key")
	}
	return string(plain), nil
}

// Current reports whether s is sealed with the encrypting key (or is empty).
func (k *Keyring) Current(s Sealed) bool {
	id := k.now.Load().ids[0]
	return len(s) == 0 || len(s) > len(id) && string(s[1:1+len(id)]) == id && int(s[0]) == len(id)
}
