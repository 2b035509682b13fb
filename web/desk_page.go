package web

import (
	"time"

	"kiennghi/models"
)

// KeyIn is the page "/console/new": what came on paper, by phone, at the counter or by mail.
type KeyIn struct {
	Frame
	Key    string // makes it be stored once
	Before string // code of the one that was keyed in before

	Source                             string
	Kind, Name, Organisation, Phone    string // of the sender
	Email, Address                     string
	TitleTyped, Body                   string
	Where, Commune, Province, Place    string
	Field, Agency                      string
	PublishName, Private               bool
	Told, ToldVersion                  string // how the sender was given which version of the privacy notice
	ToldWays, Versions                 []Option
	Sources, Kinds, Choices, Provinces []Option
	Fields, Agencies                   []Option
	NamesHidden                        bool
	Files                              []KeptFile
	Most                               int // files
}

func (*KeyIn) Template() string { return "console/new" }

// KeptFile is a file that was sent with a form that had to be shown again.
type KeptFile struct {
	ID, Name string
	Size     int64
}

// Overdue is the page "/console/overdue": where cases are late.
type Overdue struct {
	Frame
	Agency       string // its code
	AgencyName   string
	Own          bool // the member's own agency
	Above        []AgencyLink
	Late, Soon   int
	Beneath      []OverdueRow
	Told         bool // the list is of what was reported here, not of all that is late
	ToldCount    int
	Cases        []LateCase
	First, Next  string // addresses
	Note         string
	Tries        []Try
	MayNudge     bool
	MayWrite     bool   // an urging letter to this agency
	Letters      int    // that were written to it
	LastLetter   string // address
	LettersTo    string // address of the letters that urge it; empty: nobody is above
	Between      string // address of what went to and fro; empty: not for the member
	Everywhere   string // address of the list of all that is late
	ReportedHere string // address of what was reported here
}

func (*Overdue) Template() string { return "console/overdue" }

// AgencyLink is an agency with its address.
type AgencyLink struct{ Name, Path string }

// OverdueRow is one agency beneath.
type OverdueRow struct {
	Name, Path string
	Late, Soon int
}

// LateCase is an overdue case.
type LateCase struct {
	CaseRow
	Nudged       *time.Time
	Progress     *time.Time // by when the sender has to be told how far it is
	ProgressLate bool
	Told         string // the agency that the delay was reported to
	Above        string // the one that it would be reported to now; empty: nobody is above
	Step         string // of the ladder, the last that was taken; empty: none
	StepAt       time.Time
	Next         string // the step that comes next; empty: none
	NextAt       time.Time
}

// Letters is the page "/console/letters": letters that urge an agency.
type Letters struct {
	Frame
	Agency      string
	Own         bool // it is the member's
	Rows        []LetterRow
	First, Next string // addresses
}

func (*Letters) Template() string { return "console/letters" }

// LetterRow is one of them in a list.
type LetterRow struct {
	Number   int
	From, To string
	At       time.Time
	Cases    int    // that it names or counts
	Times    int    // how many letters in a row named the case whose page it is on
	Path     string // address; empty: not for the member's agency
}

// LetterOpening is who opened a letter first when.
type LetterOpening struct {
	Name, Agency string
	At           time.Time
}

// UrgingLetter is the page of a letter, to be printed.
type UrgingLetter struct {
	Frame
	Back     string          // address
	BackTo   string          // its name
	Mine     bool            // the member's agency wrote it
	Opened   []LetterOpening // by others
	Number   int
	Above    string // the agency above the one that writes; empty: none
	From, To string
	At       time.Time
	Dated    string // At as it stands in a letterhead
	Again    int    // cases that the letter before named already
	Last     int    // number of that letter
	LastOf   string // when it was written, likewise
	Cases    []models.LateCase
	More     int
}

func (*UrgingLetter) Template() string { return "console/letter" }

// Between is the page "/console/between": what went to and fro between agencies in a year.
type Between struct {
	Frame
	AgencyName string
	At         time.Time // when it was counted; zero: not yet
	Years      []Choice
	Above      []AgencyLink
	Passed     []PassedRow
	Helpers    []HelperRow
	Overdue    string // address
}

func (*Between) Template() string { return "console/between" }

// PassedRow is two agencies that cases went to and fro between.
type PassedRow struct {
	A, B                string
	Number, Back, Times int
	Cases               []CodeLink // some that the member may see
}

// CodeLink is a case with its address.
type CodeLink struct{ Code, Path string }

// HelperRow is what an agency was asked to contribute.
type HelperRow struct {
	Name string
	models.HelpTally
}

// Reminders is the page "/console/reminders": what the member was reminded of.
type Reminders struct {
	Frame
	Rows        []ReminderRow
	Unread      int
	First, Next string // addresses
}

func (*Reminders) Template() string { return "console/reminders" }

// ReminderRow is one reminder; Code is empty when it is of no case.
type ReminderRow struct {
	Code, Path, Name string
	At               time.Time
	Due              *time.Time
	Unread           bool
}

// Work is the page "/console/work": side effects that failed too often.
type Work struct {
	Frame
	Waiting     int // not parked
	Parked      int
	Rows        []ParkedWork
	First, Next string
}

func (*Work) Template() string { return "console/work" }

// ParkedWork is one of them.
type ParkedWork struct {
	ID              string
	What            string // in words
	Code            string // of the case; empty: of none
	Reason          string
	Attempts        int
	Created, Parked time.Time
}

// Audit is the page "/console/audit": the search in the audit log.
type Audit struct {
	Frame
	Code, Actor, Agency, Action, From, To string
	Actions, Agencies                     []Option
	Root                                  bool // everything can be asked for
	Rows                                  []AuditRow
	Broken                                int    // of the rows, entries that were changed
	Count                                 int    // entries of the log
	Hash                                  string // of the last one
	First, Next                           string
}

func (*Audit) Template() string { return "console/audit" }

// AuditRow is one entry in words.
type AuditRow struct {
	Seq    int
	At     time.Time
	Actor  string
	Did    string // in words
	Object string
	Path   string // address of the object; empty: it has none
	Agency string
	Detail string
	Intact bool
}

// ReplyTemplates is the page "/console/templates".
type ReplyTemplates struct {
	Frame
	Groups []TemplateGroup
}

func (*ReplyTemplates) Template() string { return "console/templates" }

// TemplateGroup is the templates of one owner: own, agency or all.
type TemplateGroup struct {
	Owner, Title, None string // None is said where there are no rows
	Rows               []TemplateRow
}

// TemplateRow is one template; Path is empty for one that the member cannot change.
type TemplateRow struct {
	ID, Title, Body, Path string
	UpdatedAt             time.Time
}

// ReplyTemplate is the form of one template.
type ReplyTemplate struct {
	Frame
	ID, Key              string // Key of a new one
	Owner, Whose, Agency string // Whose: Owner in words
	Owners               []Option
	TemplateTitle, Body  string
	Fields               []Option // names of the fields, and what they stand for
	Example              string   // filled in for a made-up case
}

func (*ReplyTemplate) Template() string { return "console/template" }

// Password is the page where a member chooses another password.
type Password struct {
	Frame
	Must bool // the present one is good for this alone
}

func (*Password) Template() string { return "console/password" }
