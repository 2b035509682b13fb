package models

import (
	"slices"
	"time"
)

// UrgingLetter is a letter by which an agency urges one beneath it to answer what is late. It
// names cases by their codes alone and says nothing of who sent them.
type UrgingLetter struct {
	Number int        `json:"number"` // the how-manieth from that agency to the other one, from 1
	From   string     `json:"from"`   // agency codes
	To     string     `json:"to"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"`               // a Staff
	Before *time.Time `json:"before,omitempty"` // when the letter before was written
	Cases  []LateCase `json:"cases"`
	More   int        `json:"more,omitempty"` // late cases that did not fit
}

// LateCase is a case in a letter.
type LateCase struct {
	Code  string    `json:"code"`
	DueAt time.Time `json:"due_at"`
	Days  int       `json:"days"`            // calendar days from the due date to the letter's, at least 1
	Times int       `json:"times,omitempty"` // how many letters in a row named it, with this one; 0 in letters of before
}

// Add lists a case that was due then, unless the letter is full. before is the letter before;
// nil: there was none.
func (l *UrgingLetter) Add(code string, due time.Time, before *UrgingLetter) {
	if len(l.Cases) >= MaxLetterCases {
		return
	}
	x := LateCase{Code: code, DueAt: due, Days: DaysLate(due, l.At), Times: 1}
	if before != nil {
		i := slices.IndexFunc(before.Cases, func(o LateCase) bool { return o.Code == code && o.DueAt.Equal(due) })
		if i >= 0 {
			x.Times += max(1, before.Cases[i].Times)
		}
	}
	l.Cases = append(l.Cases, x)
}

// Again returns how many of the cases the letter before named already.
func (l *UrgingLetter) Again() (n int) {
	for _, x := range l.Cases {
		if x.Times > 1 {
			n++
		}
	}
	return n
}

// MaxLetterCases is how many cases a letter lists.
const MaxLetterCases = 200

// DaysLate returns the calendar days in Viet Nam from the due date until now, at least 1.
func DaysLate(due, now time.Time) int {
	return max(1, int(dateOf(now).Sub(dateOf(due))/(24*time.Hour)))
}
