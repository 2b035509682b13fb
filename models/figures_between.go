package models

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Between is what went to and fro between agencies in the cases of one year. Supervisors see
// what concerns agencies of theirs.
type Between struct {
	Passed  map[string]*Passed    `json:"passed,omitempty"`  // by two agencies, see Pair
	Helpers map[string]*HelpTally `json:"helpers,omitempty"` // by the agency that was asked to contribute
}

// betweenYears is of how many years, this one too, Between is counted: all figures are one
// stored value, which must not grow with every year.
const betweenYears = 2

// BetweenYears are the years of which it was counted what went to and fro, the last one first.
func (x *Figures) BetweenYears() (out []int) {
	this := x.At.In(VietNam).Year()
	for year := this; year > this-betweenYears; year-- {
		if x.Years[year] != nil {
			out = append(out, year)
		}
	}
	return out
}

// oftenForwarded is how many forwardings make a case one that is counted in Passed, also
// when it never came back to an agency.
const oftenForwarded = 3

// latestPassed is how many cases are remembered of a pair.
const latestPassed = 3

// Passed is two agencies that passed cases between them, of those cases that came back to an
// agency that had passed them on, or were forwarded oftenForwarded times.
type Passed struct {
	Cases  int          `json:"c"`
	Back   int          `json:"b,omitempty"` // of those, how many came back from one to the other
	Times  int          `json:"t"`           // passed from one to the other
	Latest []PassedCase `json:"latest"`      // some of the cases, those that came last first
}

// PassedCase is a case that went to and fro.
type PassedCase struct {
	ID string    `json:"id"`
	At time.Time `json:"at"` // when it was received
}

// Pair returns the key of two agencies in Between.Passed.
func Pair(a, b string) string { return min(a, b) + " " + max(a, b) }

// OfPair returns the two agencies of a key.
func OfPair(pair string) (a, b string) {
	a, b, _ = strings.Cut(pair, " ")
	return a, b
}

// remember keeps the case when it is among those that came last.
func (p *Passed) remember(f *Feedback) {
	p.Latest = append(p.Latest, PassedCase{ID: f.ID, At: f.CreatedAt})
	slices.SortFunc(p.Latest, func(a, b PassedCase) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	p.Latest = p.Latest[:min(len(p.Latest), latestPassed)]
}

// HelpTally counts what an agency was asked to contribute to cases of others. Each task is
// answered, returned, missed or open; one that the lead took back is none.
type HelpTally struct {
	Asked        int `json:"n"`
	Answered     int `json:"a,omitempty"`
	AnsweredLate int `json:"al,omitempty"` // of those answered or returned, and those missed when their date was over
	Returned     int `json:"r,omitempty"`
	Missed       int `json:"m,omitempty"` // the case ended without it
	Open         int `json:"o,omitempty"`
	OpenLate     int `json:"ol,omitempty"`
}

// Add adds another count.
func (t *HelpTally) Add(o HelpTally) {
	t.Asked += o.Asked
	t.Answered += o.Answered
	t.AnsweredLate += o.AnsweredLate
	t.Returned += o.Returned
	t.Missed += o.Missed
	t.Open += o.Open
	t.OpenLate += o.OpenLate
}

// hands lists the agencies that had the case, one after another. What the program forwarded,
// for a dissolved agency or to where the main case is, stands in the place of the one before.
func (f *Feedback) hands() (out []string) {
	for i := range f.Timeline {
		switch e := &f.Timeline[i]; {
		case e.Event != ActAssign && e.Event != ActForward:
		case len(out) > 0 && e.Event == ActForward && e.Actor == "":
			out[len(out)-1] = e.Agency
		case len(out) == 0 || out[len(out)-1] != e.Agency:
			out = append(out, e.Agency)
		}
	}
	return out
}

// count adds a case as it stands at that time.
func (b *Between) count(f *Feedback, at time.Time) {
	for i := range f.Tasks {
		t := &f.Tasks[i]
		if t.Status == TaskCancelled {
			continue
		}
		one, late := HelpTally{Asked: 1}, oneIf(t.Late(at))
		switch t.Status {
		case TaskOpen:
			one.Open, one.OpenLate = 1, late
		case TaskReturned:
			one.Returned, one.AnsweredLate = 1, late
		case TaskMissed:
			one.Missed, one.AnsweredLate = 1, late
		default:
			one.Answered, one.AnsweredLate = 1, late
		}
		if b.Helpers == nil {
			b.Helpers = map[string]*HelpTally{}
		}
		if b.Helpers[t.Agency] == nil {
			b.Helpers[t.Agency] = &HelpTally{}
		}
		b.Helpers[t.Agency].Add(one)
	}

	hands := f.hands()
	times, back := map[string]int{}, map[string]bool{}
	for i := 1; i < len(hands); i++ {
		pair := Pair(hands[i-1], hands[i])
		times[pair]++
		if i > 1 && hands[i-2] == hands[i] {
			back[pair] = true
		}
	}
	if len(back) == 0 && f.forwards() < oftenForwarded {
		return
	}
	for pair, n := range times {
		if b.Passed == nil {
			b.Passed = map[string]*Passed{}
		}
		one := b.Passed[pair]
		if one == nil {
			one = &Passed{}
			b.Passed[pair] = one
		}
		one.Cases++
		one.Times += n
		one.Back += oneIf(back[pair])
		one.remember(f)
	}
}
