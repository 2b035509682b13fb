package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// UrgingLetter is a letter by which an agency urges one beneath it to answer what is late. It
// names cases by their codes alone and says nothing of who sent them.
type UrgingLetter struct {
	Number int        `json:"number"` // the how-manieth from that agency to the other one, from 1
	From   string     `json:"from"`   // agency codes
	To     string     `json:"to"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"`               // a Staff
	Before *time.Time `json:"before,omitempty"` // when the letter before was written
	Cases  []LateCase `json:"cases"`
	More   int        `json:"more,omitempty"` // late cases that did not fit
}

// LetterRef names a letter: the how-manieth from one agency to another.
type LetterRef struct {
	From, To string
	Number   int
}

// Ref names the letter.
func (l *UrgingLetter) Ref() LetterRef { return LetterRef{From: l.From, To: l.To, Number: l.Number} }

// String is what the letter is called among the settings of the store, in the audit log and
// in notifications.
func (r LetterRef) String() string {
	return letterWord + r.From + " " + r.To + " " + strconv.Itoa(r.Number)
}

const letterWord = "urging_letter "

// ParseLetterRef reads what String wrote.
func ParseLetterRef(text string) (r LetterRef, ok bool) {
	names, ok := strings.CutPrefix(text, letterWord)
	parts := strings.Split(names, " ")
	if !ok || len(parts) != 3 {
		return r, false
	}
	n, err := strconv.Atoi(parts[2])
	return LetterRef{From: parts[0], To: parts[1], Number: n}, err == nil && n > 0
}

// Readers are the agencies that a letter is for: the one that it urges, and those above it up
// to the one that wrote it.
func (r LetterRef) Readers(tree *Tree) []string {
	path := tree.Path(r.To)
	i := slices.Index(path, r.From)
	if i < 0 { // it is not beneath it any more
		return []string{r.To, r.From}
	}
	return path[:i+1]
}

// Told returns who learns of a letter, by agency and role: those who answer for the agency
// that is urged, and for the one above it unless that wrote.
func (r LetterRef) Told(tree *Tree) map[string][]Role {
	told := map[string][]Role{r.To: {Coordinator, Approver, Supervisor}}
	if readers := r.Readers(tree); readers[1] != r.From {
		told[readers[1]] = []Role{Coordinator, Supervisor}
	}
	return told
}

// Tell is the work that tells them.
func (r LetterRef) Tell(at time.Time) Work {
	id := DeriveID(r.String())
	w := NewWork(WorkTell, id, at, map[string]string{"event": string(ActLetter), "letter": r.String(), "at": Moment(at).Format(time.RFC3339Nano)})
	w.ID = id
	return w
}

// Named returns what the letter says of a case as it is due now; nil: it does not name it.
func (l *UrgingLetter) Named(f *Feedback) *LateCase {
	i := slices.IndexFunc(l.Cases, func(x LateCase) bool { return x.Code == f.Code && f.Due != nil && x.DueAt.Equal(f.Due.At) })
	if i < 0 {
		return nil
	}
	return &l.Cases[i]
}

// LateCase is a case in a letter.
type LateCase struct {
	Code  string    `json:"code"`
	DueAt time.Time `json:"due_at"`
	Days  int       `json:"days"`            // calendar days from the due date to the letter's, at least 1
	Times int       `json:"times,omitempty"` // how many letters in a row named it, with this one; 0 in letters of before
}

// Add lists a case that was due then, unless the letter is full. before is the letter before;
// nil: there was none.
func (l *UrgingLetter) Add(code string, due time.Time, before *UrgingLetter) {
	if len(l.Cases) >= MaxLetterCases {
		return
	}
	x := LateCase{Code: code, DueAt: due, Days: DaysLate(due, l.At), Times: 1}
	if before != nil {
		i := slices.IndexFunc(before.Cases, func(o LateCase) bool { return o.Code == code && o.DueAt.Equal(due) })
		if i >= 0 {
			x.Times += max(1, before.Cases[i].Times)
		}
	}
	l.Cases = append(l.Cases, x)
}

// Again returns how many of the cases the letter before named already.
func (l *UrgingLetter) Again() (n int) {
	for _, x := range l.Cases {
		if x.Times > 1 {
			n++
		}
	}
	return n
}

// MaxLetterCases is how many cases a letter lists.
const MaxLetterCases = 200

// DaysLate returns the calendar days in Viet Nam from the due date until now, at least 1.
func DaysLate(due, now time.Time) int {
	return max(1, int(dateOf(now).Sub(dateOf(due))/(24*time.Hour)))
}
