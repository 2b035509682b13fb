package models

import "time"

// UrgingLetter is a letter by which an agency urges one beneath it to answer what is late. It
// names cases by their codes alone and says nothing of who sent them.
type UrgingLetter struct {
	Number int        `json:"number"` // the how-manieth from that agency to the other one, from 1
	From   string     `json:"from"`   // agency codes
	To     string     `json:"to"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"` // a Staff
	Cases  []LateCase `json:"cases"`
	More   int        `json:"more,omitempty"` // late cases that did not fit
}

// LateCase is a case in a letter.
type LateCase struct {
	Code  string    `json:"code"`
	DueAt time.Time `json:"due_at"`
	Days  int       `json:"days"` // calendar days from the due date to the letter's, at least 1
}

// MaxLetterCases is how many cases a letter lists.
const MaxLetterCases = 200

// DaysLate returns the calendar days in Viet Nam from the due date until now, at least 1.
func DaysLate(due, now time.Time) int {
	return max(1, int(dateOf(now).Sub(dateOf(due))/(24*time.Hour)))
}
