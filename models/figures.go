package models

import "time"

// Figures is how many submissions came in and what became of them, counted by the year in
// which they were received. They are counted from the records as a whole, so that they
// can always be counted anew.
type Figures struct {
	At    time.Time       `json:"at"` // as the records were then
	Years map[int]*Period `json:"years"`

	// Quarters are those of reports by year, which end on another day; nil without ReportTerms.
	Quarters map[int]*[4]Tally `json:"quarters,omitempty"`

	reports []ReportTerm
}

// Period is the submissions that were received in one year. Agencies, Fields and Provinces
// are by code; what has none is in Total alone.
type Period struct {
	Total     Tally             `json:"total"`
	Months    [12]Tally         `json:"months"`
	Grounds   map[string]int    `json:"grounds"` // refused, by code of the ground
	Scores    [5]int            `json:"scores"`  // ratings, from 1 to 5
	Agencies  map[string]*Tally `json:"agencies"`
	Fields    map[string]*Tally `json:"fields"`
	Provinces map[string]*Tally `json:"provinces"`
	Between   Between           `json:"between,omitzero"` // not public
}

// Tally counts submissions. Each that was received is answered, open, refused or withdrawn.
type Tally struct {
	Received       int `json:"r,omitempty"`
	Answered       int `json:"a,omitempty"`
	OnTime         int `json:"t,omitempty"`  // of those answered, extensions and pauses counted in
	OnTimeFirst    int `json:"t1,omitempty"` // of those answered, by the term as it was at first
	OnTimeExtended int `json:"t2,omitempty"` // of those answered, with extensions but without pauses
	Open           int `json:"o,omitempty"`
	Overdue        int `json:"l,omitempty"` // of those open
	Refused        int `json:"f,omitempty"`
	Withdrawn      int `json:"w,omitempty"`
	Undated        int `json:"u,omitempty"` // of those answered, without a due date: neither in time nor late
	LateBefore     int `json:"b,omitempty"` // clocks that were late when they stopped: the case was passed on, or reopened after an answer
	SortedLate     int `json:"c,omitempty"` // clocks of whose the case is that were late when they ended, or are
	Rated          int `json:"n,omitempty"` // answers that the sender rated
	Stars          int `json:"s,omitempty"` // the sum of the ratings
}

// NewFigures returns figures in which nothing is counted yet, also by the quarters of reports.
func NewFigures(at time.Time, reports ...ReportTerm) *Figures {
	return &Figures{At: at, Years: map[int]*Period{}, reports: reports}
}

// Timed is how many of those answered had a due date: what those in time are a share of.
func (t Tally) Timed() int { return t.Answered - t.Undated }

// Count adds a submission. Spam is none, and neither is a part that was taken back into its
// letter. One that was merged into another counts as received, is open until the answer of
// the main case comes to it, and late by its own clock. A clock that was late when it stopped
// counts for the agency that had the case then, and so does each that was late in finding out
// whose the case is (Sorting).
func (x *Figures) Count(f *Feedback) {
	if f.Kind == Spam || f.PartOf != nil && f.PartOf.Undone {
		return
	}
	received := f.CreatedAt.In(VietNam)
	p := x.Years[received.Year()]
	if p == nil {
		p = &Period{Grounds: map[string]int{}, Agencies: map[string]*Tally{}, Fields: map[string]*Tally{}, Provinces: map[string]*Tally{}}
		x.Years[received.Year()] = p
	}
	one := tallyOf(f, x.At)
	addTo(p.Agencies, f.Agency, one)
	for i := range f.Clocks {
		if c := &f.Clocks[i]; c.late() {
			one.LateBefore++
			addTo(p.Agencies, c.Agency, Tally{LateBefore: 1})
		}
	}
	late := func(agency string) {
		one.SortedLate++
		addTo(p.Agencies, agency, Tally{SortedLate: 1})
	}
	for i := range f.Sorted {
		if f.Sorted[i].Late() {
			late(f.Sorted[i].Agency)
		}
	}
	if f.SortingLate(x.At) {
		late(f.Sorting.Agency)
	}
	if term := ReportTermOn(x.reports, f.CreatedAt); term != nil {
		year, quarter := term.QuarterOf(f.CreatedAt)
		if x.Quarters == nil {
			x.Quarters = map[int]*[4]Tally{}
		}
		if x.Quarters[year] == nil {
			x.Quarters[year] = &[4]Tally{}
		}
		x.Quarters[year][quarter].Add(one)
	}
	p.Total.Add(one)
	p.Months[received.Month()-1].Add(one)
	addTo(p.Fields, f.Field, one)
	addTo(p.Provinces, f.Province, one)
	if received.Year() >= x.At.In(VietNam).Year()-betweenYears+1 {
		p.Between.count(f, x.At)
	}
	if one.Refused > 0 && f.Refusal != nil {
		p.Grounds[f.Refusal.Ground]++
	}
	if one.Rated > 0 {
		p.Scores[one.Stars-1]++
	}
}

func addTo(in map[string]*Tally, code string, one Tally) {
	if code == "" {
		return
	}
	if in[code] == nil {
		in[code] = &Tally{}
	}
	in[code].Add(one)
}

// Add adds another count.
func (t *Tally) Add(o Tally) {
	t.Received += o.Received
	t.Answered += o.Answered
	t.OnTime += o.OnTime
	t.OnTimeFirst += o.OnTimeFirst
	t.OnTimeExtended += o.OnTimeExtended
	t.Open += o.Open
	t.Overdue += o.Overdue
	t.Refused += o.Refused
	t.Withdrawn += o.Withdrawn
	t.Undated += o.Undated
	t.LateBefore += o.LateBefore
	t.SortedLate += o.SortedLate
	t.Rated += o.Rated
	t.Stars += o.Stars
}

// tallyOf is one submission as it stands at that time, without the clocks that it had before.
func tallyOf(f *Feedback, at time.Time) Tally {
	t := Tally{Received: 1}
	switch f.Status {
	case Refused:
		t.Refused = 1
	case Withdrawn:
		t.Withdrawn = 1
	case Answered, Closed:
		t.Answered = 1
		if f.Due != nil && f.AnsweredAt != nil {
			first, extended, paused := f.Due.OnTime(*f.AnsweredAt)
			t.OnTimeFirst, t.OnTimeExtended, t.OnTime = oneIf(first), oneIf(extended), oneIf(paused)
		} else {
			t.Undated = 1
		}
		if f.Rating != nil && f.Rating.Score >= 1 && f.Rating.Score <= 5 {
			t.Rated, t.Stars = 1, f.Rating.Score
		}
	default:
		t.Open = 1
		if f.Overdue(at) || f.Status == Merged && f.Due != nil && at.After(f.Due.At) {
			t.Overdue = 1
		}
	}
	return t
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
