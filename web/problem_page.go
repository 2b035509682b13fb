package web

// Problem is the page of an error.
type Problem struct {
	Frame
	Status    int
	Detail    string // what happened and what to do
	RequestID string // for asking about it
	Home      string // where to go on
	Fields    []FieldError
}

func (*Problem) Template() string { return "problem" }

// ConsoleProblem is Problem in the console.
type ConsoleProblem struct{ Problem }

func (*ConsoleProblem) Template() string { return "console/problem" }
