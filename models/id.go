package models

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// NewID returns a random identifier of 32 hexadecimal characters.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// DeriveID returns the identifier that belongs to parts: the same parts always
// give the same one. It makes creating a thing twice under one idempotency key
// find the first one. Parts are length-prefixed, so ("ab","c") differs from ("a","bc").
func DeriveID(parts ...string) string {
	sum := digest(parts)
	return hex.EncodeToString(sum[:16])
}

// Hash returns the SHA-256 of parts in hexadecimal, for comparing requests.
func Hash(parts ...string) string {
	sum := digest(parts)
	return hex.EncodeToString(sum[:])
}

func digest(parts []string) [32]byte {
	h := sha256.New()
	var n [4]byte
	for _, p := range parts {
		l := len(p)
		n[0], n[1], n[2], n[3] = byte(l>>24), byte(l>>16), byte(l>>8), byte(l)
		h.Write(n[:])
		h.Write([]byte(p))
	}
	var sum [32]byte
	h.Sum(sum[:0])
	return sum
}

// VietNam is the one time zone of the law here: UTC+7 without summer time.
var VietNam = time.FixedZone("+07", 7*60*60)

// Now returns the current time as every record keeps it: UTC, whole milliseconds.
func Now() time.Time { return Moment(time.Now()) }

// Moment brings t to the form that both databases keep exactly: UTC, whole milliseconds.
func Moment(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
