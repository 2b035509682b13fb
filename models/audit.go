package models

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// AuditEntry is one line of the append-only log. Hash covers every other field
// and the hash before it, so a changed, removed or reordered entry shows.
type AuditEntry struct {
	Seq      int64     `json:"seq"` // 1, 2, 3 … without a gap
	ID       string    `json:"id"`  // appending the same id again does nothing
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"` // staff id, or "cli", "program"
	Action   Action    `json:"action"`
	Object   string    `json:"object"` // feedback id, staff id, key id …
	Agency   string    `json:"agency,omitempty"`
	Detail   string    `json:"detail,omitempty"` // a reason as typed; no personal data of a sender
	Previous string    `json:"previous"`
	Hash     string    `json:"hash"`
}

// AuditHead is the end of the chain. It is kept beside the entries, so that
// entries cut off at the end are missed as well.
type AuditHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Chain returns e as the entry after head.
func (e AuditEntry) Chain(head AuditHead, key []byte) AuditEntry {
	e.Seq, e.Previous = head.Seq+1, head.Hash
	e.Hash = e.sum(key)
	return e
}

func (e AuditEntry) sum(key []byte) string {
	e.Hash = ""
	e.At = Moment(e.At)
	b, _ := json.Marshal(e) // a struct of strings, a number and a time cannot fail
	m := hmac.New(sha256.New, key)
	m.Write(b)
	return hex.EncodeToString(m.Sum(nil))
}

// Intact reports whether the entry is as it was written. That none is missing before or
// behind it, AuditCheck says.
func (e AuditEntry) Intact(key []byte) bool { return hmac.Equal([]byte(e.Hash), []byte(e.sum(key))) }

// AuditCheck verifies a chain entry by entry, in order of Seq.
type AuditCheck struct {
	key  []byte
	head AuditHead
}

// NewAuditCheck starts at the beginning of a chain that was made with key.
func NewAuditCheck(key []byte) *AuditCheck { return &AuditCheck{key: key} }

// Next checks that e follows what came before. The error says which entry is wrong and how.
func (c *AuditCheck) Next(e AuditEntry) error {
	switch {
	case e.Seq != c.head.Seq+1:
		return fmt.Errorf("audit entry %d is missing: after %d comes %d", c.head.Seq+1, c.head.Seq, e.Seq)
	case e.Previous != c.head.Hash:
		return fmt.Errorf("audit entry %d does not follow entry %d", e.Seq, c.head.Seq)
	case !e.Intact(c.key):
		return fmt.Errorf("audit entry %d was changed", e.Seq)
	}
	c.head = AuditHead{Seq: e.Seq, Hash: e.Hash}
	return nil
}

// End checks that the chain ends where head says it does.
func (c *AuditCheck) End(head AuditHead) error {
	if head != c.head {
		return fmt.Errorf("the audit log ends at entry %d, but entry %d was written last", c.head.Seq, head.Seq)
	}
	return nil
}

// Count returns how many entries were verified.
func (c *AuditCheck) Count() int64 { return c.head.Seq }
