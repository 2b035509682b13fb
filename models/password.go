package models

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// MinPassword is the least length of a staff password, in characters.
const MinPassword = 12

// Cost of a password hash: what OWASP asks of argon2id at the least. It is written
// into each hash, so raising it later leaves old hashes valid.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// hashing bounds how many hashes are computed at once, and so the memory that a
// crowd of sign-ins can take.
var hashing = make(chan struct{}, 4)

var b64 = base64.RawStdEncoding

// HashPassword returns the argon2id hash of a password as a PHC string.
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	sum := argon(password, salt, argonTime, argonMemory, argonThreads)
	return passwordHash{salt, sum, argonTime, argonMemory, argonThreads}.String()
}

// CheckPassword reports whether password is the one that hash was made of. A hash that
// is empty or not ours never matches and takes as long as one that is, so that an
// unknown user name cannot be told from a wrong password.
func CheckPassword(hash, password string) bool {
	h, known := readHash(hash)
	if !known {
		h = passwordHash{make([]byte, argonSalt), make([]byte, argonKey), argonTime, argonMemory, argonThreads}
	}
	got := argon(password, h.salt, h.time, h.memory, h.threads)
	return subtle.ConstantTimeCompare(got, h.sum) == 1 && known
}

// passwordHash is what a stored hash says.
type passwordHash struct {
	salt, sum    []byte
	time, memory uint32
	threads      uint8
}

// String is the hash as a PHC string.
func (h passwordHash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, h.memory, h.time, h.threads, b64.EncodeToString(h.salt), b64.EncodeToString(h.sum))
}

// readHash reads a PHC string; false for one that is not argon2id, or costs more than we ever ask.
func readHash(hash string) (h passwordHash, ok bool) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, false
	}
	var version int
	_, err1 := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &h.memory, &h.time, &h.threads)
	var err2, err3 error
	h.salt, err2 = b64.DecodeString(parts[4])
	h.sum, err3 = b64.DecodeString(parts[5])
	return h, err1 == nil && err2 == nil && err3 == nil && version == argon2.Version && len(h.sum) == argonKey &&
		h.time > 0 && h.time <= 16 && h.memory > 0 && h.memory <= 256*1024 && h.threads > 0
}

// argon hashes the NFC form: keyboards differ in how they compose Vietnamese letters.
func argon(password string, salt []byte, time, memory uint32, threads uint8) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, time, memory, threads, argonKey)
}
