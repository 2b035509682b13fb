package web

import (
	"time"

	"kiennghi/models"
)

// SubmitFrame is what every step of a submission has around its question.
type SubmitFrame struct {
	Frame
	Step  int    // 1 to 5
	Back  bool   // one came from the check, and goes back there
	Keeps string // for how long what was typed is kept, in words
	Draft string // tells scripts one letter from the next; empty: nothing is kept yet
	Owner string // tells scripts one account from another; empty: nobody is signed in
}

// SubmitWhat asks what happened.
type SubmitWhat struct {
	SubmitFrame
	Heading, Body string
	Agency        string // code of the one that it is to go to; empty: that is found
	AgencyName    string
	AgencyWas     string // the dissolved one that was asked for, whose heir Agency is
	NoAgency      bool   // no case can be handed to the one that was asked for
}

func (*SubmitWhat) Template() string { return "submit_what" }

// SubmitSimilar shows what may be of use before going on: the right door for what looks
// like something else, and answers to the same.
type SubmitSimilar struct {
	SubmitFrame
	Kind     models.Kind
	Guidance string // empty: it looks like feedback
	Similar  []AnswerRow
}

func (*SubmitSimilar) Template() string { return "submit_similar" }

// Any reports whether there is anything to show.
func (p *SubmitSimilar) Any() bool { return p.Guidance != "" || len(p.Similar) > 0 }

// Sign stands for what is shown, so that it is not shown twice: a script that has shown
// the same while one typed says so with it.
func (p *SubmitSimilar) Sign() string {
	sign := "feedback"
	if p.Guidance != "" {
		sign = string(p.Kind)
	}
	if len(p.Similar) > 0 {
		sign += "+"
	}
	return sign
}

// SubmitWhere asks where it happened.
type SubmitWhere struct {
	SubmitFrame
	Where     string // the commune as typed
	Commune   string // its code, when it is known
	Province  string
	Place     string
	Provinces []Option
	Choices   []Option // communes that may be meant
	More      bool     // there are others
}

func (*SubmitWhere) Template() string { return "submit_where" }

// SubmitFiles asks for photos and files.
type SubmitFiles struct {
	SubmitFrame
	Files     []SubmitFile
	Gone      []string // names of files that are not kept any more
	Room      int      // how many more there may be
	Most      int
	FilesKeep string // for how long files of a letter that is not sent are kept, in words
	SignedIn  bool
}

func (*SubmitFiles) Template() string { return "submit_files" }

// SubmitFile is one file of a letter.
type SubmitFile struct {
	ID, Name string
	Size     int64
	Picture  string // address of the small picture; empty: it is no image
}

// SubmitWho asks who one is.
type SubmitWho struct {
	SubmitFrame
	Name        string // of the account; empty: it has none
	Typed       string // the name as typed
	Phone       string // with its middle hidden; empty: nobody is signed in
	PublishName string // yes or no
	Private     bool
}

func (*SubmitWho) Template() string { return "submit_who" }

// SubmitCheck shows everything before it is sent.
type SubmitCheck struct {
	SubmitFrame
	Notice                   string // version of the privacy notice that sending agrees to; empty: none
	Key                      string
	Heading, Body            string
	Where, Commune, Province string // the place in words, and its codes
	Place                    string
	Unclear                  string // a commune that is not known by its name
	Wish, WishName           string // the agency that the sender wishes it to go to
	Files                    []SubmitFile
	Gone                     []string
	Name, Phone              string
	PublishName, Private     bool
	Kind                     models.Kind
	Guidance                 string
	Agency                   string // which it will probably go to
	PlaceNeeded              bool   // Agency is a kind of local ones: which one depends on where it happened
	Due                      *DueWhy
	NoDue                    *NoDue // in place of Due
}

func (*SubmitCheck) Template() string { return "submit_check" }

// SubmitSent says that it was received.
type SubmitSent struct {
	Frame
	Code, Heading string
	Kind          models.Kind
	Guidance      string
	Agency        string // who has it; empty: it is being found
	At            time.Time
	Due           *DueWhy
	NoDue         *NoDue // in place of Due
}

func (*SubmitSent) Template() string { return "submit_sent" }

// DueWhy is when an answer is due, and why then.
type DueWhy struct {
	For        string // what the term is for
	At, From   time.Time
	Accept     bool // until then it is said whether a complaint is taken up; it is not answered by then
	Term       int
	Unit       models.Unit // empty: only what Steps says is known
	Steps      []string    // how it was counted
	Basis      string      // legal basis
	Convention string      // how terms are counted
}

// NoDue says why a case has no due date.
type NoDue struct {
	Line  string   // in one line
	Steps []string // what happened to its clock, and to those before
	Basis string   // legal basis; empty: there was no rule
}
