package web

import "time"

// Agencies is the page "/agencies": the upper levels of the state's tree, or what a name
// finds in all of it.
type Agencies struct {
	Frame
	Q      string
	Total  int // found
	Found  []AgencyRow
	Place  string // which of the pages of what was found this is
	Prev   string
	Next   string
	Groups []AgencyGroup
}

func (*Agencies) Template() string { return "agencies" }

// AgencyRow is one agency in a list.
type AgencyRow struct {
	Path, Name string
	Above      string // the agency that it belongs to
	Was        string // former names of its place
	Dissolved  bool
}

// AgencyGroup is the agencies of one level.
type AgencyGroup struct {
	ID, Name string
	Rows     []AgencyRow
}

// Agency is the page "/agencies/{code}".
type Agency struct {
	Frame
	Name, Foreign string // in the language of the page, and in the other one
	Submit        string // where one begins a letter to it
	Level         string
	Above         []AgencyRow // from the top down to the one that it belongs to
	Was           string      // former names of its place
	Remit         []string
	Phone         string
	Email         string
	Address       string
	Website       string
	Outside       bool // no case is handed to it
	Dissolved     time.Time
	Successor     AgencyRow // who goes on; without a path when it was not dissolved
	Figures       []Figure
	Latest        []AnswerRow
	Answers       string // address of all its answers
	Beneath       []AgencyGroup
}

func (*Agency) Template() string { return "agency" }
