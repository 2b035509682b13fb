package web

// Track asks for a tracking code.
type Track struct {
	Frame
	Code   string
	Asked  bool   // a code was given, and it is nothing that everybody may see
	SignIn string // where its sender signs in
}

func (*Track) Template() string { return "track" }
