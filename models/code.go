package models

import (
	"crypto/rand"
	"strings"
)

// codeAlphabet has 29 characters (a prime, for the check character) that are told
// apart in print and on the phone: no 0/O, 1/I, 2/Z, 5/S, 8/B pairs.
const codeAlphabet = "23456789ACDEFGHJKLMNPQRTUVWXY"

// codeTypos maps what people type for a character that is not in the alphabet.
var codeTypos = strings.NewReplacer("B", "8", "S", "5", "Z", "2", "I", "L", "1", "L", "-", "", " ", "", ".", "", "–", "")

// NewCode returns a random tracking code, for example KN-7Q4M-2XPA: seven random
// characters (29^7, about 17 thousand million) and a check character that catches
// every single wrong character and every two neighbours swapped.
func NewCode() string {
	var c [8]byte
	for i := 0; i < 7; {
		var b [16]byte
		rand.Read(b[:])
		for _, x := range b {
			if i < 7 && int(x) < 256-256%29 { // without this the first letters would be more frequent
				c[i] = codeAlphabet[int(x)%29]
				i++
			}
		}
	}
	c[7] = checkCharacter(string(c[:7]))
	return "KN-" + string(c[:4]) + "-" + string(c[4:])
}

func checkCharacter(s string) byte {
	sum := 0
	for i := range len(s) {
		sum += (i + 1) * strings.IndexByte(codeAlphabet, s[i])
	}
	return codeAlphabet[sum%29]
}

// ParseCode brings a typed tracking code to its canonical form: any case, with or
// without KN and dashes, look-alikes accepted. It reports false when the check fails.
func ParseCode(s string) (string, bool) {
	s = codeTypos.Replace(strings.ToUpper(strings.TrimSpace(s)))
	if len(s) == 10 {
		s = strings.TrimPrefix(s, "KN")
	}
	if len(s) != 8 {
		return "", false
	}
	for i := range 8 {
		if strings.IndexByte(codeAlphabet, s[i]) < 0 {
			return "", false
		}
	}
	if checkCharacter(s[:7]) != s[7] {
		return "", false
	}
	return "KN-" + s[:4] + "-" + s[4:], true
}
