package models

import "time"

// Amendment is something that an administrator added to the dated data that the program
// brings along. Exactly one of Rule, Holiday, Workday and Year is there.
type Amendment struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	By      string    `json:"by"` // a Staff
	Rule    *Rule     `json:"rule,omitempty"`
	Holiday *Holiday  `json:"holiday,omitempty"`
	Workday *Workday  `json:"workday,omitempty"`
	Year    int       `json:"year,omitempty"` // the calendar of that year is complete now
}
