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
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// CheckPassword reports whether password is the one that hash was made of. A hash that
// is empty or not ours never matches and takes as long as one that is, so that an
// unknown user name cannot be told from a wrong password.
func CheckPassword(hash, password string) bool {
	salt, want := make([]byte, argonSalt), make([]byte, argonKey)
	var version int
	var time, memory uint32
	var threads uint8
	known := false
	if parts := strings.Split(hash, "$"); len(parts) == 6 && parts[0] == "" && parts[1] == "argon2id" {
		_, err1 := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads)
		s, err2 := b64.DecodeString(parts[4])
		w, err3 := b64.DecodeString(parts[5])
		known = err1 == nil && err2 == nil && err3 == nil && version == argon2.Version && len(w) == argonKey &&
			time > 0 && time <= 16 && memory > 0 && memory <= 256*1024 && threads > 0
		if known {
			salt, want = s, w
		}
	}
	if !known {
		time, memory, threads = argonTime, argonMemory, argonThreads
	}
	got := argon(password, salt, time, memory, threads)
	return subtle.ConstantTimeCompare(got, want) == 1 && known
}

// argon hashes the NFC form: keyboards differ in how they compose Vietnamese letters.
func argon(password string, salt []byte, time, memory uint32, threads uint8) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, time, memory, threads, argonKey)
}
