package web

import (
	"html/template"
	"time"

	"kiennghi/models"
)

// MyNav is what the pages of a sender have above them.
type MyNav struct {
	Unread int // notifications
}

// My lists the sender's own cases, newest first.
type My struct {
	Frame
	MyNav
	Cases   []MyRow
	Ask     bool   // the privacy notice in force is not agreed to yet
	Version string // of that notice
	Later   bool   // not the first page
	Next    string // address of older ones
}

func (*My) Template() string { return "my" }

// MyRow is one case in the list.
type MyRow struct {
	Path, Code, Title string
	State             MyState
	Agency            string
	Sent              time.Time
	Unread            bool // something was told of it that was not looked at
}

// MyState is where a case stands, in words for its sender.
type MyState struct {
	Text string
	Look string     // class of the tag: ok, warn, danger, now or empty
	Due  *time.Time // of an open case
	Late bool
}

// MyCase is one case as its sender sees it.
type MyCase struct {
	Frame
	Code, Heading string
	State         MyState
	Agency        string // name; empty: nobody has it yet
	AgencyPath    string
	Why           *DueWhy
	NoDue         *NoDue     // in place of Why
	Accept        bool       // by the due time it is said whether a complaint is taken up; it is not answered by then
	Paused        *time.Time // since when the clock stands still
	Question      string     // of the agency, while it waits for an answer
	QuestionFiles []MyFile
	Refusal       *MyRefusal
	Answers       []MyAnswer // newest first
	PublicPath    string     // where the answer is published; empty: it is not
	MergedInto    string     // code of the case that it is answered with, somebody else's or own
	PartOf        string     // code of the own letter that it was split off
	Parts         []string   // codes of own cases that were split off
	Rating        *models.Rating
	Messages      []MyMessage
	Timeline      []MyEvent
	Unsealed      []MyUnsealing
	Sent          time.Time
	Body, Place   string
	Field, Source string
	Files         []MyFile
	Hidden        bool // the name is not published
	Private       bool

	MayWrite, MayRate, MayReopen, MayWithdraw bool
	WroteEnough                               string // why they may not, though the case is not over

	Write          MyWriting // the form for a message
	Score, Comment string    // the form for a rating
	Scores         []Option
	Newest         string // ID of what was told last, for asking only for what is newer
}

func (*MyCase) Template() string { return "my_case" }

// MyRefusal is why a case was not accepted.
type MyRefusal struct{ Ground, Direction string }

// MyAnswer is one answer that was sent.
type MyAnswer struct {
	Body     template.HTML
	Agency   string
	Number   string
	Official *time.Time
	Sent     *time.Time
	Files    []MyFile
	Reason   string // why it corrects the one before
}

// MyMessage is one turn between sender and agency.
type MyMessage struct {
	Mine  bool
	At    time.Time
	Body  string
	Files []MyFile
}

// MyEvent is one entry of the timeline, in words.
type MyEvent struct {
	At         time.Time
	Text, Note string
}

// MyUnsealing is who opened the sender's identity, and why.
type MyUnsealing struct {
	Name, Agency, Reason string
	At, Until            time.Time // Until: when it is sealed again
	Open                 bool      // it is not yet
}

// MyFile is an attachment that can be downloaded; a picture has a small one to look at.
type MyFile struct {
	Path, Name string
	Size       int64
	Picture    string // address; empty: no picture
}

// MyWriting is the form for a message.
type MyWriting struct {
	Path  string
	Body  string
	Key   string   // makes sending twice the same as once
	Files []MyKept // that came already
}

// MyKept is a file that is kept for a message that was not sent yet.
type MyKept struct {
	ID, Name string
	Size     int64
}

// MyStep asks once more before something is done to a case: to withdraw or to reopen it.
type MyStep struct {
	Frame
	Path, Code, Heading string
	Do                  string // withdraw or reopen
	Reason              string
}

func (*MyStep) Template() string { return "my_step" }

// MyNotices is the inbox of what the sender was told.
type MyNotices struct {
	Frame
	MyNav
	Items []MyNotice
	Later bool
	Next  string
}

func (*MyNotices) Template() string { return "my_notices" }

// MyNotice is one line of the inbox.
type MyNotice struct {
	Path, Title, Body string
	At                time.Time
	Unread            bool
}

// MySettings is who the sender is and how they are told.
type MySettings struct {
	Frame
	MyNav
	Phone                              string
	Name, Email, Address, Organisation string
	Kind, Language                     string
	Kinds, Languages                   []Option
	PushKey                            string // public key of web push; empty: it is off
	Browsers                           int    // that are told by web push
	Known                              string // hashes of their addresses, by which a script knows its own
}

func (*MySettings) Template() string { return "my_settings" }
