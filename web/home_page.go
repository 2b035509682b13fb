package web

import "time"

// Home is the page "/".
type Home struct {
	Frame
	Latest  []AnswerRow
	Figures []Figure
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
