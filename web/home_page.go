package web

import "time"

// Home is the page "/".
type Home struct {
	Frame
	Latest  []AnswerRow
	Year    string   // that the figures are of
	Figures []Figure // empty: nothing was counted yet
	OnTime  string   // share of the answers
}

func (*Home) Template() string { return "home" }

// AnswerRow is one published answer in a list.
type AnswerRow struct {
	Path, Title   string
	Agency, Field string
	At            time.Time // published
}

// Figure is one number with what it counts.
type Figure struct {
	Number int
	Text   string
}
