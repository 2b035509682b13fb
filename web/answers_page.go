package web

import (
	"html/template"
	"time"
)

// Answers is the page "/answers": a search in the published answers.
type Answers struct {
	Frame
	Q       string // what is searched for
	Quoted  bool   // words in it have to stand beside each other
	Kept    []Pair // what the form that searches carries along
	Summary string // how many there are, of what
	Total   int
	Results []AnswerFound
	Sorts   []Choice
	Chosen  []Chosen
	Clear   string // address without any filter
	Facets  []Facet
	Place   string // which of the pages of the result this is
	Prev    string
	Next    string
	Feed    string // Atom of exactly this search
	CSV     string
	CSVRows int      // how many the file has at most
	Wider   []Choice // when nothing was found: the same search with a filter less
	Latest  []AnswerRow
}

func (*Answers) Template() string { return "answers" }

// AnswerFound is one published answer that was searched for. Title and Snippet mark what
// matched.
type AnswerFound struct {
	Path           string
	Title, Snippet template.HTML
	Agency, Field  string
	Province       string
	At             time.Time // published
}

// Choice is a link to the same page in another way. Now: it is shown in this way.
type Choice struct {
	Path, Text string
	Count      int
	Now        bool
}

// Chosen is a filter that is on; Path is the page without it.
type Chosen struct{ Name, Value, Path string }

// Facet is a property by which a result can be narrowed down; those of More are shown on
// demand.
type Facet struct {
	Name        string
	Items, More []Choice
}

// Answer is the page "/answers/{code}": one published answer.
type Answer struct {
	Frame
	Code            string
	Subject         string // what the sender wrote as title
	Question, Reply string
	SenderName      string // empty: not published
	Agency          Choice
	Field, Province Choice // to the answers of that field and province
	Commune         string
	Asked, Sent     time.Time
	Published       time.Time
	OfficialNumber  string
	OfficialDate    time.Time
	Files           []File
	History         []PublicStep // empty when it was published once and stayed so
	Related         []AnswerRow
	Citation        string
	Proof           string // address of the agency's seal; empty: there is none
	Doubt           string // what is to be said against the seal; empty: nothing
	Summary         string // for search engines and those who share it
	Data            QAPage
}

func (*Answer) Template() string { return "answer" }

// File is something to download.
type File struct {
	Path, Name string
	Kind       string // PDF, DOCX …
	Size       int64
}

// PublicStep is when an answer became public, was taken back or became public again, in words.
type PublicStep struct {
	At     time.Time
	What   string
	Reason string // why it was published again
	// ReasonLang is the language that it is in: a person's stays as it was written.
	ReasonLang string
}

// QAPage is an answer for machines, as schema.org/QAPage says it in JSON-LD.
type QAPage struct {
	Context    string     `json:"@context"`
	Type       string     `json:"@type"`
	MainEntity LDQuestion `json:"mainEntity"`
}

// LDQuestion is schema.org/Question.
type LDQuestion struct {
	Type        string    `json:"@type"`
	Name        string    `json:"name"`
	Text        string    `json:"text"`
	InLanguage  string    `json:"inLanguage"`
	Created     time.Time `json:"dateCreated"`
	AnswerCount int       `json:"answerCount"`
	Author      LDAuthor  `json:"author"`
	Accepted    LDAnswer  `json:"acceptedAnswer"`
}

// LDAnswer is schema.org/Answer.
type LDAnswer struct {
	Type       string    `json:"@type"`
	Text       string    `json:"text"`
	InLanguage string    `json:"inLanguage"`
	Created    time.Time `json:"dateCreated"`
	Published  time.Time `json:"datePublished"`
	URL        string    `json:"url"`
	Author     LDAuthor  `json:"author"`

	Modified    *time.Time     `json:"dateModified,omitempty"`
	Corrections []LDCorrection `json:"correction,omitempty"`
}

// LDCorrection says why and when an answer was published again.
type LDCorrection struct {
	Type      string    `json:"@type"` // CorrectionComment
	Text      string    `json:"text"`
	Published time.Time `json:"datePublished"`
}

// LDAuthor is who wrote something: a Person or a GovernmentOrganization.
type LDAuthor struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}
