package web

import "time"

// Routing is the page "/console/routing": how right the suggested agencies were, and the
// model that suggests them.
type Routing struct {
	Frame
	At         time.Time // when it was counted; zero: not yet
	AgencyName string    // of whom the months and mix-ups are; empty: of all
	Total      RoutingRow
	Months     []RoutingRow
	Agencies   []RoutingRow
	Confusion  []RoutingPair

	Learnt      bool // the model that counts was learnt
	SwitchedOff bool // an administrator wants the built-in one
	MaySwitch   bool
	Stored      bool // there is a learnt one
	LearntAt    time.Time
	Cases       int // it was learnt from
	Trial       RoutingTrial

	RefusedAt               time.Time // zero: none was
	RefusedCases            int
	RefusedTrial            RoutingTrial
	WorseCorpus, WorseCases bool // why it was refused
}

func (*Routing) Template() string { return "console/routing" }

// RoutingRow is one line of a table: of an agency, or of a month.
type RoutingRow struct {
	Name, Path                                   string
	Cases, Automatic, Accepted, Corrected, Moved int
	Right                                        string // share, as a percentage
}

// RoutingPair is what was mixed up.
type RoutingPair struct {
	Suggested, Agency string
	OtherPlace        bool // the same kind of agency elsewhere
	Cases             int
}

// RoutingTrial compares two models by how many held-back texts they got right.
type RoutingTrial struct {
	CorpusBefore, CorpusAfter, CorpusOf int
	CasesBefore, CasesAfter, CasesOf    int
}
