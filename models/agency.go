package models

import (
	"sync/atomic"
	"time"
)

// Level is the tier of the state that an agency belongs to.
type Level string

const (
	LevelMinistry   Level = "ministry"   // ministries and ministry-level agencies; vpcp is the root
	LevelGovernment Level = "government" // other bodies under the Government
	LevelVertical   Level = "vertical"   // a ministry's own body: tax, customs, social insurance
	LevelProvince   Level = "province"   // People's Committee of a province or city
	LevelDepartment Level = "department" // sở, provincial police, provincial tax …
	LevelCommune    Level = "commune"
	LevelOutside    Level = "outside" // courts, National Assembly …: people are directed there, no case is assigned
)

// AnsweringLevels are those of agencies that answer.
var AnsweringLevels = []Level{LevelMinistry, LevelGovernment, LevelVertical, LevelProvince, LevelDepartment, LevelCommune}

// RootAgency is the national focal point: its coordinators see every case but those that are
// KeptFromRoot.
const RootAgency = "vpcp"

// KeptFromRoot stands in the Scope of a case that the root may not see: a denunciation of itself.
const KeptFromRoot = "!" + RootAgency

// Agency is a node of the state's tree.
type Agency struct {
	Code     string `json:"code"` // slug, for example bxd, ubnd-79, so-xd-79, xa-26740
	Name     string `json:"name"`
	NameEN   string `json:"name_en,omitempty"`
	Level    Level  `json:"level"`
	Parent   string `json:"parent,omitempty"`   // empty for the root and for outside bodies
	Template string `json:"template,omitempty"` // so-xd for so-xd-79, xa-ubnd for xa-26740
	Province string `json:"province,omitempty"` // two digits, empty for central
	Commune  string `json:"commune,omitempty"`  // five digits
	Remit    string `json:"remit,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Email    string `json:"email,omitempty"`
	Address  string `json:"address,omitempty"`
	Website  string `json:"website,omitempty"`
	EGovCode string `json:"egov_code,omitempty"` // QCVN 102:2016; unconfirmed ones must not be sent on the national axis

	Successor string     `json:"successor,omitempty"` // dissolved: who goes on with its cases
	Dissolved string     `json:"dissolved,omitempty"` // 2006-01-02, since when
	EditedAt  *time.Time `json:"edited_at,omitempty"` // an administrator knows better than the data that the program brings
}

// Assignable reports whether a case may be handed to the agency.
func (a Agency) Assignable() bool { return a.Level != LevelOutside && a.Successor == "" }

// Central reports whether it is for the whole country: a ministry, a body beneath one or
// another one of the Government.
func (a Agency) Central() bool {
	return a.Level == LevelMinistry || a.Level == LevelVertical || a.Level == LevelGovernment
}

// Scale returns the level at which the agency decides: Central, Provincial or Communal.
func (a Agency) Scale() string {
	switch {
	case a.Central():
		return Central
	case a.Level == LevelCommune:
		return Communal
	}
	return Provincial
}

// Province is one of the 34 provinces and centrally-run cities.
type Province struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	NameEN     string `json:"name_en"`
	Type       string `json:"type"` // Tỉnh, Thành phố
	MergedFrom string `json:"merged_from"`
}

// Commune is a xã, phường or đặc khu.
type Commune struct {
	Code     string  `json:"code"`
	Province string  `json:"province"`
	Name     string  `json:"name"`
	NameEN   string  `json:"name_en"`
	Lat      float64 `json:"lat"`
	Lon      float64 `json:"lon"`
}

// Field is a subject matter, with the ministry and the kind of provincial
// department that usually answer for it, as it is from a day on.
type Field struct {
	Slug       string   `json:"slug"`
	Name       string   `json:"name"`
	NameEN     string   `json:"name_en"`
	Group      string   `json:"group"` // slug of a FieldGroup
	Ministry   string   `json:"ministry"`
	Department string   `json:"department"` // template, for example so-xd
	Cues       []string `json:"cues"`
	From       string   `json:"from,omitempty"`    // the first day; empty: it came with the program
	Retired    bool     `json:"retired,omitempty"` // nothing new is filed under it from then on
}

// FieldGroup is the upper level of fields.
type FieldGroup struct {
	Slug   string `json:"slug"`
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
}

// Remit is what an agency (or a template of local ones) answers for.
type Remit struct {
	Agency   string   `json:"agency"` // code or template
	Text     string   `json:"text"`
	Examples []string `json:"examples"`
	Negative []string `json:"negative,omitempty"` // phrases that point elsewhere
}

// RefusalGround is a lawful ground for not accepting a submission.
type RefusalGround struct {
	Code        string `json:"code"`
	Text        string `json:"text"`
	TextEN      string `json:"text_en"`
	LegalBasis  string `json:"legal_basis"`
	Direction   string `json:"direction"` // proposed text for where to go instead
	DirectionEN string `json:"direction_en"`
}

// Tree answers questions about the agencies as a whole. Many may ask it while Set puts
// other agencies in place.
type Tree struct{ now atomic.Pointer[indexed] }

type indexed struct {
	all      []Agency
	byCode   map[string]int
	children map[string][]string
	folded   []string       // names for Find, in the order of all
	like     map[string]int // the first agency of each template
}

// NewTree indexes agencies, keeping their order.
func NewTree(agencies []Agency) *Tree {
	t := &Tree{}
	t.Set(agencies)
	return t
}

// Set puts these agencies in place of those before.
func (t *Tree) Set(agencies []Agency) {
	x := &indexed{all: agencies, byCode: make(map[string]int, len(agencies)), children: map[string][]string{}, like: map[string]int{}}
	for i, a := range agencies {
		if _, ok := x.like[a.Template]; !ok && a.Template != "" {
			x.like[a.Template] = i
		}
		x.folded = append(x.folded, foldedName(a))
		x.byCode[a.Code] = i
		if a.Parent != "" {
			x.children[a.Parent] = append(x.children[a.Parent], a.Code)
		}
	}
	t.now.Store(x)
}

// All returns every agency, parents first.
func (t *Tree) All() []Agency { return t.now.Load().all }

// Get returns the agency with that code.
func (t *Tree) Get(code string) (Agency, bool) {
	x := t.now.Load()
	i, ok := x.byCode[code]
	if !ok {
		return Agency{}, false
	}
	return x.all[i], true
}

// Template describes the agencies of a template as one whose place is not known: its code
// is the template's, and no case can be handed to it.
func (t *Tree) Template(template string) (Agency, bool) {
	x := t.now.Load()
	i, ok := x.like[template]
	if !ok {
		return Agency{}, false
	}
	a := Agency{Code: template, Name: kindOf(x.all[i]), NameEN: kindInEnglish(x.all[i]), Level: x.all[i].Level, Template: template}
	switch a.Level {
	case LevelCommune:
		a.Name, a.NameEN, a.Parent = "UBND xã, phường, đặc khu", "People's Committee of the commune, ward or special zone", "ubnd-*"
	case LevelProvince:
		a.Name, a.NameEN = "UBND tỉnh, thành phố", "People's Committee of the province or city"
	default:
		a.Name, a.NameEN, a.Parent = a.Name+" của tỉnh, thành phố", a.NameEN+" of the province or city", "ubnd-*"
	}
	return a, true
}

// Children returns the codes directly beneath an agency.
func (t *Tree) Children(code string) []string { return t.now.Load().children[code] }

// Heir returns the agency that goes on with the cases of one that was dissolved, and of
// its successors that were dissolved too; the code itself where there is none.
func (t *Tree) Heir(code string) string {
	for range 10 {
		a, ok := t.Get(code)
		if !ok || a.Successor == "" {
			break
		}
		code = a.Successor
	}
	return code
}

// Covers reports whether code is top itself or stands anywhere beneath it.
func (t *Tree) Covers(top, code string) bool {
	for n := 0; code != "" && n < 10; n++ {
		if code == top {
			return true
		}
		a, ok := t.Get(code)
		if !ok {
			return false
		}
		code = a.Parent
	}
	return false
}

// Under returns top and every agency beneath it; nil means "all" for the root.
func (t *Tree) Under(top string) []string {
	if top == RootAgency {
		return nil
	}
	out := []string{top}
	for i := 0; i < len(out); i++ {
		out = append(out, t.Children(out[i])...)
	}
	return out
}

// Path returns the codes from the agency up to the root.
func (t *Tree) Path(code string) []string {
	var out []string
	for n := 0; code != "" && n < 10; n++ {
		out = append(out, code)
		a, ok := t.Get(code)
		if !ok {
			break
		}
		code = a.Parent
	}
	return out
}

// Correction is what an officer decided where the program had suggested; kept
// with the case so that routing can learn.
type Correction struct {
	At        time.Time `json:"at"`
	Suggested string    `json:"suggested,omitempty"` // best suggestion at the time
	From      string    `json:"from,omitempty"`
	To        string    `json:"to,omitempty"`
	Staff     string    `json:"staff"`
}
