package models

import "time"

// Draft is a letter that somebody is still writing at the web site, before it is known
// who. Its ID is a keyed hash of the cookie of that browser, so that nobody finds a
// draft by what is stored.
type Draft struct {
	ID        string    `json:"id"`
	Rev       int64     `json:"rev"`
	Sealed    Sealed    `json:"sealed"` // everything that was typed
	ExpiresAt time.Time `json:"expires_at"`
}
