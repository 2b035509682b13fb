package models

// The steps of hashing (FNV-1a): from hashStart byte by byte with hashByte.
const (
	hashStart = uint32(2166136261)
	hashPrime = uint32(16777619)
)

func hashByte(h uint32, b byte) uint32 { return (h ^ uint32(b)) * hashPrime }

func hashMore(h uint32, s string) uint32 {
	for i := range len(s) {
		h = hashByte(h, s[i])
	}
	return h
}
