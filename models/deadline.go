package models

import "time"

// Due is a deadline that explains itself.
type Due struct {
	At          time.Time `json:"at"`
	Rule        string    `json:"rule"`        // key of the Rule
	LegalBasis  string    `json:"legal_basis"` // Vietnamese
	Explanation string    `json:"explanation"` // Vietnamese: how the date was counted
}

// Unit is what a rule counts in.
type Unit string

const (
	CalendarDays Unit = "calendar_days"
	WorkingDays  Unit = "working_days"
	Hours        Unit = "hours"
)

// Rule is a legal term. Rules are dated data: the one in force when the clock
// starts governs.
type Rule struct {
	Key          string `json:"key"`
	Term         int    `json:"term"`
	Unit         Unit   `json:"unit"`
	Starts       string `json:"starts"` // receipt, acceptance, request, detection, due
	AppliesTo    string `json:"applies_to"`
	LegalBasis   string `json:"legal_basis"`
	LegalBasisEN string `json:"legal_basis_en"`
	ValidFrom    string `json:"valid_from"`         // 2006-01-02
	ValidTo      string `json:"valid_to,omitempty"` // last day; empty: open
	Confidence   string `json:"confidence"`         // as in the rule's own note: read, secondary, unconfirmed
}

// Holiday is a public holiday or a day off swapped with a worked Saturday.
type Holiday struct {
	Date   string `json:"date"` // 2006-01-02
	Name   string `json:"name"`
	Swap   bool   `json:"swap,omitempty"`
	Source string `json:"source"`
}

// Workday is a Saturday that is worked in exchange for a day off.
type Workday struct {
	Date   string `json:"date"`
	For    string `json:"for"`
	Source string `json:"source"`
}

// Calendar is the official calendar of state offices. Years without data are refused.
type Calendar struct {
	Years    []int     `json:"years"`
	Holidays []Holiday `json:"holidays"`
	Workdays []Workday `json:"workdays"`
}
