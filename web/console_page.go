package web

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"kiennghi/models"
)

// Inbox is the page "/console": the cases that a member of staff can see.
type Inbox struct {
	Frame
	CaseList
	Search                                    string // as typed
	Field, Province, Kind, Handler, Sort      string // chosen
	Fields, Provinces, Kinds, Handlers, Sorts []Option
	FieldStamp                                string // tells Fields apart from those of another day
	Filtered                                  bool
	Dense                                     bool
	MayAssign, MayTake                        bool
	Agency, Note                              string   // typed for those that are chosen
	Agencies                                  []Option // which ones the typed name may mean
	Tries                                     []Try
	Poll                                      string // address of the counts
}

func (*Inbox) Template() string { return "console/inbox" }

// FilterKey tells apart what the filters show: what is chosen, the fields, and the members,
// who differ from one agency to the next.
func (p *Inbox) FilterKey() string {
	var b strings.Builder
	for _, s := range []string{p.FieldStamp, p.Field, p.Province, p.Kind, p.Handler, p.Sort} {
		b.WriteString(s)
		b.WriteByte('\n')
	}
	for _, o := range p.Handlers {
		b.WriteString(o.Value + "\t" + o.Text + "\n")
	}
	return b.String()
}

// List is the rows, each with a box for choosing it where the member may do something to
// several; pick is what the box is called, with {0} for the code. There are many, and a loop
// in the template would take longer than the rest of the page.
func (p *Inbox) List(pick string) template.HTML {
	var b strings.Builder
	for _, r := range p.Rows {
		code := template.HTMLEscapeString(r.Code)
		b.WriteString(`<li id="` + code + `">`)
		if p.MayAssign || p.MayTake {
			b.WriteString(`<label class="pick"><input type="checkbox" name="case" value="` + code + " " + strconv.FormatInt(r.Version, 10) + `"`)
			if r.Checked {
				b.WriteString(" checked")
			}
			b.WriteString(`><span class="unseen">` + strings.ReplaceAll(template.HTMLEscapeString(pick), "{0}", code) + `</span></label>`)
		}
		b.WriteString("<div>" + string(r.Line) + "</div></li>\n")
	}
	return template.HTML(b.String())
}

// Try is what came of doing something to one of several cases. Text says why not.
type Try struct{ Code, Text string }

// CaseList is a page of the inbox, which also stands beside the open case.
type CaseList struct {
	Views        []CaseView
	View         string // the one shown
	Rows         []CaseRow
	First, Next  string // addresses; empty at the ends
	SearchIsAway bool   // the search engine cannot be asked
}

// ViewsKey tells apart what is shown of the views: not all are, everywhere.
func (l *CaseList) ViewsKey() string {
	b := []byte(l.View)
	for _, v := range l.Views {
		b = strconv.AppendInt(append(append(append(b, ' '), v.Name...), ' '), int64(v.Count), 10)
	}
	return string(b)
}

// CaseView is one of the saved views with the number of its cases.
type CaseView struct {
	Name, Path, Key string // Key: of the keyboard, after g
	Count           int
	Many            bool // at least Count
	Alarm           bool // cases in it are late
	Current         bool
}

// CaseRow is one case in a list. Late and Soon tell how urgent it is while it is open.
type CaseRow struct {
	Code, Path, Title                string
	Version                          int64
	Kind                             models.Kind
	Status                           models.Status
	Agency, Field, Province, Handler string
	Due                              *time.Time
	Late, Soon, Open                 bool
	SortBy                           *time.Time // by when it has to be found out whose it is
	SortLate                         bool
	Waiting, Back                    bool // a reply waits for approval, or was sent back
	Received                         time.Time
	Current, Checked                 bool
	Score                            int // of a case like another: 0 to 100

	// Line is what lists say of the case: CaseLine of the above. Making it costs more than
	// the rest of a list, so that it is kept for a while.
	Line template.HTML
}

// CaseLine writes what lists say of a case, but for Current and Checked.
func (s *Site) CaseLine(lang string, r CaseRow) (template.HTML, error) {
	t, err := s.page("console/inbox", lang)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.ExecuteTemplate(&b, "caserow", r)
	return template.HTML(b.String()), err
}

// Case is the page "/console/cases/{code}": everything about one case.
type Case struct {
	Frame
	CaseList
	Inbox, Before, After string // addresses: of the list, and of the cases next to this one in it
	Poll                 string // address of what others do with the case

	Code, CaseTitle, Body    string
	Version                  int64
	Kind                     models.Kind
	Source                   models.Source
	Status                   models.Status
	Open, Confidential       bool
	Private, PublishName     bool
	Agency, FieldName, Place string
	Asked                    string // the agency that the sender named
	Handler                  string
	Mine                     bool
	Received                 time.Time
	Due                      *CaseDue
	Sorting                  *CaseSorting // nil: nothing is known of it
	NoDue                    *NoDue       // in place of Due
	Letters                  []LetterRow  // that urge somebody because of it
	Files                    []CaseFile
	Messages                 []CaseMessage
	Notes                    []CaseNote
	Tasks                    []CaseTask
	Asks                     []CaseAsk
	Events                   []CaseEvent
	Refusal, Direction       string
	Rating                   *models.Rating
	Suggestions              []Suggested
	Unsure                   bool      // none of them stands out
	Similar, Answered        []CaseRow // open and ended ones like it that one may see; published ones
	SimilarIsAway            bool
	Sender                   CaseSender
	Merged, PartOf           *CaseOther // into which it was merged; the letter that it was split off
	Duplicates, Parts, Links []CaseOther
	MayUnmerge, MayUnsplit   bool
	Proposed                 *CaseOther // into which it is to be merged
	ProposedBy               string     // agency
	MayUnlink                bool
	Replies                  []CaseReply
	Editor                   *Editor
	Left                     string // what the member was typing when it could no longer be saved
	PublicView               *PublicPreview

	Can                      map[string]bool   // actions that the member may do and the case allows
	WhyNot                   []NotNow          // what the member may do but not now
	Typed                    map[string]string // into the forms, by the name of the input
	NoteKey                  string            // of the next note
	Attached                 []CaseFile        // to what is in the form that is shown, and was not taken yet
	Shown                    string            // the form that is open
	Changed                  []CaseEvent       // what happened since the member looked
	Others                   []Writing         // who else writes a reply now
	Grounds                  []Ground
	Terms                    []Option // by which a complaint or denunciation can be accepted
	Fields, Kinds, Provinces []Option
	Regimes                  []Option
	Agencies                 []Option // which ones a typed name may mean
}

// Acts reports whether there is anything to say of what the member can do to the case, beside
// its replies, its notes and its sender.
func (p *Case) Acts() bool {
	return len(p.WhyNot) > 0 || slices.ContainsFunc([]models.Action{models.ActTake, models.ActAssign, models.ActForward, models.ActCoordinate, models.ActReturn, models.ActClassify, models.ActAccept,
		models.ActRequestInfo, models.ActWrite, models.ActProgress, models.ActExtend, models.ActAskExtension, models.ActRefuse}, func(a models.Action) bool { return p.Can[string(a)] })
}

// Lost is the text that was typed into a form that the case has no more, as it changed meanwhile.
func (p *Case) Lost() string {
	switch {
	case p.Shown == "ask" && !p.Can[string(models.ActRequestInfo)]:
		return p.Typed["ask.question"]
	case p.Shown == "write" && !p.Can[string(models.ActWrite)]:
		return p.Typed["write.body"]
	case p.Shown == "progress" && !p.Can[string(models.ActProgress)]:
		return p.Typed["progress.note"]
	case p.Shown == "contribute" && !slices.ContainsFunc(p.Tasks, func(t CaseTask) bool { return t.MayContribute }):
		return p.Typed["contribute.body"]
	}
	return ""
}

func (*Case) Template() string { return "console/case" }

// CaseOther is another case that this one has to do with. Reason of a part is its title.
type CaseOther struct{ Code, Path, Reason string }

// NotNow is actions that are not possible now for one reason.
type NotNow struct{ What, Why string }

// CaseDue is the deadline with how it was counted.
type CaseDue struct {
	For                     string // what the term is for
	At                      time.Time
	Paused                  *time.Time // since when the clock stands still
	Explanation, LegalBasis string
	Counted                 []string // step by step
	Convention              string
	Late, Soon, Open        bool       // Open: the case is open and the clock runs
	Progress                *time.Time // by when the sender has to be told how far it is
	ProgressLate            bool
	Longest                 string     // how far it can be extended
	Steps                   []CaseStep // of the ladder of reminders
}

// CaseSorting is the clock of finding out whose a case is.
type CaseSorting struct {
	Due  *CaseDue // nil: it does not run; At is zero while it cannot be counted
	Done []string // what became of those before
}

// CaseAsk is that an approver was asked for more time.
type CaseAsk struct {
	models.ExtensionAsk
	By        string // name of who asked
	Amount    string // how much more
	MayDecide bool
}

// CaseStep is a step of the ladder of reminders.
type CaseStep struct {
	Name           string
	At             time.Time
	Taken, Skipped bool
}

// CaseFile is an attachment. View is the address of the page that shows it, empty for what
// can only be saved; Thumbnail is that of a small picture. Picture and Document are where it
// comes from for being shown within the page of the case: an image, a PDF.
type CaseFile struct {
	ID, Name, Save, View, Thumbnail string
	Picture, Document               string
	Size                            int64
	Named                           bool // its properties say who wrote it
}

// CaseMessage is one turn between the sender and the agency.
type CaseMessage struct {
	At       time.Time
	FromDesk bool
	Body     string
	Files    []CaseFile
}

// CaseNote is for staff only.
type CaseNote struct {
	At           time.Time
	Author, Body string
}

// CaseTask is what another agency is asked to contribute.
type CaseTask struct {
	ID, Agency, Ask, Body, Reason       string
	Status                              models.TaskStatus
	DueAt                               *time.Time
	Late                                bool
	Files                               []CaseFile
	Earlier                             []CaseVersion // what the agency said before
	MayContribute, MayReturn, MayCancel bool
}

// CaseEvent is one entry of the timeline.
type CaseEvent struct {
	At                  time.Time
	Event               models.Action
	Actor, Agency, Note string
	Sender              bool // the sender did it
	Private             bool // the sender does not see it
}

// Suggested is an agency that may be the right one.
type Suggested struct {
	Agency, Name string
	Percent      int
	Reasons      []string
	With         []string // names of those who share the matter
	PlaceNeeded  bool     // it is a kind of local agency: none can be named before the place is known
	Mine         bool     // within the member's reach: it can be assigned, not only forwarded to
}

// CaseSender is who sent it, sealed until opened with a reason.
type CaseSender struct {
	Sealed, Business, MayOpen                 bool
	Name, Phone, Email, Address, Organisation string
	Until                                     time.Time // when it is sealed again; zero while Sealed
}

// CaseReply is an answer on its way or sent.
type CaseReply struct {
	ID                                              string
	Status                                          models.ReplyStatus
	Author, Approver, Agency                        string
	Body                                            string
	Number, Date                                    string
	Remark                                          string  // of who sent it back
	Changes                                         []Piece // since it was sent back
	Files                                           []CaseFile
	At                                              time.Time // written or sent
	Public                                          bool
	MayApprove, MayReject, MayPublish, MayUnpublish bool
	WhyNot                                          string // it cannot be approved or published
	Reason                                          string // of a correction
	Again                                           bool   // something was published before: a reason is needed
	Versions                                        []CaseVersion
}

// CaseVersion is a reply as it was put before the approvers, with what became of it, or a
// contribution as it was before: that has no number, no outcome.
type CaseVersion struct {
	Version            int
	Outcome            models.Outcome
	Author, By, Remark string // By decided
	At                 time.Time
	EndedAt            *time.Time
	Body, Number, Date string
	Reason             string // of a correction
	Files              []CaseFile
	Changes            []Piece // to the one after it; none: it says the same, or is not compared
}

// Named reports whether a file says who wrote it.
func (r CaseReply) Named() bool { return anyNamed(r.Files) }

func anyNamed(files []CaseFile) bool {
	return slices.ContainsFunc(files, func(f CaseFile) bool { return f.Named })
}

// Editor is where a reply is written.
type Editor struct {
	Reply, Key         string // ID of the reply; empty: a new one, made under the key
	Correcting         bool   // the answer was sent: this is its correction
	Reason             string // of the correction
	Body, Number, Date string
	Base               string // fingerprint of the text that the writing began from
	Files              []CaseFile
	Remark             string     // of the approver who sent it back
	Kept               *time.Time // when it was kept by itself; nil: it is the reply as it is
	Templates          []Option
	Contributions      []Option   // of agencies that were asked, to be put into the text
	Theirs             *CaseReply // what somebody else saved meanwhile
	Difference         []Piece    // from theirs to what stands in the editor
	Preview            template.HTML
	Versions           []CaseVersion // of the reply, as it was put before the approvers
}

// Named reports whether a file says who wrote it.
func (e *Editor) Named() bool { return anyNamed(e.Files) }

// Piece is a part of two texts that are compared.
type Piece struct {
	Text           string
	Added, Removed bool
}

// PublicPreview is what the public will see. Hidden is what is masked in it.
type PublicPreview struct {
	Title, Body template.HTML
	Reply       template.HTML
	Name        string
	Hidden      []models.Hidden
	ReplyID     string
	May         bool // decide about marks
	Kinds       []Option
	Places      []Option
	Files       []PublicFile // of the reply
}

// Waiting counts the files that nobody looked at yet, which are not public.
func (p *PublicPreview) Waiting() (n int) {
	for _, x := range p.Files {
		if !x.Looked {
			n++
		}
	}
	return n
}

// PublicFile is a file of a reply, which somebody has to look at before it may be public.
type PublicFile struct {
	File   CaseFile
	Looked bool
}

// Shown counts the marks that hide something.
func (p *PublicPreview) Shown() (n int) {
	for _, h := range p.Hidden {
		if !h.Lifted {
			n++
		}
	}
	return n
}

// Writing is somebody who writes a reply at this moment.
type Writing struct {
	Name string
	At   string // the time of the day
}

// Ground is a lawful ground for refusing.
type Ground struct{ Code, Text, LegalBasis, Direction string }

// Escape is plain text as HTML.
func Escape(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }

// MarkMasks marks what is masked in a text of HTML.
func MarkMasks(h template.HTML) template.HTML {
	return template.HTML(strings.ReplaceAll(string(h), models.Mask, "<mark>"+models.Mask+"</mark>"))
}

// CaseFilePage shows one picture, video or recording of a case.
type CaseFilePage struct {
	Frame
	CasePath, Name, Save, Source string
	Video, Audio, Document       bool
	Before, After                string
}

func (*CaseFilePage) Template() string { return "console/file" }
