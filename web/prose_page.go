package web

import "kiennghi/models"

// Help says what the place is for, how it works and where else to go.
type Help struct {
	Frame
	Terms []Term
	Doors []Door
}

func (*Help) Template() string { return "help" }

// Term is how long the law gives for an answer.
type Term struct {
	Days    int
	Working bool // only days that offices work count
	Basis   string
}

// Door is where to go with what is not feedback.
type Door struct {
	Kind models.Kind
	Text string
}

// Privacy is the privacy notice.
type Privacy struct {
	Frame
	PrivacyText
}

func (*Privacy) Template() string { return "privacy" }

// PrivacyText is what the notice says of its own.
type PrivacyText struct {
	Operator string // who runs the site and how to reach them

	// For how long are kept, in words: a draft, a file of no letter, a session that is not used,
	// and what a case teaches.
	Draft, Upload, Session, Lesson string
}

// Accessibility is the accessibility statement.
type Accessibility struct {
	Frame
	Operator string
}

func (*Accessibility) Template() string { return "accessibility" }
