package web

import (
	"time"

	"kiennghi/models"
)

// Admin is the page "/console/admin".
type Admin struct {
	Frame
	Agency string // code of the member's
}

func (*Admin) Template() string { return "console/admin" }

// AdminStaff lists the members of an agency.
type AdminStaff struct {
	Frame
	Agency, AgencyName string // Agency as typed, or the label of the one shown
	Code               string
	Agencies           []Option
	Username           string // looked for
	Rows               []Member
	First, Next        string
}

func (*AdminStaff) Template() string { return "console/staff" }

// Member is a member of staff as administrators see them.
type Member struct {
	ID, Path, Username, Name string
	Agency                   string
	Roles                    []models.Role
	Disabled, TOTP           bool
	PasswordOnce             *time.Time
	Created                  time.Time
}

// AdminMember is the page of one member, and the form of a new one.
type AdminMember struct {
	Frame
	New     bool
	Oneself bool
	Member
	AgencyTyped string
	Agencies    []Option
	Chosen      []RoleChoice
	Once        string // the password, shown this once
}

func (*AdminMember) Template() string { return "console/member" }

// RoleChoice is a role to be chosen.
type RoleChoice struct {
	Role   models.Role
	Hint   string
	Chosen bool
}

// AdminAgencies shows the tree around one agency.
type AdminAgencies struct {
	Frame
	Search   string
	Found    []AgencyLink
	Searched bool
}

func (*AdminAgencies) Template() string { return "console/agencies" }

// AdminAgency is the page of one agency, and the form of a new one.
type AdminAgency struct {
	Frame
	New                                bool
	Code, Level, LevelText, ParentCode string
	Name, NameEN, Remit                string
	Phone, Email, Address, Website     string
	Parent                             AgencyLink
	Children                           []AgencyLink
	Levels, Agencies                   []Option
	Successor                          string // as typed
	Heir                               AgencyLink
	// Left are accounts of a dissolved agency that have to be moved.
	Left             []AgencyLink
	Dissolved        string
	Own, MayDissolve bool
	Members          string // address of the list
	Key              SealKey
	Reason           string // as typed
}

// SealKey is what an agency signs with.
type SealKey struct {
	ID, Next string
	From     time.Time // zero: ever since
	Begins   time.Time // of Next, when there is one
	Earlier  int       // how many there were before
	Set      string    // address of all keys
}

func (*AdminAgency) Template() string { return "console/agency" }

// AdminRules shows legal terms and the calendar.
type AdminRules struct {
	Frame
	Key               string
	MayChange         bool
	MayAddRule        bool     // that of the own province at the least
	Fields, Levels    []Option // that a term may be for alone
	Rules             []RuleRow
	Years             []CalendarYear
	Hours             []HoursRow
	HoursOf, HalfOf   []Option // agencies that may be meant by what was typed
	Added             []Added
	Keys, Units, Sure []Option
	Provinces         []Option
	Typed             map[string]string
	Adding            string // the form that is shown again
	Next              int    // the year that is to be completed next
	Undated           int    // open cases without a due date, of all agencies
	MayList           bool   // the member has an inbox, which lists their own
}

func (*AdminRules) Template() string { return "console/rules" }

// RuleRow is a legal term in words.
type RuleRow struct {
	For, Key, Term, Starts, Applies, Basis, Note string
	Kinds, Fields, Levels                        []string  // what it reaches, in words; empty: all
	Reach                                        []string  // what is done about it when it is not enough
	From, To                                     time.Time // zero: none
	Sure, SureTag                                string    // SureTag is how the tag looks
}

// CalendarYear is the days of a year that differ from its weeks.
type CalendarYear struct {
	Year     int
	Known    bool
	Holidays []models.Holiday
	Workdays []models.Workday
}

// HoursRow is office hours from a day on, or those of one day.
type HoursRow struct {
	Agency, Windows, Name, Source string
	From, Day                     time.Time // zero: since ever; every day
	Own                           bool      // of a single agency
}

// Added is what administrators added.
type Added struct {
	ID, Text, By string
	At           time.Time
	May          bool // be taken back by who looks
}

// AdminFields shows the subject fields, group by group.
type AdminFields struct {
	Frame
	MayChange bool
	Groups    []FieldGroup
	Added     []Added
}

func (*AdminFields) Template() string { return "console/fields" }

// FieldGroup is the fields of a group. It is open where one was changed or is going to be.
type FieldGroup struct {
	Name string
	Open bool
	Rows []FieldRow
}

// FieldRow is one subject field as it is today.
type FieldRow struct {
	Slug, Name, Ministry, Department, Cues string
	Retired                                bool
	Changes                                time.Time // on which day it becomes another one; zero: none is known
}

// AdminField is the form of one subject field as it is to be from a day on.
type AdminField struct {
	Frame
	New, Retired                    bool
	Key, Slug, GroupName            string
	Name, NameEN, Group             string // as typed, and so are the next ones
	Ministry, Department            string
	Cues, From                      string
	Groups, Ministries, Departments []Option
	Retiring                        bool // the form that is shown again is the one that retires it
}

func (*AdminField) Template() string { return "console/field" }

// AdminFeatures is the form of the feature switches.
type AdminFeatures struct {
	Frame
	MayChange  bool
	Threshold  string // as typed; empty: the setting of the process
	RouteError string // in percent, as typed; empty: the setting of the process
	HideNames  bool

	BuiltInModel bool // routing uses it, whatever was learnt
}

func (*AdminFeatures) Template() string { return "console/features" }
