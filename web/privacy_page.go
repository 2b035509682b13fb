package web

import (
	"time"

	"kiennghi/models"
)

// MyData is what is kept of a sender, what they agreed to, and what they asked about it.
type MyData struct {
	Frame
	MyNav
	Key                               string // of the form
	Version                           string // of the privacy notice in force
	Ask                               bool   // it is not agreed to yet
	Notices                           []models.NoticeSeen
	RestrictedAt                      *time.Time
	Requests                          []DataRow
	First, NextRequests               string // addresses; empty at the ends
	Rights                            []Option
	Right, Text, Name, Email, Address string // as typed
}

func (*MyData) Template() string { return "my_data" }

// DataRow is a request about personal data.
type DataRow struct {
	ID, Right, Status          string
	Text, Name, Email, Address string // what was asked
	Open, Erase, Late          bool   // Open: undecided
	Due                        *DueWhy
	Most                       int // how far its term may be extended, in Unit; 0: not at all
	Unit                       string
	Ground                     string // of the decision
	At                         time.Time
}

// PrivacyDesk is the desk of the data protection officer.
type PrivacyDesk struct {
	Frame
	Key      string // of the form for a breach
	Requests []DataRow
	Breaches []BreachRow

	First, NextRequests, NextBreaches string // addresses; empty at the ends

	Shown                                string // ID of the form that is shown again, or breach
	Ground                               string // as typed
	Extending                            string // ID of the request whose extension is shown again
	Term, Reason                         string // as typed
	What, Affected, Measures, DetectedAt string // likewise
	Notified, NotifiedAt                 string // likewise
}

func (*PrivacyDesk) Template() string { return "console/privacy" }

// BreachRow is an entry of the register of breaches.
type BreachRow struct {
	ID, What, Affected, Measures string
	DetectedAt                   time.Time
	Due                          *DueWhy
	Late                         bool
	NotifiedAt                   *time.Time
	Notified                     string
}
